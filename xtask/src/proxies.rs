//! The examples in `packaging/` of what stands around a gateway: nginx and Caddy in front of it, and an image with it in.
//!
//! Each proxy reads its example itself. What the examples say of the gateway is compared with the gateway's own files. No
//! image is built: that takes a registry.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{needs, shell};

/// Where nginx's example has its certificate.
const LIVE: &str = "/etc/letsencrypt/live/pay.example/";
/// Makes a certificate for it.
const CERTIFICATE: &str = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=pay.example -keyout privkey.pem -out \
                           fullchain.pem";

/// Has both proxies read their examples.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let place = shell::target_directory(root).join("proxies");
    std::fs::create_dir_all(&place).map_err(|error| format!("{}: {error}", place.display()))?;
    nginx(root, &place)?;
    let mut caddy = Command::new("caddy");
    caddy.args(["validate", "--adapter", "caddyfile", "--config"]).arg(root.join("packaging/Caddyfile"));
    quietly(caddy.env("HOME", &place), "caddy validate")
}

/// nginx opens what it listens on and reads certificates even in a test, so that both are of the place.
fn nginx(root: &Path, place: &Path) -> Result<(), String> {
    let mut openssl = Command::new("openssl");
    quietly(openssl.args(CERTIFICATE.split_whitespace()).current_dir(place), "openssl req")?;
    let example = root.join("packaging/nginx.conf");
    let text =
        std::fs::read_to_string(&example).map_err(|error| format!("{}: {error}", example.display()))?;
    let here = place.display();
    let text = text
        .replace(LIVE, &format!("{here}/"))
        .replace("listen 80;", &format!("listen unix:{here}/80;"))
        .replace("listen 443 ssl;", &format!("listen unix:{here}/443 ssl;"))
        .replace("listen [::]:80;", "")
        .replace("listen [::]:443 ssl;", "");
    let whole =
        format!("pid {here}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{text}}}\n");
    let path: PathBuf = place.join("nginx.conf");
    std::fs::write(&path, whole).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut command = Command::new(needs::nginx().ok_or("nginx is gone")?);
    quietly(command.args(["-t", "-q", "-p"]).arg(place).arg("-c").arg(&path), "nginx -t")
}

/// Runs a program that tells what is of interest only when it fails.
fn quietly(command: &mut Command, typed: &str) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("`{typed}` did not start: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("`{typed}` ended with {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

#[cfg(test)]
mod tests {
    use toml::Table;

    use crate::repository;

    fn text(path: &str) -> String {
        std::fs::read_to_string(repository().join(path)).unwrap()
    }

    /// A proxy that is stricter than the gateway answers in words that no merchant can read.
    #[test]
    fn proxies_have_the_gateways_limits() {
        let defaults: Table = text("crates/gateway/config/lunas.toml").parse().unwrap();
        let number = |key: &str| defaults["server"][key].as_integer().unwrap();
        let (body, head) = (number("body_max_bytes") / 1024, number("header_max_bytes") / 1024);
        let seconds = |key: &str| format!("{}s", number(key));
        let (header, taken) = (seconds("header_timeout_seconds"), seconds("answer_timeout_seconds"));
        let sent = seconds("body_timeout_seconds");
        let check = |path: &str, lines: &[String]| {
            let text = text(path);
            for line in lines {
                assert!(text.lines().any(|has| has.trim() == line), "{path} has no line {line:?}");
            }
        };
        check(
            "packaging/nginx.conf",
            &[
                format!("client_max_body_size {}k;", 2 * body),
                format!("large_client_header_buffers 4 {}k;", head / 2),
                format!("client_header_timeout {header};"),
                format!("client_body_timeout {sent};"),
                format!("send_timeout {taken};"),
                "proxy_set_header X-Forwarded-For $remote_addr;".to_owned(),
            ],
        );
        check(
            "packaging/Caddyfile",
            &[
                format!("max_size {}KiB", 2 * body),
                format!("max_header_size {head}KiB"),
                format!("read_header {header}"),
                format!("read_body {sent}"),
            ],
        );
    }

    /// Nothing here can build the image, so that what it names is looked for.
    #[test]
    fn the_image_is_made_of_what_is_there() {
        let text = text("packaging/Dockerfile");
        let words = |line: &str| line.split_whitespace().skip(1).map(str::to_owned).collect::<Vec<_>>();
        for line in text.lines().filter(|line| line.starts_with("COPY")) {
            let mut from = words(line);
            from.pop();
            match from.first().map(String::as_str) {
                Some("--from=build") => assert_eq!(from[1..], ["/src/target/release/lunas"]),
                _ => from.iter().for_each(|file| assert!(repository().join(file).exists(), "{file}")),
            }
        }
        let manifest: Table = self::text("Cargo.toml").parse().unwrap();
        let rust = manifest["workspace"]["package"]["rust-version"].as_str().unwrap();
        assert!(text.contains(&format!("\nARG RUST={rust}\n")), "another Rust than Cargo.toml's");
        assert!(
            text.contains("/readyz") && self::text("crates/gateway/src/probes.rs").contains("\"/readyz\"")
        );
        assert!(
            text.contains("\nUSER 10001\n")
                && text.ends_with("ENTRYPOINT [\"/usr/bin/lunas\"]\nCMD [\"serve\"]\n")
        );
        let ignored = self::text(".dockerignore");
        assert!(ignored.lines().any(|line| line == "target"), "what was built here would be sent along");
    }
}
