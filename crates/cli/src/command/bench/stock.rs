//! Requests for the load: distinct, signed, and made before the clock runs.
//!
//! All requests of a supply have one length. They differ in their external id, in the subject that their bodies name,
//! and in the timestamp or the signature; only the latter are kept, because a million whole requests would fill the
//! memory that is being measured.

use std::sync::atomic::{AtomicU64, Ordering};

use lunas_client::{PaymentRequest, gopay_request};
use lunas_gateway::env::{Env, HEX};
use lunas_snap::message::debit_payment::{CustomerDetails, Item, UrlKind, UrlParam};
use lunas_snap::message::debit_status::StatusRequest;
use lunas_snap::message::token::TokenRequest;
use lunas_snap::service::Service;
use lunas_snap::signature::{body_hash, hmac_sign, token_text, transaction_text};
use lunas_vocab::{MerchantId, Money, PartnerReferenceNo, PointOfPurchaseId, ReferenceNo, Secret, Timestamp};

use crate::sandbox::Sandbox;
use crate::verdict::Error;

/// Digits of the number in a reference.
const NUMBER_DIGITS: usize = 10;
/// What stands between a timestamp and a signature.
const BETWEEN: &str = "\r\nX-SIGNATURE: ";
/// What each item of a payment costs that nobody will pay, in rupiah.
const ITEM_PRICE: i32 = 5_000;
/// How many seconds token requests differ by, back from now; within the gateway's window for timestamps.
const TOKEN_TIMESTAMPS: i64 = 240;

/// An endless supply of requests, of which the first ones are signed already.
pub(super) struct Stock {
    next: AtomicU64,
    /// What comes before the number in a reference; differs from turn to turn.
    run: String,
    /// From the request line up to the external id.
    head: Vec<u8>,
    /// Timestamps with their signatures, each as long as the others, in the order of the requests.
    stamps: Vec<Vec<u8>>,
    subjects: Subjects,
    /// What signs a request whose stamp was not made ahead; without one, stamps are used again.
    signer: Option<Signer>,
    body_before: Vec<u8>,
    body_after: Vec<u8>,
    mark: String,
}

/// What the body of a request names.
enum Subjects {
    /// The request's own reference: a new payment.
    New,
    /// One of these in turn: payments that are there.
    Known(Vec<String>),
    /// Nothing.
    None,
}

/// Signs transactions of one service.
struct Signer {
    service: Service,
    secret: Secret<String>,
    token: Secret<String>,
    timestamp: String,
}

impl Stock {
    /// New payments, with that many signed ahead. They count as fresh for as long as the gateway's window for
    /// timestamps is open.
    pub(super) fn payments(
        sandbox: &Sandbox,
        token: &Secret<String>,
        host: &str,
        ahead: u64,
    ) -> Result<Self, Error> {
        let run = run();
        let body = request(sandbox, &reference(&run, 0), ITEM_PRICE)?.write().to_compact();
        let subject = reference(&run, 0);
        let mut stock =
            Self::transactions(sandbox, token, host, Service::DebitPayment, (&body, &subject), run)?;
        stock.stamps = (0..ahead).map(|number| stock.stamp(&reference(&stock.run, number))).collect();
        Ok(stock)
    }

    /// Queries about payments that are there, each of them again and again.
    pub(super) fn queries(
        sandbox: &Sandbox,
        token: &Secret<String>,
        host: &str,
        known: Vec<String>,
    ) -> Result<Self, Error> {
        let first = known.first().ok_or_else(|| Error::failed("there is no payment to ask about"))?;
        let broken = |_| Error::failed("a reference number is none");
        let request = StatusRequest {
            original_reference_no: Some(ReferenceNo::new(first).map_err(broken)?),
            original_external_id: None,
            service_code: Some(Service::DebitPayment.code().to_owned()),
        };
        let body = request.write().to_compact();
        let mut stock =
            Self::transactions(sandbox, token, host, Service::DebitStatus, (&body, first), run())?;
        stock.stamps = known.iter().map(|subject| stock.stamp(subject)).collect();
        stock.subjects = Subjects::Known(known);
        Ok(stock)
    }

