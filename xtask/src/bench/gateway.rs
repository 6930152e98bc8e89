//! A gateway as a process, and `lunas-bench` against it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Where the payments of the load have their customers return to.
const RETURN_URL: &str = "https://shop.example/return?order=1";

/// A running gateway; it is stopped when this is dropped.
pub(super) struct Gateway {
    /// How long it took from start to `ready`.
    pub(super) started_in: Duration,
    /// Host and port, of one for real money; a sandbox's are in its file.
    pub(super) address: String,
    binary: PathBuf,
    data: PathBuf,
    child: Child,
}

impl Gateway {
    /// Starts one on the data directory, which may be that of an earlier one.
    pub(super) fn start(binary: &Path, data: &Path) -> Result<Self, String> {
        Self::start_on(binary, data, None)
    }

    /// The same on another store than the data directory's own.
    pub(super) fn start_on(binary: &Path, data: &Path, store: Option<&str>) -> Result<Self, String> {
        let mut command = Command::new(binary);
        command.args(["dev", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data).env("RUST_LOG", "warn");
        if let Some(store) = store {
            command.args(["--store", store]);
        }
        Self::spawn(command, binary, data)
    }

    /// One for real money, of a configuration that says where it listens. What it logs nobody reads.
    pub(super) fn serve(binary: &Path, data: &Path, config: &Path) -> Result<Self, String> {
        let mut command = Command::new(binary);
        command.args(["serve", "--config"]).arg(config).stderr(Stdio::null());
        Self::spawn(command, binary, data)
    }

    fn spawn(mut command: Command, binary: &Path, data: &Path) -> Result<Self, String> {
        #[expect(clippy::disallowed_methods, reason = "the time to ready is what is measured")]
        let begin = Instant::now();
        let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| format!("the gateway did not start: {error}"))?;
        let stdout = child.stdout.take().ok_or("the gateway has no output")?;
        let mut address = String::new();
        let is_ready = BufReader::new(stdout).lines().map_while(Result::ok).any(|line| {
            if let Some(rest) = line.strip_prefix("listening on ") {
                address = rest.split(' ').next().unwrap_or_default().to_owned();
            }
            line == "ready"
        });
        let started_in = begin.elapsed();
        let gateway = Self { started_in, address, binary: binary.to_owned(), data: data.to_owned(), child };
        if is_ready { Ok(gateway) } else { Err("the gateway ended before it was ready".to_owned()) }
    }

    /// The report of a `lunas-bench` against it.
    pub(super) fn bench(&self, arguments: &[&str]) -> Result<Value, String> {
        let mut command = Command::new(self.binary.with_file_name("lunas-bench"));
        command.stdin(Stdio::null()).args(arguments).arg("--json").arg("--sandbox").arg(self.sandbox_file());
        let output = command.stderr(Stdio::piped()).output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
    }

    /// The merchant's client secret.
    pub(super) fn secret(&self) -> Result<String, String> {
        Ok(self.sandbox()?["clientSecret"].as_str().unwrap_or_default().to_owned())
    }

    /// Where it is.
    pub(super) fn base_url(&self) -> Result<String, String> {
        Ok(self.sandbox()?["baseUrl"].as_str().unwrap_or_default().to_owned())
    }

    /// Phone numbers of the customers that can pay.
    pub(super) fn payers(&self) -> Result<Vec<String>, String> {
        let sandbox = self.sandbox()?;
        let customers = sandbox["customers"].as_array().into_iter().flatten();
        let happy = customers.filter(|customer| customer["scenario"] == "happy");
        Ok(happy.filter_map(|customer| customer["phone"].as_str()).map(str::to_owned).collect())
    }

    /// Registers more merchants and gives a sandbox file for each.
    pub(super) fn merchants(&self, count: usize) -> Result<Vec<String>, String> {
        let mut files = Vec::with_capacity(count);
        for number in 1..=count {
            let id = format!("G9{number:08}");
            let file = self.data.join(format!("{id}.json"));
            let other = self.merchant(&id, "--data-dir", &self.data)?;
            std::fs::write(&file, other.to_string()).map_err(|error| error.to_string())?;
            files.push(file.to_string_lossy().into_owned());
        }
        Ok(files)
    }

    /// Registers a merchant in the store that `option` names, and gives a sandbox file's content for it.
    pub(super) fn merchant(&self, id: &str, option: &str, path: &Path) -> Result<Value, String> {
        let mut file = self.sandbox()?;
        let written = |error: std::io::Error| error.to_string();
        let key = self.data.join("merchant.pem");
        std::fs::write(&key, file["merchantPublicKey"].as_str().unwrap_or_default()).map_err(written)?;
        let mut command = self.lunas("merchant");
        command.args(["add", id, "--name", "Bench", "--json", "--return-url", RETURN_URL]);
        command.arg("--public-key").arg(&key);
        let output = command.arg(option).arg(path).output().map_err(written)?;
        let added: Value = serde_json::from_slice(&output.stdout)
            .map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
        for name in ["clientId", "clientSecret", "merchantId", "partnerId", "paymentHandle"] {
            file[name] = added[name].clone();
        }
        let points = added["pointsOfPurchase"].as_array().into_iter().flatten();
        let mini_app = points.into_iter().find(|point| point["kind"] == "mini-app");
        file["pointOfPurchaseId"] = mini_app.map_or(Value::Null, |point| point["id"].clone());
        Ok(file)
    }

    /// Runs a `lunas` command on what a path names. The error is what it said.
    pub(super) fn lunas_runs(&self, words: &[&str], path: &Path) -> Result<(), String> {
        let (word, rest) = words.split_first().ok_or("no command is named")?;
        let output = self.lunas(word).args(rest).arg(path).output().map_err(|error| error.to_string())?;
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    /// Proves the ledger: a measurement that loses money measures nothing.
    pub(super) fn check_ledger(&self) -> Result<(), String> {
        let mut command = self.lunas("ledger");
        let output = command.arg("check").arg("--data-dir").arg(&self.data).output();
        let output = output.map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stdout);
        if output.status.success() { Ok(()) } else { Err(format!("the ledger is not sound: {said}")) }
    }

    /// What it holds in memory, in KiB.
    pub(super) fn memory_kib(&self) -> Result<u64, String> {
        let path = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let figure = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        figure.ok_or_else(|| format!("{path} says nothing of memory"))
    }

    /// What it has had of the processors since it started, in hundredths of a second.
    pub(super) fn processor_ticks(&self) -> Result<u64, String> {
        let path = format!("/proc/{}/stat", self.child.id());
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        // The name, in brackets, may have blanks; the times of its own code and of the kernel's are the 12th and 13th
        // word after it.
        let words = text.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().skip(11).take(2));
        let ticks = words.map(|words| words.filter_map(|word| word.parse::<u64>().ok()).sum());
        ticks.ok_or_else(|| format!("{path} says nothing of time"))
    }

    fn lunas(&self, word: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg(word).stdin(Stdio::null());
        command
    }

    fn sandbox_file(&self) -> PathBuf {
        self.data.join("sandbox.json")
    }

    fn sandbox(&self) -> Result<Value, String> {
        let path = self.sandbox_file();
        let text = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::from_slice(&text).map_err(|error| error.to_string())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It keeps nothing that its store has not; it may be gone already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
