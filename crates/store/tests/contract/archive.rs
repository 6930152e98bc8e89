//! The archive: what is moved there, that everything is found as before, and that nothing is moved twice or lost.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use std::ops::ControlFlow;

use lunas_domain::ledger::{Account, JournalEntry, PayOption};
use lunas_domain::notification::Next;
use lunas_domain::payment::{Payment, Product, Resolution, ResolutionKind, Status};
use lunas_domain::virtual_account::{Kind, Status as AccountStatus, Transfer, VirtualAccount};
use lunas_store::{
    CommitError, Ended, HistoryFilter, NotificationFilter, NotificationState, Scope, Store, Write,
};
use lunas_vocab::{
    BankId, BankRequestId, Money, PartnerReferenceNo, PartnerRefundNo, PartnerResolutionNo, ReferenceNo,
    ResolutionNo, Timestamp, TrxId,
};

use super::accounts;
use super::sample::*;

/// Behind every reference number of these tests.
const BEHIND_ALL: &str = "Z";
/// When everything of these tests has ended long ago.
const MUCH_LATER: u64 = 400 * 86_400;
/// What [`filled`] makes that ended.
const ENDED: [&str; 9] = ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9"];

/// The notification of [`filled`] that was given up.
const TOLD: NotificationName<'static> = ("12", "A1", 2);

fn delivered(name: NotificationName<'_>) -> Write {
    recorded(name, 1, Next::Delivered)
}

fn recorded(name: NotificationName<'_>, attempt_no: u32, next: Next) -> Write {
    Write::AttemptRecord {
        key: notification_key(name),
        attempt_no,
        at: NOW,
        latency_ms: 1,
        status: Some(200),
        response: String::new(),
        next,
    }
}

fn opening(name: &str, service: &'static str) -> Write {
    let Write::ReplayClaim { request, body, now, kept_until, .. } = claim("e", "opened", NOW) else {
        panic!("it is a claim");
    };
    let (key, opened) = (key("G1", service, &format!("ext-{name}")), Some(reference(name)));
    Write::ReplayClaim { key, request, body, opened, now, kept_until }
}

fn order(name: &str) -> PartnerReferenceNo {
    PartnerReferenceNo::new(name).unwrap()
}

fn code(name: &str) -> Payment {
    Payment { product: Product::Qris, partner_reference_no: order(&format!("code-{name}")), ..payment(name) }
}

fn code_claim(name: &str) -> Write {
    Write::QrReferenceClaim { payment: Box::new(code(name)), now: NOW, taken_until: after(92 * 86_400) }
}

/// Ten rupiah of c1 that are reserved, and how that ended.
async fn authorization(fresh: &Fresh, name: &str, kind: ResolutionKind) {
    let (customer, option, amount) = (customer_id("c1"), PayOption::Wallet, Money::idr(10));
    let opened = Payment {
        product: Product::PreAuth,
        status: Status::Authorized,
        payer: Some(customer.clone()),
        option: Some(option),
        ..payment(name)
    };
    let hold = JournalEntry::hold(customer.clone(), option, amount, &reference(name), NOW).unwrap();
    fresh.put([opening(name, "63"), open(opened.clone()), Write::JournalPost(hold)]).await;
    let (status, journal) = match kind {
        ResolutionKind::Capture => {
            (Status::Paid, JournalEntry::capture(merchant_id("G1"), amount, &reference(name), after(60)))
        }
        ResolutionKind::Void => {
            (Status::Cancelled, JournalEntry::release(customer, option, amount, &reference(name), after(60)))
        }
    };
    let paid_at = (status == Status::Paid).then_some(after(60));
    let resolution = Resolution {
        reference_no: reference(name),
        version: 2,
        kind,
        // Nothing guards it, so two of one number are archived like any others.
        resolution_no: ResolutionNo::new("C1").unwrap(),
        partner_resolution_no: PartnerResolutionNo::new("close-1").unwrap(),
        amount,
        reason: None,
        at: after(60),
    };
    let ended = Payment { status, version: 2, changed_at: after(60), paid_at, ..opened };
    fresh
        .put([moved(ended), Write::ResolutionAdd(Box::new(resolution)), Write::JournalPost(journal.unwrap())])
        .await;
}

