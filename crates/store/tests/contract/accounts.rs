//! Virtual accounts: their rows, their guards, the payments into them, and the ledger's proof of those.

use lunas_domain::ledger::{Account, Journal};
use lunas_domain::virtual_account::{Details, Kind, Number, Status, TRX_ID_LIFE, Transfer, VirtualAccount};
use lunas_store::{Scope, Write};
use lunas_vocab::{BankId, BankRequestId, Money, Timestamp, TrxId};

use super::sample::*;

fn bank() -> BankId {
    BankId::new("B1").unwrap()
}

fn trx_id(text: &str) -> TrxId {
    TrxId::new(text).unwrap()
}

/// A pending account of ten rupiah for merchant G1, with something in every optional place.
pub(crate) fn account(name: &str, trx: &str, number: &str) -> VirtualAccount {
    VirtualAccount {
        reference_no: reference(name),
        merchant: merchant_id("G1"),
        trx_id: trx_id(trx),
        kind: Kind::Single,
        bank: "mandiri".into(),
        number: Number { company: "70012".into(), customer_no: number[5..].into(), whole: number.into() },
        amount: Money::idr(10),
        created_at: NOW,
        valid_up_to: after(900),
        details: Details {
            name: Some("Ani".into()),
            custom: [Some("é".into()), None, None],
            ..Details::default()
        },
        status: Status::Pending,
        payments: 0,
        version: 1,
        changed_at: NOW,
    }
}

fn paid(account: &VirtualAccount) -> VirtualAccount {
    VirtualAccount { status: Status::Paid, payments: 1, version: 2, changed_at: after(60), ..account.clone() }
}

pub(crate) fn transfer(name: &str, request: &str) -> Transfer {
    Transfer {
        payment_no: reference(name),
        reference_no: reference(name),
        merchant: merchant_id("G1"),
        trx_id: trx_id("order-1"),
        version: 2,
        bank: bank(),
        request_id: BankRequestId::new(request).unwrap(),
        amount: Money::idr(10),
        bank_reference: Some("auth".into()),
        at: after(60),
    }
}

pub(crate) fn open(account: &VirtualAccount) -> Write {
    let unique_since = Timestamp::from_ms(account.created_at.ms() - 1_000);
    Write::AccountOpen { account: Box::new(account.clone()), unique_since }
}

pub(crate) fn moved(account: &VirtualAccount) -> Write {
    Write::AccountMove(Box::new(account.clone()))
}

pub(crate) fn add(transfer: &Transfer) -> Write {
    Write::TransferAdd(Box::new(transfer.clone()))
}

pub(crate) fn journal(transfer: &Transfer) -> Write {
    let (bank, merchant) = (transfer.bank.clone(), merchant_id("G1"));
    let journal = Journal::transfer(bank, merchant, transfer.amount, &transfer.payment_no, transfer.at);
    Write::JournalPost(journal.unwrap())
}

#[tokio::test]
async fn an_account_and_its_payment_are_found_by_every_key() {
    let fresh = Fresh::open().await;
    let first = account("A1", "order-1", "70012628");
    fresh.put([open(&first)]).await;
    let transfer = transfer("A1", "r-1");
    fresh.put([moved(&paid(&first)), add(&transfer), journal(&transfer)]).await;

    let (g1, g2) = (merchant_id("G1"), merchant_id("G2"));
    let store = &fresh.store;
    for (merchant, expected) in [(&g1, Some(paid(&first))), (&g2, None)] {
        let scope = Scope::Partner(merchant);
        assert_eq!(store.account_find(scope, &reference("A1")).await.unwrap(), expected);
        assert_eq!(store.account_find_by_trx(merchant, &trx_id("order-1")).await.unwrap(), expected);
        assert_eq!(store.account_find_by_number(scope, "70012628").await.unwrap(), expected);
    }
    let state = async |version| store.account_state_find(&reference("A1"), version).await.unwrap();
    assert_eq!(
        [state(1).await, state(2).await, state(3).await],
        [Some(first.clone()), Some(paid(&first)), None]
    );
    let by_bank = store.transfer_find(&bank(), &transfer.request_id).await.unwrap();
    assert_eq!(by_bank.as_ref(), Some(&transfer));
    let by_version = async |version| store.transfer_find_by_version(&reference("A1"), version).await.unwrap();
    assert_eq!([by_version(1).await, by_version(2).await], [None, Some(transfer)]);
    let owed = store.balance_find(&Account::Bank(bank())).await.unwrap();
    assert_eq!(owed, Money::idr(-10));
    assert!(store.ledger_check().await.unwrap().is_sound());

    // The number is free again; who asks by it means the account that waits.
    let second = account("A0", "order-2", "70012628");
    fresh.put([open(&second)]).await;
    let found = store.account_find_by_number(Scope::System, "70012628").await.unwrap();
    assert_eq!(found, Some(second.clone()));
    assert_eq!(store.accounts_due(after(899), 9).await.unwrap(), []);
    assert_eq!(store.accounts_due(after(900), 9).await.unwrap(), [(g1, reference("A0"))]);
    fresh.put([Write::SandboxReset]).await;
    assert_eq!(store.account_find(Scope::System, &reference("A1")).await.unwrap(), None);
    assert_eq!(store.account_find(Scope::System, &reference("A0")).await.unwrap(), None);
    assert!(store.ledger_check().await.unwrap().is_sound());
}

