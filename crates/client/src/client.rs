//! The calls: each signs, sends, and does what the retry policy says until there is an answer or an end.

mod authorizations;
mod balance;
mod history;
mod links;
mod products;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use lunas_snap::field::FieldError;
use lunas_snap::header;
use lunas_snap::json::Value;
use lunas_snap::message::debit_cancel::{CancelAnswer, CancelRequest};
use lunas_snap::message::debit_payment::{PayOption, PaymentAnswer, PaymentRequest};
use lunas_snap::message::debit_refund::{RefundAnswer, RefundRequest};
use lunas_snap::message::debit_status::{StatusAnswer, StatusRequest};
use lunas_snap::message::token::{TokenAnswer, TokenRequest};
use lunas_snap::service::Service;
use lunas_snap::signature::{SigningKey, body_hash, hmac_sign, token_text, transaction_text};
use lunas_vocab::{ExternalId, Money, PartnerReferenceNo, PartnerRefundNo, Secret};
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderValue};

use crate::builder::ClientBuilder;
use crate::machine::Clock;
use crate::retry::{self, Attempt, Decision, Effect};
use crate::token::{Token, TokenCache};
use crate::transport::{Exchange, exchange, sensitive};
use crate::{Error, machine};

/// A merchant's connection to one gateway. Clones share connections and the access token.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    base_url: Url,
    credentials: Credentials,
    retry_delays: Vec<Duration>,
    token: TokenCache,
}

/// Who calls, and what signs.
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret<String>,
    pub(crate) signing_key: SigningKey,
    pub(crate) client_id_header: HeaderValue,
    pub(crate) partner_id_header: HeaderValue,
    pub(crate) channel_id_header: HeaderValue,
    pub(crate) clock: Clock,
}

/// What one call may bring along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallOptions {
    /// The id that makes the call happen once; a new one is made if there is none. Keep it for as long as the outcome
    /// is not known.
    pub external_id: Option<ExternalId>,
    /// `X-DEVICE-ID`: what the customer uses, for the gateway's fraud checks.
    pub device_id: Option<String>,
    /// `Authorization-Customer`: the token of the linked account that the call is about.
    pub customer_token: Option<Secret<String>>,
}

impl CallOptions {
    /// A call with an id of the caller's.
    pub const fn with_external_id(external_id: ExternalId) -> Self {
        Self { external_id: Some(external_id), device_id: None, customer_token: None }
    }

    /// The same, from that device of the customer's.
    #[must_use]
    pub fn on_device(self, device_id: impl Into<String>) -> Self {
        Self { device_id: Some(device_id.into()), ..self }
    }

    /// The same, about a linked account.
    #[must_use]
    pub fn for_customer(self, token: Secret<String>) -> Self {
        Self { customer_token: Some(token), ..self }
    }
}

/// A charge by GoPay with what every such charge has; the rest is added by name.
pub fn gopay_request(partner_reference_no: PartnerReferenceNo, amount: Money) -> PaymentRequest {
    let pay_option = PayOption {
        pay_method: "GOPAY".to_owned(),
        pay_option: "GOPAY_WALLET".to_owned(),
        amount,
        linked: None,
    };
    PaymentRequest::new(partner_reference_no, pay_option)
}