/// A deleted account of many payments, with three of them.
async fn account_of_many(fresh: &Fresh, name: &str) {
    let opened = VirtualAccount { kind: Kind::Multi, ..accounts::account(name, "many", "70012777") };
    fresh.put([accounts::open(&opened)]).await;
    let mut last = opened;
    for (payments, payment_no, trx_id, digits) in
        [(1, "A8", "many", "81"), (2, "AA", "many-2", "82"), (3, "AB", "many-3", "83")]
    {
        last = VirtualAccount { payments, version: payments + 1, changed_at: after(60), ..last };
        let transfer = Transfer {
            reference_no: reference(name),
            trx_id: TrxId::new(trx_id).unwrap(),
            version: payments + 1,
            ..accounts::transfer(payment_no, &format!("r-{payment_no}"))
        };
        let told = notification(digits, payment_no, payments + 1);
        fresh
            .put([accounts::moved(&last), accounts::add(&transfer), accounts::journal(&transfer), told])
            .await;
        fresh.put([delivered((digits, payment_no, payments + 1))]).await;
    }
    let deleted =
        VirtualAccount { status: AccountStatus::Deleted, version: 5, changed_at: after(90), ..last };
    fresh.put([accounts::moved(&deleted)]).await;
}

/// Something of every product and every end, and one payment that waits.
async fn filled() -> Fresh {
    let fresh = Fresh::open().await;
    fresh.put([open_wallet("c1"), top_up("c1", 100, "t1")]).await;

    let (first, second) = (refund("A1", 3, "R1", "r-1", 4), refund("A1", 4, "R2", "r-2", 6));
    fresh.put([opening("A1", "54"), open(payment("A1")), notification("11", "A1", 1)]).await;
    fresh.put([moved(paid("A1", "c1")), payment_journal("A1", "c1"), notification("12", "A1", 2)]).await;
    fresh.put([delivered(("11", "A1", 1))]).await;
    fresh.put([recorded(TOLD, 1, Next::Parked)]).await;
    fresh.put([moved(refunded("A1", "c1", 3, 4)), refund_add(&first), refund_journal(&first, "c1")]).await;
    fresh.put([moved(refunded("A1", "c1", 4, 10)), refund_add(&second), refund_journal(&second, "c1")]).await;

    let reason = "stok habis".to_owned();
    let stands = |payment: Payment, status| Payment { status, version: 2, changed_at: after(60), ..payment };
    fresh.put([opening("A2", "54"), open(payment("A2"))]).await;
    let cancelled = moved(stands(payment("A2"), Status::Cancelled));
    fresh.put([cancelled, Write::CancellationAdd { reference_no: reference("A2"), reason }]).await;

    fresh.put([opening("A3", "47"), code_claim("A3"), open(code("A3"))]).await;
    fresh.put([moved(stands(code("A3"), Status::Expired))]).await;
    fresh.put([opening("A4", "47"), code_claim("A4"), open(code("A4"))]).await;
    let bought =
        Payment { product: Product::Qris, partner_reference_no: order("code-A4"), ..paid("A4", "c1") };
    fresh.put([moved(bought), payment_journal("A4", "c1")]).await;

    authorization(&fresh, "A5", ResolutionKind::Capture).await;
    authorization(&fresh, "A6", ResolutionKind::Void).await;

    let single = accounts::account("A7", "single", "70012628");
    let transfer = Transfer { trx_id: TrxId::new("single").unwrap(), ..accounts::transfer("A7", "r-A7") };
    fresh.put([accounts::open(&single)]).await;
    let status = AccountStatus::Paid;
    let full = VirtualAccount { status, payments: 1, version: 2, changed_at: after(60), ..single };
    fresh.put([accounts::moved(&full), accounts::add(&transfer), accounts::journal(&transfer)]).await;
    account_of_many(&fresh, "A8").await;
    let unpaid = accounts::account("A9", "unpaid", "70012630");
    fresh.put([accounts::open(&unpaid)]).await;
    let status = AccountStatus::Expired;
    let expired = VirtualAccount { status, version: 2, changed_at: after(900), ..unpaid };
    fresh.put([accounts::moved(&expired)]).await;

    fresh.put([opening("B1", "54"), open(payment("B1"))]).await;
    fresh
}

async fn payments(store: &Store, ended_by: Timestamp) -> Vec<Ended> {
    store.payments_ended(None, &reference(BEHIND_ALL), ended_by).await.unwrap().ended
}

async fn all_ended(store: &Store) -> Vec<Ended> {
    let mut all = payments(store, after(MUCH_LATER)).await;
    let accounts = store.accounts_ended(None, &reference(BEHIND_ALL), after(MUCH_LATER)).await.unwrap();
    all.extend(accounts.ended);
    all
}