/// Two payments into one account, each found by its own id, listed from the newest on; the account expires no more.
#[tokio::test]
async fn an_account_of_many_payments_keeps_each_of_them() {
    let fresh = Fresh::open().await;
    let opened = VirtualAccount { kind: Kind::Multi, ..account("A1", "order-1", "70012628") };
    fresh.put([open(&opened)]).await;
    let mut made = Vec::new();
    for (payments, payment_no) in [(1, "A1"), (2, "A2")] {
        let version = payments + 1;
        let trx_id = trx_id(if payments == 1 { "order-1" } else { "order-1-later" });
        let (reference_no, request) = (reference("A1"), format!("r-{payments}"));
        let next = VirtualAccount { payments, version, changed_at: after(60), ..opened.clone() };
        let payment = Transfer { reference_no, trx_id, version, ..transfer(payment_no, &request) };
        fresh.put([moved(&next), add(&payment), journal(&payment)]).await;
        made.push((next, payment));
    }
    let store = &fresh.store;
    for (account, payment) in &made {
        let version = payment.version;
        let state = store.account_state_find(&reference("A1"), version).await.unwrap();
        assert_eq!(state.as_ref(), Some(account));
        for (merchant, expected) in [("G1", Some(payment)), ("G2", None)] {
            let merchant = merchant_id(merchant);
            let found =
                store.transfer_find_by_no(Scope::Partner(&merchant), &payment.payment_no).await.unwrap();
            assert_eq!(found.as_ref(), expected);
        }
    }
    let list = async |skip, limit| {
        let page = store.transfers_list(&reference("A1"), skip, limit).await.unwrap();
        page.into_iter().map(|transfer| transfer.payment_no.into_string()).collect::<Vec<_>>()
    };
    assert_eq!(list(0, 9).await, ["A2", "A1"]);
    assert_eq!(list(0, 1).await, ["A2"]);
    assert_eq!(list(1, 1).await, ["A1"]);
    assert_eq!(list(2, 1).await, [""; 0]);
    assert_eq!(store.accounts_due(after(900), 9).await.unwrap(), []);
    assert!(store.ledger_check().await.unwrap().is_sound());
}

#[tokio::test]
async fn every_guard_of_an_account_refuses_by_its_name() {
    let fresh = Fresh::open().await;
    let check_all = async |what: &str, writes: Vec<Write>, expected: &str| {
        assert_eq!(outcome(&fresh.commit(writes).await), expected, "{what}");
    };
    let check = async |what: &str, write: Write, expected: &str| check_all(what, vec![write], expected).await;
    let first = account("A1", "order-1", "70012628");
    check("an account", open(&first), "ok").await;
    check("the reference again", open(&account("A1", "order-2", "70012629")), "virtual account exists").await;
    check("the id again", open(&account("A2", "order-1", "70012629")), "virtual account exists").await;
    check("the number again", open(&account("A2", "order-2", "70012628")), "number taken").await;
    let other = VirtualAccount { merchant: merchant_id("G2"), ..account("A2", "order-1", "70012629") };
    check("another merchant's id", open(&other), "ok").await;
    let late = VirtualAccount { created_at: NOW.plus(TRX_ID_LIFE), ..account("A3", "order-1", "70012630") };
    check("the id after its life", open(&late), "ok").await;
    check("the next state", moved(&paid(&first)), "ok").await;
    check("the same state", moved(&paid(&first)), "lost race").await;
    let made = |name, request| {
        let transfer = transfer(name, request);
        vec![add(&transfer), journal(&transfer)]
    };
    check_all("a payment", made("A1", "r-1"), "ok").await;
    check_all("the bank's id again", made("A2", "r-1"), "lost race").await;
    check_all("the payment's number again", made("A1", "r-2"), "lost race").await;
    let of_another_bank = Transfer { bank: BankId::new("B2").unwrap(), ..transfer("A2", "r-1") };
    check("another bank's id", add(&of_another_bank), "ok").await;
    check("the number once it is free", open(&account("A4", "order-4", "70012628")), "ok").await;
}