impl Client {
    /// Starts putting a client together. The base URL is scheme, host and port.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url.into())
    }

    pub(crate) fn new(
        http: reqwest::Client,
        base_url: Url,
        credentials: Credentials,
        retry_delays: Vec<Duration>,
    ) -> Self {
        let token = TokenCache::default();
        Self { inner: Arc::new(Inner { http, base_url, credentials, retry_delays, token }) }
    }

    /// Charges: the answer names where the customer pays.
    pub async fn pay(&self, request: &PaymentRequest, options: CallOptions) -> Result<PaymentAnswer, Error> {
        self.call(Service::DebitPayment, Effect::Changes, &request.write(), options, PaymentAnswer::read)
            .await
    }

    /// Asks what became of a charge.
    pub async fn status(&self, request: &StatusRequest) -> Result<StatusAnswer, Error> {
        let options = CallOptions::default();
        self.call(Service::DebitStatus, Effect::Reads, &request.write(), options, StatusAnswer::read).await
    }

    /// Calls off a charge that nobody has paid.
    pub async fn cancel(&self, request: &CancelRequest, options: CallOptions) -> Result<CancelAnswer, Error> {
        self.call(Service::DebitCancel, Effect::Changes, &request.write(), options, CancelAnswer::read).await
    }

    /// Gives back what a customer paid, or a part of it. A `partner_refund_no` protects against refunding twice for as
    /// long as the payment is known, the external id for a day; a request without a number is sent with one that is
    /// made from the external id, so that a call that is repeated with its id asks for the same refund.
    pub async fn refund(&self, request: &RefundRequest, options: CallOptions) -> Result<RefundAnswer, Error> {
        let external_id = options.external_id.clone().unwrap_or_else(machine::external_id);
        let mut request = request.clone();
        if request.partner_refund_no.is_none() {
            request.partner_refund_no = Some(refund_number(&external_id));
        }
        let options = CallOptions { external_id: Some(external_id), ..options };
        self.call(Service::DebitRefund, Effect::Changes, &request.write(), options, RefundAnswer::read).await
    }

    /// An access token, the kept one if it still counts. For calls that this SDK does not make itself; it must never
    /// reach a browser or an app.
    pub async fn access_token(&self) -> Result<Secret<String>, Error> {
        let token = self.token(None).await?;
        Ok(Secret::clone(&token))
    }

    /// Makes one call. Every attempt has the same id and the same body, and a timestamp and a signature of its own.
    async fn call<A>(
        &self,
        service: Service,
        effect: Effect,
        body: &Value,
        options: CallOptions,
        read: fn(&Value) -> Result<A, FieldError>,
    ) -> Result<A, Error> {
        let external_id = options.external_id.clone().unwrap_or_else(machine::external_id);
        let call = Call {
            service,
            body: Bytes::from(body.to_compact()),
            external_id: header_value(external_id.as_str(), "X-EXTERNAL-ID")?,
            device_id: options.device_id.map(|id| header_value(&id, "X-DEVICE-ID")).transpose()?,
            customer: options.customer_token.map(|token| bearer_of(&token)).transpose()?,
        };
        let mut attempt = Attempt::first(effect);
        let mut token = self.token(None).await?;
        loop {
            let result = self.send(&call, &token).await;
            let outcome = result.outcome();
            let decision = retry::next(attempt, &outcome, &self.inner.retry_delays);
            let doubt = |cause| Error::UnknownOutcome {
                external_id: external_id.clone(),
                attempts: attempt.number,
                cause: Box::new(cause),
            };
            match decision {
                Decision::Accept => {
                    return accept(result, read).map_err(|error| match effect {
                        Effect::Changes => doubt(error),
                        Effect::Reads => error,
                    });
                }
                Decision::Fail => return Err(result.into_error()),
                Decision::Doubt => return Err(doubt(result.into_error())),
                Decision::Again { after } => {
                    machine::sleep(retry::spread(after, machine::chance())).await;
                }
                Decision::RenewToken => {
                    let renewed = self.token(Some(&token)).await;
                    token = renewed.map_err(|error| if attempt.in_doubt { doubt(error) } else { error })?;
                }
            }
            attempt = attempt.following(&outcome, decision);
        }
    }

    async fn send(&self, call: &Call, token: &Token) -> Exchange {
        let inner = &*self.inner;
        let timestamp = inner.credentials.clock.now().to_snap();
        let service = call.service;
        // The body is compact JSON as it is, so its bytes are its minified form.
        let hash = body_hash(&call.body);
        let text = transaction_text(service.method(), service.path(), token.expose(), &hash, &timestamp);
        let signature = hmac_sign(inner.credentials.client_secret.expose(), &text);
        let mut headers = self.headers(&timestamp, &signature);
        headers.insert(header::X_PARTNER_ID, inner.credentials.partner_id_header.clone());
        headers.insert(header::CHANNEL_ID, inner.credentials.channel_id_header.clone());
        headers.insert(header::X_EXTERNAL_ID, call.external_id.clone());
        if let Some(device_id) = &call.device_id {
            headers.insert(header::X_DEVICE_ID, device_id.clone());
        }
        if let Some(customer) = &call.customer {
            headers.insert(header::AUTHORIZATION_CUSTOMER, customer.clone());
        }
        match sensitive(&format!("Bearer {}", token.expose())) {
            Some(bearer) => headers.insert(header::AUTHORIZATION, bearer),
            None => {
                let reason = "the access token before it cannot stand in a header".to_owned();
                return Exchange::Unreadable { http: 0, reason, retry_after: None };
            }
        };
        exchange(&inner.http, &inner.base_url, service, headers, call.body.clone()).await
    }

    /// The kept token, or a new one if there is none or it is the one that was refused.
    async fn token(&self, refused: Option<&Token>) -> Result<Token, Error> {
        self.inner.token.get(refused, async || self.fetch_token().await).await
    }

    async fn fetch_token(&self) -> Result<TokenAnswer, Error> {
        let inner = &*self.inner;
        let body = Bytes::from(TokenRequest.write().to_compact());
        let mut attempt = Attempt { token_renewed: true, ..Attempt::first(Effect::Reads) };
        loop {
            let timestamp = inner.credentials.clock.now().to_snap();
            let text = token_text(&inner.credentials.client_id, &timestamp);
            let mut headers = self.headers(&timestamp, &inner.credentials.signing_key.sign(&text));
            headers.insert(header::X_CLIENT_KEY, inner.credentials.client_id_header.clone());
            let service = Service::AccessTokenB2b;
            let result = exchange(&inner.http, &inner.base_url, service, headers, body.clone()).await;
            let outcome = result.outcome();
            let decision = retry::next(attempt, &outcome, &inner.retry_delays);
            match decision {
                Decision::Accept => return accept(result, TokenAnswer::read),
                Decision::Again { after } => {
                    machine::sleep(retry::spread(after, machine::chance())).await;
                }
                Decision::Fail | Decision::Doubt | Decision::RenewToken => return Err(result.into_error()),
            }
            attempt = attempt.following(&outcome, decision);
        }
    }

    /// The headers of every call.
    fn headers(&self, timestamp: &str, signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(10);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("accept", HeaderValue::from_static("application/json"));
        let timestamp = HeaderValue::from_str(timestamp).expect("a timestamp is plain ASCII");
        headers.insert(header::X_TIMESTAMP, timestamp);
        headers.insert(header::X_SIGNATURE, sensitive(signature).expect("base64 is plain ASCII"));
        headers
    }
}

