//! Account inquiry (08): what a linked account can pay with, and the tokens to name each of it by.

use lunas_vocab::{Money, Secret};

use super::account_binding::{TEXT_MAX, TOKEN_MAX};
use super::message;
use crate::field::{Always, Codec, Kind, Need, OrDefault, Reader, Truth};
use crate::json::{Object, Value};

/// What kind of account it is; there is one.
const PAYMENT_TYPE: &str = "gopay";

message! {
    /// An inquiry. Whose account it is about stands in a header, unless an id of an older API is swapped for a token.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct InquiryRequest: request {
        /// what an older interface called the account; given no meaning
        pub account_id: Option<String> => "additionalInfo.accountId", max TOKEN_MAX;
    }
}

message! {
    /// One thing that the account can pay with.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PaymentOption: part {
        /// such as `GOPAY_WALLET`
        pub name: String => "name", max TEXT_MAX;
        /// whether it may pay now
        pub active: bool as Truth => "active";
        /// what can be spent. The one amount of the contract whose `value` is a number, in whole units
        pub balance: Option<Money> as Balance => "balance";
        /// what a charge names it by, good for half an hour: ask before each charge
        pub token: Secret<String> => "token", max TOKEN_MAX;
    }
}

message! {
    /// The account as it stands.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct InquiryAnswer: answer AccountInquiry {
        /// a trace id for support
        pub reference_no: String as OrDefault<String> => "referenceNo", max TEXT_MAX;
        /// the account's token
        pub access_token: Option<Secret<String>> => "additionalInfo.accessToken", max TOKEN_MAX;
        /// what the account can pay with
        pub payment_options: Vec<PaymentOption> as Always<PaymentOption> => "additionalInfo.paymentOptions",
            behind "additionalInfo.paymentType" as PaymentType;
    }
}

/// An amount whose value is a number.
struct Balance;

impl Codec for Balance {
    type Value = Option<Money>;
    const KIND: Kind = Kind::Amount;
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Option<Money>> {
        let text = from.section(name).text_or_number_optional("value", TEXT_MAX);
        Some(text.and_then(|text| Money::parse_idr(&text).ok()))
    }

    fn write(balance: &Option<Money>) -> Option<Value> {
        let balance = balance.as_ref()?;
        let whole = Value::integer(balance.units());
        Some(Object::new().with("value", whole).with("currency", balance.currency().code()).into())
    }
}

/// `paymentType`.
struct PaymentType;

impl Codec for PaymentType {
    type Value = Vec<PaymentOption>;
    const KIND: Kind = Kind::Word(&[PAYMENT_TYPE]);
    const DOC: &'static str = "always this word";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<Vec<PaymentOption>> {
        None
    }

    fn write(_: &Vec<PaymentOption>) -> Option<Value> {
        Some(PAYMENT_TYPE.into())
    }
}
