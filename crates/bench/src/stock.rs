//! Requests for the load: distinct, signed, and made before the clock runs.
//!
//! All requests of a supply have one length. They differ in their external id, in the subject that their bodies name,
//! and in the timestamp or the signature; only the latter are kept, because a million whole requests would fill the
//! memory that is being measured.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use lunas_client::{PaymentRequest, gopay_request};
use lunas_gateway::env::{Env, HEX};
use lunas_snap::message::debit_payment::{CustomerDetails, Item, UrlKind, UrlParam};
use lunas_snap::message::debit_status::StatusRequest;
use lunas_snap::message::token::TokenRequest;
use lunas_snap::service::Service;
use lunas_snap::signature::{body_hash, hmac_sign, token_text, transaction_text};
use lunas_vocab::{MerchantId, Money, PartnerReferenceNo, PointOfPurchaseId, ReferenceNo, Secret, Timestamp};

use crate::Error;
use crate::merchant::Merchant;
use crate::wire::is_answer;

/// Digits of the number in a reference.
const NUMBER_DIGITS: usize = 10;
/// What stands between a timestamp and a signature.
const BETWEEN: &str = "\r\nX-SIGNATURE: ";
/// What each item of a payment costs that nobody will pay, in rupiah.
const ITEM_PRICE: i32 = 5_000;
/// How many seconds token requests differ by, back from now; within the gateway's window for timestamps.
const TOKEN_TIMESTAMPS: i64 = 240;
/// The access token of somebody who has none.
const NO_TOKEN: &str = "c3RyYW5nZXI";

/// An endless supply of requests, of which the first ones are signed already.
pub struct Stock {
    next: AtomicU64,
    /// What comes before the number in a reference; differs from turn to turn.
    run: String,
    /// From the request line up to the header whose value is the request's own reference.
    head: Vec<u8>,
    origin: Option<Origin>,
    /// Timestamps with their signatures, each as long as the others, in the order of the requests.
    stamps: Vec<Vec<u8>>,
    subjects: Subjects,
    body_before: Vec<u8>,
    body_after: Vec<u8>,
    /// The status and the mark of an answer that counts.
    status: u16,
    mark: String,
}

/// Where requests say that they come from, to a gateway that believes it: these networks of version 6, in turn.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// The number of the first one.
    pub first: u32,
    /// How many there are; at least one.
    pub count: u32,
}

/// What the body of a request names.
enum Subjects {
    /// The request's own reference: a new payment. A stamp that was not made ahead is made on the way.
    New(Signer),
    /// One of these in turn: payments that are there. Stamps are used again.
    Known(Vec<String>),
    /// Nothing. Stamps are used again.
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
    pub fn payments(
        merchant: &Merchant,
        token: &Secret<String>,
        host: &str,
        ahead: u64,
    ) -> Result<Self, Error> {
        let run = run();
        let subject = reference(&run, 0);
        let body = payment(merchant, &subject, ITEM_PRICE)?.write().to_compact();
        let signer = Signer::new(Service::DebitPayment, merchant, token);
        let mut stock = Self::transactions(merchant, &signer, host, (&body, &subject), run)?;
        let stamps = (0..ahead).map(|number| stock.stamp(&signer, &reference(&stock.run, number)));
        stock.stamps = stamps.collect();
        stock.subjects = Subjects::New(signer);
        Ok(stock)
    }

    /// Queries about payments that are there, each of them again and again.
    pub fn queries(
        merchant: &Merchant,
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
        let signer = Signer::new(Service::DebitStatus, merchant, token);
        let mut stock = Self::transactions(merchant, &signer, host, (&body, first), run())?;
        stock.stamps = known.iter().map(|subject| stock.stamp(&signer, subject)).collect();
        stock.subjects = Subjects::Known(known);
        Ok(stock)
    }

    /// Payments of somebody who has neither a token nor a secret, and who is told so.
    pub fn strangers(merchant: &Merchant, host: &str) -> Result<Self, Error> {
        let run = run();
        let subject = reference(&run, 0);
        let body = payment(merchant, &subject, ITEM_PRICE)?.write().to_compact();
        let mut signer = Signer::new(Service::DebitPayment, merchant, &Secret::new(NO_TOKEN.to_owned()));
        signer.secret = Secret::new(NO_TOKEN.to_owned());
        let stock = Self::transactions(merchant, &signer, host, (&body, &subject), run)?;
        let stamps = vec![stock.stamp(&signer, &subject)];
        let body_before = body.into_bytes();
        Ok(Self { stamps, body_before, body_after: Vec::new(), ..stock.answered(signer.service, 401) })
    }

    /// Token requests. Their signatures differ by the second that they name, so the same ones come again.
    pub fn tokens(merchant: &Merchant, host: &str) -> Result<Self, Error> {
        let head = format!("X-CLIENT-KEY: {}\r\nX-EXTERNAL-ID: ", merchant.client_id);
        Self::token_requests(merchant, host, &head)
    }

    /// Token requests, each in the name of another client that nobody knows, and who is told so.
    pub fn claims(merchant: &Merchant, host: &str) -> Result<Self, Error> {
        let stock = Self::token_requests(merchant, host, "X-CLIENT-KEY: ")?;
        Ok(stock.answered(Service::AccessTokenB2b, 401))
    }

