//! Authorizations: their rows, their guards, when they are due, and what the ledger's proof makes of them.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use lunas_domain::ledger::{Account, JournalEntry, PayOption, Payable};
use lunas_domain::payment::{Payment, Product, Resolution, ResolutionKind, Status};
use lunas_store::{CommitError, Scope, Write};
use lunas_vocab::{Money, PartnerResolutionNo, ResolutionNo};

use super::sample::*;

/// Ten rupiah of c1 that are reserved for merchant G1.
fn authorized() -> Payment {
    Payment {
        product: Product::PreAuth,
        status: Status::Authorized,
        payer: Some(customer_id("c1")),
        option: Some(PayOption::Wallet),
        ..payment("A1")
    }
}

fn stands(status: Status) -> Payment {
    let paid_at = (status == Status::Paid).then_some(after(60));
    Payment { status, version: 2, changed_at: after(60), paid_at, ..authorized() }
}

fn resolution(kind: ResolutionKind, number: &str) -> Resolution {
    Resolution {
        reference_no: reference("A1"),
        version: 2,
        kind,
        resolution_no: ResolutionNo::new(number).unwrap(),
        partner_resolution_no: PartnerResolutionNo::new("close-1").unwrap(),
        amount: Money::idr(10),
        reason: Some("pembeli pergi".into()),
        at: after(60),
    }
}

fn close(kind: ResolutionKind, number: &str) -> Write {
    Write::ResolutionAdd(Box::new(resolution(kind, number)))
}

fn post(journal: Option<JournalEntry>) -> Write {
    Write::JournalPost(journal.unwrap())
}

fn hold() -> Write {
    post(JournalEntry::hold(customer_id("c1"), PayOption::Wallet, Money::idr(10), &reference("A1"), NOW))
}

fn capture() -> Write {
    post(JournalEntry::capture(merchant_id("G1"), Money::idr(10), &reference("A1"), after(60)))
}

fn release() -> Write {
    post(JournalEntry::release(
        customer_id("c1"),
        PayOption::Wallet,
        Money::idr(10),
        &reference("A1"),
        after(60),
    ))
}

/// A store with fifteen rupiah of c1, of which A1 reserves ten.
async fn held_store() -> Fresh {
    let fresh = Fresh::open().await;
    fresh.put([open_wallet("c1"), top_up("c1", 15, "t1"), open(authorized()), hold()]).await;
    fresh
}

#[tokio::test]
async fn an_authorization_holds_money_until_it_ends() {
    let check = async |state: Payment, journal: Write, kind: ResolutionKind, spendable: i32, kept: i32| {
        let fresh = held_store().await;
        let balance = async |account: Account| fresh.store.balance_find(&account).await.unwrap();
        assert_eq!(balance(wallet("c1")).await, Money::idr(5));
        assert_eq!(balance(Account::Hold(reference("A1"))).await, Money::idr(10));
        let find = async |version| fresh.store.transition_find(&reference("A1"), version).await.unwrap();
        assert_eq!(find(1).await, Some(authorized()), "its first state is not the usual one");
        fresh.put([moved(state.clone()), close(kind, "C1"), journal]).await;
        assert_eq!((find(1).await, find(2).await), (Some(authorized()), Some(state)));
        assert_eq!(balance(wallet("c1")).await, Money::idr(spendable));
        assert_eq!(balance(Account::Merchant(merchant_id("G1"))).await, Money::idr(kept));
        assert_eq!(balance(Account::Hold(reference("A1"))).await, Money::ZERO_IDR);
        let found = fresh.store.resolution_find(&reference("A1")).await.unwrap();
        assert_eq!(found, Some(resolution(kind, "C1")));
        let report = fresh.store.ledger_check().await.unwrap();
        assert!(report.is_sound(), "{report:?}");
        fresh.put([Write::SandboxReset]).await;
        assert_eq!(fresh.store.resolution_find(&reference("A1")).await.unwrap(), None);
    };
    check(stands(Status::Paid), capture(), ResolutionKind::Capture, 5, 10).await;
    check(stands(Status::Cancelled), release(), ResolutionKind::Void, 15, 0).await;
}

#[tokio::test]
async fn what_is_reserved_for_a_merchant_is_told_beside_what_it_is_owed() {
    let fresh = held_store().await;
    let check = async |merchant: &str, owed: i32, reserved: i32| {
        let expected = Payable { owed: Money::idr(owed), reserved: Money::idr(reserved) };
        assert_eq!(fresh.store.payable_find(&merchant_id(merchant)).await.unwrap(), expected, "{merchant}");
    };
    check("G1", 0, 10).await;
    check("G2", 0, 0).await;
    // Of a payment that waits nothing is reserved.
    fresh.put([open(payment("A2"))]).await;
    check("G1", 0, 10).await;
    fresh.put([moved(stands(Status::Paid)), close(ResolutionKind::Capture, "C1"), capture()]).await;
    check("G1", 10, 0).await;
    check("G2", 0, 0).await;
}

