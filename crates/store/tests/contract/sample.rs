//! The store and the rows that the contract's tests work with. One line here makes one row there.

use std::time::Duration;

use crate::Place;
use lunas_domain::customer::{Customer, Standing};
use lunas_domain::json_text::JsonText;
use lunas_domain::ledger::{Account, JournalEntry, PayOption};
use lunas_domain::link::LinkTerms;
use lunas_domain::merchant::{
    Merchant, NotifyStatuses, NotifyText, PointOfPurchase, PointOfPurchaseKind, QrisProfile,
};
use lunas_domain::notification::{About, Notification};
use lunas_domain::payment::{Details, Method, Payment, Product, Refund, RefundTally, ReturnUrl, Status};
use lunas_domain::replay::{ReplayKey, ReplayOwner, kept_until};
use lunas_domain::virtual_account::{AccountTerms, CompanyCode, Kind};
use lunas_store::{Changes, CommitError, CustomerRow, NotificationKey, OpenError, Store, Write};
use lunas_vocab::{
    CustomerId, ExternalId, MerchantId, Money, NotificationId, PartnerReferenceNo, PartnerRefundNo, Phone,
    PointOfPurchaseId, ReferenceNo, RefundNo, Secret, Timestamp,
};

pub(crate) const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

/// A store that goes away with this.
pub(crate) struct Fresh {
    pub(crate) store: Store,
    place: Place,
}

impl Fresh {
    pub(crate) async fn open() -> Self {
        let place = Place::new();
        let store = Store::open(&place.address()).await.unwrap();
        Self { store, place }
    }

    /// Closes the store and opens it again.
    pub(crate) async fn reopened(self) -> Self {
        self.store.close().await;
        let store = Store::open(&self.place.address()).await.unwrap();
        Self { store, place: self.place }
    }

    /// Closes a store that a copy has not filled to the end, finds that it cannot be served, and opens it for the rest.
    pub(crate) async fn half_reopened(self) -> Self {
        self.store.close().await;
        let refused = Store::open(&self.place.address()).await.unwrap_err();
        assert!(matches!(refused, OpenError::HalfCopied { .. }), "{refused}");
        let store = Store::open_target(&self.place.address()).await.unwrap();
        Self { store, place: self.place }
    }

    pub(crate) async fn commit(&self, writes: impl IntoIterator<Item = Write>) -> Result<(), CommitError> {
        self.store.commit(changes(writes)).await
    }

    /// Commits what must not be refused.
    pub(crate) async fn put(&self, writes: impl IntoIterator<Item = Write>) {
        self.commit(writes).await.unwrap();
    }
}

pub(crate) fn changes(writes: impl IntoIterator<Item = Write>) -> Changes {
    writes.into_iter().fold(Changes::new(), Changes::with)
}

/// The refusal's name, or `ok`: what tables of expectations are written in.
pub(crate) fn outcome(result: &Result<(), CommitError>) -> String {
    match result {
        Ok(()) => "ok".to_owned(),
        Err(CommitError::Replay) => "replay".to_owned(),
        Err(CommitError::OrderTaken) => "order taken".to_owned(),
        Err(CommitError::LostRace) => "lost race".to_owned(),
        Err(CommitError::InsufficientFunds) => "insufficient funds".to_owned(),
        Err(CommitError::AccountFull) => "account full".to_owned(),
        Err(CommitError::TooManyPinAttempts) => "too many PIN attempts".to_owned(),
        Err(CommitError::NumberTaken) => "number taken".to_owned(),
        Err(CommitError::Exists { what }) => format!("{what} exists"),
        Err(CommitError::OutcomeUnknown) => "unknown".to_owned(),
        Err(CommitError::Unavailable(unavailable)) => unavailable.to_string(),
    }
}

