//! QR generate (47): a merchant asks for a code that a customer can scan and pay.
//!
//! What the code says is [`crate::qris`]'s. Details of the customer and of the goods, which SDKs send along, are not
//! read: nothing is decided by them and no later call gives them back. The merchant's own data does come back.

use lunas_vocab::{MerchantId, Money, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::debit_payment::OrderId;
use super::{message, success};
use crate::field::{Codec, Kept, Kind, OrDefault, Part as _, Reader};
use crate::json::Value;
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

impl Codec for Acquirer {
    type Value = Self;
    const KIND: Kind = Kind::Word(&["GOPAY", "AIRPAY SHOPEE"]);
    const LENGTH_MAX: Option<usize> = Some(ACQUIRER_MAX);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self> {
        from.parsed(name, max, |text| Self::parse(text).ok_or("the acquirers are GOPAY and AIRPAY SHOPEE"))
    }

    fn write(acquirer: &Self) -> Option<Value> {
        Some(acquirer.as_str().into())
    }
}

message! {
    /// A code as the merchant asks for it. How much the amount may be is not checked here, because another code than that of
    /// a wrong format refuses it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct GenerateRequest: request {
        /// send it: your order id, letters, digits and `-` `_` `~` `.`; the call's `X-EXTERNAL-ID` if absent. An order gets one
        /// code in three months, and a call that asks for the same again gets that one
        pub partner_reference_no: Option<PartnerReferenceNo> as Option<OrderId> => "partnerReferenceNo";
        /// what is to be paid
        pub amount: Money => "amount";
        /// if sent, it must be yours
        pub merchant_id: Option<MerchantId> => "merchantId";
        /// until when it can be paid: from 20 seconds to 180 days ahead; 15 minutes if absent
        pub valid_up_to: Option<Timestamp> => "validityPeriod";
        /// whose code it is to be, in any case; `GOPAY` if absent
        pub acquirer: Option<Acquirer> => "additionalInfo.acquirer";
        /// an object of your own; the status gives it back
        pub metadata: Option<Value> as Kept => "additionalInfo.metadata";
    }
}

message! {
    /// The code is made; the customer may scan it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct GenerateAnswer: answer QrGenerate {
        /// the gateway's id of the code's payment
        pub reference_no: Option<ReferenceNo> => "referenceNo";
        /// your order id
        pub partner_reference_no: Option<PartnerReferenceNo> => "partnerReferenceNo";
        /// the text of the code, from which it can be drawn
        pub content: String => "qrContent", max CONTENT_MAX;
        /// where the image of the code is; with `.svg` at its end the link gives an SVG
        pub url: String as OrDefault<String> => "qrUrl", max URL_MAX;
        /// the image as PNG in base64, of any length
        pub image: String as OrDefault<String> => "qrImage";
        /// the acquirer, as the request spelled it
        pub acquirer: Option<Acquirer> => "additionalInfo.acquirer";
    }
}

impl GenerateAnswer {
    /// Writes a successful answer with the acquirer as the request spelled it.
    pub fn write_as(&self, acquirer: Option<&str>) -> Value {
        let mut answer = self.written_behind(success(Service::QrGenerate));
        if let Some(acquirer) = acquirer {
            answer.put("additionalInfo.acquirer", acquirer.into());
        }
        answer.into()
    }
}
