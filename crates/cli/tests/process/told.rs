//! What the merchant was told: every notification is signed, says the same at each attempt, and comes in order.

use std::collections::HashMap;

use axum::body::Bytes;
use lunas_client::{NotificationVerifier, ReceivedNotification, VerifiedNotification};
use lunas_vocab::Timestamp;
use serde_json::{Value, json};

use crate::merchant::Merchant;
use crate::order::Order;
use crate::receiver::Receiver;

/// How far the clock is moved at a time: further than a lease lasts, a payment waits, or the first retries are apart.
const STEP_SECONDS: u64 = 16 * 60;
/// How often at the most. A payment expires, and a notification fails twice; what is left is for a busy machine.
const STEPS_MAX: usize = 12;

/// What the merchant heard.
pub(crate) struct Told {
    verifier: NotificationVerifier,
    /// How many attempts were looked at.
    known: usize,
    /// What each notification said the first time.
    bodies: HashMap<String, Bytes>,
    /// The id under which each status of a payment is told.
    ids: HashMap<(String, &'static str), String>,
    /// The statuses of each payment in the order in which they were taken.
    taken: HashMap<String, Vec<&'static str>>,
}

impl Told {
    /// Nothing so far, from the gateway that `sandbox.json` is about.
    pub(crate) fn new(sandbox: &Value) -> Self {
        let key = sandbox["notificationPublicKey"].as_str().unwrap();
        let verifier = NotificationVerifier::new([key]).unwrap();
        Self { verifier, known: 0, bodies: HashMap::new(), ids: HashMap::new(), taken: HashMap::new() }
    }

    /// Moves the clock until every notification about these orders was taken; there are no others.
    pub(crate) async fn wait(&mut self, receiver: &Receiver, merchant: &Merchant, orders: &[Order]) {
        receiver.at_rest().await;
        self.hear(receiver);
        for _ in 0..STEPS_MAX {
            if orders.iter().all(|order| self.is_whole(order)) {
                break;
            }
            advance(merchant, STEP_SECONDS).await;
            receiver.at_rest().await;
            self.hear(receiver);
        }
        let first = orders.iter().find(|order| !self.is_whole(order));
        assert!(first.is_none(), "of {first:?} was told {:?}", first.map(|order| self.of(order)));
        assert_eq!(self.taken.len(), orders.len(), "nothing is told of that nobody ordered");
    }

    /// Verifies every attempt that is new. All attempts at one notification say the same, and no other notification
    /// says it as well.
    pub(crate) fn hear(&mut self, receiver: &Receiver) {
        for attempt in receiver.attempts_after(self.known) {
            self.known += 1;
            let received = ReceivedNotification::new(
                &attempt.path,
                &attempt.timestamp,
                &attempt.signature,
                &attempt.body,
            );
            // Judged by the time it names: whether it was fresh is another test's question.
            let sent = Timestamp::parse(&attempt.timestamp).unwrap();
            let VerifiedNotification::Debit(said) = self.verifier.verify(&received, sent).unwrap() else {
                panic!("nothing but payments was ordered");
            };
            let first = self.bodies.entry(attempt.id.clone()).or_insert_with(|| attempt.body.clone());
            assert_eq!(*first, attempt.body);
            let (reference_no, status) = (said.original_reference_no.into_string(), said.status.code());
            let id = self.ids.entry((reference_no.clone(), status)).or_insert_with(|| attempt.id.clone());
            assert_eq!(*id, attempt.id, "{status} of {reference_no} is told under one id");
            if attempt.is_taken {
                self.taken.entry(reference_no).or_default().push(status);
            }
        }
    }

    /// The statuses of a payment in the order in which they were taken.
    pub(crate) fn statuses_of(&self, reference_no: &str) -> &[&'static str] {
        self.taken.get(reference_no).map_or(&[], Vec::as_slice)
    }

    fn of(&self, order: &Order) -> &[&'static str] {
        self.statuses_of(order.reference_no.as_ref().expect("it was settled"))
    }

    fn is_whole(&self, order: &Order) -> bool {
        order.statuses().iter().all(|status| self.of(order).contains(status))
    }

    /// A notification may come twice, when the gateway was killed before it had noted that it was taken; it never
    /// comes after a later one was taken.
    pub(crate) fn check_strictly(&self, order: &Order) {
        let mut heard = self.of(order).to_vec();
        heard.dedup();
        assert_eq!(heard, order.statuses(), "{order:?}");
    }

    /// What a node was sending when it was stopped may come once more when it goes on. Whatever is new comes in order
    /// all the same.
    pub(crate) fn check(&self, order: &Order) {
        let mut news: Vec<&str> = Vec::new();
        for status in self.of(order) {
            if !news.contains(status) {
                news.push(status);
            }
        }
        assert_eq!(news, order.statuses(), "{order:?}");
    }
}

/// Moves the sandbox's clock.
pub(crate) async fn advance(merchant: &Merchant, seconds: u64) {
    let answer = merchant.control("clock/advance", &json!({"seconds": seconds})).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
}