pub(crate) fn after(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

pub(crate) fn merchant_id(name: &str) -> MerchantId {
    MerchantId::new(name).unwrap()
}

pub(crate) fn customer_id(name: &str) -> CustomerId {
    CustomerId::new(name).unwrap()
}

pub(crate) fn reference(name: &str) -> ReferenceNo {
    ReferenceNo::new(name).unwrap()
}

pub(crate) fn notification_id(digits: &str) -> NotificationId {
    NotificationId::new(digits).unwrap()
}

/// A notification's id, and of which payment's state it tells.
pub(crate) type NotificationName<'a> = (&'a str, &'a str, u32);

pub(crate) fn notification_key((digits, name, version): NotificationName<'_>) -> NotificationKey {
    NotificationKey { reference_no: reference(name), version, id: notification_id(digits) }
}

pub(crate) fn wallet(name: &str) -> Account {
    Account::Wallet(customer_id(name))
}

pub(crate) fn key(merchant: &str, service: &'static str, external_id: &str) -> ReplayKey {
    let external_id = ExternalId::new(external_id).unwrap();
    ReplayKey { owner: ReplayOwner::Merchant(merchant_id(merchant)), service, external_id }
}

pub(crate) fn claim(external_id: &str, answer: &str, now: Timestamp) -> Write {
    Write::ReplayClaim {
        key: key("G1", "54", external_id),
        request: vec![1; 32],
        body: answer.as_bytes().to_vec(),
        opened: None,
        now,
        kept_until: kept_until(now),
    }
}

/// A pending payment of ten rupiah for merchant G1, with something in every optional place.
pub(crate) fn payment(name: &str) -> Payment {
    Payment {
        reference_no: reference(name),
        merchant: merchant_id("G1"),
        partner_reference_no: PartnerReferenceNo::new("order-1").unwrap(),
        external_id: ExternalId::new(format!("ext-{name}")).unwrap(),
        amount: Money::idr(10),
        product: Product::DirectDebit,
        method: Method::Gopay,
        created_at: NOW,
        valid_up_to: after(900),
        details: Details {
            return_url: Some(ReturnUrl { url: "https://shop.example".into(), is_deeplink: true }),
            metadata_json: Some(JsonText::new(r#"{"a":"é"}"#)),
            ..Details::default()
        },
        status: Status::Pending,
        version: 1,
        changed_at: NOW,
        payer: None,
        option: None,
        paid_at: None,
        refunded: Money::ZERO_IDR,
    }
}

pub(crate) fn paid(name: &str, payer: &str) -> Payment {
    Payment {
        status: Status::Paid,
        version: 2,
        changed_at: after(60),
        payer: Some(customer_id(payer)),
        option: Some(PayOption::Wallet),
        paid_at: Some(after(60)),
        ..payment(name)
    }
}

/// The payment after a refund of that many rupiah in all, at its third version or a later one.
pub(crate) fn refunded(name: &str, payer: &str, version: u32, units: i32) -> Payment {
    Payment {
        status: Status::Refunded,
        version,
        changed_at: after(60 * u64::from(version)),
        refunded: Money::idr(units),
        ..paid(name, payer)
    }
}

/// The refund that made that version.
pub(crate) fn refund(
    name: &str,
    version: u32,
    refund_no: &str,
    partner_refund_no: &str,
    units: i32,
) -> Refund {
    Refund {
        reference_no: reference(name),
        version,
        refund_no: RefundNo::new(refund_no).unwrap(),
        partner_refund_no: PartnerRefundNo::new(partner_refund_no).unwrap(),
        amount: Money::idr(units),
        reason: Some("tidak cocok".into()),
        at: after(60 * u64::from(version)),
    }
}

pub(crate) fn refund_add(refund: &Refund) -> Write {
    Write::RefundAdd(Box::new(refund.clone()))
}

/// The journal entry that goes with a refund.
pub(crate) fn refund_journal(refund: &Refund, payer: &str) -> Write {
    let (merchant, payer) = (merchant_id("G1"), customer_id(payer));
    let journal =
        JournalEntry::refund(merchant, payer, PayOption::Wallet, refund.amount, &refund.refund_no, refund.at);
    Write::JournalPost(journal.unwrap())
}

pub(crate) fn tally(merchant: &str, version: u32, units: i32) -> RefundTally {
    let (merchant, day_ends_at) = (merchant_id(merchant), NOW.end_of_wib_day());
    RefundTally { merchant, version, day_ends_at, refunded: Money::idr(units) }
}

pub(crate) fn open(payment: Payment) -> Write {
    Write::PaymentOpen(Box::new(payment))
}

pub(crate) fn moved(payment: Payment) -> Write {
    Write::PaymentMove(Box::new(payment))
}

/// The journal entry that goes with [`paid`].
pub(crate) fn payment_journal(name: &str, payer: &str) -> Write {
    let (payer, merchant) = (customer_id(payer), merchant_id("G1"));
    let journal = JournalEntry::payment(
        payer,
        PayOption::Wallet,
        merchant,
        Money::idr(10),
        &reference(name),
        after(60),
    );
    Write::JournalPost(journal.unwrap())
}

pub(crate) fn top_up(customer: &str, units: i32, name: &str) -> Write {
    Write::JournalPost(JournalEntry::top_up(customer_id(customer), Money::idr(units), name, NOW).unwrap())
}

pub(crate) fn open_wallet(customer: &str) -> Write {
    Write::BalanceOpen { account: wallet(customer), floor: Money::ZERO_IDR }
}

pub(crate) fn notification(digits: &str, payment: &str, version: u32) -> Write {
    let notification = Notification { about: About::Payment, reference_no: reference(payment), version };
    Write::NotificationAdd { id: notification_id(digits), notification, merchant: merchant_id("G1"), at: NOW }
}

pub(crate) fn merchant(name: &str) -> Merchant {
    let point = |id: &str, kind| PointOfPurchase { id: PointOfPurchaseId::new(id).unwrap(), kind };
    Merchant {
        id: merchant_id(name),
        name: "Kopi".into(),
        return_url: Some("https://shop.example/done".into()),
        notify_url: None,
        notify_partner_id: "P1".into(),
        notify_text: NotifyText::Escaped,
        notify_statuses: NotifyStatuses::parse(["00", "08"]).unwrap(),
        payment_handle: "7d4b".into(),
        allowed_callers: vec!["203.0.113.0/24".into(), "2001:db8::1".into()],
        points_of_purchase: vec![
            point("web", PointOfPurchaseKind::Standard),
            point("app", PointOfPurchaseKind::MiniApp),
        ],
        qris: Some(QrisProfile {
            name: "KOPI".into(),
            pan: "936009143000000012".into(),
            acquirer_merchant_id: "G000000001".into(),
            nmid: "ID1000000000001".into(),
            criteria: "UMI".into(),
            mcc: 5814,
            city: "JAKARTA".into(),
            postal_code: "12190".into(),
            terminal: "A01".into(),
        }),
        accounts: AccountTerms { kind: Kind::Multi, mandiri_b2b: true },
        company_codes: vec![company_code("mandiri", name), company_code("bca", name)],
        links: LinkTerms { redirect_urls: vec!["https://shop.example".into()], may_skip_pin: true },
    }
}

/// The code of a merchant `G1`, `G2` … at a bank.
pub(crate) fn company_code(bank: &str, merchant: &str) -> CompanyCode {
    CompanyCode { bank: bank.to_owned(), code: format!("7001{}", merchant.trim_start_matches('G')) }
}

pub(crate) fn customer(name: &str, phone: &str) -> CustomerRow {
    CustomerRow {
        customer: Customer {
            id: customer_id(name),
            phone: Phone::new(phone).unwrap(),
            name: "Ani".into(),
            standing: Standing::Active,
            pay_later_limit: Some(Money::idr(500)),
            has_savings: true,
        },
        pin_hash: Secret::new("$argon2id$…".into()),
        otp: Some(Secret::new("123456".into())),
        link_pin: Some(Secret::new("112233".into())),
        scenario: None,
    }
}