#[tokio::test]
async fn a_number_is_held_for_as_long_as_its_account_waits() {
    let fresh = Fresh::open().await;
    let check = async |what: &str, writes: Vec<Write>, expected: &str| {
        assert_eq!(outcome(&fresh.commit(writes).await), expected, "{what}");
    };
    let number = "70012628";
    let of = |name: &str| open(&account(name, name, number));
    let state = |name: &str, version, status, payments| {
        let account = VirtualAccount { version, status, payments, ..account(name, name, number) };
        moved(&account)
    };
    check("an account", vec![of("A1")], "ok").await;
    check("a payment into it, and it goes on waiting", vec![state("A1", 2, Status::Pending, 1)], "ok").await;
    check("another while it waits", vec![of("A2")], "number taken").await;
    check("another as it ends", vec![state("A1", 3, Status::Expired, 1), of("A2")], "ok").await;
    check("another before it ends", vec![of("A3"), state("A2", 2, Status::Deleted, 0)], "number taken").await;
    check("an end that came too late", vec![state("A1", 3, Status::Deleted, 1)], "lost race").await;
    check("still another's", vec![of("A3")], "number taken").await;
    check("the end of one that has ended", vec![state("A1", 4, Status::Deleted, 1)], "ok").await;
    check("which frees nobody else's", vec![of("A3")], "number taken").await;
    let ends = fresh.commit([state("A2", 2, Status::Deleted, 0)]);
    let (ended, opened) = tokio::join!(ends, fresh.commit([of("A3")]));
    assert_eq!(outcome(&ended), "ok", "an end beside an opening");
    match outcome(&opened).as_str() {
        "ok" => {}
        "number taken" => check("once it is free", vec![of("A3")], "ok").await,
        other => panic!("an opening beside an end: {other}"),
    }
    check("and taken", vec![of("A4")], "number taken").await;
}

#[tokio::test]
async fn payments_that_do_not_add_up_are_found() {
    let first = account("A1", "order-1", "70012628");
    let made = transfer("A1", "r-1");
    let check = async |what: &str, writes: Vec<Write>, expected: &[&str]| {
        let fresh = Fresh::open().await;
        fresh.put([open(&first)]).await;
        fresh.put(writes).await;
        let report = fresh.store.ledger_check().await.unwrap();
        let found: Vec<_> = report.offenders.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{what}");
    };
    let unmoved = "A1 was paid into a virtual account, but no movement credits its merchant with it";
    check("whole", vec![moved(&paid(&first)), add(&made), journal(&made)], &[]).await;
    check("no movement", vec![moved(&paid(&first)), add(&made)], &[unmoved]).await;
    check(
        "no payment",
        vec![moved(&paid(&first)), journal(&made)],
        &[unmoved, "movement transfer:A1 belongs to no transfer"],
    )
    .await;
    check("no state", vec![add(&made), journal(&made)], &[unmoved]).await;
    let less = Transfer { amount: Money::idr(9), ..made.clone() };
    check("another amount", vec![moved(&paid(&first)), add(&made), journal(&less)], &[unmoved]).await;
    let ended = VirtualAccount { status: Status::Expired, version: 2, ..first.clone() };
    let waits_again = VirtualAccount { version: 3, ..first.clone() };
    let unheld = "virtual account A1 waits without holding its number, or holds it without waiting";
    check("one that waits again", vec![moved(&ended), moved(&waits_again)], &[unheld]).await;
}
