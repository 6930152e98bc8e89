//! The whole road of a payment: created by the merchant, paid by a customer, told to the merchant, asked about.
//!
//! The customer pays through the sandbox's control, which is the flow of the review page without the page.

#![expect(clippy::disallowed_methods, reason = "load has tasks and times of its own")]

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lunas_bench::{Error, Merchant, Pace, Tally, Wire, is_answer, mark, member, payment};
use lunas_gateway::env::{Env, HEX, Stopwatch};
use lunas_snap::message::debit_status::StatusRequest;
use lunas_snap::service::Service;
use lunas_snap::signature::{body_hash, hmac_sign, transaction_text};
use lunas_vocab::{ReferenceNo, Secret};
use tokio::sync::oneshot;

use crate::hold::notify_url;
use crate::receiver::{Receiver, Told};

/// What an item costs, in rupiah: little, so that wallets last.
const ITEM_PRICE: i32 = 1;
/// How long the merchant waits for a notification before it counts as lost.
const NOTIFICATION_TIMEOUT: Duration = Duration::from_secs(30);

/// One measurement.
pub(crate) struct Road {
    /// Hosts and ports of the gateways, at least one; connections take turns.
    pub(crate) addresses: Vec<String>,
    /// Payments under way at a time.
    pub(crate) connections: u16,
    /// Payments per second over all connections; none for as many as come through.
    pub(crate) rate: Option<u64>,
    /// Time that does not count.
    pub(crate) warm_up: Duration,
    /// Time that counts.
    pub(crate) measured: Duration,
    /// Who pays, in turn.
    pub(crate) phones: Vec<String>,
}

/// What came of it.
pub(crate) struct Walked {
    /// Whole roads: how long each took.
    pub(crate) payments: Tally,
    /// From the moment the customer's payment was sent until the merchant had the notification.
    pub(crate) notifications: Tally,
}

/// What the connections share.
struct Walk {
    road: Road,
    merchant: Merchant,
    token: Secret<String>,
    timestamp: String,
    run: String,
    next: AtomicU64,
    waiting: Arc<Waiting>,
    pace: Pace,
    env: Env,
    clock: Stopwatch,
}

/// Payments whose notifications somebody waits for.
struct Waiting {
    of: Mutex<HashMap<String, oneshot::Sender<Duration>>>,
    clock: Stopwatch,
}

impl Road {
    /// Walks it again and again until the time is over. The sandbox's notifications come here meanwhile.
    pub(crate) async fn walk(self, merchant: Merchant) -> Result<Walked, Error> {
        let token = merchant.token().await?;
        let env = Env::system();
        let clock = env.stopwatch();
        let waiting = Arc::new(Waiting { of: Mutex::default(), clock });
        let receiver = Receiver::start(Arc::clone(&waiting)).await?;
        let previous = notify_url(&merchant, Some(&receiver.url)).await?;
        let pace = Pace::new(self.rate, clock);
        let walk = Arc::new(Walk {
            road: self,
            merchant,
            token,
            timestamp: env.now().to_snap(),
            run: format!("road-{}-", env.text(HEX, 8)),
            next: AtomicU64::new(0),
            waiting,
            pace,
            env,
            clock,
        });
        let measured = walk.road.measured;
        let mut walked = Walked { payments: Tally::new(measured), notifications: Tally::new(measured) };
        let walkers: Vec<_> = (0..usize::from(walk.road.connections))
            .map(|number| tokio::spawn(connection(Arc::clone(&walk), number)))
            .collect();
        for walker in walkers {
            let part = walker.await.map_err(|source| Error::because("a connection broke", source))?;
            walked.payments.merge(part.payments);
            walked.notifications.merge(part.notifications);
        }
        notify_url(&walk.merchant, previous.as_deref()).await?;
        drop(receiver);
        Ok(walked)
    }
}

/// Hears of a notification. One that says something else than "paid" wakes nobody.
impl Told for Waiting {
    fn told(&self, body: &[u8]) {
        let is_paid = member(body, "latestTransactionStatus") == Some("00");
        if let Some(reference_no) = member(body, "originalReferenceNo").filter(|_| is_paid)
            && let Some(waiting) = self.lock().remove(reference_no)
        {
            // Whoever waited may have given up.
            let _ = waiting.send(self.clock.elapsed());
        }
    }
}

