//! The yardstick: a server with one handler that reads the same body and verifies the same signature, and keeps nothing.
//!
//! It runs as a second process of this binary, so that it has its own runtime as the gateway has. What it lacks to be
//! a gateway is what the ratio of the two measures.

#![expect(clippy::disallowed_methods, reason = "load has tasks and times of its own")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt as _;
use lunas_bench::Error;
use lunas_snap::header as snap_header;
use lunas_snap::json;
use lunas_snap::service::Service;
use lunas_snap::signature::TransactionCheck;
use lunas_vocab::Secret;
use tokio::net::TcpListener;

/// What follows the response code in its answer to a call that verifies, about as long as a gateway's answer.
const ANSWER_REST: &str = r#"","responseMessage":"Successful","referenceNo":"A120261120110000AbCdEfGhIjID","partnerReferenceNo":"bench-00000000-0000000000","webRedirectUrl":"https://gateway.example/pay?tref=A120261120110000AbCdEfGhIjID","appRedirectUrl":"","additionalInfo":{"paymentType":"GOPAY","grossAmount":{"value":"15000.00","currency":"IDR"},"gross_amount":{"value":"15000.00","currency":"IDR"},"transactionTime":"2026-11-20T18:00:00+07:00","validUpTo":"2026-11-20T18:15:00+07:00"}}"#;

/// Prints where it listens, and serves until whoever started it is gone. The first line of stdin is the secret, and its
/// end is the end.
pub(crate) async fn serve() -> Result<(), Error> {
    let failed = |source| Error::because("the bare handler could not be started", source);
    let mut secret = String::new();
    std::io::stdin().read_line(&mut secret).map_err(failed)?;
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
    println!("{}", listener.local_addr().map_err(failed)?);
    let secret = Arc::new(Secret::new(secret.trim_end().to_owned()));
    let router = Router::new().fallback(handle).with_state(secret);
    let listener = listener.tap_io(|stream| {
        // As the gateway does: an answer is one small write.
        let _ = stream.set_nodelay(true);
    });
    tokio::select! {
        served = axum::serve(listener, router) => served.map_err(failed)?,
        _ = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())) => {}
    }
    Ok(())
}

async fn handle(
    State(secret): State<Arc<Secret<String>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(service) = Service::find(uri.path()) else { return StatusCode::NOT_FOUND.into_response() };
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let check = TransactionCheck {
        method: service.method(),
        path: service.path(),
        token: snap_header::bearer(text(snap_header::AUTHORIZATION)).unwrap_or_default(),
        raw_body: &body,
        timestamp: text(snap_header::X_TIMESTAMP),
        signature: text(snap_header::X_SIGNATURE),
    };
    let parsed = json::parse(&body).ok();
    if check.verify(&[secret.expose()], parsed.as_ref()).is_none() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let answer = format!("{{\"responseCode\":\"200{}00{ANSWER_REST}", service.code());
    ([(header::CONTENT_TYPE, "application/json")], answer).into_response()
}

/// The second process, stopped when this is dropped.
pub(crate) struct BaselineProcess {
    /// Where it listens: host and port.
    pub(crate) address: String,
    child: Child,
}

impl BaselineProcess {
    /// Starts it and waits until it says where it listens.
    pub(crate) fn start(secret: &Secret<String>) -> Result<Self, Error> {
        let failed = |source| Error::because("the bare handler could not be started", source);
        let program = std::env::current_exe().map_err(failed)?;
        let child = Command::new(program)
            .arg("baseline")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let mut process = Self { address: String::new(), child };
        let silent = || std::io::Error::other("it did not say where it listens");
        let stdin = process.child.stdin.as_mut().ok_or_else(silent).map_err(failed)?;
        writeln!(stdin, "{}", secret.expose()).map_err(failed)?;
        let stdout = process.child.stdout.as_mut().ok_or_else(silent).map_err(failed)?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).map_err(failed)?;
        process.address = line.trim_end().to_owned();
        if process.address.is_empty() {
            return Err(failed(silent()));
        }
        Ok(process)
    }
}

impl Drop for BaselineProcess {
    fn drop(&mut self) {
        // It may be gone already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