fn archive(ended: impl IntoIterator<Item = Ended>) -> Vec<Write> {
    ended.into_iter().map(|ended| Write::Archive(Box::new(ended))).collect()
}

/// All that can be asked for, and what is answered.
async fn answers(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    let mut note = |what: String, answer: &dyn std::fmt::Debug| all.push(format!("{what}: {answer:?}"));
    let (g1, g2) = (merchant_id("G1"), merchant_id("G2"));
    for name in ENDED.into_iter().chain(["AA", "AB", "B1", "R1", "C1"]) {
        let number: ReferenceNo = reference(name);
        for scope in [Scope::System, Scope::Merchant(&g1), Scope::Merchant(&g2)] {
            note(format!("payment {name}"), &store.payment_find(scope, &number).await.unwrap());
            note(format!("account {name}"), &store.account_find(scope, &number).await.unwrap());
            note(format!("transfer {name}"), &store.transfer_find_by_no(scope, &number).await.unwrap());
            let filter =
                NotificationFilter { reference_no: Some(number.clone()), ..NotificationFilter::default() };
            note(format!("notifications {name}"), &store.notifications_list(scope, &filter).await.unwrap());
            let parked = NotificationFilter { state: Some(NotificationState::Parked), limit: 1, ..filter };
            note(format!("parked {name}"), &store.notifications_list(scope, &parked).await.unwrap());
        }
        for service in ["54", "47", "63"] {
            let key = key("G1", service, &format!("ext-{name}"));
            note(format!("by key {name}"), &store.payment_find_by_key(&key).await.unwrap());
        }
        let code = order(&format!("code-{name}"));
        note(format!("by code {name}"), &store.payment_find_by_qr_reference(&g1, &code).await.unwrap());
        note(format!("timeline {name}"), &store.transitions_list(&number).await.unwrap());
        for version in [2, 3, 4] {
            note(format!("refunds {name}"), &store.refunds_list(&number, version).await.unwrap());
        }
        for refund in ["r-1", "r-2", "r-3"] {
            let refund = PartnerRefundNo::new(refund).unwrap();
            note(format!("refund {name}"), &store.refund_find(&number, &refund).await.unwrap());
        }
        note(format!("reason {name}"), &store.cancellation_find(&number).await.unwrap());
        note(format!("end {name}"), &store.resolution_find(&number).await.unwrap());
        for (skip, limit) in [(0, 9), (0, 2), (1, 1), (3, 9)] {
            note(format!("transfers {name}"), &store.transfers_list(&number, skip, limit).await.unwrap());
        }
        let (bank, request) = (BankId::new("B1").unwrap(), BankRequestId::new(format!("r-{name}")).unwrap());
        note(format!("report {name}"), &store.transfer_find(&bank, &request).await.unwrap());
    }
    for trx_id in ["single", "many", "many-2", "unpaid"] {
        let trx_id = TrxId::new(trx_id).unwrap();
        note(format!("trx {trx_id}"), &store.account_find_by_trx(&g1, &trx_id).await.unwrap());
    }
    for number in ["70012628", "70012630", "70012777"] {
        for scope in [Scope::System, Scope::Merchant(&g1), Scope::Merchant(&g2)] {
            note(format!("number {number}"), &store.numbers_find(scope, number).await.unwrap());
        }
    }
    for filter in filters() {
        for merchant in [&g1, &g2] {
            note(format!("{filter:?}"), &store.history_list(merchant, &filter).await.unwrap());
        }
    }
    for account in [wallet("c1"), Account::Merchant(g1), Account::Cash] {
        note(format!("{account:?}"), &store.balance_find(&account).await.unwrap());
    }
    let report = store.ledger_check().await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    note("ledger".to_owned(), &(report.journals, report.postings, report.paid_payments, report.total));
    all
}

/// Whole histories, parts of them, and pages of every size.
fn filters() -> Vec<HistoryFilter> {
    let all = HistoryFilter {
        references: (reference("A0"), reference(BEHIND_ALL)),
        opened: (after(0), after(99)),
        partner_reference_no: None,
        statuses: None,
        oldest_first: false,
        skip: 0,
        limit: 100,
    };
    let of = |name: &str| HistoryFilter { partner_reference_no: Some(order(name)), ..all.clone() };
    let standing = |statuses: &[Status]| HistoryFilter { statuses: Some(statuses.to_vec()), ..all.clone() };
    let mut filters = vec![
        all.clone(),
        HistoryFilter { oldest_first: true, ..all.clone() },
        HistoryFilter { references: (reference("A3"), reference("A9")), ..all.clone() },
        HistoryFilter { opened: (after(30), after(99)), ..all.clone() },
        of("order-1"),
        of("code-A4"),
        of("many"),
        of("many-3"),
        standing(&[Status::Paid]),
        standing(&[Status::Refunded, Status::Cancelled]),
        standing(&[Status::Expired]),
        standing(&[]),
    ];
    for (limit, skips) in [(1, 13), (3, 5), (5, 3)] {
        for page in 0..skips {
            filters.push(HistoryFilter { limit, skip: page * u64::from(limit), ..all.clone() });
        }
    }
    filters
}

