//! Copying a store into one of the same engine or of another, and going on after an interruption.

use std::ops::ControlFlow;

use lunas_store::{CopyError, Store, Write};

use super::sample::*;

/// A SQLite store that goes away with its directory.
async fn sqlite() -> (Store, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path().join("other.db").to_str().unwrap()).await.unwrap();
    (store, directory)
}

/// Something in most tables, and more than one slice in one of them.
async fn fill(store: &Store) {
    let put = async |writes: Vec<Write>| store.commit(changes(writes)).await.unwrap();
    put(vec![
        Write::MerchantPut(Box::new(merchant("G1"))),
        Write::CustomerPut(customer("c1", "+628111111111")),
        Write::KeyAdd { name: "signing".into(), sealed: vec![0, 255, 7] },
        open_wallet("c1"),
        top_up("c1", 100, "t1"),
        open(payment("A1")),
        claim("e1", "answer", NOW),
        notification("1", "A1", 1),
        moved(paid("A1", "c1")),
        payment_journal("A1", "c1"),
    ])
    .await;
    let audit = |subject: &str| Write::AuditAdd {
        at: NOW,
        actor: "admin".into(),
        action: "looked".into(),
        subject: subject.into(),
        detail: "é".into(),
    };
    put(vec![audit("b"), audit("a"), audit("a")]).await;
    for hundred in 0..25 {
        let settings = (0..100).map(|number| Write::SettingPut {
            name: format!("setting-{hundred}-{number}"),
            value: "x".to_owned(),
        });
        put(settings.collect()).await;
    }
}

async fn copied(from: &Store, to: &Store) {
    let mut tables = Vec::new();
    let report = from.copy_to(to, |progress| {
        assert!(progress.done <= progress.total, "{progress:?}");
        tables.push((progress.table, progress.is_comparing));
        ControlFlow::Continue(())
    });
    let report = report.await.unwrap();
    assert_eq!((report.paid_payments, report.is_sound()), (1, true));
    assert!(tables.contains(&("setting", false)) && tables.contains(&("audit", true)), "{tables:?}");
    assert!(!to.is_half_copied().await.unwrap());
    let found = to.payment_find(lunas_store::Scope::System, &reference("A1")).await.unwrap();
    assert_eq!(found, Some(paid("A1", "c1")));
    assert_eq!(to.setting_find("setting-24-99").await.unwrap().as_deref(), Some("x"));
}

#[tokio::test]
async fn a_copy_is_the_same_in_any_engine() {
    let fresh = Fresh::open().await;
    fill(&fresh.store).await;
    let (other, _directory) = sqlite().await;
    copied(&fresh.store, &other).await;
    let back = Fresh::open().await;
    copied(&other, &back.store).await;
}

/// Copies until something of that table has gone over.
async fn half_copied(from: &Store, to: &Store, table: &str) {
    let ended = from.copy_to(to, |progress| {
        if progress.table == table { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let ended = ended.await;
    assert!(matches!(ended, Err(CopyError::Interrupted)), "{ended:?}");
    assert!(to.is_half_copied().await.unwrap());
}

#[tokio::test]
async fn an_interrupted_copy_goes_on_where_it_stopped() {
    let fresh = Fresh::open().await;
    let (other, _directory) = sqlite().await;
    fill(&other).await;
    half_copied(&other, &fresh.store, "setting").await;
    let fresh = fresh.half_reopened().await;
    let back = fresh.store.copy_to(&other, |_| ControlFlow::Continue(())).await;
    assert!(matches!(back, Err(CopyError::SourceIncomplete)), "{back:?}");
    copied(&other, &fresh.store).await;
}

#[tokio::test]
async fn what_differs_is_found_and_what_is_not_empty_is_left_alone() {
    let (other, _directory) = sqlite().await;
    fill(&other).await;
    let setting = |value: &str| Write::SettingPut { name: "setting-3-3".into(), value: value.into() };
    let taken = Fresh::open().await;
    taken.put([setting("mine")]).await;
    let refused = other.copy_to(&taken.store, |_| ControlFlow::Continue(())).await;
    assert!(matches!(refused, Err(CopyError::NotEmpty { table: "setting" })), "{refused:?}");

    let fresh = Fresh::open().await;
    half_copied(&other, &fresh.store, "audit").await;
    fresh.put([setting("changed")]).await;
    let copied = other.copy_to(&fresh.store, |_| ControlFlow::Continue(())).await;
    assert!(matches!(copied, Err(CopyError::Differs { table: "setting", .. })), "{copied:?}");
    assert!(fresh.store.is_half_copied().await.unwrap(), "nobody may serve it");
}
