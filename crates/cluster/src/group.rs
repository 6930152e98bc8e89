//! A highly available PostgreSQL: several servers, each under a Patroni, which agree through etcd on who is the primary.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::cluster::{MISSING, account, command, free_port, programs, run};

/// What is said when a program is missing.
const PROGRAMS_MISSING: &str = "`etcd` and `patroni` are needed. Install them (on Debian: apt-get install patroni \
    etcd-server python3-etcd)";
/// How long a member may take to say how it is.
const ANSWER_MAX: Duration = Duration::from_secs(1);
/// Waits until whoever started it ends, be it by a signal; then ends everything that has the group's directory on its
/// command line, servers last and in their own way, and removes the directory. The variable keeps the directory off the
/// command line of the guard itself.
const GUARD: &str = r#"
cat > /dev/null
of() { grep -la "$GROUP/" /proc/[0-9]*/cmdline 2> /dev/null | cut -d / -f 3; }
for pid in $(of); do grep -qa bin/postgres "/proc/$pid/cmdline" || kill -KILL "$pid" 2> /dev/null; done
for pid in $(of); do kill -QUIT "$pid" 2> /dev/null; done
tries=0
while [ -n "$(of)" ] && [ $tries -lt 100 ]; do tries=$((tries + 1)); sleep 0.1; done
for pid in $(of); do kill -KILL "$pid" 2> /dev/null; done
rm -rf "$GROUP"
"#;
/// How a member is set up, with names in braces for what differs.
const CONFIGURATION: &str = include_str!("patroni.yml");

/// A running group. It ends, and its files go away, when this is dropped.
#[derive(Debug)]
pub struct Group {
    programs: PathBuf,
    directory: PathBuf,
    account: Option<(u32, u32)>,
    etcd: Child,
    guard: Child,
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    directory: PathBuf,
    /// Where its server listens.
    port: u16,
    /// Where its Patroni says how it is.
    rest: u16,
    patroni: Option<Child>,
}

