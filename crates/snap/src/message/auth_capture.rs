//! Auth capture (65): a merchant takes what was reserved, all of it.

use lunas_vocab::{ClosingNo, MerchantId, Money, PartnerClosingNo, Timestamp};

use super::{Original, money, success};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// The most characters of `title`.
const TITLE_MAX: usize = 256;

/// Names the authorization to capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureRequest {
    /// The authorization, by the gateway's id or by the `X-EXTERNAL-ID` of its call, with the merchant's order id.
    pub original: Original,
    /// Whose authorization it is.
    pub merchant_id: MerchantId,
    /// The merchant's id of the capture.
    pub partner_capture_no: PartnerClosingNo,
    /// `captureAmount`: what was reserved, if it is said.
    pub amount: Option<Money>,
    /// What the order is called. Documented as mandatory; nothing depends on it.
    pub title: Option<String>,
}

impl CaptureRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let original = Original::read_keyed_and_named(body);
            let merchant_id = body.id("merchantId", MerchantId::LENGTH_MAX);
            let partner_capture_no = body.id("partnerCaptureNo", PartnerClosingNo::LENGTH_MAX);
            let amount = body.money_optional("captureAmount");
            let title = body.text_optional("title", TITLE_MAX);
            Some(Self {
                original,
                merchant_id: merchant_id?,
                partner_capture_no: partner_capture_no?,
                amount,
                title,
            })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        self.original
            .write_keyed(Object::new())
            .with("merchantId", self.merchant_id.as_str())
            .with("partnerCaptureNo", self.partner_capture_no.as_str())
            .with_some("captureAmount", self.amount.map(money))
            .with_some("title", self.title.as_deref())
            .into()
    }
}

/// The money is the merchant's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureAnswer {
    /// The authorization, without the id of its call.
    pub original: Original,
    /// The gateway's id of the capture.
    pub capture_no: Option<ClosingNo>,
    /// The merchant's id of it.
    pub partner_capture_no: Option<PartnerClosingNo>,
    /// `captureAmount`: what was taken.
    pub amount: Option<Money>,
    /// `captureTime`: when.
    pub captured_at: Option<Timestamp>,
}

impl CaptureAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            Some(Self {
                original: Original::read(body),
                capture_no: body.id_optional("captureNo", ClosingNo::LENGTH_MAX),
                partner_capture_no: body.id_optional("partnerCaptureNo", PartnerClosingNo::LENGTH_MAX),
                amount: body.money_optional("captureAmount"),
                captured_at: body.timestamp_optional("captureTime"),
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let number = self.partner_capture_no.as_ref().map(PartnerClosingNo::as_str);
        self.original
            .write(success(Service::AuthCapture))
            .with_some("captureNo", self.capture_no.as_ref().map(ClosingNo::as_str))
            .with_some("partnerCaptureNo", number)
            .with_some("captureAmount", self.amount.map(money))
            .with_some("captureTime", self.captured_at.map(Timestamp::to_snap))
            .into()
    }
}
