//! Auth payment (63): a merchant has money of a linked account reserved, to capture or give back later.

use lunas_vocab::{MerchantId, Money, PartnerReferenceNo, ReferenceNo, Secret, Timestamp};

use super::debit_payment::{Charged, CurrencyCode, CustomerDetails, Item, OrderId};
use super::used_option::{OptionsTwice, UpperCase};
use super::{TransactionStatus, UsedOption, message};
use crate::field::{Always, Codec, Field, Inside, Kept, Kind, Need, OnlyOne, Part, Reader, Sent, Shape};
use crate::json::Value;

/// The most characters of a token.
const TOKEN_MAX: usize = 2048;
/// The most characters of a method, an option, a cross reference or a status word.
const TEXT_MAX: usize = 64;
/// The most characters of `title`.
const TITLE_MAX: usize = 256;
/// The most characters of an amount that is not an object.
const AMOUNT_TEXT_MAX: usize = 24;

message! {
    /// What is to be reserved.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AuthPaymentRequest: request, checked by amounts_agree {
        /// your order id: letters, digits and `-` `_` `~` `.`; need not be unique
        pub partner_reference_no: PartnerReferenceNo as OrderId => "partnerReferenceNo";
        /// your MID
        pub merchant_id: MerchantId => "merchantId";
        /// what is sold. Documented as mandatory, and missing in the contract's own sample
        pub title: Option<String> => "title", max TITLE_MAX;
        /// what is paid for; each item has a name
        pub items: Vec<Sent<Item>> as NamedItems => "items", or "additionalInfo.items";
        /// what to reserve, and of which option of the linked account: exactly one element
        pub pay_option: AuthOption as Inside<OnlyOne<AuthOption>> => "additionalInfo.payOptionDetails",
            behind "amount" as AmountOfOption;
        /// your name for the whole payment flow
        pub cross_reference_id: Option<String> => "additionalInfo.merchantCrossReferenceId", max TEXT_MAX;
        /// who pays
        pub customer_details: Option<Sent<CustomerDetails>> => "additionalInfo.customerDetails", or "additionalInfo.customerDetail";
        /// until when it can be captured: from 20 seconds to 180 days ahead; 7 days if absent
        pub valid_up_to: Option<Timestamp> => "additionalInfo.validUpTo", or "validUpTo";
        /// an object of your own; the query gives it back
        pub metadata: Option<Value> as Kept => "additionalInfo.metadata";
    }
}

message! {
    /// What to reserve, and of which option of the linked account.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AuthOption: part {
        /// `GOPAY`, in any case
        pub pay_method: String as UpperCase => "payMethod", max TEXT_MAX, like "GOPAY";
        /// the option's name, such as `GOPAY_WALLET`; what the token names counts
        pub pay_option: String as UpperCase => "payOption", max TEXT_MAX;
        /// what to reserve, from 1.00 to 99999999999.00
        pub amount: Money as Charged => "transAmount";
        /// the option's `token`, fresh from the account inquiry
        pub payment_option_token: Secret<String> => "additionalInfo.paymentOptionToken",
            or "additionalInfo.paymentoptiontoken", max TOKEN_MAX;
    }
}

/// The amount at the root, if it is sent, is that of the option.
fn amounts_agree(request: &AuthPaymentRequest, body: &Reader<'_>) -> Option<()> {
    let amount = Option::<Money>::read(body, "amount", usize::MAX)?;
    if amount.is_none_or(|amount| amount == request.pay_option.amount) {
        return Some(());
    }
    body.malformed("amount.value", "it must be that of transAmount");
    None
}

/// `amount`, which repeats that of the option.
struct AmountOfOption;

impl Codec for AmountOfOption {
    type Value = AuthOption;
    const KIND: Kind = Kind::Money;
    const NEED: Need = Need::Optional;
    const DOC: &'static str = "if sent, the same as `transAmount`";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<AuthOption> {
        None
    }

    fn write(option: &AuthOption) -> Option<Value> {
        Money::write(&option.amount)
    }
}

/// Items that have names.
struct NamedItems;

const NAMED_ITEM: [Field; Item::SHAPE.fields.len()] = {
    let mut fields = [Item::SHAPE.fields[0]; Item::SHAPE.fields.len()];
    let mut at = 0;
    while at < fields.len() {
        fields[at] = Item::SHAPE.fields[at];
        if matches!(fields[at].path.as_bytes(), b"name") {
            fields[at].need = Need::Mandatory;
        }
        at += 1;
    }
    fields
};

impl Codec for NamedItems {
    type Value = Vec<Sent<Item>>;
    const KIND: Kind = Kind::List(&Shape { name: Item::SHAPE.name, fields: &NAMED_ITEM });
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Vec<Sent<Item>>> {
        Some(from.list_optional(name, |item| {
            if !item.has("name") {
                item.missing("name");
            }
            Sent::read_members(item)
        }))
    }

    fn write(items: &Vec<Sent<Item>>) -> Option<Value> {
        Vec::<Sent<Item>>::write(items)
    }
}

message! {
    /// The money is reserved.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AuthPaymentAnswer: answer AuthPayment {
        /// the gateway's id of the authorization
        pub reference_no: Option<ReferenceNo> => "referenceNo";
        /// your order id
        pub partner_reference_no: Option<PartnerReferenceNo> => "partnerReferenceNo";
        /// what is reserved
        pub amount: Option<Money> as Option<MoneyOrText> => "additionalInfo.amount", or "additionalInfo.grossAmount",
            also "additionalInfo.grossAmount" as Option<Money>, also "additionalInfo.currency" as Option<CurrencyCode>;
        /// when the money was reserved. Nothing is paid before the capture
        pub transaction_at: Option<Timestamp> => "additionalInfo.transactionTime", or "paidTime", also "paidTime" as Option<Timestamp>;
        /// `01` reserved
        pub status: Option<TransactionStatus> => "additionalInfo.transactionStatus";
        /// `accept` or `deny`
        pub fraud_status: Option<String> => "additionalInfo.fraudStatus", max TEXT_MAX;
        /// what the money is reserved of
        pub used_options: Vec<UsedOption> as Always<UsedOption> => "additionalInfo.userPaymentDetails",
            or "additionalInfo.payOptionDetails", behind "additionalInfo.payOptionDetails" as OptionsTwice;
        /// such as `GOPAY`
        pub payment_type: Option<String> => "additionalInfo.paymentType", max TEXT_MAX;
        /// until when it can be captured
        pub valid_up_to: Option<Timestamp> => "additionalInfo.validUpTo";
    }
}

/// An amount; the contract's sample has a bare text.
struct MoneyOrText;

impl Codec for MoneyOrText {
    type Value = Money;
    const KIND: Kind = Kind::Money;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Money> {
        match from.value(name) {
            Some(Value::Object(_)) => Money::read(from, name, max),
            _ => from.parsed(name, AMOUNT_TEXT_MAX, Money::parse_idr),
        }
    }

    fn write(amount: &Money) -> Option<Value> {
        Money::write(amount)
    }
}