    /// Token requests. Their signatures differ by the second that they name, so the same ones come again.
    pub(super) fn tokens(sandbox: &Sandbox, host: &str) -> Result<Self, Error> {
        let now = Env::system().now();
        let key = sandbox.signing_key()?;
        let body = TokenRequest.write().to_compact();
        let stamps = (0..TOKEN_TIMESTAMPS).map(|seconds| {
            let timestamp = Timestamp::from_ms(now.ms() - seconds * 1_000).to_snap();
            let signature = key.sign(&token_text(&sandbox.client_id, &timestamp));
            format!("{timestamp}{BETWEEN}{signature}").into_bytes()
        });
        let service = Service::AccessTokenB2b;
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nX-CLIENT-KEY: {}\r\n\
             Content-Length: {}\r\nX-EXTERNAL-ID: ",
            service.path(),
            sandbox.client_id,
            body.len(),
        );
        Ok(Self {
            next: AtomicU64::new(0),
            run: run(),
            head: head.into_bytes(),
            stamps: stamps.collect(),
            subjects: Subjects::None,
            signer: None,
            body_before: body.into_bytes(),
            body_after: Vec::new(),
            mark: mark(service),
        })
    }

    fn transactions(
        sandbox: &Sandbox,
        token: &Secret<String>,
        host: &str,
        service: Service,
        (body, subject): (&str, &str),
        run: String,
    ) -> Result<Self, Error> {
        let (before, after) = body
            .split_once(subject)
            .ok_or_else(|| Error::failed("the request does not hold its reference number"))?;
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\n\
             X-PARTNER-ID: {}\r\nCHANNEL-ID: {}\r\nContent-Length: {}\r\nX-EXTERNAL-ID: ",
            service.path(),
            token.expose(),
            sandbox.partner_id,
            sandbox.channel_id,
            body.len(),
        );
        let timestamp = Env::system().now().to_snap();
        let signer =
            Signer { service, secret: sandbox.client_secret.clone(), token: token.clone(), timestamp };
        Ok(Self {
            next: AtomicU64::new(0),
            run,
            head: head.into_bytes(),
            stamps: Vec::new(),
            subjects: Subjects::New,
            signer: Some(signer),
            body_before: before.as_bytes().to_vec(),
            body_after: after.as_bytes().to_vec(),
            mark: mark(service),
        })
    }

    /// What an answer has to hold to count.
    pub(super) fn mark(&self) -> &[u8] {
        self.mark.as_bytes()
    }

    /// Writes the next request in place of what `out` held.
    pub(super) fn next(&self, out: &mut Vec<u8>) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let external_id = reference(&self.run, number);
        let at = |length: usize| usize::try_from(number).unwrap_or(usize::MAX) % length.max(1);
        let subject = match &self.subjects {
            Subjects::New => external_id.as_str(),
            Subjects::Known(known) => known[at(known.len())].as_str(),
            Subjects::None => "",
        };
        out.clear();
        out.extend_from_slice(&self.head);
        out.extend_from_slice(external_id.as_bytes());
        out.extend_from_slice(b"\r\nX-TIMESTAMP: ");
        let is_new = matches!(self.subjects, Subjects::New);
        match usize::try_from(number).ok().and_then(|number| self.stamps.get(number)) {
            None if is_new => out.extend_from_slice(&self.stamp(subject)),
            None => out.extend_from_slice(&self.stamps[at(self.stamps.len())]),
            Some(stamp) => out.extend_from_slice(stamp),
        }
        out.extend_from_slice(b"\r\n\r\n");
        for part in [&self.body_before[..], subject.as_bytes(), &self.body_after] {
            out.extend_from_slice(part);
        }
    }

    /// Timestamp and signature of a request about `subject`.
    fn stamp(&self, subject: &str) -> Vec<u8> {
        let Some(Signer { service, secret, token, timestamp }) = &self.signer else { return Vec::new() };
        let body = [&self.body_before[..], subject.as_bytes(), &self.body_after].concat();
        let hash = body_hash(&body);
        let text = transaction_text(service.method(), service.path(), token.expose(), &hash, timestamp);
        format!("{timestamp}{BETWEEN}{}", hmac_sign(secret.expose(), &text)).into_bytes()
    }
}

fn run() -> String {
    format!("bench-{}-", Env::system().text(HEX, 8))
}

/// What an answer of the service has to hold to count.
pub(super) fn mark(service: Service) -> String {
    format!("\"responseCode\":\"200{}00\"", service.code())
}

fn reference(run: &str, number: u64) -> String {
    format!("{run}{number:0NUMBER_DIGITS$}")
}

/// A payment of three items as a shop would ask for it, about a kilobyte long.
pub(super) fn request(sandbox: &Sandbox, reference: &str, price: i32) -> Result<PaymentRequest, Error> {
    let broken = |_| Error::failed("the sandbox file has an identifier that is none");
    let order = PartnerReferenceNo::new(reference).map_err(broken)?;
    let text = |text: &str| Some(text.to_owned());
    let item = |at: i32| Item {
        id: Some(format!("SKU-0000{at}")),
        price: Money::idr(price),
        quantity: "1".into(),
        name: Some(format!("Kopi susu gula aren, size {at}")),
        merchant_name: text("Kopi Lunas"),
        brand: text("Lunas"),
        category: text("Beverages"),
        url: text("https://shop.example/coffee"),
    };
    let customer = CustomerDetails {
        phone: text("081234567890"),
        email: text("customer@shop.example"),
        first_name: text("Ani"),
        last_name: text("Wijaya"),
        billing_address: None,
        shipping_address: None,
    };
    Ok(PaymentRequest {
        merchant_id: Some(MerchantId::new(&sandbox.merchant_id).map_err(broken)?),
        point_of_purchase_id: Some(PointOfPurchaseId::new(&sandbox.point_of_purchase_id).map_err(broken)?),
        url_params: vec![UrlParam {
            url: "https://shop.example/return?order=1".to_owned(),
            kind: UrlKind::PayReturn,
            is_deeplink: false,
        }],
        customer_details: Some(customer.into()),
        items: (1..=3).map(|at| item(at).into()).collect(),
        ..gopay_request(order, Money::idr(3 * price))
    })
}
