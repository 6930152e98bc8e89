//! Direct debit status (55): a merchant asks what became of a charge.

use lunas_vocab::{ExternalId, Money, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::{
    RefundEntry, TransactionStatus, UsedOption, array, money, original_external_id, originals, success,
    transaction_status,
};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// The most characters of a service code.
const SERVICE_CODE_MAX: usize = 2;
/// The most characters of `fraudStatus`.
const FRAUD_STATUS_MAX: usize = 16;

/// Names the charge that is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusRequest {
    /// The gateway's id of the charge. Counts before the other when both are given; one of the two is there.
    pub original_reference_no: Option<ReferenceNo>,
    /// The `X-EXTERNAL-ID` of the charge, for a caller whose charge timed out.
    pub original_external_id: Option<ExternalId>,
    /// The service of the original call, `54`. Documented as mandatory; nothing depends on it.
    pub service_code: Option<String>,
}

impl StatusRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let (original_reference_no, original_external_id) = originals(body);
            let service_code = body.text_or_number_optional("serviceCode", SERVICE_CODE_MAX);
            Some(Self { original_reference_no, original_external_id, service_code })
        })
    }

    /// Writes the request, with the charge's service code if none is set.
    pub fn write(&self) -> Value {
        let reference_no = self.original_reference_no.as_ref().map(ReferenceNo::as_str);
        let external_id = self.original_external_id.as_ref().map(ExternalId::as_str);
        Object::new()
            .with_some("originalReferenceNo", reference_no)
            .with_some("originalExternalId", external_id)
            .with("serviceCode", self.service_code.as_deref().unwrap_or(Service::DebitPayment.code()))
            .into()
    }
}

/// What became of the charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusAnswer {
    /// The gateway's id of the charge.
    pub original_reference_no: ReferenceNo,
    /// The merchant's order id.
    pub original_partner_reference_no: Option<PartnerReferenceNo>,
    /// The `X-EXTERNAL-ID` of the charge.
    pub original_external_id: Option<ExternalId>,
    /// The service of the charge: `54`, and other gateways may say `58` after a refund.
    pub service_code: String,
    /// `latestTransactionStatus`.
    pub status: TransactionStatus,
    /// `transAmount`: what was charged.
    pub amount: Option<Money>,
    /// `paidTime`, once it is paid.
    pub paid_at: Option<Timestamp>,
    /// The refunds so far. An empty history is not written.
    pub refund_history: Vec<RefundEntry>,
    /// `fraudStatus`: `accept` or `deny`.
    pub fraud_status: Option<String>,
    /// `validUpTo`: until when it can be paid.
    pub valid_up_to: Option<Timestamp>,
    /// What the customer pays with, as far as it is known.
    pub used_options: Vec<UsedOption>,
    /// What the charge sent as `metadata`.
    pub metadata: Option<Value>,
}

impl StatusAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let original_reference_no = body.id("originalReferenceNo", ReferenceNo::LENGTH_MAX);
            let original_partner_reference_no =
                body.id_optional("originalPartnerReferenceNo", PartnerReferenceNo::LENGTH_MAX);
            let service_code = body.text_optional("serviceCode", SERVICE_CODE_MAX);
            let status = body.parsed("latestTransactionStatus", 2, transaction_status::parse);
            let info = body.section("additionalInfo");
            Some(Self {
                original_reference_no: original_reference_no?,
                original_partner_reference_no,
                original_external_id: original_external_id(body),
                service_code: service_code.unwrap_or_else(|| Service::DebitPayment.code().to_owned()),
                status: status?,
                amount: body.money_optional("transAmount"),
                paid_at: body.timestamp_optional("paidTime"),
                refund_history: RefundEntry::read_all(body),
                fraud_status: info.text_optional("fraudStatus", FRAUD_STATUS_MAX),
                valid_up_to: info.timestamp_optional("validUpTo"),
                used_options: UsedOption::read_all(&info),
                metadata: info.any_object_optional("metadata"),
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let partner_reference_no =
            self.original_partner_reference_no.as_ref().map(PartnerReferenceNo::as_str);
        let history =
            (!self.refund_history.is_empty()).then(|| array(&self.refund_history, RefundEntry::write));
        let info = Object::new()
            .with_some("fraudStatus", self.fraud_status.as_deref())
            .with_some("validUpTo", self.valid_up_to.map(Timestamp::to_snap))
            .with("payOptionDetails", array(&self.used_options, UsedOption::write_twice))
            .with("userPaymentDetails", array(&self.used_options, UsedOption::write))
            .with_some("metadata", self.metadata.clone());
        success(Service::DebitStatus)
            .with_some("originalPartnerReferenceNo", partner_reference_no)
            .with("originalReferenceNo", self.original_reference_no.as_str())
            .with_some("originalExternalId", self.original_external_id.as_ref().map(ExternalId::as_str))
            .with("serviceCode", self.service_code.as_str())
            .with("latestTransactionStatus", self.status.code())
            .with("transactionStatusDesc", self.status.word())
            .with_some("transAmount", self.amount.map(money))
            .with_some("paidTime", self.paid_at.map(Timestamp::to_snap))
            .with_some("refundHistory", history)
            .with("additionalInfo", info)
            .into()
    }
}