#[tokio::test]
async fn every_guard_of_an_end_refuses_by_its_name() {
    let fresh = held_store().await;
    let check = async |what: &str, writes: Vec<Write>, expected: &str| {
        assert_eq!(outcome(&fresh.commit(writes).await), expected, "{what}");
    };
    let other = Payment { reference_no: reference("A2"), ..authorized() };
    let more =
        post(JournalEntry::hold(customer_id("c1"), PayOption::Wallet, Money::idr(6), &reference("A2"), NOW));
    check("more than there is", vec![open(other), more], "insufficient funds").await;
    check("a hold that is there", vec![hold()], "lost race").await;
    let captured = || vec![moved(stands(Status::Paid)), close(ResolutionKind::Capture, "C1"), capture()];
    check("a capture", captured(), "ok").await;
    check("the same again", captured(), "lost race").await;
    check("a void after it", vec![close(ResolutionKind::Void, "C2")], "lost race").await;
}

#[tokio::test]
async fn of_ends_that_race_exactly_one_is_made() {
    let fresh = held_store().await;
    let commits: Vec<_> = (0..40)
        .map(|n| {
            let store = fresh.store.clone();
            let number = format!("C{n}");
            let writes = match n % 3 {
                0 => vec![moved(stands(Status::Paid)), close(ResolutionKind::Capture, &number), capture()],
                1 => vec![moved(stands(Status::Cancelled)), close(ResolutionKind::Void, &number), release()],
                _ => vec![moved(stands(Status::Cancelled)), release()],
            };
            tokio::spawn(async move { store.commit(changes(writes)).await })
        })
        .collect();
    let mut made = 0;
    for commit in commits {
        match commit.await.unwrap() {
            Ok(()) => made += 1,
            Err(CommitError::LostRace) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(made, 1);
    assert!(fresh.store.ledger_check().await.unwrap().is_sound());
}

#[tokio::test]
async fn an_authorization_is_due_like_a_pending_payment() {
    let fresh = held_store().await;
    let due = async |at| fresh.store.payments_due(at, 10).await.unwrap();
    assert_eq!(due(after(899)).await, []);
    assert_eq!(due(after(900)).await, [(merchant_id("G1"), reference("A1"))]);
    fresh.put([moved(stands(Status::Cancelled)), release()]).await;
    assert_eq!(due(after(900)).await, []);
    let found =
        fresh.store.payment_find(Scope::Merchant(&merchant_id("G1")), &reference("A1")).await.unwrap();
    assert_eq!(found, Some(stands(Status::Cancelled)));
}

#[tokio::test]
async fn authorizations_that_do_not_add_up_are_found() {
    let check = async |what: &str, writes: Vec<Write>, expected: &[&str]| {
        let fresh = held_store().await;
        fresh.put(writes).await;
        let report = fresh.store.ledger_check().await.unwrap();
        let found: Vec<_> = report.offenders.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{what}");
    };
    let is = |held: &str, captured: &str, released: &str| {
        format!(
            "authorization A1 is of IDR 10.00, but IDR {held} is held, IDR {captured} captured and IDR {released} released"
        )
    };
    let unsaid = "authorization A1 does not stand as its capture or void says";
    let unpaid = "payment A1 is paid, but no journal entry credits its merchant with its amount";
    let (paid, voided) = (|| moved(stands(Status::Paid)), || moved(stands(Status::Cancelled)));
    check("held", vec![], &[]).await;
    check("expired", vec![voided(), release()], &[]).await;
    check("failed", vec![moved(stands(Status::Failed)), release()], &[]).await;
    check("captured", vec![paid(), capture(), close(ResolutionKind::Capture, "C1")], &[]).await;
    check("captured without a call", vec![paid(), capture()], &[unsaid]).await;
    check(
        "captured without a journal entry",
        vec![paid(), close(ResolutionKind::Capture, "C1")],
        &[unpaid, &is("10.00", "0.00", "0.00")],
    )
    .await;
    check("released while it stands", vec![release()], &[&is("0.00", "0.00", "10.00")]).await;
    check("never released", vec![voided()], &[&is("10.00", "0.00", "0.00")]).await;
    check(
        "captured, and released as well",
        vec![paid(), capture(), release(), close(ResolutionKind::Capture, "C1")],
        &[&is("-10.00", "10.00", "10.00")],
    )
    .await;
    check("voided, yet held", vec![close(ResolutionKind::Void, "C1")], &[unsaid]).await;
    let elsewhere = Resolution { reference_no: reference("A2"), ..resolution(ResolutionKind::Void, "C1") };
    let stray =
        post(JournalEntry::hold(customer_id("c1"), PayOption::Wallet, Money::idr(1), &reference("A3"), NOW));
    check(
        "nobody's",
        vec![Write::ResolutionAdd(Box::new(elsewhere)), stray],
        &[
            "journal entry hold:A3 belongs to no authorization",
            "authorization A2 does not stand as its capture or void says",
        ],
    )
    .await;
}
