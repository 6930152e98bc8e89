//! A server with a cluster of its own, for as long as a run takes.

#![expect(
    clippy::disallowed_methods,
    reason = "a cluster's threads end with the processes and lines that they serve"
)]

use std::fs::Permissions;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Certificate;

/// The oldest version that Lunas runs on.
const VERSION_MIN: u32 = 15;
/// Where distributions keep the server's programs, one directory per version.
const INSTALLED: &str = "/usr/lib/postgresql";
/// What is said when there is no server to start.
pub(crate) const MISSING: &str = "no PostgreSQL 15 or later was found: neither /usr/lib/postgresql/*/bin nor the search path has \
    `initdb` and `postgres`. Install one (on Debian: apt-get install postgresql)";
/// What is in the line after which a server lets clients in.
const READY: &str = "database system is ready to accept ";
/// What a primary needs to have standbys, and a standby to be read.
const REPLICATING: &[&str] = &["wal_level=replica", "max_wal_senders=5", "hot_standby=on"];

/// Makes names differ within one process.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A running server. It ends, and its files go away, when this is dropped.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    directory: PathBuf,
    port: u16,
    server: Child,
}

impl Cluster {
    /// Whether this machine has the programs of a server that is new enough.
    pub fn is_installed() -> bool {
        programs().is_some()
    }

    /// Makes a cluster in a new directory and starts its server. Nothing in it outlives the run, so nothing needs to
    /// survive the machine. The error is a sentence that says what to do.
    pub fn start() -> Result<Self, String> {
        Self::start_with(&["fsync=off", "full_page_writes=off", "shared_buffers=64MB"])
    }

    /// One that keeps its promises, to be measured.
    pub fn start_durable() -> Result<Self, String> {
        Self::start_with(&["fsync=on", "synchronous_commit=on", "shared_buffers=1GB", "max_wal_size=4GB"])
    }

    /// One that can have [standbys](Self::standby).
    pub fn start_primary() -> Result<Self, String> {
        let unsafe_settings = ["fsync=off", "full_page_writes=off", "shared_buffers=64MB"];
        Self::start_with(&[&unsafe_settings, REPLICATING].concat())
    }

    /// One that speaks TLS to whoever asks for it.
    pub fn start_encrypted(certificate: &Certificate) -> Result<Self, String> {
        let cluster = Initialized::new()?;
        let own = |name: &str, from: &Path| -> std::io::Result<String> {
            let path = cluster.directory.join(name);
            std::fs::copy(from, &path)?;
            // The server uses no key that others can read.
            std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
            if let Some((user, group)) = cluster.account {
                std::os::unix::fs::chown(&path, Some(user), Some(group))?;
            }
            Ok(path.display().to_string())
        };
        let failed =
            |error: std::io::Error| format!("the certificate cannot be given to the server: {error}");
        let certificate_file = own("server.pem", &certificate.certificate).map_err(failed)?;
        let key_file = own("server.key", &certificate.key).map_err(failed)?;
        let files = [format!("ssl_cert_file={certificate_file}"), format!("ssl_key_file={key_file}")];
        cluster.serve(&["fsync=off", "shared_buffers=64MB", "ssl=on", &files[0], &files[1]])
    }

    fn start_with(settings: &[&str]) -> Result<Self, String> {
        Initialized::new()?.serve(settings)
    }

    /// A standby of this one, with everything that this one has. It follows on its own from here on.
    pub fn standby(&self) -> Result<Self, String> {
        let (programs, directory) = (self.programs.clone(), new_directory()?);
        let account = account(&directory)?;
        let mut copied = command(&programs, "pg_basebackup", account);
        copied.args(["--host=127.0.0.1", &format!("--port={}", self.port), "--username=postgres"]);
        copied.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "-D"]);
        run(copied.arg(directory.join("data")))?;
        let settings = [&["fsync=off", "shared_buffers=64MB"], REPLICATING].concat();
        Initialized { programs, directory, account }.serve(&settings)
    }

    /// Where it listens on this machine.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of its first database, in which others are made.
    pub fn address(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }

    /// Where its programs are.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// Ends it as if its machine had ended. Its files stay until it is dropped.
    pub fn kill(&mut self) {
        if let Ok(account) = account(&self.directory) {
            // It may have ended by itself.
            let _ = run(command(&self.programs, "pg_ctl", account)
                .args(["stop", "-m", "immediate", "-D"])
                .arg(self.directory.join("data")));
        }
        let _ = self.server.wait();
    }
}