async fn archived(store: &Store) -> u64 {
    store.ledger_check().await.unwrap().archived
}

/// One by one, so that every page is mixed at some time, with a restart after each; then from a copy.
#[tokio::test]
async fn everything_is_answered_as_before() {
    let mut fresh = filled().await;
    let before = answers(&fresh.store).await;
    let same = |after: &[String], when: &str| {
        for (before, after) in before.iter().zip(after) {
            assert_eq!(before, after, "{when}");
        }
        assert_eq!(before.len(), after.len());
    };
    let all = all_ended(&fresh.store).await;
    assert_eq!(all.len(), ENDED.len());
    for (at, ended) in all.into_iter().enumerate() {
        fresh.put(archive([ended])).await;
        same(&answers(&fresh.store).await, ENDED[at]);
        assert_eq!(usize::try_from(archived(&fresh.store).await), Ok(at + 1));
        fresh = fresh.reopened().await;
    }
    assert!(all_ended(&fresh.store).await.is_empty());
    let left =
        fresh.store.payments_list(Scope::System, &lunas_store::PaymentFilter::default()).await.unwrap();
    assert_eq!(left.len(), 1, "only the payment that waits is where it was");

    let directory = tempfile::tempdir().unwrap();
    let other = Store::open(directory.path().join("other.db").to_str().unwrap()).await.unwrap();
    fresh.store.copy_to(&other, |_| ControlFlow::Continue(())).await.unwrap();
    same(&answers(&other).await, "copied");
    fresh.put([Write::SandboxReset]).await;
    assert_eq!(archived(&fresh.store).await, 0);
    assert_eq!(fresh.store.payment_find(Scope::System, &reference("A1")).await.unwrap(), None);
}

#[tokio::test]
async fn what_was_used_is_used() {
    let fresh = filled().await;
    fresh.put(archive(all_ended(&fresh.store).await)).await;
    let check = async |what: &str, write: Write, expected: &str| {
        assert_eq!(outcome(&fresh.commit([write]).await), expected, "{what}");
    };
    check("the order of a code", code_claim("A4"), "order taken").await;
    let again = accounts::account("D1", "single", "70012629");
    check("the id of an account", accounts::open(&again), "virtual account exists").await;
    check("a state of a payment", moved(refunded("A1", "c1", 5, 10)), "lost race").await;
    check("a journal entry", payment_journal("A1", "c1"), "lost race").await;
    check(
        "a notification",
        Write::NotificationResend { key: notification_key(TOLD), at: after(MUCH_LATER) },
        "lost race",
    )
    .await;
    let new = |name: &str, merchant: &str, created_at| {
        let merchant = merchant_id(merchant);
        let asked = VirtualAccount { merchant, created_at, ..accounts::account(name, "new", "70012628") };
        accounts::open(&asked)
    };
    check("the number of an account at once", new("D2", "G1", NOW), "number taken").await;
    check("or for another merchant", new("D2", "G2", after(MUCH_LATER)), "number taken").await;
    check("once it has rested", new("D2", "G1", after(MUCH_LATER)), "ok").await;
    let found = fresh.store.numbers_find(Scope::System, "70012628").await.unwrap();
    assert_eq!(found, [("mandiri".to_owned(), reference("D2"))]);
}

