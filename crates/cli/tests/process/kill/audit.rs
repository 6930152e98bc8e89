//! What is proven in the end: every order was told of, in order and signed; and the store holds what the book says,
//! no more and no less.

use std::collections::HashMap;

use axum::body::Bytes;
use lunas_client::{Notice, NotificationVerifier, ReceivedNotification};
use lunas_domain::ledger::Account;
use lunas_store::{NoticeFilter, NoticeState, PaymentFilter, Scope, Store};
use lunas_vocab::{MerchantId, Money, Phone, Timestamp};

use super::order::{Order, PAYERS, Plan};
use super::{Trial, advance};
use crate::home::Process;
use crate::merchant::Merchant;

/// What every payer had at first.
const OPENING_BALANCE: Money = Money::idr(10_000_000);
/// How far the clock is moved at a time: further than a lease lasts, a payment waits, or the first retries are apart.
const STEP_SECONDS: u64 = 16 * 60;
/// How often at the most. A payment expires, and a notification fails twice; what is left is for a busy machine.
const STEPS_MAX: usize = 12;

/// Moves the clock until every notification was taken, then looks at what was told of each order.
pub(super) async fn told(trial: &Trial, merchant: &Merchant) {
    let orders = trial.done();
    let mut told = Told::new(trial);
    trial.receiver.at_rest().await;
    told.hear(trial);
    for _ in 0..STEPS_MAX {
        if orders.iter().all(|order| told.is_whole(order)) {
            break;
        }
        advance(merchant, STEP_SECONDS).await;
        trial.receiver.at_rest().await;
        told.hear(trial);
    }
    for order in &orders {
        told.check(order);
    }
    assert_eq!(told.taken.len(), orders.len(), "nothing is told of that nobody ordered");
}

/// What the merchant heard.
struct Told {
    verifier: NotificationVerifier,
    /// How many attempts were looked at.
    known: usize,
    /// What each notification said the first time.
    bodies: HashMap<String, Bytes>,
    /// The statuses of each payment in the order in which they were taken.
    taken: HashMap<String, Vec<&'static str>>,
}

impl Told {
    fn new(trial: &Trial) -> Self {
        let sandbox = trial.home.sandbox();
        let verifier =
            NotificationVerifier::new([sandbox["notificationPublicKey"].as_str().unwrap()]).unwrap();
        Self { verifier, known: 0, bodies: HashMap::new(), taken: HashMap::new() }
    }

    /// Verifies every attempt that is new. All attempts at one notification say the same.
    fn hear(&mut self, trial: &Trial) {
        for attempt in trial.receiver.attempts_after(self.known) {
            self.known += 1;
            let received = ReceivedNotification {
                path: &attempt.path,
                timestamp: &attempt.timestamp,
                signature: &attempt.signature,
                body: &attempt.body,
            };
            // Judged by the time it names: whether it was fresh is another test's question.
            let sent = Timestamp::parse(&attempt.timestamp).unwrap();
            let Notice::Debit(said) = self.verifier.verify(&received, sent).unwrap() else {
                panic!("nothing but payments was ordered");
            };
            let first = self.bodies.entry(attempt.id).or_insert_with(|| attempt.body.clone());
            assert_eq!(*first, attempt.body);
            if attempt.is_taken {
                let reference_no = said.original_reference_no.into_string();
                self.taken.entry(reference_no).or_default().push(said.status.code());
            }
        }
    }

    fn of(&self, order: &Order) -> &[&'static str] {
        let reference_no = order.reference_no.as_ref().expect("it was settled");
        self.taken.get(reference_no).map_or(&[], Vec::as_slice)
    }

    fn is_whole(&self, order: &Order) -> bool {
        ["03", end(order)].iter().all(|status| self.of(order).contains(status))
    }

    /// A notification may come twice, when the gateway was killed before it had noted that it was taken; it never
    /// comes after a later one was taken.
    fn check(&self, order: &Order) {
        let mut heard = self.of(order).to_vec();
        heard.dedup();
        assert_eq!(heard, ["03", end(order)], "{order:?}");
    }
}

/// Where an order stands once time has passed.
fn end(order: &Order) -> &'static str {
    match order.plan {
        Plan::Pay(_) | Plan::Cancel => order.end(),
        Plan::Leave => "08",
    }
}

/// Starts once more: `sandbox.json` shows the balances that the paid orders leave.
pub(super) async fn restarted_balances(trial: &Trial, process: Process) -> Process {
    process.stop().await;
    let (process, _) = trial.restart().await;
    let sandbox = trial.home.sandbox();
    for customer in sandbox["customers"].as_array().unwrap() {
        let phone = customer["phone"].as_str().unwrap();
        if PAYERS.contains(&phone) {
            let expected = OPENING_BALANCE.checked_sub(paid_by(&trial.done(), phone)).unwrap();
            assert_eq!(customer["balance"], expected.to_decimal(), "{phone}");
        }
    }
    process
}

fn paid_by(orders: &[Order], phone: &str) -> Money {
    let paid = orders.iter().filter(|order| matches!(order.plan, Plan::Pay(by) if by == phone));
    paid.fold(Money::ZERO_IDR, |sum, order| sum.checked_add(order.amount).unwrap())
}

/// Reads the closed store: one payment for each order, each paid once, and every notification settled.
pub(super) async fn kept(trial: &Trial) {
    let orders = trial.done();
    let store = Store::open(&trial.home.store()).await.unwrap();
    let report = store.ledger_check().await.unwrap();
    assert!(report.is_sound(), "{report:?}");

    let mut open: HashMap<&str, &Order> = orders.iter().map(|o| (o.external_id.as_str(), o)).collect();
    let mut filter = PaymentFilter::default();
    loop {
        let page = store.payments_list(Scope::System, &filter).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.after = Some(last.reference_no.clone());
        for payment in page {
            // Taken out, so that a second payment of the same order finds none.
            let order = open.remove(payment.external_id.as_str()).expect("one payment for each order");
            assert_eq!((payment.amount, payment.status.digits()), (order.amount, end(order)), "{order:?}");
            assert_eq!(Some(payment.reference_no.as_str()), order.reference_no.as_deref());
        }
    }
    assert!(open.is_empty(), "lost: {open:?}");

    let mut paid = Money::ZERO_IDR;
    for phone in PAYERS {
        let row = store.customer_find_by_phone(&Phone::new(phone).unwrap()).await.unwrap().unwrap();
        let spent = paid_by(&orders, phone);
        let balance = store.balance_find(&Account::Wallet(row.customer.id)).await.unwrap();
        assert_eq!(balance.checked_add(spent), Some(OPENING_BALANCE), "{phone}");
        paid = paid.checked_add(spent).unwrap();
    }
    let sandbox = trial.home.sandbox();
    let merchant = MerchantId::new(sandbox["merchantId"].as_str().unwrap()).unwrap();
    assert_eq!(store.balance_find(&Account::Merchant(merchant)).await.unwrap(), paid);

    for state in [NoticeState::Pending, NoticeState::Parked, NoticeState::Superseded] {
        let filter = NoticeFilter { state: Some(state), ..NoticeFilter::default() };
        assert_eq!(store.notices_list(Scope::System, &filter).await.unwrap(), []);
    }
    store.close().await;
    println!("{} orders, {} paid: {paid}", orders.len(), report.paid_payments);
}
