//! Merchants, clients, customers, and what the gateway keeps for itself.

use lunas_domain::bank::Bank;
use lunas_domain::customer::Standing;
use lunas_domain::merchant::Merchant;
use lunas_store::{
    AuditRow, Changes, ClientOwner, ClientRow, CommitError, CustomerRow, PublicKeyRow, SealedSecret, Write,
};
use lunas_vocab::{BankId, ClientId, Phone};

use super::sample::*;

fn owner(merchant: &str) -> ClientOwner {
    ClientOwner::Merchant(merchant_id(merchant))
}

#[tokio::test]
async fn a_bank_is_kept_as_it_is_and_has_clients_of_its_own() {
    let fresh = Fresh::open().await;
    let id = BankId::new("B1").unwrap();
    let bank = Bank {
        id: id.clone(),
        name: "Bank Satu".into(),
        keeps: vec!["bca".into(), "bni".into()],
        allowed_callers: vec!["203.0.113.0/24".into()],
    };
    let client = ClientRow {
        client_id: ClientId::new("B1-SNAP").unwrap(),
        owner: ClientOwner::Bank(id.clone()),
        secrets: Vec::new(),
        public_keys: Vec::new(),
    };
    fresh.put([Write::BankPut(bank.clone()), Write::ClientPut(client.clone())]).await;
    assert_eq!(fresh.store.bank_find(&id).await.unwrap(), Some(bank.clone()));
    let changed = Bank { keeps: Vec::new(), ..bank };
    fresh.put([Write::BankPut(changed.clone())]).await;
    assert_eq!(fresh.store.banks_list().await.unwrap(), [changed]);
    assert_eq!(fresh.store.client_find(&client.client_id).await.unwrap(), Some(client.clone()));
    assert_eq!(fresh.store.clients_list(&client.owner).await.unwrap(), [client]);
    assert_eq!(fresh.store.clients_list(&owner("B1")).await.unwrap(), []);
}

#[tokio::test]
async fn merchants_are_read_as_they_were_last_written() {
    let fresh = Fresh::open().await;
    fresh
        .put([Write::MerchantPut(Box::new(merchant("G2"))), Write::MerchantPut(Box::new(merchant("G1")))])
        .await;
    assert_eq!(fresh.store.merchants_list().await.unwrap(), [merchant("G1"), merchant("G2")]);

    let mut renamed = Merchant { name: "Teh".into(), return_url: None, ..merchant("G1") };
    renamed.notify_url = Some("https://shop.example/notify".into());
    renamed.points_of_purchase.reverse();
    renamed.points_of_purchase.pop();
    renamed.qris = None;
    renamed.company_codes.reverse();
    renamed.company_codes.pop();
    fresh.put([Write::MerchantPut(Box::new(renamed.clone()))]).await;
    assert_eq!(fresh.store.merchant_find(&merchant_id("G1")).await.unwrap(), Some(renamed));
    assert_eq!(fresh.store.merchant_find(&merchant_id("G3")).await.unwrap(), None);
}

/// Whoever changes what was read under a version is refused once somebody else has changed it, with all that goes with it.
#[tokio::test]
async fn a_merchant_or_bank_is_held_under_the_version_that_was_read() {
    let fresh = Fresh::open().await;
    let (id, bank_id) = (merchant_id("G1"), BankId::new("B1").unwrap());
    assert_eq!(fresh.store.merchant_version(&id).await.unwrap(), None);
    assert_eq!(fresh.store.bank_version(&bank_id).await.unwrap(), None);
    let named = |name: &str| Merchant { name: name.to_owned(), ..merchant("G1") };
    let bank = |name: &str| Bank {
        id: bank_id.clone(),
        name: name.to_owned(),
        keeps: Vec::new(),
        allowed_callers: Vec::new(),
    };
    fresh.put([Write::MerchantPut(Box::new(named("first"))), Write::BankPut(bank("first"))]).await;
    let version = fresh.store.merchant_version(&id).await.unwrap().unwrap();
    let bank_version = fresh.store.bank_version(&bank_id).await.unwrap().unwrap();
    for (name, expected) in [("second", "ok"), ("third", "lost race")] {
        let of_merchant = [
            Write::OwnerHold { owner: ClientOwner::Merchant(id.clone()), version },
            Write::MerchantPut(Box::new(named(name))),
        ];
        assert_eq!(outcome(&fresh.commit(of_merchant).await), expected, "{name}");
        let of_bank = [
            Write::OwnerHold { owner: ClientOwner::Bank(bank_id.clone()), version: bank_version },
            Write::BankPut(bank(name)),
        ];
        assert_eq!(outcome(&fresh.commit(of_bank).await), expected, "{name}");
    }
    assert_eq!(fresh.store.merchant_find(&id).await.unwrap().unwrap().name, "second");
    assert_eq!(fresh.store.bank_find(&bank_id).await.unwrap().unwrap().name, "second");
}

