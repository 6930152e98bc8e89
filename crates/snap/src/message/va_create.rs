//! Virtual account create (27): a merchant asks for a number that a customer can transfer to.
//!
//! Whether an account takes one payment or many is the merchant's registration, not the request. Which number comes
//! of the one that is asked for is [`crate::virtual_account`]'s to say, and whether an amount will do is the domain's,
//! because a code of its own refuses it.

mod details;

pub use details::{Details, FreeText, MandiriBill, Words};

use lunas_vocab::{Money, Timestamp, TrxId};

use super::debit_payment::is_order_symbol;
use super::message;
use super::va_account::{Holder, NamedHolder, NumberParts, Padded};
use crate::field::{Codec, Kind, Need, Part as _, Reader, Spread, WithRest};
use crate::json::Value;
use crate::virtual_account::Number;

/// The most characters of `trxId` in a request; the gateway makes longer ids from it.
const TRX_ID_MAX: usize = 36;

message! {
    /// An account as the merchant asks for it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CreateRequest: request, checked by takes_phone {
        /// The number that is asked for.
        pub number: Number as Asked => "";
        /// Whose account it is; the name is there.
        pub holder: Holder as NamedHolder => "";
        /// your id of the account: letters, digits and `-` `_` `~` `.`, unique for three months; send the same as
        /// `X-EXTERNAL-ID`
        pub trx_id: TrxId as OrderLike => "trxId", max TRX_ID_MAX;
        /// what is to be paid, or may be
        pub amount: Money => "totalAmount";
        /// until when; 24 hours from now if absent
        pub expires_at: Option<Timestamp> => "expiredDate";
        /// The bank, and what the bank shows.
        pub details: WithRest<Details> => "additionalInfo";
        /// `true`: any number of your code will do
        pub should_randomize: bool as Flag => "additionalInfo.flags.shouldRandomizeVaNumber";
    }
}

fn takes_phone(request: &CreateRequest, body: &Reader<'_>) -> Option<()> {
    let takes = |phone: &String| request.details.bank.takes_phone(request.number.partner_service_id(), phone);
    if request.holder.phone.as_ref().is_none_or(takes) {
        return Some(());
    }
    let reason = "for this bank the number begins with +62 or 0 and has at most 30 characters";
    body.malformed("virtualAccountPhone", reason);
    None
}

message! {
    /// The account is there; the customer may pay.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CreateAnswer: answer VaCreate {
        /// The number that was given, which may be another than the one that was asked for.
        pub number: Number as Padded => "virtualAccountData";
        /// Whose account it is.
        pub holder: Holder as Spread<Holder> => "virtualAccountData";
        /// your id of the account
        pub trx_id: TrxId => "virtualAccountData.trxId";
        /// what is to be paid
        pub amount: Option<Money> => "virtualAccountData.totalAmount";
        /// until when it can be paid; absent for an account of many payments
        pub expires_at: Option<Timestamp> => "virtualAccountData.expiredDate";
        /// what the request said; what nobody knows of it as it was sent
        pub details: Option<WithRest<Details>> => "virtualAccountData.additionalInfo", or "additionalInfo";
    }
}

/// A number that is asked for.
struct Asked;

impl Codec for Asked {
    type Value = Number;
    const KIND: Kind = Kind::Object(NumberParts::SHAPE);

    fn read(body: &Reader<'_>, name: &str, max: usize) -> Option<Number> {
        let number = Padded::read(body, name, max)?;
        check_number(body, &number);
        Some(number)
    }

    fn write(number: &Number) -> Option<Value> {
        Padded::write(number)
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

/// An id with the symbols of an order id.
struct OrderLike;

impl Codec for OrderLike {
    type Value = TrxId;
    const KIND: Kind = Kind::Text;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<TrxId> {
        from.parsed(name, max, |text| {
            let id = text.bytes().all(is_order_symbol).then(|| TrxId::new(text).ok());
            id.flatten().ok_or("only letters, digits and - _ ~ . are allowed")
        })
    }

    fn write(id: &TrxId) -> Option<Value> {
        TrxId::write(id)
    }
}

/// A truth that may be absent, as JSON or as a word. Only what is true is written.
struct Flag;

impl Codec for Flag {
    type Value = bool;
    const KIND: Kind = Kind::Bool;
    const NEED: Need = Need::Optional;

    fn read(flags: &Reader<'_>, name: &str, _: usize) -> Option<bool> {
        Some(match flags.value(name) {
            None => false,
            Some(Value::Bool(truth)) => *truth,
            Some(Value::String(word)) if word.eq_ignore_ascii_case("true") => true,
            Some(Value::String(word)) if word.is_empty() || word.eq_ignore_ascii_case("false") => false,
            Some(_) => {
                flags.malformed(name, "true or false was expected");
                false
            }
        })
    }

    fn write(truth: &bool) -> Option<Value> {
        truth.then_some(Value::Bool(true))
    }
}
