//! What a client names by an id of its own is done once, whichever `X-EXTERNAL-ID` the calls carry that ask for it.

use crate::kit::{Answer, Gateway};
use lunas_snap::service::Service;
use serde_json::Value;
use tokio::sync::Barrier;

use crate::codes::{call, right_body};
use crate::world::gateway;

/// How many ask at once.
const CALLERS: usize = 20;
/// How often they do where one of them may see what another has done.
const ROUNDS: usize = 5;

/// What comes of one body under many external ids at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// The body names what is to be done by an id of the caller: it is done once, and each is told so in the same words.
    /// So many journal entries come of it.
    Once(u64),
    /// The contract has the order id stand for nothing: each call opens a payment of its own.
    Each,
    /// The body names what is to be ended and not the deed: the first is told that it was done, and the others how it
    /// stands.
    First(&'static str),
    /// Nothing is done.
    Reads,
}

/// Every service that clients call with a body under a token.
const RULES: &[(Service, Rule)] = &[
    (Service::DebitPayment, Rule::Each),
    (Service::DebitStatus, Rule::Reads),
    (Service::DebitCancel, Rule::First("4035715")),
    (Service::DebitRefund, Rule::Once(1)),
    (Service::QrGenerate, Rule::Once(0)),
    (Service::QrQuery, Rule::Reads),
    (Service::QrCancel, Rule::First("4047700")),
    (Service::QrRefund, Rule::Once(1)),
    (Service::VaCreate, Rule::Once(0)),
    (Service::VaStatus, Rule::Reads),
    (Service::VaDelete, Rule::First("4033115")),
    (Service::VaInquiry, Rule::Reads),
    (Service::VaPayment, Rule::Once(1)),
    (Service::AccountBinding, Rule::First("4040711")),
    (Service::AccountInquiry, Rule::Reads),
    (Service::AccountUnbinding, Rule::First("4010902")),
    (Service::AuthPayment, Rule::Each),
    (Service::AuthQuery, Rule::Reads),
    (Service::AuthCapture, Rule::Once(1)),
    (Service::AuthVoid, Rule::Once(1)),
    (Service::AuthRefund, Rule::Once(1)),
    (Service::BalanceInquiry, Rule::Reads),
    (Service::HistoryList, Rule::Reads),
    (Service::HistoryDetail, Rule::Reads),
];

#[test]
fn m2_every_service_has_its_rule() {
    let ruled: Vec<_> = RULES.iter().map(|(service, _)| *service).collect();
    let expected: Vec<_> = Service::ALL
        .iter()
        .copied()
        .filter(|service| service.inbound())
        // A token is new each time, and a consent is a redirect.
        .filter(|service| !matches!(service, Service::AccessTokenB2b | Service::AuthCode))
        .collect();
    assert_eq!(ruled, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m2_twenty_at_once_under_one_business_id_get_one_answer() {
    for (service, rule) in RULES.iter().copied() {
        let rounds = if matches!(rule, Rule::Once(_)) { ROUNDS } else { 1 };
        for _ in 0..rounds {
            check(service, rule).await;
        }
    }
}

async fn check(service: Service, rule: Rule) {
    let gateway = gateway().await;
    let body = right_body(&gateway, service).await;
    let before = journals(&gateway).await;
    let answers = at_once(&gateway, service, &body).await;
    let moved = journals(&gateway).await - before;
    let codes: Vec<String> = answers.iter().map(Answer::code).collect();
    let succeeded = answers.iter().filter(|answer| answer.status == 200).count();
    let mut bodies: Vec<_> = answers.iter().map(|answer| &answer.body).collect();
    bodies.sort();
    bodies.dedup();
    match rule {
        Rule::Once(entries) => {
            assert_eq!((succeeded, bodies.len(), moved), (CALLERS, 1, entries), "{service:?} {codes:?}");
        }
        Rule::Each => assert_eq!((succeeded, bodies.len()), (CALLERS, CALLERS), "{service:?} {codes:?}"),
        Rule::First(refused) => {
            let others = codes.iter().filter(|code| *code == refused).count();
            assert_eq!((succeeded, others), (1, CALLERS - 1), "{service:?} {codes:?}");
        }
        Rule::Reads => assert_eq!((succeeded, moved), (CALLERS, 0), "{service:?} {codes:?}"),
    }
    gateway.finish().await;
}

async fn at_once(gateway: &Gateway, service: Service, body: &Value) -> Vec<Answer> {
    // The caller has its token before they start.
    call(gateway, service, body).body("{").send().await;
    let barrier = Barrier::new(CALLERS);
    let calls = (0..CALLERS).map(|at| {
        let barrier = &barrier;
        async move {
            barrier.wait().await;
            call(gateway, service, body).external_id(&format!("call-{at}")).send().await
        }
    });
    join_all(calls).await
}

/// All of them side by side on this task: the gateway's own tasks are what races.
pub(crate) async fn join_all<T, F: Future<Output = T>>(calls: impl Iterator<Item = F>) -> Vec<T> {
    let mut calls: Vec<_> = calls.map(|call| (Box::pin(call), None)).collect();
    std::future::poll_fn(|context| {
        let mut all_done = true;
        for (call, answer) in &mut calls {
            if answer.is_none() {
                match call.as_mut().poll(context) {
                    std::task::Poll::Ready(done) => *answer = Some(done),
                    std::task::Poll::Pending => all_done = false,
                }
            }
        }
        if all_done { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    calls.into_iter().map(|(_, answer)| answer.unwrap()).collect()
}

async fn journals(gateway: &Gateway) -> u64 {
    let report = gateway.app.store.ledger_check().await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    report.journals
}