    fn token_requests(merchant: &Merchant, host: &str, head_end: &str) -> Result<Self, Error> {
        let now = Env::system().now();
        let key = merchant.signing_key()?;
        let body = TokenRequest.write().to_compact();
        let stamps = (0..TOKEN_TIMESTAMPS).map(|seconds| {
            let timestamp = Timestamp::from_ms(now.ms() - seconds * 1_000).to_snap();
            let signature = key.sign(&token_text(&merchant.client_id, &timestamp));
            format!("{timestamp}{BETWEEN}{signature}").into_bytes()
        });
        let service = Service::AccessTokenB2b;
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             {head_end}",
            service.path(),
            body.len(),
        );
        Ok(Self {
            next: AtomicU64::new(0),
            run: run(),
            head: head.into_bytes(),
            origin: None,
            stamps: stamps.collect(),
            subjects: Subjects::None,
            body_before: body.into_bytes(),
            body_after: Vec::new(),
            status: 200,
            mark: mark(service),
        })
    }

    fn transactions(
        merchant: &Merchant,
        signer: &Signer,
        host: &str,
        (body, subject): (&str, &str),
        run: String,
    ) -> Result<Self, Error> {
        let (before, after) = body
            .split_once(subject)
            .ok_or_else(|| Error::failed("the request does not hold its reference number"))?;
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\n\
             X-PARTNER-ID: {}\r\nCHANNEL-ID: {}\r\nContent-Length: {}\r\nX-EXTERNAL-ID: ",
            signer.service.path(),
            signer.token.expose(),
            merchant.partner_id,
            merchant.channel_id,
            body.len(),
        );
        Ok(Self {
            next: AtomicU64::new(0),
            run,
            head: head.into_bytes(),
            origin: None,
            stamps: Vec::new(),
            subjects: Subjects::None,
            body_before: before.as_bytes().to_vec(),
            body_after: after.as_bytes().to_vec(),
            status: 200,
            mark: mark(signer.service),
        })
    }

    /// The same requests, which say that they come from there.
    #[must_use]
    pub fn from(self, origin: Origin) -> Self {
        Self { origin: Some(origin), ..self }
    }

    /// The same requests, of which an answer counts that has this status.
    fn answered(self, service: Service, status: u16) -> Self {
        Self { status, mark: format!("\"responseCode\":\"{status}{}", service.code()), ..self }
    }

    /// Whether this answer counts.
    pub(crate) fn is_answered_by(&self, answer: &[u8]) -> bool {
        is_answer(answer, self.status, self.mark.as_bytes())
    }

    /// Writes the next request in place of what `out` held.
    pub(crate) fn next(&self, out: &mut Vec<u8>) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let own = reference(&self.run, number);
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        let subject = match &self.subjects {
            Subjects::New(_) => own.as_str(),
            Subjects::Known(known) => known[place % known.len()].as_str(),
            Subjects::None => "",
        };
        out.clear();
        out.extend_from_slice(&self.head);
        out.extend_from_slice(own.as_bytes());
        if let Some(Origin { first, count }) = self.origin {
            let network = u64::from(first) + number % u64::from(count);
            let (high, low) = (network >> 16, network & 0xffff);
            // A buffer in memory takes all that is written.
            let _ = write!(out, "\r\nX-Forwarded-For: 2001:db8:{high:x}:{low:x}::1");
        }
        out.extend_from_slice(b"\r\nX-TIMESTAMP: ");
        match (self.stamps.get(place), &self.subjects) {
            (Some(stamp), _) => out.extend_from_slice(stamp),
            (None, Subjects::New(signer)) => out.extend_from_slice(&self.stamp(signer, subject)),
            (None, Subjects::Known(_) | Subjects::None) => {
                out.extend_from_slice(&self.stamps[place % self.stamps.len()]);
            }
        }
        out.extend_from_slice(b"\r\n\r\n");
        for part in [&self.body_before[..], subject.as_bytes(), &self.body_after] {
            out.extend_from_slice(part);
        }
    }

    /// Timestamp and signature of a request about `subject`.
    fn stamp(&self, Signer { service, secret, token, timestamp }: &Signer, subject: &str) -> Vec<u8> {
        let body = [&self.body_before[..], subject.as_bytes(), &self.body_after].concat();
        let hash = body_hash(&body);
        let text = transaction_text(service.method(), service.path(), token.expose(), &hash, timestamp);
        format!("{timestamp}{BETWEEN}{}", hmac_sign(secret.expose(), &text)).into_bytes()
    }
}

impl Signer {
    fn new(service: Service, merchant: &Merchant, token: &Secret<String>) -> Self {
        let timestamp = Env::system().now().to_snap();
        Self { service, secret: merchant.client_secret.clone(), token: token.clone(), timestamp }
    }
}

fn run() -> String {
    format!("bench-{}-", Env::system().text(HEX, 8))
}

/// What an answer of the service has to hold to count.
pub fn mark(service: Service) -> String {
    format!("\"responseCode\":\"200{}00\"", service.code())
}

fn reference(run: &str, number: u64) -> String {
    format!("{run}{number:0NUMBER_DIGITS$}")
}

/// A payment of three items as a shop would ask for it, about a kilobyte long.
pub fn payment(merchant: &Merchant, reference: &str, price: i32) -> Result<PaymentRequest, Error> {
    let broken = |_| Error::failed("the merchant has an identifier that is none");
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
        merchant_id: Some(MerchantId::new(&merchant.merchant_id).map_err(broken)?),
        point_of_purchase_id: Some(PointOfPurchaseId::new(&merchant.point_of_purchase_id).map_err(broken)?),
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
