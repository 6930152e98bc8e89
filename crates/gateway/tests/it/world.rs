//! The world most tests live in: a gateway whose clock stands still, and short words for what they do there.

use std::fmt::Write as _;
use std::time::Duration;

use crate::kit::{Answer, Gateway, Options, sample};
use lunas_client::Client;
use lunas_domain::ledger::{Account, JournalEntry, Posting, Recipe};
use lunas_store::Write;
use lunas_vocab::{MerchantId, Money, Timestamp};
use serde_json::Value;

/// Where the clock stands: ten in the morning in Jakarta.
pub(crate) const NOW: &str = "2026-11-20T10:00:00+07:00";

/// Options with the clock standing at [`NOW`].
pub(crate) fn options() -> Options {
    Options { clock: Some(now()), ..Options::default() }
}

/// [`NOW`] as an instant.
pub(crate) fn now() -> Timestamp {
    Timestamp::parse(NOW).unwrap()
}

/// The time that many seconds after [`NOW`], as the wire writes it.
pub(crate) fn after(seconds: u64) -> String {
    now().plus(Duration::from_secs(seconds)).to_snap()
}

/// A gateway whose clock stands at [`NOW`].
pub(crate) async fn gateway() -> Gateway {
    Gateway::start_with(options()).await
}

/// The merchant's SDK, with the sandbox's merchant and the gateway's clock.
pub(crate) fn sdk(gateway: &Gateway) -> Client {
    let clock = gateway.app.env.clone();
    Client::builder(&gateway.base_url)
        .client_id(&gateway.merchant.client_id)
        .client_secret(gateway.merchant.client_secret.clone())
        .private_key_pem(gateway.credentials.merchant_private_key.clone())
        .partner_id(&gateway.merchant.partner_id)
        .channel_id(&gateway.merchant.channel_id)
        .clock(move || clock.wall())
        .allow_plain_http()
        .build()
        .unwrap()
}

/// Opens a payment of 10 000 rupiah, takes its first notification, and gives its reference number.
pub(crate) async fn opened(gateway: &Gateway, order: &str) -> String {
    let answer = gateway.pay(&sample::payment(order)).send().await;
    assert_eq!(answer.code(), "2005400", "{}", answer.verdict());
    assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "03");
    answer.text_at("/referenceNo")
}

/// The two digits under which a payment stands.
pub(crate) async fn standing(gateway: &Gateway, reference_no: &str) -> String {
    let answer = gateway.status(&sample::original(reference_no)).send().await;
    answer.text_at("/latestTransactionStatus")
}

/// The body with the member at a pointer replaced, added, or with null in its place.
pub(crate) fn with(body: &Value, pointer: &str, value: Value) -> Value {
    let mut body = body.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[name] = value;
    body
}

/// Takes that many rupiah out of what the merchant holds.
pub(crate) async fn pays_out(gateway: &Gateway, units: i32) {
    let merchant = Account::Merchant(MerchantId::new(gateway.merchant.id.clone()).unwrap());
    let postings = vec![
        Posting { account: merchant, amount: Money::idr(-units) },
        Posting { account: Account::Cash, amount: Money::idr(units) },
    ];
    let paid_out = JournalEntry { id: "paid-out".to_owned(), recipe: Recipe::TopUp, at: now(), postings };
    gateway.app.store.commit(Write::JournalPost(paid_out).into()).await.unwrap();
}

/// What became of each of several calls, one line each.
#[derive(Default)]
pub(crate) struct Verdicts(String);

impl Verdicts {
    /// Notes a call's verdict under its name.
    pub(crate) fn note(&mut self, name: &str, answer: &Answer) {
        writeln!(self.0, "{name:<44} {}", answer.verdict()).expect("a text takes what is written");
    }

    /// The lines.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
