//! Taking notifications: is this one from the gateway, is it fresh, what does it say, and what to answer.
//!
//! The signature covers the bytes that came in, so the raw body is what has to be kept until it is verified; a body
//! that was parsed and written anew may differ. It also covers a path, and gateways differ in which part of it: what
//! the gateway appended to the merchant's prefix, the whole of it, or the part behind the version. Each reading is
//! tried. Whether an order exists and whether its amount agrees is for the merchant to check.

use std::borrow::Cow;
use std::time::Duration;

use lunas_snap::code::{Case, Failure};
use lunas_snap::field::FieldError;
use lunas_snap::json::{self, ParseError};
use lunas_snap::service::Service;
use lunas_snap::signature::{KeyError, NotificationCheck, VerifyingKey};
use lunas_vocab::Timestamp;

use crate::verified_notification::{Reply, VerifiedNotification};

/// How far the timestamp of a notification may be from the merchant's clock. A gateway renews it for every attempt.
pub const FRESHNESS_WINDOW: Duration = Duration::from_secs(15 * 60);

/// A notification as it came in.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ReceivedNotification<'a> {
    /// The path of the request, with the merchant's own prefix.
    pub path: &'a str,
    /// The `X-TIMESTAMP` header.
    pub timestamp: &'a str,
    /// The `X-SIGNATURE` header.
    pub signature: &'a str,
    /// The body, as it came in.
    pub body: &'a [u8],
}

impl<'a> ReceivedNotification<'a> {
    /// The path of the request, its `X-TIMESTAMP` and `X-SIGNATURE` headers, and its body before anything was made of
    /// it.
    pub const fn new(path: &'a str, timestamp: &'a str, signature: &'a str, body: &'a [u8]) -> Self {
        Self { path, timestamp, signature, body }
    }
}

/// Which part of the path a signature was made over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathReading {
    /// What the gateway appends to the merchant's prefix, such as `/v1.0/debit/notify`.
    Appended,
    /// The whole path of the request.
    Full,
    /// What the gateway appends, without the version.
    WithoutVersion,
}

/// Why a notification is not believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The path ends like none of the notifications.
    #[error("the path {0} is that of no notification")]
    UnknownPath(String),
    /// No key of the gateway made this signature, under any reading of the path.
    #[error("the signature is not one of the gateway's")]
    Signature,
    /// The timestamp is not one.
    #[error("X-TIMESTAMP cannot be read")]
    Timestamp,
    /// The timestamp is too far from the merchant's clock.
    #[error("X-TIMESTAMP is {off_s} seconds off the clock")]
    Stale {
        /// How far, in seconds.
        off_s: u64,
    },
    /// The body is not JSON.
    #[error("the body is not JSON")]
    Json(#[source] ParseError),
    /// The body lacks a field or has a wrong one.
    #[error("the body is not a notification")]
    Body(#[source] FieldError),
}

impl VerifyError {
    /// What to answer the gateway, which will try again later. The code is that of the service at the path.
    pub fn reply(&self, received: &ReceivedNotification<'_>, now: Timestamp) -> Reply {
        let failure = match self {
            Self::UnknownPath(_) => Failure::new(Case::InvalidRouting),
            Self::Signature => Failure::with(Case::Unauthorized, "Signature"),
            Self::Timestamp => Failure::with(Case::InvalidFieldFormat, "X-TIMESTAMP"),
            Self::Stale { .. } => Failure::with(Case::Unauthorized, "X-TIMESTAMP is not fresh"),
            Self::Json(_) => Failure::new(Case::BadRequest),
            Self::Body(error) => Failure::from(error.clone()),
        };
        Reply::of(service_of(received.path).unwrap_or(Service::DebitNotify), &failure, now)
    }
}

/// Holds the gateway's public keys: one, or two while the gateway replaces its key.
#[derive(Clone, Debug)]
pub struct NotificationVerifier {
    keys: Vec<VerifyingKey>,
    window: Duration,
}

impl NotificationVerifier {
    /// Takes the gateway's public keys as PEM. Without any key nothing will verify.
    pub fn new<P: AsRef<str>>(public_key_pems: impl IntoIterator<Item = P>) -> Result<Self, KeyError> {
        let keys = public_key_pems.into_iter().map(|pem| VerifyingKey::from_pem(pem.as_ref()));
        Ok(Self { keys: keys.collect::<Result<_, _>>()?, window: FRESHNESS_WINDOW })
    }

    /// Allows another distance between the timestamp and the clock than [`FRESHNESS_WINDOW`].
    #[must_use]
    pub const fn with_window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// The notification, once its signature and its time are in order. `now` is the merchant's clock.
    pub fn verify(
        &self,
        received: &ReceivedNotification<'_>,
        now: Timestamp,
    ) -> Result<VerifiedNotification, VerifyError> {
        self.reading(received)?;
        let sent = Timestamp::parse(received.timestamp).map_err(|_| VerifyError::Timestamp)?;
        let off = now.since(sent).max(sent.since(now));
        if off > self.window {
            return Err(VerifyError::Stale { off_s: off.as_secs() });
        }
        let body = json::parse(received.body).map_err(VerifyError::Json)?;
        let read = service_of(received.path).and_then(|service| VerifiedNotification::read(service, &body));
        read.ok_or_else(|| VerifyError::UnknownPath(received.path.to_owned()))?.map_err(VerifyError::Body)
    }

    /// The reading under which the signature is the gateway's. The time and the body are not looked at.
    pub fn reading(&self, received: &ReceivedNotification<'_>) -> Result<PathReading, VerifyError> {
        let keys: Vec<&VerifyingKey> = self.keys.iter().collect();
        let is_signed_over = |path: &str| {
            let check = NotificationCheck {
                // Every notification is sent by the same method.
                method: Service::DebitNotify.method(),
                path,
                raw_body: received.body,
                timestamp: received.timestamp,
                signature: received.signature,
            };
            check.verify(&keys)
        };
        let readings = readings(received.path);
        if readings.is_empty() {
            return Err(VerifyError::UnknownPath(received.path.to_owned()));
        }
        readings
            .into_iter()
            .find(|(_, path)| is_signed_over(path))
            .map(|(reading, _)| reading)
            .ok_or(VerifyError::Signature)
    }
}

/// The texts that the path may have been signed as; none if it is not the path of a notification.
fn readings(path: &str) -> Vec<(PathReading, Cow<'_, str>)> {
    let Some(service) = service_of(path) else { return Vec::new() };
    let mut readings = vec![(PathReading::Appended, Cow::Borrowed(service.path()))];
    if path != service.path() {
        readings.push((PathReading::Full, Cow::Borrowed(path)));
    }
    if path != without_version(service) {
        readings.push((PathReading::WithoutVersion, Cow::Borrowed(without_version(service))));
    }
    readings
}

/// The service whose notifications come to that path; none if none do.
fn service_of(path: &str) -> Option<Service> {
    let bare = path.split(['?', '#']).next().unwrap_or(path);
    let mut outbound = Service::ALL.iter().copied().filter(|service| service.outbound());
    outbound.find(|service| bare.ends_with(without_version(*service)))
}

/// The path of a service behind its version: `/debit/notify`.
fn without_version(service: Service) -> &'static str {
    let path = service.path();
    path.match_indices('/').nth(1).map_or(path, |(at, _)| &path[at..])
}
