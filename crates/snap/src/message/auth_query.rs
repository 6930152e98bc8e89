//! Auth query (64): a merchant asks what became of an authorization.

use lunas_vocab::{Money, Timestamp};

use super::{
    Original, RefundEntry, TransactionStatus, UsedOption, array, money, success, transaction_status,
};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// The most characters of `fraudStatus`.
const FRAUD_STATUS_MAX: usize = 16;

/// Names the authorization that is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthQueryRequest {
    /// The authorization, by the gateway's id or by the `X-EXTERNAL-ID` of its call, with the merchant's order id.
    pub original: Original,
}

impl AuthQueryRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| Some(Self { original: Original::read_keyed_and_named(body) }))
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        self.original.write_keyed(Object::new()).into()
    }
}

/// What became of the authorization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthQueryAnswer {
    /// The authorization, without the id of its call.
    pub original: Original,
    /// `latestTransactionStatus`: initiated while money is reserved, success once it is captured. One that nobody
    /// captured in time is cancelled here and may be expired at other gateways.
    pub status: TransactionStatus,
    /// `paidTime`: when it was captured.
    pub paid_at: Option<Timestamp>,
    /// What was reserved.
    pub amount: Option<Money>,
    /// The refunds so far. An empty history is not written.
    pub refund_history: Vec<RefundEntry>,
    /// `fraudStatus`: `accept` or `deny`.
    pub fraud_status: Option<String>,
    /// Until when it can be captured.
    pub valid_up_to: Option<Timestamp>,
    /// What the money is reserved or was taken of.
    pub used_options: Vec<UsedOption>,
    /// What the authorization sent as `metadata`.
    pub metadata: Option<Value>,
}

impl AuthQueryAnswer {
    /// Whether nothing is reserved any more and nothing was captured, because the merchant or the time ended it. Gateways
    /// differ in what they call the second.
    pub fn is_given_back(&self) -> bool {
        matches!(self.status, TransactionStatus::Cancelled | TransactionStatus::Expired)
    }

    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let status = body.parsed("latestTransactionStatus", 2, transaction_status::parse);
            let info = body.section("additionalInfo");
            let metadata = info.any_object_optional("metadata");
            Some(Self {
                original: Original::read(body),
                status: status?,
                paid_at: body.timestamp_optional("paidTime"),
                amount: body.money_optional("amount"),
                refund_history: RefundEntry::read_all(body),
                fraud_status: info.text_optional("fraudStatus", FRAUD_STATUS_MAX),
                valid_up_to: info.timestamp_optional("validUpTo"),
                used_options: UsedOption::read_all(&info),
                metadata: metadata.or_else(|| body.any_object_optional("metadata")),
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let history =
            (!self.refund_history.is_empty()).then(|| array(&self.refund_history, RefundEntry::write));
        let options = array(&self.used_options, UsedOption::write);
        let info = Object::new()
            .with_some("fraudStatus", self.fraud_status.as_deref())
            .with_some("validUpTo", self.valid_up_to.map(Timestamp::to_snap))
            .with("payOptionDetails", options.clone())
            .with("userPaymentDetails", options)
            .with_some("refundHistory", history)
            .with_some("metadata", self.metadata.clone());
        self.original
            .write(success(Service::AuthQuery))
            .with_some("paidTime", self.paid_at.map(Timestamp::to_snap))
            .with("latestTransactionStatus", self.status.code())
            .with("transactionStatusDesc", self.status.word())
            .with_some("amount", self.amount.map(money))
            .with("additionalInfo", info)
            .into()
    }
}
