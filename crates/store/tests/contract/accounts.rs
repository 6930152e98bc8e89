//! Virtual accounts: their rows, their guards, the payments into them, and the ledger's proof of those.

use lunas_domain::ledger::{Account, JournalEntry};
use lunas_domain::virtual_account::{
    Details, Kind, NUMBER_REST, Number, Status, TRX_ID_LIFE, Transfer, VirtualAccount,
};
use lunas_store::{Scope, Store, Write};
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

/// At which banks there is a number, and the newest account under each.
async fn numbers(store: &Store, scope: Scope<'_>, number: &str) -> Vec<String> {
    let found = store.numbers_find(scope, number).await.unwrap();
    found.into_iter().map(|(bank, reference_no)| format!("{bank} {reference_no}")).collect()
}

pub(crate) fn moved(account: &VirtualAccount) -> Write {
    Write::AccountMove(Box::new(account.clone()))
}

pub(crate) fn add(transfer: &Transfer) -> Write {
    Write::TransferAdd(Box::new(transfer.clone()))
}

pub(crate) fn journal(transfer: &Transfer) -> Write {
    let (bank, merchant) = (transfer.bank.clone(), merchant_id("G1"));
    let journal = JournalEntry::transfer(bank, merchant, transfer.amount, &transfer.payment_no, transfer.at);
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
        let scope = Scope::Merchant(merchant);
        assert_eq!(store.account_find(scope, &reference("A1")).await.unwrap(), expected);
        assert_eq!(store.account_find_by_trx(merchant, &trx_id("order-1")).await.unwrap(), expected);
        let numbered = expected.iter().map(|_| "mandiri A1".to_owned()).collect::<Vec<_>>();
        assert_eq!(numbers(store, scope, "70012628").await, numbered);
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

    // The number has rested; who asks by it means the account that waits.
    let opened_at = after(60).plus(NUMBER_REST);
    let valid_up_to = opened_at.plus(std::time::Duration::from_secs(900));
    let second =
        VirtualAccount { created_at: opened_at, valid_up_to, ..account("A0", "order-2", "70012628") };
    fresh.put([open(&second)]).await;
    assert_eq!(numbers(store, Scope::System, "70012628").await, ["mandiri A0"]);
    assert_eq!(store.account_find(Scope::System, &reference("A0")).await.unwrap(), Some(second));
    assert_eq!(store.accounts_due(Timestamp::from_ms(valid_up_to.ms() - 1), 9).await.unwrap(), []);
    assert_eq!(store.accounts_due(valid_up_to, 9).await.unwrap(), [(g1, reference("A0"))]);
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
                store.transfer_find_by_no(Scope::Merchant(&merchant), &payment.payment_no).await.unwrap();
            assert_eq!(found.as_ref(), expected);
        }
    }
    let by_trx = async |name: &str, id: &str| {
        let found = store.transfer_find_by_trx(&reference(name), &trx_id(id)).await.unwrap();
        found.map(|payment| payment.payment_no.into_string()).unwrap_or_default()
    };
    assert_eq!(by_trx("A1", "order-1-later").await, "A2");
    assert_eq!([by_trx("A1", "order-1").await, by_trx("A1", "order-2").await], ["A1", ""]);
    assert_eq!(by_trx("A2", "order-1-later").await, "");
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
    check("the number while it rests", open(&account("A4", "order-4", "70012628")), "number taken").await;
}

#[tokio::test]
async fn a_number_is_held_while_its_account_waits_and_rests_when_it_ends() {
    let fresh = Fresh::open().await;
    let check = async |what: &str, writes: Vec<Write>, expected: &str| {
        assert_eq!(outcome(&fresh.commit(writes).await), expected, "{what}");
    };
    let number = "70012628";
    let at = |name: &str, created_at| VirtualAccount { created_at, ..account(name, name, number) };
    let of = |name: &str| open(&at(name, NOW));
    let state = |name: &str, version, status, payments| {
        let account = VirtualAccount { version, status, payments, changed_at: after(60), ..at(name, NOW) };
        moved(&account)
    };
    let rested = after(60).plus(NUMBER_REST);
    let too_soon = Timestamp::from_ms(rested.ms() - 1);
    check("an account", vec![of("A1")], "ok").await;
    check("a payment into it, and it goes on waiting", vec![state("A1", 2, Status::Pending, 1)], "ok").await;
    check("another while it waits", vec![of("A2")], "number taken").await;
    check("another much later, while it waits", vec![open(&at("A2", rested))], "number taken").await;
    check("another as it ends", vec![state("A1", 3, Status::Expired, 1), of("A2")], "number taken").await;
    check("its end", vec![state("A1", 3, Status::Expired, 1)], "ok").await;
    check("another at once", vec![of("A2")], "number taken").await;
    check("another before it has rested", vec![open(&at("A2", too_soon))], "number taken").await;
    check("another once it has rested", vec![open(&at("A2", rested))], "ok").await;
    check("an end that came too late", vec![state("A1", 3, Status::Deleted, 1)], "lost race").await;
    check("the end of one that has ended", vec![state("A1", 4, Status::Deleted, 1)], "ok").await;
    check(
        "which leaves the other's waiting",
        vec![open(&at("A3", rested.plus(NUMBER_REST)))],
        "number taken",
    )
    .await;
    assert_eq!(numbers(&fresh.store, Scope::System, number).await, ["mandiri A2"]);
}

