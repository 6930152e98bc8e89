//! How the SQLite engine keeps its files: migrations, the lock, and damage that somebody else did to the rows.

#![expect(clippy::unwrap_used, reason = "a test whose rows cannot be made has failed")]

use lunas_domain::ledger::{Account, JournalEntry, PayOption};
use lunas_domain::payment::{Details, Method, Payment, Product, Status};
use lunas_store::{Changes, LedgerReport, Offender, OpenError, Store, Write};
use lunas_vocab::{CustomerId, ExternalId, MerchantId, Money, PartnerReferenceNo, ReferenceNo, Timestamp};
use rusqlite::Connection;
use tempfile::TempDir;

const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

fn file(directory: &TempDir) -> String {
    directory.path().join("lunas.db").to_str().unwrap().to_owned()
}

/// Opens a store, closes it, and runs `damage` on its file.
async fn damaged(damage: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    Store::open(&file(&directory)).await.unwrap().close().await;
    Connection::open(file(&directory)).unwrap().execute_batch(damage).unwrap();
    directory
}

#[tokio::test]
async fn a_store_made_by_other_migrations_is_refused() {
    let edited = damaged("update migration set hash = 'x' where version = 1").await;
    let refused = Store::open(&file(&edited)).await.unwrap_err();
    assert!(matches!(refused, OpenError::MigrationChanged { version: 1, name: "initial" }), "{refused}");

    let newer = damaged("insert into migration (version, name, hash) values (999, 'future', 'x')").await;
    let refused = Store::open(&file(&newer)).await.unwrap_err();
    assert!(matches!(refused, OpenError::MigrationUnknown { version: 999 }), "{refused}");
    assert!(refused.to_string().contains("999"));
}

#[tokio::test]
async fn a_store_that_is_open_says_who_has_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&file(&directory)).await.unwrap();
    let refused = Store::open(&file(&directory)).await.unwrap_err();
    let expected = format!("process {}", std::process::id());
    assert!(matches!(&refused, OpenError::InUse { holder, .. } if *holder == expected), "{refused}");
    store.close().await;
    Store::open(&file(&directory)).await.unwrap().close().await;
}

/// Two processes on one file by two names would each have a log of its own.
#[cfg(unix)]
#[tokio::test]
async fn m8_a_file_with_a_second_name_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    Store::open(&file(&directory)).await.unwrap().close().await;
    let second = directory.path().join("second.db");
    std::fs::hard_link(file(&directory), &second).unwrap();
    let second = second.to_str().unwrap();
    for name in [second, &file(&directory)] {
        for refused in [Store::open(name).await.unwrap_err(), Store::attach(name).await.unwrap_err()] {
            assert!(matches!(refused, OpenError::ManyNames { links: 2, .. }), "{name}: {refused}");
            assert!(refused.to_string().contains("hard links"), "{refused}");
        }
    }
    std::fs::remove_file(second).unwrap();
    Store::open(&file(&directory)).await.unwrap().close().await;
}

/// However the file is reached by links, it is one store with one log.
#[cfg(unix)]
#[tokio::test]
async fn m8_links_lead_to_the_one_file() {
    use std::os::unix::fs::symlink;
    let directory = tempfile::tempdir().unwrap();
    let (place, elsewhere) = (directory.path().join("place"), directory.path().join("elsewhere"));
    std::fs::create_dir(&place).unwrap();
    symlink(&place, &elsewhere).unwrap();
    let real = place.join("lunas.db");
    let store = Store::open(real.to_str().unwrap()).await.unwrap();
    store.commit(paid_by_wallet()).await.unwrap();
    let link = directory.path().join("link.db");
    symlink(&real, &link).unwrap();
    let process = format!("process {}", std::process::id());
    let roundabout = place.join("../elsewhere/./lunas.db");
    for name in [&link, &elsewhere.join("lunas.db"), &roundabout] {
        let name = name.to_str().unwrap();
        let refused = Store::open(name).await.unwrap_err();
        assert!(
            matches!(&refused, OpenError::InUse { holder, .. } if *holder == process),
            "{name}: {refused}"
        );
        let beside = Store::attach(name).await.unwrap();
        let found = beside.payment_find(lunas_store::Scope::System, &reference()).await.unwrap();
        assert!(found.is_some(), "{name} sees what was committed");
        beside.close().await;
    }
    store.close().await;
    let store = Store::open(link.to_str().unwrap()).await.unwrap();
    assert!(store.payment_find(lunas_store::Scope::System, &reference()).await.unwrap().is_some());
    store.probe().await.unwrap();
    assert!(
        !directory.path().join("link.db-wal").exists(),
        "the log lies beside the file, not beside its link"
    );
    store.close().await;
    symlink(directory.path().join("nowhere"), directory.path().join("dangling.db")).unwrap();
    let dangling = directory.path().join("dangling.db");
    let refused = Store::open(dangling.to_str().unwrap()).await.unwrap_err();
    assert!(matches!(refused, OpenError::File { .. }), "{refused}");
    let refused = Store::open(directory.path().to_str().unwrap()).await.unwrap_err();
    assert!(matches!(refused, OpenError::File { .. }), "a directory is no store: {refused}");
}

