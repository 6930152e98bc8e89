//! How lines look, in both forms.

use std::io::Write;
use std::sync::{Arc, Mutex};

use lunas_gateway::config::LogFormat;
use serde_json::Value;
use tracing::field::Empty;
use tracing::{Span, error_span, info, info_span};

use super::line::Line;

/// What was written.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The lines that `work` leaves, without the time at their beginning.
fn lines(format: LogFormat, filter: &str, work: impl FnOnce()) -> Vec<String> {
    let (paper, line) = (Paper::default(), Line::new(format));
    let writer = paper.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .with_env_filter(super::filter(filter).unwrap())
        .fmt_fields(line)
        .event_format(line)
        .finish();
    tracing::subscriber::with_default(subscriber, work);
    let written = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
    written.lines().map(str::to_owned).collect()
}

fn work() {
    let call = error_span!("call", request_id = "r1", client_id = "said", reference_no = Empty);
    call.in_scope(|| {
        Span::current().record("client_id", "proven");
        Span::current().record("reference_no", "A\" \n1");
        let inner = info_span!("inner", task = "attempt", count = 7_u64);
        inner.in_scope(
            || info!(target: "t", reference_no = "B2", left = None::<u8>, ok = true, "payment {}", "paid"),
        );
        info!(target: "t", path = %"/x", elapsed_us = 12_u64, "refused");
    });
    info!(target: "t", "stopped");
}

#[test]
fn a_line_of_text_has_each_field_once() {
    let said: Vec<String> = lines(LogFormat::Text, "info", work)
        .iter()
        .map(|line| line.split_once("  INFO ").expect("its level").1.to_owned())
        .collect();
    assert_eq!(
        said,
        [
            "t: payment paid request_id=\"r1\" client_id=\"proven\" task=\"attempt\" count=7 \
             reference_no=\"B2\" ok=true",
            "t: refused request_id=\"r1\" client_id=\"proven\" reference_no=\"A\\\" \\n1\" path=/x elapsed_us=12",
            "t: stopped",
        ]
    );
}

#[test]
fn a_line_of_json_has_each_field_once() {
    let lines = lines(LogFormat::Json, "info", work);
    let said: Vec<&str> = lines
        .iter()
        .map(|line| {
            let parsed: Value = serde_json::from_str(line).unwrap();
            assert!(parsed["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
            line.split_once("\"level\"").expect("its level").1
        })
        .collect();
    assert_eq!(
        said,
        [
            r#":"INFO","message":"payment paid","request_id":"r1","client_id":"proven","task":"attempt","count":7,"reference_no":"B2","ok":true,"target":"t"}"#,
            r#":"INFO","message":"refused","request_id":"r1","client_id":"proven","reference_no":"A\" \n1","path":"/x","elapsed_us":12,"target":"t"}"#,
            r#":"INFO","message":"stopped","target":"t"}"#,
        ]
    );
}

#[test]
fn a_span_is_there_whatever_the_filter_and_gone_when_nothing_is_logged() {
    let failing =
        || error_span!("call", request_id = "r1").in_scope(|| tracing::error!(target: "t", "failed"));
    let logged = lines(LogFormat::Text, "error", failing);
    assert!(logged.len() == 1 && logged[0].ends_with("t: failed request_id=\"r1\""), "{logged:?}");
    let formatted = std::cell::Cell::new(false);
    let nothing = lines(LogFormat::Text, "off", || {
        let value = tracing::field::display(Watched(&formatted));
        error_span!("call", request_id = value).in_scope(failing);
    });
    assert!(nothing.is_empty() && !formatted.get(), "{nothing:?}");
}

#[test]
fn a_filter_that_names_targets_leaves_the_ids_of_the_call() {
    for filter in ["t=info", "off,t=info"] {
        let logged = lines(LogFormat::Text, filter, || {
            error_span!(target: "lunas_gateway::span", "call", request_id = "r1")
                .in_scope(|| info!(target: "t", "paid"));
        });
        assert!(
            logged.len() == 1 && logged[0].ends_with("t: paid request_id=\"r1\""),
            "{filter}: {logged:?}"
        );
    }
}

#[test]
fn a_filter_names_one_call() {
    let both = || {
        for id in ["order-7", "order-8"] {
            error_span!("call", external_id = id).in_scope(|| tracing::debug!(target: "t", "answered"));
        }
    };
    let logged = lines(LogFormat::Text, "info,[{external_id=order-7}]=debug", both);
    assert!(logged.len() == 1 && logged[0].ends_with("t: answered external_id=\"order-7\""), "{logged:?}");
}

/// Notes that it was formatted.
struct Watched<'a>(&'a std::cell::Cell<bool>);

impl std::fmt::Display for Watched<'_> {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.set(true);
        Ok(())
    }
}
