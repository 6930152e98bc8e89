//! QR query (51): a merchant asks what became of a QR code.

use lunas_vocab::{MerchantId, Money, Timestamp};

use super::{Original, RefundEntry, TransactionStatus, array, money, success, transaction_status};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// The most characters of a service code.
const SERVICE_CODE_MAX: usize = 2;
/// The most characters of `terminalId`.
const TERMINAL_ID_MAX: usize = 16;
/// The most characters of a word or a reason in `additionalInfo`.
const TEXT_MAX: usize = 256;
/// How the payment is named in answers.
const PAYMENT_TYPE: &str = "qris";

/// Names the code that is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryRequest {
    /// The code's transaction, by one id at least.
    pub original: Original,
    /// Whose code it is.
    pub merchant_id: Option<MerchantId>,
    /// The service of the original call, `47`. A request has to have it; some SDKs write `54`, and nothing depends on it.
    pub service_code: Option<String>,
}

impl QueryRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let original = Original::read_any(body);
            let merchant_id = body.id_optional("merchantId", MerchantId::LENGTH_MAX);
            let service_code = body.text_or_number("serviceCode", SERVICE_CODE_MAX);
            Some(Self { original, merchant_id, service_code: Some(service_code?) })
        })
    }

    /// Writes the request, with the service code of a QR code if none is set.
    pub fn write(&self) -> Value {
        self.original
            .write(Object::new())
            .with_some("merchantId", self.merchant_id.as_ref().map(MerchantId::as_str))
            .with("serviceCode", self.service_code.as_deref().unwrap_or(Service::QrGenerate.code()))
            .into()
    }
}

/// What became of the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryAnswer {
    /// The code's transaction.
    pub original: Original,
    /// The service of the original call: `47`, and other gateways may say `77` or `78` later.
    pub service_code: String,
    /// `latestTransactionStatus`.
    pub status: TransactionStatus,
    /// `paidTime`, once it is paid.
    pub paid_at: Option<Timestamp>,
    /// What was to be paid.
    pub amount: Option<Money>,
    /// `terminalId`: the till.
    pub terminal_id: Option<String>,
    /// The refunds so far. An empty history is not written.
    pub refund_history: Vec<RefundEntry>,
    /// `additionalInfo.expiryTime`: until when it can be paid.
    pub valid_up_to: Option<Timestamp>,
    /// `additionalInfo.cancellationReason`: why it was called off, in the merchant's words. Without one an empty text is
    /// written.
    pub cancellation_reason: Option<String>,
    /// `additionalInfo.metadata`: what the call that made the code sent as such.
    pub metadata: Option<Value>,
}

impl QueryAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let service_code = body.text_optional("serviceCode", SERVICE_CODE_MAX);
            let status = body.parsed("latestTransactionStatus", 2, transaction_status::parse);
            let info = body.section("additionalInfo");
            Some(Self {
                original: Original::read(body),
                service_code: service_code.unwrap_or_else(|| Service::QrGenerate.code().to_owned()),
                status: status?,
                paid_at: body.timestamp_optional("paidTime"),
                amount: body.money_optional("amount"),
                terminal_id: body.text_optional("terminalId", TERMINAL_ID_MAX),
                refund_history: RefundEntry::read_all(body),
                valid_up_to: info.timestamp_optional("expiryTime"),
                cancellation_reason: info.text_optional("cancellationReason", TEXT_MAX),
                metadata: info.any_object_optional("metadata"),
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let history =
            (!self.refund_history.is_empty()).then(|| array(&self.refund_history, RefundEntry::write));
        let info = Object::new()
            .with("paymentType", PAYMENT_TYPE)
            .with("transactionType", "MERCHANT_TRANSACTION")
            .with("channelType", "DYNAMIC_QR")
            .with_some("expiryTime", self.valid_up_to.map(Timestamp::to_snap))
            .with("cancellationReason", self.cancellation_reason.as_deref().unwrap_or_default())
            .with_some("refundHistory", history)
            .with_some("metadata", self.metadata.clone());
        self.original
            .write(success(Service::QrQuery))
            .with("serviceCode", self.service_code.as_str())
            .with("latestTransactionStatus", self.status.code())
            .with("transactionStatusDesc", self.status.word())
            .with_some("paidTime", self.paid_at.map(Timestamp::to_snap))
            .with_some("amount", self.amount.map(money))
            .with_some("terminalId", self.terminal_id.as_deref())
            .with("additionalInfo", info)
            .into()
    }
}