/// A code at a bank is one merchant's, and comes to another only when that one gives it up.
#[tokio::test]
async fn m3_a_company_code_is_one_merchants_at_its_bank() {
    let fresh = Fresh::open().await;
    let put = async |name: &str, codes: &[(&str, &str)]| {
        let company_codes = codes.iter().map(|(bank, owner)| company_code(bank, owner)).collect();
        let merchant = Merchant { company_codes, ..merchant(name) };
        outcome(&fresh.commit([Write::MerchantPut(Box::new(merchant))]).await)
    };
    let owner = async |bank: &str, of: &str| {
        let owner = fresh.store.company_code_owner(&company_code(bank, of)).await.unwrap();
        owner.map(|id| id.into_string()).unwrap_or_default()
    };
    assert_eq!(put("G1", &[("bca", "G1"), ("bni", "G1")]).await, "ok");
    assert_eq!(put("G1", &[("bni", "G1"), ("bca", "G1")]).await, "ok", "its own once more");
    assert_eq!(put("G2", &[("bri", "G2"), ("bca", "G1")]).await, "company code exists");
    assert_eq!(fresh.store.merchant_find(&merchant_id("G2")).await.unwrap(), None, "none of it happened");
    assert_eq!([owner("bca", "G1").await, owner("bri", "G2").await], ["G1", ""]);
    assert_eq!(put("G2", &[("bri", "G1"), ("bca", "G2")]).await, "ok", "at another bank, and another code");
    assert_eq!(put("G1", &[("bni", "G1")]).await, "ok");
    assert_eq!(put("G2", &[("bca", "G1")]).await, "ok", "once it was given up");
    assert_eq!(
        [owner("bca", "G1").await, owner("bri", "G1").await, owner("bni", "G1").await],
        ["G2", "", "G1"]
    );
}

#[tokio::test]
async fn a_clients_secrets_and_keys_come_and_go_one_by_one() {
    let fresh = Fresh::open().await;
    let client = || ClientId::new("client-1").unwrap();
    let secret = |id: &str, seconds| SealedSecret {
        id: id.into(),
        sealed: vec![0, 1, 255],
        added_at: after(seconds),
        revoked_at: None,
    };
    let public_key = |fingerprint: &str, seconds| PublicKeyRow {
        fingerprint: fingerprint.into(),
        pem: "-----BEGIN PUBLIC KEY-----".into(),
        added_at: after(seconds),
        revoked_at: None,
    };
    let row = ClientRow {
        client_id: client(),
        owner: ClientOwner::Merchant(merchant_id("G1")),
        secrets: vec![secret("s1", 0)],
        public_keys: vec![public_key("k1", 0)],
    };
    fresh.put([Write::ClientPut(row.clone())]).await;
    assert_eq!(fresh.store.client_find(&client()).await.unwrap(), Some(row.clone()));

    let check = async |write: Write, expected: &str| {
        let name = format!("{write:?}");
        assert_eq!(outcome(&fresh.commit([write]).await), expected, "{name}");
    };
    let add = |id: &str| Write::ClientSecretAdd { client: client(), secret: secret(id, 5) };
    let revoke = |id: &str| Write::ClientSecretRevoke { client: client(), id: id.into(), at: after(9) };
    check(add("s2"), "ok").await;
    check(add("s2"), "client secret exists").await;
    check(revoke("s1"), "ok").await;
    check(revoke("s1"), "lost race").await;
    let add = |fingerprint: &str| Write::ClientKeyAdd { client: client(), key: public_key(fingerprint, 5) };
    let revoke = |fingerprint: &str| Write::ClientKeyRevoke {
        client: client(),
        fingerprint: fingerprint.into(),
        at: after(9),
    };
    check(add("k2"), "ok").await;
    check(add("k2"), "public key exists").await;
    check(revoke("k1"), "ok").await;
    check(revoke("k9"), "lost race").await;
    for owner in [owner("G2"), ClientOwner::Bank(BankId::new("G1").unwrap())] {
        check(Write::ClientPut(ClientRow { owner, ..row.clone() }), "client exists").await;
    }

    let clients = fresh.store.clients_list(&owner("G1")).await.unwrap();
    let [found] = &clients[..] else { panic!("{clients:?}") };
    let secrets: Vec<_> =
        found.secrets.iter().map(|s| (s.id.as_str(), s.is_active(), s.revoked_at)).collect();
    assert_eq!(secrets, [("s1", false, Some(after(9))), ("s2", true, None)]);
    let keys: Vec<_> = found.public_keys.iter().map(|k| (k.fingerprint.as_str(), k.is_active())).collect();
    assert_eq!(keys, [("k1", false), ("k2", true)]);
    assert_eq!(fresh.store.clients_list(&owner("G2")).await.unwrap(), []);
}