/// Says which gateway and which client, and nothing secret.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.inner.base_url.as_str())
            .field("client_id", &self.inner.credentials.client_id)
            .finish_non_exhaustive()
    }
}

/// What all attempts at one call share.
struct Call {
    service: Service,
    body: Bytes,
    external_id: HeaderValue,
    device_id: Option<HeaderValue>,
    customer: Option<HeaderValue>,
}

fn bearer_of(token: &Secret<String>) -> Result<HeaderValue, Error> {
    let refused = || Error::Transport("the customer token cannot stand in a header".into());
    sensitive(&format!("Bearer {}", token.expose())).ok_or_else(refused)
}

/// The refund number that goes with an external id: the id itself, or its hash when a number may not be spelled so.
/// Different ids never share a number, or one of two refunds would be taken for the other.
fn refund_number(external_id: &ExternalId) -> PartnerRefundNo {
    let id = external_id.as_str();
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let plain = PartnerRefundNo::new(id).ok().filter(|_| is_plain);
    plain.unwrap_or_else(|| PartnerRefundNo::new(body_hash(id.as_bytes())).expect("64 hexadecimal digits"))
}

fn header_value(text: &str, name: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text)
        .map_err(|_| Error::Transport(format!("{name} cannot stand in a header").into()))
}

/// Reads the answer of a call that succeeded.
fn accept<A>(result: Exchange, read: fn(&Value) -> Result<A, FieldError>) -> Result<A, Error> {
    match result {
        Exchange::Answered { http, body, .. } => {
            read(&body).map_err(|error| Error::Unreadable { http, reason: error.to_string() })
        }
        failed @ (Exchange::Unreadable { .. } | Exchange::NotSent(_) | Exchange::NoAnswer(_)) => {
            Err(failed.into_error())
        }
    }
}