/// A mount of the file itself has another name for it, and no lock beside it: the lock is on the file.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn m8_the_lock_is_on_the_file_itself() {
    let directory = tempfile::tempdir().unwrap();
    Store::open(&file(&directory)).await.unwrap().close().await;
    let by_another_name = std::fs::OpenOptions::new().write(true).open(file(&directory)).unwrap();
    by_another_name.try_lock().unwrap();
    for refused in [
        Store::open(&file(&directory)).await.unwrap_err(),
        Store::attach(&file(&directory)).await.unwrap_err(),
    ] {
        let text = refused.to_string();
        assert!(matches!(refused, OpenError::InUse { .. }) && text.contains("by another name"), "{text}");
    }
    drop(by_another_name);
    let store = Store::open(&file(&directory)).await.unwrap();
    let other = std::fs::OpenOptions::new().write(true).open(file(&directory)).unwrap();
    assert!(other.try_lock().is_err(), "it is held for as long as the store is open");
    store.close().await;
    assert!(other.try_lock().is_ok(), "and no longer");
}

async fn check(store: &Store, name: &str) -> Result<(), String> {
    let checks = store.checks().await;
    let found = checks.into_iter().find(|(other, _)| *other == name);
    found.unwrap().1.map_err(|unavailable| unavailable.to_string())
}

#[cfg(unix)]
#[tokio::test]
async fn m9_a_file_that_is_not_the_open_one_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&file(&directory)).await.unwrap();
    for name in ["file", "room", "write"] {
        assert_eq!(check(&store, name).await, Ok(()), "{name}");
    }
    let aside = directory.path().join("aside");
    for name in ["lunas.db", "lunas.db-wal"] {
        let path = directory.path().join(name);
        std::fs::rename(&path, &aside).unwrap();
        let gone = check(&store, "file").await.unwrap_err();
        assert!(gone.contains(name), "{name}: {gone}");
        std::fs::copy(&aside, &path).unwrap();
        let replaced = check(&store, "file").await.unwrap_err();
        assert!(replaced.contains(name) && replaced.contains("removed or replaced"), "{name}: {replaced}");
        let asked = store.checks().await;
        assert!(asked.iter().all(|(name, _)| *name != "write"), "a write would go nowhere");
        std::fs::rename(&aside, &path).unwrap();
        assert_eq!(check(&store, "file").await, Ok(()), "{name}");
    }
    store.close().await;
}

#[tokio::test]
async fn a_closed_store_is_one_file_and_its_lock() {
    let directory = tempfile::tempdir().unwrap();
    let nested = directory.path().join("data").join("lunas.db");
    let store = Store::open(&format!("sqlite://{}", nested.display())).await.unwrap();
    store.probe().await.unwrap();
    store.close().await;
    let mut files: Vec<_> = std::fs::read_dir(nested.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["lunas.db", "lunas.db.lock"]);
}

#[tokio::test]
async fn a_row_that_nobody_wrote_makes_the_answer_unavailable() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&file(&directory)).await.unwrap();
    store.commit(paid_by_wallet()).await.unwrap();
    let check = async |damage: &str| {
        Connection::open(file(&directory)).unwrap().execute_batch(damage).unwrap();
        let found = store.payment_find(lunas_store::Scope::System, &reference()).await;
        assert!(found.is_err(), "{damage}: {found:?}");
    };
    check("update payment set details = 'no JSON'").await;
    check("update payment set details = '{}', status = '77'").await;
    check("update payment set status = '00', version = -1").await;
    store.close().await;
}

#[tokio::test]
async fn damage_to_the_ledger_is_found_and_named() {
    let check = async |damage: &str, expected: &[Offender]| {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&file(&directory)).await.unwrap();
        store.commit(paid_by_wallet()).await.unwrap();
        assert!(store.ledger_check().await.unwrap().is_sound());
        Connection::open(file(&directory)).unwrap().execute_batch(damage).unwrap();
        let report = store.ledger_check().await.unwrap();
        assert!(!report.is_sound(), "{damage}");
        for offender in expected {
            assert!(report.offenders.contains(offender), "{damage}: {report:?}");
        }
        store.close().await;
    };
    let journal_id = || "payment:A1".to_owned();
    let account_id = || "wallet:c1".to_owned();
    let reference_no = || "A1".to_owned();
    check(
        "update posting set amount = amount + 1 where account_id = 'merchant:G1'",
        &[
            Offender::Unbalanced { journal_id: journal_id(), sum: Money::idr_minor(1) },
            Offender::PaidWithoutJournal { reference_no: reference_no() },
        ],
    )
    .await;
    check(
        "update balance set amount = amount + 7",
        &[Offender::BalanceDiffers {
            account_id: account_id(),
            kept: Money::idr_minor(507),
            posted: Money::idr_minor(500),
        }],
    )
    .await;
    check(
        "pragma ignore_check_constraints = 1; update balance set amount = -1",
        &[Offender::BelowFloor {
            account_id: account_id(),
            amount: Money::idr_minor(-1),
            floor: Money::ZERO_IDR,
        }],
    )
    .await;
    let far = i64::MAX;
    check(
        &format!(
            "insert into balance_checkpoint (account_id, up_to, amount) values ('merchant:G1', {far}, 7)"
        ),
        &[Offender::CheckpointDiffers {
            account_id: "merchant:G1".to_owned(),
            kept: Money::idr_minor(7),
            posted: Money::idr_minor(1_000),
        }],
    )
    .await;
    check(
        "delete from posting where journal_id = 'payment:A1'",
        &[
            Offender::Torn { journal_id: journal_id() },
            Offender::PaidWithoutJournal { reference_no: reference_no() },
        ],
    )
    .await;
    check("delete from journal where id = 'payment:A1'", &[Offender::Torn { journal_id: journal_id() }])
        .await;
    check(
        "update payment set status = '03'",
        &[Offender::JournalWithoutPayment { journal_id: journal_id() }],
    )
    .await;
    check("delete from payment", &[Offender::JournalWithoutPayment { journal_id: journal_id() }]).await;
    check(
        "update payment set amount = amount - 1",
        &[Offender::PaidWithoutJournal { reference_no: reference_no() }],
    )
    .await;
}

