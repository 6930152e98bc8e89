//! The servers in `benches/peers`: installed when they are missing, started for one measurement.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::place::Bench;
use crate::shell;

/// How often a port is tried until its server listens.
const TRIES: u32 = 600;
/// How long between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// A running server; it is stopped when this is dropped.
pub(super) struct Peer {
    /// What the report calls it.
    pub(super) name: &'static str,
    /// Where it listens.
    pub(super) url: String,
    child: Child,
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may be gone already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Installs what is missing and starts them all. Those that check signatures do it with `secret`.
pub(super) fn start(bench: &Bench, secret: &str) -> Result<Vec<Peer>, String> {
    let peers = bench.root.join("benches").join("peers");
    let python = install(bench, &peers)?;
    let data = |name: &str| bench.scratch.join(name).to_string_lossy().into_owned();
    let mut started = Vec::new();
    let mut add = |name: &'static str, program: &str, arguments: &dyn Fn(&str) -> Vec<String>| {
        let port = lunas_cluster::free_port().map_err(|error| error.to_string())?.to_string();
        let mut command = Command::new(program);
        command.args(arguments(&port)).current_dir(&peers);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.map_err(|error| format!("{name} did not start: {error}"))?;
        let peer = Peer { name, url: format!("http://127.0.0.1:{port}"), child };
        wait_for(&port).map_err(|error| format!("{name}: {error}"))?;
        started.push(peer);
        Ok::<(), String>(())
    };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    add("express", "node", &|port| words(&["express.mjs", port, &data("express.db"), secret]))?;
    add("fastapi", &python, &|port| words(&["fastapi_peer.py", port, &data("fastapi.db"), secret]))?;
    add("prism", "node", &|port| {
        words(&["node_modules/.bin/prism", "mock", "-p", port, "-v", "silent", "static.yaml"])
    })?;
    add("mockoon", "node", &|port| {
        let program = "node_modules/@mockoon/cli/bin/run.js";
        let quiet = ["--disable-log-to-file", "--disable-admin-api"];
        words(&[&[program, "start", "--data", "mockoon.json", "--port", port], &quiet[..]].concat())
    })?;
    Ok(started)
}

/// Gives the Python that has what it needs.
fn install(bench: &Bench, peers: &Path) -> Result<String, String> {
    if !peers.join("node_modules").exists() {
        // better-sqlite3 is compiled here: its ready-made build lies where only a browser would look.
        let headers = if Path::new("/usr/include/node").exists() { "/usr" } else { "" };
        let mut command = Command::new("npm");
        command.args(["ci", "--no-audit", "--no-fund"]).current_dir(peers).env("npm_config_nodedir", headers);
        shell::run(&mut command, "npm ci")?;
    }
    let environment = shell::target_directory(&bench.root).join("bench-python");
    let python = environment.join("bin").join("python");
    if !python.exists() {
        shell::run(Command::new("python3").args(["-m", "venv"]).arg(&environment), "python3 -m venv")?;
        let mut command = Command::new(&python);
        command.args(["-m", "pip", "install", "-q", "-r", "requirements.txt"]).current_dir(peers);
        shell::run(&mut command, "pip install -r requirements.txt")?;
    }
    Ok(python.to_string_lossy().into_owned())
}

/// A port that nobody listens on now.
fn wait_for(port: &str) -> Result<(), String> {
    for _ in 0..TRIES {
        if TcpStream::connect(format!("127.0.0.1:{port}")).is_ok() {
            return Ok(());
        }
        #[expect(clippy::disallowed_methods, reason = "a server of somebody else announces nothing")]
        std::thread::sleep(PAUSE);
    }
    Err("it does not listen".to_owned())
}