impl Group {
    /// Starts so many members, which need a moment to [become whole](Self::is_whole). The error is a sentence that says
    /// what to do.
    pub fn start(members: usize) -> Result<Self, String> {
        let programs = programs().ok_or(MISSING)?;
        let directory = std::env::temp_dir().join(format!("lunas-group-{}", std::process::id()));
        let failed = |error: std::io::Error| format!("{}: {error}", directory.display());
        std::fs::create_dir_all(&directory).map_err(failed)?;
        let account = account(&directory)?;
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD]).env("GROUP", &directory).current_dir("/").stdin(Stdio::piped());
        guard.stdout(Stdio::null()).stderr(Stdio::null());
        // Whoever ends a whole process group ends this one later.
        let guard = guard.process_group(0).spawn().map_err(failed)?;
        let (client, peer) = (free_port().map_err(failed)?, free_port().map_err(failed)?);
        let of = |port| format!("http://127.0.0.1:{port}");
        let mut etcd = started("etcd", account, &directory)?;
        etcd.args(["--name=etcd", "--unsafe-no-fsync", "--log-level=warn"])
            .arg("--data-dir")
            .arg(directory.join("etcd"))
            .args(["--listen-client-urls", &of(client), "--advertise-client-urls", &of(client)])
            .args(["--listen-peer-urls", &of(peer), "--initial-advertise-peer-urls", &of(peer)])
            .args(["--initial-cluster", &format!("etcd={}", of(peer))]);
        let etcd =
            etcd.spawn().map_err(|error| format!("etcd did not start: {error}. {PROGRAMS_MISSING}"))?;
        let mut group = Self { programs, directory, account, etcd, guard, members: Vec::new() };
        for at in 0..members {
            let (port, rest) = (free_port().map_err(lost)?, free_port().map_err(lost)?);
            group.add(at, port, rest, client)?;
        }
        Ok(group)
    }

    fn add(&mut self, at: usize, port: u16, rest: u16, etcd: u16) -> Result<(), String> {
        let name = format!("member{at}");
        let directory = self.directory.join(&name);
        std::fs::create_dir_all(&directory).map_err(lost)?;
        account(&directory)?;
        let configuration = CONFIGURATION
            .replace("{name}", &name)
            .replace("{port}", &port.to_string())
            .replace("{rest}", &rest.to_string())
            .replace("{etcd}", &etcd.to_string())
            .replace("{directory}", &directory.display().to_string())
            .replace("{programs}", &self.programs.display().to_string());
        std::fs::write(directory.join("patroni.yml"), configuration).map_err(lost)?;
        self.members.push(Member { directory, port, rest, patroni: None });
        self.restart(at)
    }

    /// Starts a member that was killed, which joins the others as a standby. It needs a moment.
    pub fn restart(&mut self, at: usize) -> Result<(), String> {
        let member = &mut self.members[at];
        let mut patroni = started("patroni", self.account, &member.directory)?;
        let child = patroni.arg(member.directory.join("patroni.yml")).spawn();
        let child = child.map_err(|error| format!("patroni did not start: {error}. {PROGRAMS_MISSING}"))?;
        member.patroni = Some(child);
        Ok(())
    }

    /// The address of its first database, wherever the primary is.
    pub fn address(&self) -> String {
        let servers = self.servers();
        format!("postgres://postgres@{servers}/postgres?sslmode=disable&target_session_attrs=read-write")
    }

    /// Where its servers listen, with commas in between.
    pub fn servers(&self) -> String {
        let servers: Vec<String> =
            self.members.iter().map(|member| format!("127.0.0.1:{}", member.port)).collect();
        servers.join(",")
    }

    /// Which member is the primary, if one is.
    pub fn primary(&self) -> Option<usize> {
        (0..self.members.len()).find(|at| self.says(*at, "/primary"))
    }

    /// Whether there is a primary, a standby that has whatever was committed, and every member that was not killed.
    pub fn is_whole(&self) -> bool {
        let all = || 0..self.members.len();
        let mut running = all().filter(|at| self.members[*at].patroni.is_some());
        self.primary().is_some()
            && all().any(|at| self.says(at, "/synchronous"))
            && running.all(|at| self.says(at, "/primary") || self.says(at, "/replica"))
    }

    /// SIGKILL for a member's Patroni and then for its server, so that nobody starts it again.
    pub fn kill(&mut self, at: usize) -> Result<(), String> {
        let member = &mut self.members[at];
        end(member.patroni.take());
        let pid = std::fs::read_to_string(member.directory.join("data/postmaster.pid")).map_err(lost)?;
        let pid = pid.lines().next().unwrap_or_default();
        run(Command::new("sh").args(["-c", &format!("kill -KILL {pid}")])).map(drop)
    }

    /// Whether a member's Patroni says yes to what is asked under that path.
    fn says(&self, at: usize, path: &str) -> bool {
        let rest = self.members[at].rest;
        let asked = || -> std::io::Result<bool> {
            let mut stream = TcpStream::connect(("127.0.0.1", rest))?;
            stream.set_read_timeout(Some(ANSWER_MAX))?;
            stream.write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes())?;
            let mut status = [0; 12];
            stream.read_exact(&mut status)?;
            Ok(status.ends_with(b" 200"))
        };
        // Nobody answers while it starts, or once it was killed.
        asked().unwrap_or(false)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // All of it is about leaving nothing behind, and nobody is there to be told.
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
        for member in &mut self.members {
            end(member.patroni.take());
        }
        let _ = self.etcd.wait();
    }
}

/// A program of the search path, run as the server's account, whose output goes to a file in `directory`.
fn started(name: &str, account: Option<(u32, u32)>, directory: &Path) -> Result<Command, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let program = std::env::split_paths(&path).find(|directory| directory.join(name).is_file());
    let program = program.ok_or_else(|| format!("there is no `{name}`. {PROGRAMS_MISSING}"))?;
    let log = File::options().create(true).append(true).open(directory.join("log")).map_err(lost)?;
    let mut command = command(&program, name, account);
    let errors = log.try_clone().map_err(lost)?;
    command.stdin(Stdio::null()).stdout(log).stderr(errors).env_remove("PYTHONPATH");
    Ok(command)
}

fn end(child: Option<Child>) {
    if let Some(mut child) = child {
        // It may have ended by itself.
        let _ = (child.kill(), child.wait());
    }
}

fn lost(error: std::io::Error) -> String {
    format!("the group's files or ports cannot be had: {error}")
}