/// Whoever has a number at a bank keeps it, however long it has rested; the same digits at another bank are another
/// number.
#[tokio::test]
async fn m3_r23_a_number_is_of_one_bank_and_never_comes_to_another_merchant() {
    let fresh = Fresh::open().await;
    let number = "70012628";
    let of = |name: &str, merchant: &str, bank: &str, created_at| {
        let merchant = merchant_id(merchant);
        VirtualAccount { merchant, bank: bank.to_owned(), created_at, ..account(name, name, number) }
    };
    let check = async |what: &str, account: VirtualAccount, expected: &str| {
        assert_eq!(outcome(&fresh.commit([open(&account)]).await), expected, "{what}");
    };
    let ended = async |account: VirtualAccount| {
        let (status, version) = (Status::Deleted, 2);
        fresh.put([moved(&VirtualAccount { status, version, changed_at: after(60), ..account })]).await;
    };
    let later = after(60).plus(NUMBER_REST);
    check("the first merchant's", of("A1", "G1", "mandiri", NOW), "ok").await;
    check("another's while it waits", of("A2", "G2", "mandiri", NOW), "number taken").await;
    check("another's at another bank", of("A2", "G2", "bca", NOW), "ok").await;
    check("the first one's at that bank", of("A3", "G1", "bca", NOW), "number taken").await;
    ended(of("A1", "G1", "mandiri", NOW)).await;
    check("another's once it has rested", of("A3", "G2", "mandiri", later), "number taken").await;
    check("another's much later", of("A3", "G2", "mandiri", later.plus(NUMBER_REST)), "number taken").await;
    check("its own once it has rested", of("A3", "G1", "mandiri", later), "ok").await;
    let store = &fresh.store;
    assert_eq!(numbers(store, Scope::System, number).await, ["bca A2", "mandiri A3"]);
    let (g1, g2) = (merchant_id("G1"), merchant_id("G2"));
    assert_eq!(numbers(store, Scope::Merchant(&g1), number).await, ["mandiri A3"]);
    assert_eq!(numbers(store, Scope::Merchant(&g2), number).await, ["bca A2"]);
    assert_eq!(numbers(store, Scope::System, "70012629").await, [""; 0]);
    assert!(store.ledger_check().await.unwrap().is_sound());
}

/// Two merchants that ask for one number at the same time, again and again: one gets it, and it stays with that one.
#[tokio::test]
async fn m3_of_merchants_that_ask_at_once_one_gets_the_number() {
    let fresh = Fresh::open().await;
    for nth in 0..20 {
        let number = format!("70012{nth:03}");
        let of = |name: String, merchant: &str| {
            let merchant = merchant_id(merchant);
            open(&VirtualAccount { merchant, ..account(&name, &name, &number) })
        };
        let asked = tokio::join!(
            fresh.commit([of(format!("A{nth}a"), "G1")]),
            fresh.commit([of(format!("A{nth}b"), "G2")]),
            fresh.commit([of(format!("A{nth}c"), "G1")]),
        );
        let mut outcomes = [outcome(&asked.0), outcome(&asked.1), outcome(&asked.2)];
        outcomes.sort();
        assert_eq!(outcomes, ["number taken", "number taken", "ok"], "{number}");
    }
    assert!(fresh.store.ledger_check().await.unwrap().is_sound());
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
    let unmoved = "A1 was paid into a virtual account, but no journal entry credits its merchant with it";
    check("whole", vec![moved(&paid(&first)), add(&made), journal(&made)], &[]).await;
    check("no journal entry", vec![moved(&paid(&first)), add(&made)], &[unmoved]).await;
    check(
        "no payment",
        vec![moved(&paid(&first)), journal(&made)],
        &[unmoved, "journal entry transfer:A1 belongs to no transfer"],
    )
    .await;
    check("no state", vec![add(&made), journal(&made)], &[unmoved]).await;
    let less = Transfer { amount: Money::idr(9), ..made.clone() };
    check("another amount", vec![moved(&paid(&first)), add(&made), journal(&less)], &[unmoved]).await;
    let ended = VirtualAccount { status: Status::Expired, version: 2, ..first.clone() };
    let waits_again = VirtualAccount { version: 3, ..first.clone() };
    let unheld = "virtual account A1 waits without holding its number, holds it without waiting, or stands under \
                  another merchant's";
    check("one that waits again", vec![moved(&ended), moved(&waits_again)], &[unheld]).await;
}