impl Waiting {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, oneshot::Sender<Duration>>> {
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn connection(walk: Arc<Walk>, number: usize) -> Walked {
    let mut walked =
        Walked { payments: Tally::new(Duration::ZERO), notifications: Tally::new(Duration::ZERO) };
    let address = &walk.road.addresses[number % walk.road.addresses.len()];
    let end = walk.road.warm_up + walk.road.measured;
    let mut wire = None;
    while walk.clock.elapsed() < end {
        let opened = match wire.take() {
            Some(wire) => Ok(wire),
            None => Wire::open(address).await.map_err(|error| error.to_string()),
        };
        let mut opened = match opened {
            Ok(opened) => opened,
            Err(error) => {
                walked.payments.fail(error);
                return walked;
            }
        };
        let late = walk.pace.wait().await;
        let watch = walk.env.stopwatch();
        match walk.one(&mut opened).await {
            Ok(told_after) => {
                let done = walk.clock.elapsed();
                if done >= walk.road.warm_up && done < end {
                    walked.payments.record(late + watch.elapsed());
                    walked.notifications.record(told_after);
                }
                wire = Some(opened);
            }
            Err(error) => walked.payments.fail(error),
        }
    }
    walked
}

impl Walk {
    /// One payment from end to end; gives how long its notification took.
    async fn one(&self, wire: &mut Wire) -> Result<Duration, String> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let order = format!("{}{number:010}", self.run);
        let payment = payment(&self.merchant, &order, ITEM_PRICE).map_err(|error| error.to_string())?;
        let body = payment.write().to_compact();
        let answer = self.call(wire, Service::DebitPayment, &order, &body).await?;
        let reference_no = member(answer, "referenceNo").ok_or("an answer names no payment")?.to_owned();

        let (tell, told) = oneshot::channel();
        self.waiting.lock().insert(reference_no.clone(), tell);
        let payers = u64::try_from(self.road.phones.len().max(1)).unwrap_or(1);
        let payer = usize::try_from(number % payers).unwrap_or_default();
        let body =
            self.road.phones.get(payer).map_or_else(String::new, |phone| format!(r#"{{"phone":"{phone}"}}"#));
        let request = format!(
            "POST /sandbox/v1/payments/{reference_no}/pay HTTP/1.1\r\nHost: {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.road.addresses[0],
            body.len(),
        );
        let paid_at = self.clock.elapsed();
        let answer = wire.exchange(request.as_bytes()).await.map_err(|error| error.to_string())?;
        if !is_answer(answer, 200, br#""00""#) {
            self.waiting.lock().remove(&reference_no);
            return Err(String::from_utf8_lossy(answer).into_owned());
        }
        let told = tokio::time::timeout(NOTIFICATION_TIMEOUT, told).await;
        let told_at = told.map_err(|_| format!("no notification of {reference_no} came"))?;
        let told_at = told_at.map_err(|_| "the notification's place was lost".to_owned())?;

        let status = StatusRequest {
            original_reference_no: ReferenceNo::new(&reference_no).ok(),
            original_external_id: None,
            service_code: Some(Service::DebitPayment.code().to_owned()),
        };
        let body = status.write().to_compact();
        self.call(wire, Service::DebitStatus, &order, &body).await?;
        Ok(told_at.saturating_sub(paid_at))
    }

    /// A signed call; an answer that is no success is the error.
    async fn call<'w>(
        &self,
        wire: &'w mut Wire,
        service: Service,
        external_id: &str,
        body: &str,
    ) -> Result<&'w [u8], String> {
        let hash = body_hash(body.as_bytes());
        let text =
            transaction_text(service.method(), service.path(), self.token.expose(), &hash, &self.timestamp);
        let signature = hmac_sign(self.merchant.client_secret.expose(), &text);
        let request = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\n\
             X-PARTNER-ID: {}\r\nCHANNEL-ID: {}\r\nX-EXTERNAL-ID: {external_id}\r\nX-TIMESTAMP: {}\r\n\
             X-SIGNATURE: {signature}\r\nContent-Length: {}\r\n\r\n{body}",
            service.path(),
            self.road.addresses[0],
            self.token.expose(),
            self.merchant.partner_id,
            self.merchant.channel_id,
            self.timestamp,
            body.len(),
        );
        let answer = wire.exchange(request.as_bytes()).await.map_err(|error| error.to_string())?;
        if is_answer(answer, 200, mark(service).as_bytes()) {
            Ok(answer)
        } else {
            Err(String::from_utf8_lossy(answer).into_owned())
        }
    }
}