/// The proof reads what is archived as it reads the rest.
#[tokio::test]
async fn damage_to_the_archive_is_found_and_named() {
    let check = async |damage: &str, expected: &[Offender]| {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&file(&directory)).await.unwrap();
        store.commit(paid_by_wallet()).await.unwrap();
        let before = store.ledger_check().await.unwrap();
        let ended = store.payments_ended(None, &reference(), NOW).await.unwrap().ended;
        let writes = ended.into_iter().map(|ended| Write::Archive(Box::new(ended)));
        store.commit(writes.fold(Changes::new(), Changes::with)).await.unwrap();
        let archived = store.ledger_check().await.unwrap();
        assert_eq!(archived, LedgerReport { archived: 1, ..before });
        Connection::open(file(&directory)).unwrap().execute_batch(damage).unwrap();
        assert_eq!(store.ledger_check().await.unwrap().offenders, expected, "{damage}");
        store.close().await;
    };
    let unpaid = Offender::JournalWithoutPayment { journal_id: "payment:A1".to_owned() };
    let reference_no = || "A1".to_owned();
    let unmoved = Offender::PaidWithoutJournal { reference_no: reference_no() };
    let (kept, moved) = (Money::idr_minor(1), Money::ZERO_IDR);
    let unrefunded = Offender::RefundsDiffer { reference_no: reference_no(), kept, moved };
    check("delete from archive", std::slice::from_ref(&unpaid)).await;
    check("update archive set status = '03'", &[unpaid]).await;
    check("update archive set amount = amount - 1", &[unmoved]).await;
    check("update archive set refunded = 1", &[unrefunded]).await;
    check(
        "insert into payment (reference_no, merchant_id, partner_reference_no, external_id, amount, product,
            method, created_at, valid_up_to, details, status, version, changed_at, refunded, bucket)
        values ('A1', 'G1', 'order-1', 'ext-1', 1000, 'direct-debit', 'gopay', 0, 0, '{}', '00', 2, 0, 0, '101')",
        &[Offender::ArchivedTwice { reference_no: reference_no() }],
    )
    .await;
}

fn reference() -> ReferenceNo {
    ReferenceNo::new("A1").unwrap()
}

/// A wallet of fifteen rupiah, of which a payment takes ten.
fn paid_by_wallet() -> Changes {
    let customer = || CustomerId::new("c1").unwrap();
    let merchant = || MerchantId::new("G1").unwrap();
    let opened = Payment {
        reference_no: reference(),
        merchant: merchant(),
        partner_reference_no: PartnerReferenceNo::new("order-1").unwrap(),
        external_id: ExternalId::new("ext-1").unwrap(),
        amount: Money::idr(10),
        product: Product::DirectDebit,
        method: Method::Gopay,
        created_at: NOW,
        valid_up_to: NOW,
        details: Details::default(),
        status: Status::Pending,
        version: 1,
        changed_at: NOW,
        payer: None,
        option: None,
        paid_at: None,
        refunded: Money::ZERO_IDR,
    };
    let paid = Payment {
        status: Status::Paid,
        version: 2,
        payer: Some(customer()),
        option: Some(PayOption::Wallet),
        paid_at: Some(NOW),
        ..opened.clone()
    };
    let top_up = JournalEntry::top_up(customer(), Money::idr(15), "t1", NOW).unwrap();
    let journal =
        JournalEntry::payment(customer(), PayOption::Wallet, merchant(), Money::idr(10), &reference(), NOW)
            .unwrap();
    Changes::new()
        .with(Write::BalanceOpen { account: Account::Wallet(customer()), floor: Money::ZERO_IDR })
        .with(Write::JournalPost(top_up))
        .with(Write::PaymentOpen(Box::new(opened)))
        .with(Write::PaymentMove(Box::new(paid)))
        .with(Write::JournalPost(journal))
}
