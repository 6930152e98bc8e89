//! A data directory and the gateway processes that run on it, one after the other.

#![expect(
    clippy::disallowed_methods,
    reason = "a process says nothing of what it does by itself, and its output is read beside the test"
)]

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use lunas_cluster::Database;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// How long anything is waited for before the test gives up. It says nothing of how long things should take.
const LIMIT: Duration = Duration::from_secs(180);
/// How often a condition is looked at that nothing announces.
const POLL: Duration = Duration::from_millis(5);

/// Where processes keep their data, and where their stderr goes. Gone when dropped.
pub(crate) struct Home {
    root: TempDir,
    database: Option<Database>,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap(), database: None }
    }

    /// One whose store is kept by the engine that this run of the tests is on.
    pub(crate) fn of_the_run() -> Self {
        Self { database: Database::if_chosen(), ..Self::new() }
    }

    /// The store's address.
    pub(crate) fn store(&self) -> String {
        let file = || format!("sqlite://{}", self.file("lunas.db").display());
        self.database.as_ref().map_or_else(file, Database::address)
    }

    /// A file of the data directory.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.root.path().join("data").join(name)
    }

    /// What `sandbox.json` says.
    pub(crate) fn sandbox(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.file("sandbox.json")).unwrap()).unwrap()
    }

    /// What all processes wrote to stderr so far.
    pub(crate) fn stderr(&self) -> String {
        std::fs::read_to_string(self.stderr_path()).unwrap()
    }

    fn stderr_path(&self) -> PathBuf {
        self.root.path().join("stderr")
    }

    /// Starts `lunas dev` on a free port, with further arguments.
    pub(crate) fn dev(&self, arguments: &[&str]) -> Process {
        self.spawn("info", &[&["--listen", "127.0.0.1:0"], arguments].concat())
    }

    /// Starts `lunas dev` with these arguments beside the data directory, logging what `filter` lets through.
    pub(crate) fn spawn(&self, filter: &str, arguments: &[&str]) -> Process {
        let stderr: File = OpenOptions::new().create(true).append(true).open(self.stderr_path()).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_lunas"))
            .arg("dev")
            .arg("--data-dir")
            .arg(self.root.path().join("data"))
            .args(self.database.iter().flat_map(|database| ["--store".to_owned(), database.address()]))
            .args(arguments)
            .env("RUST_LOG", filter)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let (sender, lines) = unbounded_channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                // Nobody may be left to read it.
                let _ = sender.send(line);
            }
        });
        Process { child, lines, printed: Vec::new() }
    }

    /// Runs `lunas dev` to its end, which is expected to be a refusal: its exit code and what it wrote to stderr.
    pub(crate) async fn refused(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let before = std::fs::read_to_string(self.stderr_path()).unwrap_or_default().len();
        let ended = self.spawn("info", arguments).ended().await;
        assert_eq!(ended.printed, [""; 0], "a refusal prints no table");
        (ended.code, self.stderr().split_off(before))
    }
}

/// A running gateway. Killed when dropped.
pub(crate) struct Process {
    child: Child,
    lines: UnboundedReceiver<String>,
    printed: Vec<String>,
}

/// What a process left behind.
pub(crate) struct Ended {
    /// The exit code, unless a signal ended it.
    pub(crate) code: Option<i32>,
    /// The lines of stdout.
    pub(crate) printed: Vec<String>,
}

impl Process {
    /// Waits for the line `ready`; gives the base URL.
    pub(crate) async fn ready(&mut self) -> String {
        while self.printed.last().is_none_or(|line| line != "ready") {
            let line = tokio::time::timeout(LIMIT, self.lines.recv()).await.expect("it gets ready");
            self.printed.push(line.expect("it gets ready before it ends"));
        }
        let gateway = self.printed.iter().find_map(|line| line.trim().strip_prefix("gateway "));
        gateway.expect("the table names it").trim().to_owned()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: the process gets no chance to do anything.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends the signal of that name.
    pub(crate) fn signal(&self, name: &str) {
        // The shell has its own `kill`, so that no further program needs to be installed.
        let status = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.id())]).status();
        assert!(status.unwrap().success());
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(mut self) -> Ended {
        // Stdout closes when the process ends, and no sooner.
        while let Some(line) = tokio::time::timeout(LIMIT, self.lines.recv()).await.expect("it ends") {
            self.printed.push(line);
        }
        let code = self.child.wait().unwrap().code();
        Ended { code, printed: std::mem::take(&mut self.printed) }
    }

    /// Ends it by SIGTERM and sees that it ends well.
    pub(crate) async fn stop(self) -> Ended {
        self.signal("TERM");
        let ended = self.ended().await;
        assert_eq!(ended.code, Some(0));
        ended
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks again and again until something holds that nobody announces.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let polling = async {
        while !holds().await {
            tokio::time::sleep(POLL).await;
        }
    };
    assert!(tokio::time::timeout(LIMIT, polling).await.is_ok(), "in vain: {what}");
}
