//! Measures how many payments per second the store opens: `commit_rate [callers] [payments] [directory or address] [first]`.
//!
//! Each commit is what one create call writes: a payment, a replay key with the mark of the answer, and a notification,
//! about 1.5 KB. The directory decides which disk is measured; the system's temporary one is the default.
//! An address (`postgres://…`) measures that database instead; what is written stays in it. Where it holds such
//! payments already, `first` is how many.

#![expect(clippy::print_stdout, reason = "the figures are this program's output")]
#![expect(clippy::disallowed_methods, reason = "measuring is what this program is for")]

use std::error::Error;
use std::time::{Duration, Instant};

use lunas_domain::json_text::JsonText;
use lunas_domain::notification::{About, Notification};
use lunas_domain::payment::{Details, Method, Payment, Product, ReturnUrl, Status};
use lunas_domain::replay::{AnswerMark, KeptAnswer, ReplayKey, ReplayOwner, kept_until};
use lunas_store::{Changes, Store, Write};
use lunas_vocab::{
    ExternalId, MerchantId, Money, NotificationId, PartnerReferenceNo, ReferenceNo, Timestamp,
};

const CALLERS_DEFAULT: usize = 64;
const PAYMENTS_DEFAULT: usize = 200_000;
/// The instant of the first payment; later ones follow a millisecond apart.
const BEGIN_MS: i64 = 1_800_000_000_000;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: usize| match arguments.get(at) {
        Some(text) => text.parse(),
        None => Ok(default),
    };
    let (callers, payments) = (number(0, CALLERS_DEFAULT)?, number(1, PAYMENTS_DEFAULT)?);
    let first = number(3, 0)?;
    let place = arguments.get(2).map(String::as_str);
    let directory = match place {
        Some(parent) if !parent.contains("://") => tempfile::tempdir_in(parent)?,
        _ => tempfile::tempdir()?,
    };
    let file = format!("sqlite://{}", directory.path().join("lunas.db").display());
    let store = Store::open(place.filter(|place| place.contains("://")).unwrap_or(&file)).await?;

    let begin = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..callers {
        let store = store.clone();
        tasks.spawn(async move {
            let mut latencies = Vec::with_capacity(payments / callers);
            for n in (first + caller..first + payments).step_by(callers) {
                let changes = payment_changes(n)?;
                let sent = Instant::now();
                store.commit(changes).await?;
                latencies.push(sent.elapsed());
            }
            Ok::<_, Failure>(latencies)
        });
    }
    let mut latencies = Vec::with_capacity(payments);
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done??);
    }
    report(callers, begin.elapsed(), latencies);

    let begin = Instant::now();
    store.close().await;
    println!("closing took {} ms", begin.elapsed().as_millis());
    Ok(())
}

fn report(callers: usize, took: Duration, mut latencies: Vec<Duration>) {
    latencies.sort_unstable();
    let at = |per_mille: usize| {
        let index = (latencies.len() * per_mille / 1000).min(latencies.len().saturating_sub(1));
        latencies.get(index).map_or(0, Duration::as_micros)
    };
    let count = u128::from(u32::try_from(latencies.len()).unwrap_or(u32::MAX));
    let rate = (count * 1_000_000).checked_div(took.as_micros()).unwrap_or(0);
    println!(
        "{} commits by {callers} callers: {rate}/s, p50 {} us, p99 {} us, p99.9 {} us, most {} us",
        latencies.len(),
        at(500),
        at(990),
        at(999),
        at(1000)
    );
}

/// What a create call writes. External ids are spread as random ones are; reference numbers and notification ids grow.
fn payment_changes(n: usize) -> Result<Changes, Failure> {
    let now = Timestamp::from_ms(BEGIN_MS + i64::try_from(n)?);
    let scattered = u64::try_from(n)?.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let merchant = MerchantId::new(format!("G{:09}", n % 50))?;
    let external_id = ExternalId::new(format!("{scattered:016x}-{n:012}"))?;
    let owner = ReplayOwner::Merchant(merchant.clone());
    let key = ReplayKey { owner, service: "54", external_id: external_id.clone() };
    let (bucket, hundredths) = (key.bucket().as_str(), n % 1_000 / 10);
    let payment = Payment {
        reference_no: ReferenceNo::new(format!("A1{}{hundredths:02}{bucket}{n:09}", now.to_compact_utc()))?,
        merchant,
        partner_reference_no: PartnerReferenceNo::new(format!("order-{n}"))?,
        external_id,
        amount: Money::idr(10_000),
        product: Product::DirectDebit,
        method: Method::Gopay,
        created_at: now,
        valid_up_to: now.plus(Duration::from_mins(15)),
        details: Details {
            return_url: Some(ReturnUrl {
                url: "https://shop.example/orders/done".into(),
                is_deeplink: false,
            }),
            items_json: Some(JsonText::new(
                r#"[{"id":"i-1","name":"Kopi susu","quantity":"1","price":{"value":"10000.00"}}]"#,
            )),
            customer_json: Some(JsonText::new(
                r#"{"firstName":"Ani","phone":"+628123456789","email":"ani@example.com"}"#,
            )),
            metadata_json: Some(JsonText::new(r#"{"branch":"Jakarta","till":"7"}"#)),
            ..Details::default()
        },
        status: Status::Pending,
        version: 1,
        changed_at: now,
        payer: None,
        option: None,
        paid_at: None,
        refunded: Money::ZERO_IDR,
    };
    let answer = KeptAnswer::Mark(AnswerMark { base: [7; 4], hash: [7; 4] });
    let notification =
        Notification { about: About::Payment, reference_no: payment.reference_no.clone(), version: 1 };
    let id = NotificationId::new(format!("{}{:06}{bucket}{n:07}", now.ms(), n % 1_000_000))?;
    Ok(Changes::new()
        .with(Write::ReplayClaim {
            key,
            request: vec![7; 32],
            body: answer.into_bytes(),
            opened: Some(payment.reference_no.clone()),
            now,
            kept_until: kept_until(now),
        })
        .with(Write::NotificationAdd { id, notification, merchant: payment.merchant.clone(), at: now })
        .with(Write::PaymentOpen(Box::new(payment))))
}
