//! QR generate (47): a merchant asks for a code that a customer can scan and pay.
//!
//! What the code says is [`crate::qris`]'s. Details of the customer and of the goods, which SDKs send along, are not
//! read: nothing is decided by them and no later call gives them back. The merchant's own data does come back.

use lunas_vocab::{MerchantId, Money, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::debit_payment::partner_reference_no;
use super::{money, success};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// The most characters of an acquirer's name.
const ACQUIRER_MAX: usize = 32;
/// The most characters of a code's text.
const CONTENT_MAX: usize = crate::qris::PAYLOAD_MAX;
/// The most characters of the image's URL.
const URL_MAX: usize = 256;

/// Whose code it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Acquirer {
    /// `GOPAY`, which is also meant when none is named.
    Gopay,
    /// `AIRPAY SHOPEE`.
    AirpayShopee,
}

impl Acquirer {
    /// Every acquirer.
    pub const ALL: &'static [Self] = &[Self::Gopay, Self::AirpayShopee];

    /// The wire's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gopay => "GOPAY",
            Self::AirpayShopee => "AIRPAY SHOPEE",
        }
    }

    /// Reads the word, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|acquirer| text.eq_ignore_ascii_case(acquirer.as_str()))
    }
}

fn acquirer(text: &str) -> Result<Acquirer, &'static str> {
    Acquirer::parse(text).ok_or("the acquirers are GOPAY and AIRPAY SHOPEE")
}

/// A code as the merchant asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateRequest {
    /// The merchant's order id; the same text as the call's `X-EXTERNAL-ID` by the contract.
    pub partner_reference_no: Option<PartnerReferenceNo>,
    /// What is to be paid. How much that may be is not checked here, because another code than that of a wrong
    /// format refuses it.
    pub amount: Money,
    /// Whose code it is.
    pub merchant_id: Option<MerchantId>,
    /// `validityPeriod`: until when it can be paid.
    pub valid_up_to: Option<Timestamp>,
    /// `additionalInfo.acquirer`.
    pub acquirer: Option<Acquirer>,
    /// `additionalInfo.metadata`: the merchant's own data, given back by the query.
    pub metadata: Option<Value>,
}

impl GenerateRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let partner_reference_no = body.parsed_optional(
                "partnerReferenceNo",
                PartnerReferenceNo::LENGTH_MAX,
                partner_reference_no,
            );
            let amount = body.money("amount");
            let merchant_id = body.id_optional("merchantId", MerchantId::LENGTH_MAX);
            let valid_up_to = body.timestamp_optional("validityPeriod");
            let info = body.section("additionalInfo");
            let acquirer = info.parsed_optional("acquirer", ACQUIRER_MAX, acquirer);
            let metadata = info.any_object_optional("metadata");
            Some(Self { partner_reference_no, amount: amount?, merchant_id, valid_up_to, acquirer, metadata })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        let partner_reference_no = self.partner_reference_no.as_ref().map(PartnerReferenceNo::as_str);
        let info = Object::new()
            .with_some("acquirer", self.acquirer.map(Acquirer::as_str))
            .with_some("metadata", self.metadata.clone());
        Object::new()
            .with_some("partnerReferenceNo", partner_reference_no)
            .with("amount", money(self.amount))
            .with_some("merchantId", self.merchant_id.as_ref().map(MerchantId::as_str))
            .with_some("validityPeriod", self.valid_up_to.map(Timestamp::to_snap))
            .with_some("additionalInfo", (!info.is_empty()).then_some(info))
            .into()
    }
}

/// The code is made; the customer may scan it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateAnswer {
    /// The gateway's id of the transaction.
    pub reference_no: Option<ReferenceNo>,
    /// The merchant's order id.
    pub partner_reference_no: Option<PartnerReferenceNo>,
    /// `qrContent`: the text of the code, for [`crate::qris::Payload::parse`].
    pub content: String,
    /// `qrUrl`: where the image of the code is.
    pub url: String,
    /// `qrImage`: the image in base64, of any length.
    pub image: String,
    /// `additionalInfo.acquirer`.
    pub acquirer: Option<Acquirer>,
}

impl GenerateAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let content = body.text("qrContent", CONTENT_MAX);
            Some(Self {
                reference_no: body.id_optional("referenceNo", ReferenceNo::LENGTH_MAX),
                partner_reference_no: body.id_optional("partnerReferenceNo", PartnerReferenceNo::LENGTH_MAX),
                content: content?,
                // A code can be drawn from its text alone.
                url: body.text_optional("qrUrl", URL_MAX).unwrap_or_default(),
                image: body.text_optional("qrImage", usize::MAX).unwrap_or_default(),
                acquirer: body.section("additionalInfo").parsed_optional("acquirer", ACQUIRER_MAX, acquirer),
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        self.write_as(self.acquirer.map(Acquirer::as_str))
    }

    /// Writes a successful answer with the acquirer as the request spelled it.
    pub fn write_as(&self, acquirer: Option<&str>) -> Value {
        let partner_reference_no = self.partner_reference_no.as_ref().map(PartnerReferenceNo::as_str);
        let info = acquirer.map(|acquirer| Object::new().with("acquirer", acquirer));
        success(Service::QrGenerate)
            .with_some("referenceNo", self.reference_no.as_ref().map(ReferenceNo::as_str))
            .with_some("partnerReferenceNo", partner_reference_no)
            .with("qrContent", self.content.as_str())
            .with("qrUrl", self.url.as_str())
            .with("qrImage", self.image.as_str())
            .with_some("additionalInfo", info)
            .into()
    }
}