#[tokio::test]
async fn customers_are_found_by_id_and_by_phone() {
    let fresh = Fresh::open().await;
    let first = customer("c1", "+628111111111");
    fresh.put([Write::CustomerPut(first.clone())]).await;
    let phone = |number: &str| Phone::new(number).unwrap();
    assert_eq!(fresh.store.customer_find(&customer_id("c1")).await.unwrap(), Some(first.clone()));
    let found = fresh.store.customer_find_by_phone(&phone("+628111111111")).await.unwrap();
    assert_eq!(found, Some(first.clone()));
    assert_eq!(fresh.store.customer_find_by_phone(&phone("+628222222222")).await.unwrap(), None);

    let stolen = fresh.commit([Write::CustomerPut(customer("c2", "+628111111111"))]).await;
    assert_eq!(outcome(&stolen), "phone number exists");
    let mut blocked = CustomerRow { otp: None, scenario: Some("blocked".into()), ..first };
    blocked.customer.standing = Standing::Blocked;
    blocked.customer.pay_later_limit = None;
    assert_eq!(fresh.store.customers_blocked(9).await.unwrap(), []);
    fresh.put([Write::CustomerPut(blocked.clone())]).await;
    assert_eq!(fresh.store.customers_list().await.unwrap(), [blocked]);
    assert_eq!(fresh.store.customers_blocked(9).await.unwrap(), [phone("+628111111111")]);
    assert_eq!(fresh.store.customers_blocked(0).await.unwrap(), []);
}

#[tokio::test]
async fn keys_settings_and_the_audit_log_are_kept() {
    let fresh = Fresh::open().await;
    let audit = |seconds, action: &str| Write::AuditAdd {
        at: after(seconds),
        actor: "operator".into(),
        action: action.into(),
        subject: "G1".into(),
        detail: String::new(),
    };
    let key_add = |value: &str| Write::KeyAdd { name: "signing".into(), sealed: value.as_bytes().to_vec() };
    fresh.put([key_add("one")]).await;
    let refused = fresh.store.commit(Changes::new().with(key_add("two"))).await.unwrap_err();
    assert!(matches!(refused, CommitError::Exists { what: "key" }), "a key is never replaced: {refused}");
    for value in ["one", "two"] {
        fresh.put([Write::SettingPut { name: "clock".into(), value: value.into() }]).await;
    }
    fresh.put([audit(1, "added"), audit(3, "removed"), audit(2, "changed"), audit(2, "changed")]).await;
    let fresh = fresh.reopened().await;
    assert_eq!(fresh.store.key_find("signing").await.unwrap(), Some(b"one".to_vec()));
    assert_eq!(fresh.store.key_find("other").await.unwrap(), None);
    assert_eq!(fresh.store.setting_find("clock").await.unwrap(), Some("two".into()));
    assert_eq!(fresh.store.setting_find("other").await.unwrap(), None);
    let lines = fresh.store.audits_list(3).await.unwrap();
    let actions: Vec<_> = lines.iter().map(|AuditRow { at, action, .. }| (*at, action.as_str())).collect();
    assert_eq!(actions, [(after(3), "removed"), (after(2), "changed"), (after(2), "changed")]);
}
