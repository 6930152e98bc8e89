//! What a verified notification says, by its service, and what to answer.
//!
//! Each service has a body and a success code of its own. A new one is a variant here, and a line in each table below.

use bytes::Bytes;
use lunas_snap::code::{Case, Failure, ResponseCode};
use lunas_snap::field::FieldError;
use lunas_snap::json::Value;
use lunas_snap::message::debit_notify::NotificationAnswer;
use lunas_snap::message::{TransactionStatus, account_notify, debit_notify, qr_notify, va_notify};
use lunas_snap::service::Service;
use lunas_vocab::{PartnerReferenceNo, Timestamp, TrxId};

/// A notification whose signature and time are in order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifiedNotification {
    /// 56: a direct debit payment changed its status.
    Debit(Box<debit_notify::Notification>),
    /// 52: a QR code changed its status.
    Qr(Box<qr_notify::Notification>),
    /// 25: a virtual account changed its status, or was paid into once more.
    VirtualAccount(Box<va_notify::Notification>),
    /// 88: an account was linked or unlinked.
    Account(Box<account_notify::Notification>),
}

impl VerifiedNotification {
    /// Reads the body of that service's notification; none if the service sends no notifications.
    pub(crate) fn read(service: Service, body: &Value) -> Option<Result<Self, FieldError>> {
        Some(match service {
            Service::DebitNotify => debit_notify::Notification::read(body).map(|n| Self::Debit(Box::new(n))),
            Service::QrNotify => qr_notify::Notification::read(body).map(|n| Self::Qr(Box::new(n))),
            Service::VaPayment => {
                va_notify::Notification::read(body).map(|n| Self::VirtualAccount(Box::new(n)))
            }
            Service::AccountNotify => {
                account_notify::Notification::read(body).map(|n| Self::Account(Box::new(n)))
            }
            Service::AccessTokenB2b
            | Service::BalanceInquiry
            | Service::AuthCode
            | Service::AccountBinding
            | Service::AccountInquiry
            | Service::AccountUnbinding
            | Service::AuthPayment
            | Service::AuthQuery
            | Service::AuthCapture
            | Service::AuthVoid
            | Service::AuthRefund
            | Service::DebitPayment
            | Service::DebitStatus
            | Service::DebitCancel
            | Service::DebitRefund
            | Service::HistoryList
            | Service::HistoryDetail
            | Service::QrGenerate
            | Service::QrQuery
            | Service::QrCancel
            | Service::QrRefund
            | Service::VaCreate
            | Service::VaStatus
            | Service::VaDelete
            | Service::VaInquiry => return None,
        })
    }

    /// Which service it belongs to.
    pub fn service(&self) -> Service {
        match self {
            Self::Debit(_) => Service::DebitNotify,
            Self::Qr(_) => Service::QrNotify,
            Self::VirtualAccount(_) => Service::VaPayment,
            Self::Account(_) => Service::AccountNotify,
        }
    }

    /// The merchant's own id of what it is about: the order id, or the `trxId` of a virtual account's order. An account
    /// that was linked has none.
    pub fn order_id(&self) -> Option<&str> {
        match self {
            Self::Debit(notification) => {
                notification.original_partner_reference_no.as_ref().map(PartnerReferenceNo::as_str)
            }
            Self::Qr(notification) => {
                notification.original_partner_reference_no.as_ref().map(PartnerReferenceNo::as_str)
            }
            Self::VirtualAccount(notification) => Some(TrxId::as_str(&notification.trx_id)),
            Self::Account(_) => None,
        }
    }

    /// Where what it is about stands; a link has no such status.
    pub fn status(&self) -> Option<TransactionStatus> {
        match self {
            Self::Debit(notification) => Some(notification.status),
            Self::Qr(notification) => Some(notification.status),
            Self::VirtualAccount(notification) => Some(notification.status),
            Self::Account(_) => None,
        }
    }

    /// The answer that it was taken: the service's own success code, and for a virtual account its number and id.
    pub fn taken(&self, now: Timestamp) -> Reply {
        match self {
            Self::VirtualAccount(notification) => {
                let answer = va_notify::NotificationAnswer::success(notification);
                Reply::new(&answer.code, &answer.write(), now)
            }
            Self::Debit(_) | Self::Qr(_) | Self::Account(_) => {
                Reply::of(self.service(), &Failure::new(Case::Successful), now)
            }
        }
    }

    /// The answer that it was not taken, for a reason of the merchant's own. The gateway tries again later.
    pub fn refused(&self, failure: &Failure, now: Timestamp) -> Reply {
        Reply::of(self.service(), failure, now)
    }
}

/// The HTTP answer to a notification, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// The HTTP status. The gateway goes by it: anything but 200 means another attempt.
    pub status: u16,
    /// The headers, name and value.
    pub headers: [(&'static str, String); 2],
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// An answer to the notification of a service, with the time of the merchant's clock.
    pub(crate) fn of(service: Service, failure: &Failure, now: Timestamp) -> Self {
        let answer = NotificationAnswer::of(service, failure);
        Self::new(&answer.code, &answer.write(), now)
    }

    fn new(code: &ResponseCode, body: &Value, now: Timestamp) -> Self {
        Self {
            status: code.http(),
            headers: [
                (lunas_snap::header::CONTENT_TYPE, "application/json".to_owned()),
                (lunas_snap::header::X_TIMESTAMP, now.to_snap()),
            ],
            body: Bytes::from(body.to_compact()),
        }
    }
}
