//! Virtual account create (27): a merchant asks for a number that a customer can transfer to.
//!
//! Whether an account takes one payment or many is the merchant's registration, not the request. Which number comes
//! of the one that is asked for is [`crate::virtual_account`]'s to say, and whether an amount will do is the domain's,
//! because a code of its own refuses it.

mod details;

pub use details::{Details, FreeText, MandiriBill, Words};

use lunas_vocab::{Money, Timestamp, TrxId};

use super::debit_payment::is_order_symbol;
use super::va_account::{self, Holder};
use super::{money, success};
use crate::field::{self, FieldError, Reader};
use crate::json::{Object, Value};
use crate::service::Service;
use crate::virtual_account::Number;

/// The most characters of `trxId` in a request; the gateway makes longer ids from it.
const TRX_ID_MAX: usize = 36;

/// An account as the merchant asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateRequest {
    /// The number that is asked for.
    pub number: Number,
    /// Whose account it is; the name is there.
    pub holder: Holder,
    /// The merchant's id of the account; the same text as the call's `X-EXTERNAL-ID` by the contract.
    pub trx_id: TrxId,
    /// `totalAmount`: what is to be paid, or may be.
    pub amount: Money,
    /// `expiredDate`: until when it can be paid.
    pub expires_at: Option<Timestamp>,
    /// `additionalInfo`.
    pub details: Details,
    /// `additionalInfo.flags.shouldRandomizeVaNumber`: any number will do.
    pub should_randomize: bool,
}

impl CreateRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let number = va_account::number(body);
            if let Some(number) = &number {
                check_number(body, number);
            }
            if !body.has("virtualAccountName") {
                body.missing("virtualAccountName");
            }
            let holder = Holder::read(body);
            let trx_id = body.parsed("trxId", TRX_ID_MAX, trx_id);
            let amount = body.money("totalAmount");
            let expires_at = body.timestamp_optional("expiredDate");
            let info = body.object("additionalInfo", |info| {
                let details = Details::read(info);
                let should_randomize = flag(&info.section("flags"), "shouldRandomizeVaNumber");
                Some((details?, should_randomize))
            });
            let (number, (details, should_randomize)) = (number?, info?);
            let takes = |phone: &String| details.bank.takes_phone(number.partner_service_id(), phone);
            if !holder.phone.as_ref().is_none_or(takes) {
                let reason = "for this bank the number begins with +62 or 0 and has at most 30 characters";
                body.malformed("virtualAccountPhone", reason);
            }
            Some(Self {
                number,
                holder,
                trx_id: trx_id?,
                amount: amount?,
                expires_at,
                details,
                should_randomize,
            })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        let flags = self.should_randomize.then(|| Object::new().with("shouldRandomizeVaNumber", true));
        let object = va_account::write_number(Object::new(), &self.number);
        self.holder
            .write(object, str::to_owned)
            .with("trxId", self.trx_id.as_str())
            .with("totalAmount", money(self.amount))
            .with_some("expiredDate", self.expires_at.map(Timestamp::to_snap))
            .with("additionalInfo", self.details.write().with_some("flags", flags))
            .into()
    }
}

/// The account is there; the customer may pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateAnswer {
    /// The number that was given, which may be another than the one that was asked for.
    pub number: Number,
    /// Whose account it is.
    pub holder: Holder,
    /// The merchant's id of the account.
    pub trx_id: TrxId,
    /// `totalAmount`: what is to be paid.
    pub amount: Option<Money>,
    /// `expiredDate`: until when it can be paid; nothing for an account of many uses.
    pub expires_at: Option<Timestamp>,
    /// `additionalInfo`: what the request said. It is written inside `virtualAccountData` and read there or beside.
    pub details: Option<Details>,
}

impl CreateAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let beside = body.object_optional("additionalInfo", Details::read);
            body.object("virtualAccountData", |account| {
                let number = va_account::number(account);
                let trx_id = account.id("trxId", TrxId::LENGTH_MAX);
                Some(Self {
                    number: number?,
                    holder: Holder::read(account),
                    trx_id: trx_id?,
                    amount: account.money_optional("totalAmount"),
                    expires_at: account.timestamp_optional("expiredDate"),
                    details: account.object_optional("additionalInfo", Details::read).or(beside),
                })
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let account = va_account::write_number(Object::new(), &self.number);
        let account = self
            .holder
            .write(account, str::to_owned)
            .with("trxId", self.trx_id.as_str())
            .with_some("totalAmount", self.amount.map(money))
            .with_some("expiredDate", self.expires_at.map(Timestamp::to_snap))
            .with_some("additionalInfo", self.details.as_ref().map(Details::write));
        success(Service::VaCreate).with("virtualAccountData", account).into()
    }
}

/// A number that is asked for is digits, and the whole is its two parts in a row.
fn check_number(body: &Reader<'_>, number: &Number) {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(number.partner_service_id()) {
        body.malformed("partnerServiceId", "digits with blanks before them were expected");
    } else if !is_digits(number.customer_no()) {
        body.malformed("customerNo", "digits were expected");
    } else if !number.is_consistent() {
        body.malformed("virtualAccountNo", "partnerServiceId followed by customerNo was expected");
    }
}

fn trx_id(text: &str) -> Result<TrxId, &'static str> {
    let refusal = "only letters, digits and - _ ~ . are allowed";
    if !text.bytes().all(is_order_symbol) {
        return Err(refusal);
    }
    TrxId::new(text).map_err(|_| refusal)
}

/// A truth that may be absent, as JSON or as a word.
fn flag(flags: &Reader<'_>, name: &str) -> bool {
    match flags.value(name) {
        None => false,
        Some(Value::Bool(truth)) => *truth,
        Some(Value::String(word)) if word.eq_ignore_ascii_case("true") => true,
        Some(Value::String(word)) if word.is_empty() || word.eq_ignore_ascii_case("false") => false,
        Some(_) => {
            flags.malformed(name, "true or false was expected");
            false
        }
    }
}
