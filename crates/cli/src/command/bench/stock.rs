//! Requests for the load: distinct, signed, and made before the clock runs.
//!
//! All requests of a turn have one length. They differ in one reference, which is both the external id and the order
//! id, and in the signature that follows from it; only signatures are kept, because a million whole requests would
//! fill the memory that is being measured.

use std::sync::atomic::{AtomicU64, Ordering};

use lunas_client::{PaymentRequest, gopay_request};
use lunas_gateway::env::{Env, HEX};
use lunas_snap::message::debit_payment::{CustomerDetails, Item, UrlKind, UrlParam};
use lunas_snap::service::Service;
use lunas_snap::signature::{body_hash, hmac_sign, transaction_text};
use lunas_vocab::{MerchantId, Money, PartnerReferenceNo, PointOfPurchaseId, Secret};

use crate::sandbox::Sandbox;
use crate::verdict::Error;

/// Characters in the base64 of an HMAC-SHA512.
const SIGNATURE_LENGTH: usize = 88;
/// Digits of the number in a reference.
const NUMBER_DIGITS: usize = 10;

/// An endless supply of requests, of which the first ones are signed already.
pub(super) struct Stock {
    next: AtomicU64,
    signatures: Vec<[u8; SIGNATURE_LENGTH]>,
    secret: Secret<String>,
    token: Secret<String>,
    timestamp: String,
    /// What comes before the number in a reference; differs from turn to turn.
    run: String,
    head: Vec<u8>,
    body_before: Vec<u8>,
    body_after: Vec<u8>,
}

impl Stock {
    /// A supply for one turn. Its requests count as fresh for as long as the gateway's window for timestamps is open.
    pub(super) fn new(sandbox: &Sandbox, token: &Secret<String>, host: &str) -> Result<Self, Error> {
        let env = Env::system();
        let run = format!("bench-{}-", env.text(HEX, 8));
        let timestamp = env.now().to_snap();
        let reference = reference(&run, 0);
        let body = request(sandbox, &reference)?.write().to_compact();
        let (before, after) = body
            .split_once(&reference)
            .ok_or_else(|| Error::failed("the request does not hold its reference number"))?;
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\n\
             X-TIMESTAMP: {timestamp}\r\nX-PARTNER-ID: {}\r\nCHANNEL-ID: {}\r\nContent-Length: {}\r\nX-EXTERNAL-ID: ",
            Service::DebitPayment.path(),
            token.expose(),
            sandbox.partner_id,
            sandbox.channel_id,
            body.len(),
        );
        Ok(Self {
            next: AtomicU64::new(0),
            signatures: Vec::new(),
            secret: sandbox.client_secret.clone(),
            token: token.clone(),
            timestamp,
            head: head.into_bytes(),
            body_before: before.as_bytes().to_vec(),
            body_after: after.as_bytes().to_vec(),
            run,
        })
    }

    /// Signs that many requests.
    pub(super) fn prepare(&mut self, count: u64) {
        self.signatures = (0..count).map(|number| self.sign(&reference(&self.run, number))).collect();
    }

    /// Writes the next request in place of what `out` held.
    pub(super) fn next(&self, out: &mut Vec<u8>) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let reference = reference(&self.run, number);
        let kept = usize::try_from(number).ok().and_then(|at| self.signatures.get(at)).copied();
        let signature = kept.unwrap_or_else(|| self.sign(&reference));
        out.clear();
        for part in [
            &self.head[..],
            reference.as_bytes(),
            b"\r\nX-SIGNATURE: ",
            &signature,
            b"\r\n\r\n",
            &self.body_before,
            reference.as_bytes(),
            &self.body_after,
        ] {
            out.extend_from_slice(part);
        }
    }

    fn sign(&self, reference: &str) -> [u8; SIGNATURE_LENGTH] {
        let body = [&self.body_before[..], reference.as_bytes(), &self.body_after].concat();
        let service = Service::DebitPayment;
        let hash = body_hash(&body);
        let text =
            transaction_text(service.method(), service.path(), self.token.expose(), &hash, &self.timestamp);
        let signature = hmac_sign(self.secret.expose(), &text);
        signature.as_bytes().try_into().expect("64 bytes are 88 characters of base64")
    }
}

fn reference(run: &str, number: u64) -> String {
    format!("{run}{number:0NUMBER_DIGITS$}")
}

/// A payment as a shop would ask for it, about a kilobyte long.
fn request(sandbox: &Sandbox, reference: &str) -> Result<PaymentRequest, Error> {
    let broken = |_| Error::failed("the sandbox file has an identifier that is none");
    let order = PartnerReferenceNo::new(reference).map_err(broken)?;
    let text = |text: &str| Some(text.to_owned());
    let item = |at: i32| Item {
        id: Some(format!("SKU-0000{at}")),
        price: Money::idr(5_000),
        quantity: "1".to_owned(),
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
        customer_details: Some(customer),
        items: (1..=3).map(item).collect(),
        ..gopay_request(order, Money::idr(15_000))
    })
}