#[tokio::test]
async fn only_what_ended_and_was_told_is_archived() {
    let waiting = |status| Payment { status, version: 2, changed_at: after(60), ..payment("A1") };
    let check = async |what: &str, writes: Vec<Vec<Write>>, by: u64, expected: usize| {
        let fresh = Fresh::open().await;
        fresh.put([open(payment("A1"))]).await;
        for writes in writes {
            fresh.put(writes).await;
        }
        assert_eq!(payments(&fresh.store, after(by)).await.len(), expected, "{what}");
    };
    const ABOUT_IT: NotificationName<'static> = ("11", "A1", 2);
    let expired = || vec![moved(waiting(Status::Expired))];
    let told = || vec![notification("11", "A1", 2)];
    let retry = Next::Retry { at: after(99), holds_back_later: true };
    check("it waits", vec![], MUCH_LATER, 0).await;
    check("it is authorized", vec![vec![moved(waiting(Status::Authorized))]], MUCH_LATER, 0).await;
    check("it ended", vec![expired()], 60, 1).await;
    check("it ended not long ago", vec![expired()], 59, 0).await;
    check("it is to be told", vec![expired(), told()], MUCH_LATER, 0).await;
    check(
        "it is to be told again",
        vec![expired(), told(), vec![recorded(ABOUT_IT, 1, retry)]],
        MUCH_LATER,
        0,
    )
    .await;
    check("it was told", vec![expired(), told(), vec![delivered(ABOUT_IT)]], MUCH_LATER, 1).await;
    check(
        "it was given up",
        vec![expired(), told(), vec![recorded(ABOUT_IT, 1, Next::Parked)]],
        MUCH_LATER,
        1,
    )
    .await;
    let fresh = Fresh::open().await;
    fresh.put([open(payment("A1")), moved(waiting(Status::Expired))]).await;
    for (last, expected) in [("A0", 0), ("A1", 1)] {
        let slice = fresh.store.payments_ended(None, &reference(last), after(MUCH_LATER)).await.unwrap();
        assert_eq!((slice.ended.len(), slice.up_to), (expected, None), "up to {last}");
    }
}

#[tokio::test]
async fn slices_follow_one_another_to_the_end() {
    let fresh = Fresh::open().await;
    for hundreds in 0..3 {
        let writes = (0..40).flat_map(|n| {
            let name = format!("A{hundreds}{n:02}");
            let ended =
                Payment { status: Status::Expired, version: 2, changed_at: after(60), ..payment(&name) };
            [open(payment(&name)), moved(ended)]
        });
        fresh.put(writes).await;
    }
    let (mut mark, mut sizes) = (None, Vec::new());
    loop {
        let behind = reference(BEHIND_ALL);
        let slice = fresh.store.payments_ended(mark.as_ref(), &behind, after(MUCH_LATER)).await.unwrap();
        sizes.push(slice.ended.len());
        fresh.put(archive(slice.ended)).await;
        mark = slice.up_to;
        if mark.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [50, 50, 20]);
    assert_eq!(archived(&fresh.store).await, 120);
}

#[tokio::test]
async fn what_changed_since_it_was_read_refuses_the_whole_slice() {
    let check = async |what: &str, change: Vec<Write>| {
        let fresh = filled().await;
        let read = all_ended(&fresh.store).await;
        fresh.put(change).await;
        let between = answers(&fresh.store).await;
        assert_eq!(outcome(&fresh.commit(archive(read)).await), "lost race", "{what}");
        assert_eq!(answers(&fresh.store).await, between, "{what}");
        assert!(archived(&fresh.store).await <= 1, "{what}");
    };
    check("a payment moved", vec![moved(refunded("A1", "c1", 5, 10))]).await;
    let at = after(MUCH_LATER);
    check(
        "a notification is sent again",
        vec![Write::NotificationResend { key: notification_key(TOLD), at }],
    )
    .await;
    let fresh = filled().await;
    let first = all_ended(&fresh.store).await.swap_remove(0);
    check("a part was archived", archive([first])).await;
}

/// Two nodes that do the same work, while a third one moves what they archive.
#[tokio::test]
async fn of_moves_that_race_each_happens_once() {
    let fresh = filled().await;
    let before = answers(&fresh.store).await;
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let store = fresh.store.clone();
        tasks.push(tokio::spawn(async move {
            for ended in all_ended(&store).await {
                match store.commit(changes(archive([ended]))).await {
                    Ok(()) | Err(CommitError::LostRace) => {}
                    Err(other) => panic!("{other}"),
                }
            }
        }));
    }
    let store = fresh.store.clone();
    let reads = tokio::spawn(async move {
        for _ in 0..20 {
            for name in ENDED {
                let payment = store.payment_find(Scope::System, &reference(name)).await.unwrap().is_some();
                let account = store.account_find(Scope::System, &reference(name)).await.unwrap().is_some();
                assert!(payment != account, "{name} is always there, once");
            }
        }
    });
    for task in tasks {
        task.await.unwrap();
    }
    reads.await.unwrap();
    assert_eq!(usize::try_from(archived(&fresh.store).await), Ok(ENDED.len()));
    assert_eq!(answers(&fresh.store).await, before);
}
