//! Account inquiry (08): what a linked account can pay with, and the tokens to name each of it by.

use lunas_vocab::{Money, Secret};

use super::account_binding::{TEXT_MAX, TOKEN_MAX};
use super::{array, success};
use crate::field::{self, FieldError, Reader};
use crate::json::{Object, Value};
use crate::service::Service;

/// What kind of account it is; there is one.
const PAYMENT_TYPE: &str = "gopay";

/// An inquiry. Whose account it is about stands in a header, unless an id of an older API is swapped for a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InquiryRequest {
    /// `additionalInfo.accountId`: what an older API called the account.
    pub account_id: Option<String>,
}

impl InquiryRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let account_id = body.section("additionalInfo").text_optional("accountId", TOKEN_MAX);
            Some(Self { account_id })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        let account_id = self.account_id.as_deref();
        let info = account_id.map(|id| Object::new().with("accountId", id));
        Object::new().with_some("additionalInfo", info).into()
    }
}

/// One thing that the account can pay with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentOption {
    /// `name`, such as `GOPAY_WALLET`.
    pub name: String,
    /// `active`: whether it may pay now.
    pub active: bool,
    /// `balance`: what can be spent. The one amount of the contract that is a number, in whole units.
    pub balance: Option<Money>,
    /// `token`: what a charge names it by. It changes from time to time, so ask before each charge.
    pub token: Secret<String>,
}

impl PaymentOption {
    fn read(option: &Reader<'_>) -> Option<Self> {
        let name = option.text("name", TEXT_MAX);
        let active = option.value("active").is_some_and(|active| *active == Value::Bool(true));
        let balance = option.section("balance").text_or_number_optional("value", TEXT_MAX);
        let token = option.text("token", TOKEN_MAX);
        Some(Self {
            name: name?,
            active,
            balance: balance.and_then(|text| Money::parse_idr(&text).ok()),
            token: Secret::new(token?),
        })
    }

    fn write(&self) -> Value {
        let balance = self.balance.map(|balance| {
            let whole = Value::integer(balance.units());
            Object::new().with("value", whole).with("currency", balance.currency().code())
        });
        Object::new()
            .with("name", self.name.as_str())
            .with("active", self.active)
            .with_some("balance", balance)
            .with("token", self.token.expose().as_str())
            .into()
    }
}

/// The account as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiryAnswer {
    /// `referenceNo`: a trace id for support.
    pub reference_no: String,
    /// `additionalInfo.accessToken`: the account's token.
    pub access_token: Option<Secret<String>>,
    /// `additionalInfo.paymentOptions`.
    pub payment_options: Vec<PaymentOption>,
}

impl InquiryAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let reference_no = body.text_optional("referenceNo", TEXT_MAX).unwrap_or_default();
            let info = body.section("additionalInfo");
            let access_token = info.text_optional("accessToken", TOKEN_MAX).map(Secret::new);
            let payment_options = info.list_optional("paymentOptions", PaymentOption::read);
            Some(Self { reference_no, access_token, payment_options })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let access_token = self.access_token.as_ref().map(|token| token.expose().as_str());
        let info = Object::new()
            .with_some("accessToken", access_token)
            .with("paymentType", PAYMENT_TYPE)
            .with("paymentOptions", array(&self.payment_options, PaymentOption::write));
        success(Service::AccountInquiry)
            .with("referenceNo", self.reference_no.as_str())
            .with("additionalInfo", info)
            .into()
    }
}
