//! What whoever watches a gateway is told, as one who asks sees it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use lunas_domain::notification::About;
use lunas_gateway::config::Config;
use lunas_gateway::tally::AttemptOutcome;
use lunas_snap::code::{Case, ResponseCode};
use lunas_snap::service::Service;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::kit::{Gateway, Options, Reply, sample, until};
use crate::world::{opened, options};

/// Reads OpenMetrics as strictly as the people who keep the form do: Debian's python3-prometheus-client.
const READER: &str = "import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as families
for family in families(sys.stdin.read()):
    print(family.name, family.type, family.unit, len(family.documentation) > 10 and family.documentation[-1])";
/// Where a Python may be that sees Debian's packages.
const PYTHONS: [&str; 2] = ["/usr/bin/python3", "python3"];

/// The service's digits where a request reached none.
const NO_SERVICE: &str = "00";

/// A gateway that tells its figures, whose clock stands.
async fn gateway() -> Gateway {
    let told = Config::read("[metrics]\nlisten = \"127.0.0.1:0\"").unwrap().metrics;
    let Options { clock, mut config, store } = options();
    config.metrics = told;
    Gateway::start_with(Options { clock, config, store }).await
}

/// The answer to a request on the listener for figures: its head and its body.
async fn asked(gateway: &Gateway, request: &str) -> (String, String) {
    let url = gateway.metrics_url.as_ref().unwrap();
    let address = url.strip_prefix("http://").unwrap().strip_suffix("/metrics").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("{request} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// Every sample, by its name and its labels.
async fn figures(gateway: &Gateway) -> BTreeMap<String, f64> {
    let (head, text) = asked(gateway, "GET /metrics").await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(
        head.contains("content-type: application/openmetrics-text; version=1.0.0; charset=utf-8"),
        "{head}"
    );
    samples(&text)
}

fn samples(text: &str) -> BTreeMap<String, f64> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.map(|line| line.rsplit_once(' ').unwrap());
    let found: Vec<(String, f64)> =
        pairs.map(|(name, value)| (name.to_owned(), value.parse().unwrap())).collect();
    let each: BTreeMap<String, f64> = found.iter().cloned().collect();
    assert_eq!(each.len(), found.len(), "a sample is there twice:\n{text}");
    each
}

/// Waits until so many attempts at telling of payments were counted.
async fn attempted(gateway: &Gateway, outcome: AttemptOutcome, count: u64) {
    let of = || {
        let mut attempts = gateway.app.tally.notifications_about(About::Payment).attempts();
        attempts.find(|(other, _)| *other == outcome).unwrap().1
    };
    until(&format!("{count} attempts {outcome:?}"), || async { (of() == count).then_some(()) }).await;
}

#[tokio::test]
async fn the_figures_are_those_of_what_happened() {
    let gateway = gateway().await;
    let before = figures(&gateway).await;
    opened(&gateway, "order-1").await;
    attempted(&gateway, AttemptOutcome::Delivered, 1).await;
    gateway.receiver.answer_next([Reply::Status(500)]);
    assert_eq!(gateway.pay(&sample::payment("order-2")).send().await.code(), "2005400");
    attempted(&gateway, AttemptOutcome::Refused, 1).await;
    let refused = gateway.status(&sample::original("none")).send().await;
    assert_eq!(refused.code(), "4045501");
    let after = figures(&gateway).await;
    let grown = |name: &str| after.get(name).unwrap_or(&0.0) - before.get(name).unwrap_or(&0.0);
    for (name, by) in [
        ("lunas_calls_total{service=\"54\",code=\"2005400\"}", 2.0),
        ("lunas_calls_total{service=\"55\",code=\"4045501\"}", 1.0),
        ("lunas_call_duration_seconds_count{service=\"54\"}", 2.0),
        ("lunas_call_duration_seconds_count{service=\"55\"}", 1.0),
        ("lunas_notification_attempts_total{about=\"payment\",outcome=\"delivered\"}", 1.0),
        ("lunas_notification_attempts_total{about=\"payment\",outcome=\"refused\"}", 1.0),
        ("lunas_notification_attempts_total{about=\"payment\",outcome=\"unanswered\"}", 0.0),
        ("lunas_notifications_parked_total{about=\"payment\"}", 0.0),
        ("lunas_notification_delivery_seconds_count{about=\"payment\"}", 1.0),
        ("lunas_store_commits_total{outcome=\"refused\"}", 0.0),
        ("lunas_store_reads_failed_total", 0.0),
    ] {
        assert!(
            (grown(name) - by).abs() < 1e-9,
            "{name} grew by {} and not by {by}: {after:#?}",
            grown(name)
        );
    }
    // Two openings, and a claim and a record for each of two attempts; the workers have changes of their own.
    for name in [
        "lunas_store_commits_total{outcome=\"made\"}",
        "lunas_store_batch_changes_sum",
        "lunas_store_wait_seconds_count",
    ] {
        assert!(grown(name) >= 6.0, "{name} grew by {}", grown(name));
    }
    assert_eq!(grown("lunas_store_batch_seconds_count"), grown("lunas_store_batch_changes_count"));
    assert_eq!(after[&format!("lunas_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))], 1.0);

    // The second is told when its time has come, ten minutes later by a clock that jumps.
    gateway.advance(Duration::from_mins(10)).await;
    attempted(&gateway, AttemptOutcome::Delivered, 2).await;
    let last = figures(&gateway).await;
    let within = |bound: &str| {
        last[&format!("lunas_notification_delivery_seconds_bucket{{le=\"{bound}\",about=\"payment\"}}")]
    };
    assert_eq!((within("300.0"), within("900.0"), within("+Inf")), (1.0, 2.0, 2.0));
    gateway.finish().await;
}

#[tokio::test]
async fn what_is_to_be_sent_and_how_late_it_is_are_told() {
    let gateway = gateway().await;
    gateway.receiver.answer(Reply::Status(500));
    gateway.pay(&sample::payment("order-1")).send().await;
    attempted(&gateway, AttemptOutcome::Refused, 1).await;
    let told = figures(&gateway).await;
    let pending = |state: &str| told[&format!("lunas_notifications_pending{{state=\"{state}\"}}")];
    assert_eq!((pending("due"), pending("later"), told["lunas_notifications_late_seconds"]), (0.0, 1.0, 0.0));
    assert_eq!(told["lunas_store_readable"], 1.0);
    let age = told["lunas_credential_age_seconds{kind=\"secret\"}"];
    assert!(age > 0.0, "the sandbox was set up some time ago, not {age}");
    gateway.receiver.answer(Reply::Status(200));
    gateway.advance(Duration::from_mins(3)).await;
    gateway.finish().await;
}

#[tokio::test]
async fn what_expires_is_counted() {
    let gateway = gateway().await;
    opened(&gateway, "order-1").await;
    gateway.advance(Duration::from_hours(24)).await;
    let lag = "lunas_expiry_lag_seconds_count{of=\"payment\"}";
    until("the expiry", || async { (figures(&gateway).await[lag] >= 1.0).then_some(()) }).await;
    gateway.finish().await;
}

#[tokio::test]
async fn a_store_that_cannot_be_read_is_told_and_the_rest_goes_on() {
    let gateway = gateway().await;
    let token = gateway.token().await;
    gateway.app.store.clone().close().await;
    gateway.status(&sample::original("none")).token(&token).send().await;
    let told = figures(&gateway).await;
    assert_eq!(told["lunas_calls_total{service=\"55\",code=\"5005501\"}"], 1.0);
    assert!(told["lunas_store_reads_failed_total"] >= 1.0);
    assert_eq!(told["lunas_store_readable"], 0.0);
    assert!(!told.contains_key("lunas_notifications_late_seconds"), "nobody knows it");
    gateway.abandon().await;
}

#[tokio::test]
async fn the_text_is_openmetrics_and_each_figure_is_explained() {
    let gateway = gateway().await;
    opened(&gateway, "order-1").await;
    let (_, text) = asked(&gateway, "GET /metrics").await;
    let mut read = String::new();
    for python in PYTHONS {
        let reader =
            Command::new(python).args(["-c", READER]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let Ok(mut reader) = reader else { continue };
        reader.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = reader.wait_with_output().unwrap();
        if output.status.success() {
            read = String::from_utf8(output.stdout).unwrap();
            break;
        }
    }
    assert!(!read.is_empty(), "python3-prometheus-client does not read this, or is not installed:\n{text}");
    let families: Vec<&str> = read.lines().collect();
    assert!(families.len() > 15, "{read}");
    for family in families {
        assert!(
            family.starts_with("lunas_") && family.ends_with(" ."),
            "{family} is not explained in a sentence"
        );
        assert_eq!(family.contains("_seconds "), family.contains(" seconds "), "{family} has no unit");
    }
    gateway.finish().await;
}

/// The labels of all samples, with their values.
fn labels(figures: &BTreeMap<String, f64>) -> BTreeSet<(String, String)> {
    let sets = figures.keys().filter_map(|name| Some(name.split_once('{')?.1.strip_suffix('}').unwrap()));
    let pairs = sets.flat_map(|set| set.split(',')).map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned())).collect()
}

#[tokio::test]
async fn no_label_comes_from_outside() {
    let gateway = gateway().await;
    for at in 0..50 {
        for path in [
            format!("/v1.0/evil-{at}"),
            format!("/v1.0/%22%7D%0Aevil_total%7B{at}"),
            format!("/v1.0/debit/payment-host-to-host/evil-{at}"),
            format!("/evil-{at}"),
        ] {
            let body =
                json!({"evil": format!("evil\"}} 1\nevil_total{{{at}"), "merchantId": format!("evil-{at}")});
            let answer = gateway.request(reqwest::Method::POST, &path, Some(&body)).await;
            assert!(answer.status >= 400);
        }
        let call = gateway.pay(&sample::payment("order-1")).token(&format!("evil-{at}"));
        assert!(
            call.header("X-PARTNER-ID", &format!("evil-{at}"))
                .header("CHANNEL-ID", "evil")
                .send()
                .await
                .status
                >= 400
        );
    }
    let told = figures(&gateway).await;
    let nowhere = ResponseCode::new(NO_SERVICE, Case::InvalidRouting);
    let nowhere = told.get(&format!("lunas_calls_total{{service=\"none\",code=\"{nowhere}\"}}"));
    assert_eq!(nowhere, Some(&150.0), "{told:#?}");
    let services: BTreeSet<&str> =
        Service::ALL.iter().map(|service| service.code()).chain(["none"]).collect();
    for (name, value) in labels(&told) {
        let is_known = match name.as_str() {
            "service" => services.contains(value.as_str()),
            "code" => value.len() == 7 && value.bytes().all(|byte| byte.is_ascii_digit()),
            "le" => value == "+Inf" || value.parse::<f64>().is_ok(),
            "version" => value == env!("CARGO_PKG_VERSION"),
            "about" | "outcome" | "state" | "of" | "task" | "kind" => {
                value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && !value.contains("evil")
            }
            _ => false,
        };
        assert!(is_known, "{name}={value}");
    }
    assert!(told.len() < 600, "{} samples", told.len());
    gateway.finish().await;
}

/// The rules of alerts that come with the gateway.
const RULES: &str = include_str!("../../../../ops/prometheus/lunas.rules.yml");

#[tokio::test]
async fn alerts_name_only_figures_that_are_told() {
    let gateway = gateway().await;
    opened(&gateway, "order-1").await;
    let told = figures(&gateway).await;
    let known: BTreeSet<&str> = told.keys().map(|name| name.split('{').next().unwrap()).collect();
    let is_apart = |letter: char| !(letter.is_ascii_alphanumeric() || letter == '_');
    let named: BTreeSet<&str> = RULES.split(is_apart).filter(|word| word.starts_with("lunas_")).collect();
    assert!(named.len() > 5, "{named:?}");
    assert!(named.is_subset(&known), "nobody tells {:?}", named.difference(&known));
    gateway.finish().await;
}

#[tokio::test]
async fn figures_are_told_where_the_operator_said_and_nowhere_else() {
    let gateway = gateway().await;
    assert_eq!(gateway.get("/metrics").await.status, 404, "not where customers come");
    assert!(Config::defaults().metrics.listen().is_none(), "not unless somebody says so");
    for (request, status) in [
        ("GET /healthz", "404"),
        ("GET /", "404"),
        ("POST /metrics", "405"),
        ("HEAD /metrics", "200"),
        ("GET /metrics?x=1", "200"),
    ] {
        let (head, _) = asked(&gateway, request).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{request}: {head}");
    }
    gateway.finish().await;
}