/// The files of a cluster whose server does not run yet.
struct Initialized {
    programs: PathBuf,
    directory: PathBuf,
    account: Option<(u32, u32)>,
}

impl Initialized {
    fn new() -> Result<Self, String> {
        let (programs, directory) = (programs().ok_or(MISSING)?, new_directory()?);
        let account = account(&directory)?;
        let mut made = command(&programs, "initdb", account);
        made.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ]);
        run(made.arg(directory.join("data")))?;
        Ok(Self { programs, directory, account })
    }

    /// Starts the server. What comes last in the settings counts.
    fn serve(self, settings: &[&str]) -> Result<Cluster, String> {
        let Self { programs, directory, account } = self;
        let port =
            free_port().map_err(|error| format!("no free port for {}: {error}", directory.display()))?;
        let mut server = command(&programs, "postgres", account)
            .arg("-D")
            .arg(directory.join("data"))
            .arg("-k")
            .arg(&directory)
            .args(["-c", "listen_addresses=127.0.0.1", "-c", &format!("port={port}")])
            .args(["-c", "max_connections=500", "-c", "wal_level=minimal", "-c", "max_wal_senders=0"])
            .args(settings.iter().flat_map(|setting| ["-c", setting]))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the server did not start: {error}"))?;
        let log = server.stderr.take();
        let cluster = Cluster { programs, directory, port, server };
        let mut said = Vec::new();
        let mut lines = BufReader::new(log.ok_or("the server has no log")?).lines().map_while(Result::ok);
        for line in lines.by_ref() {
            if line.contains(READY) {
                // Whoever stops reading a log stops its writer in the end.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(cluster);
            }
            said.push(line);
        }
        Err(format!("the server ended at once:\n{}", said.join("\n")))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
        // It is about leaving nothing behind, and nobody is there to be told.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// A directory for one cluster.
fn new_directory() -> Result<PathBuf, String> {
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let directory = std::env::temp_dir().join(format!("lunas-cluster-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&directory)
        .map_err(|error| format!("cannot make {}: {error}", directory.display()))?;
    Ok(directory)
}

/// Where the newest server's programs are.
pub(crate) fn programs() -> Option<PathBuf> {
    let has_both =
        |directory: &PathBuf| ["initdb", "postgres"].iter().all(|name| directory.join(name).is_file());
    let versions = std::fs::read_dir(INSTALLED).into_iter().flatten().filter_map(|entry| {
        let entry = entry.ok()?;
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        (version >= VERSION_MIN).then(|| (version, entry.path().join("bin")))
    });
    let newest = versions.filter(|(_, directory)| has_both(directory)).max();
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest.map(|(_, directory)| directory).or_else(|| std::env::split_paths(&path).find(has_both))
}

/// Whoever runs the server: it refuses to run as root, so then it is run as the user that its package made, who is
/// given the directory.
pub(crate) fn account(directory: &Path) -> Result<Option<(u32, u32)>, String> {
    let of = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let is_root = of("/proc/self/status").lines().any(|line| line.starts_with("Uid:\t0\t"));
    if !is_root {
        return Ok(None);
    }
    let users = of("/etc/passwd");
    let fields = users.lines().find_map(|line| line.strip_prefix("postgres:"));
    let ids = fields.and_then(|fields| {
        let mut fields = fields.split(':').skip(1);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    });
    let (user, group) =
        ids.ok_or("the server does not run as root, and there is no user `postgres` to run it as")?;
    std::os::unix::fs::chown(directory, Some(user), Some(group))
        .map_err(|error| format!("{} cannot be given to `postgres`: {error}", directory.display()))?;
    Ok(Some((user, group)))
}

pub(crate) fn command(programs: &Path, name: &str, account: Option<(u32, u32)>) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(programs.join(name));
    // The current directory may be nobody else's to look at.
    command.current_dir("/");
    if let Some((user, group)) = account {
        command.uid(user).gid(group);
    }
    command
}

/// Runs a program to its end. The error is what it said.
pub fn run(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| format!("{name} did not start: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{name} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()))
}

/// A TCP port of this machine that nobody listens on now. Somebody else may take it before it is used.
pub fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
