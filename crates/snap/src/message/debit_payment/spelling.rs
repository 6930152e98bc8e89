//! Texts and amounts of a charge that have rules of their own.

use lunas_vocab::{Money, PartnerReferenceNo};

use super::{AMOUNT_MAX, AMOUNT_MIN};
use crate::field::{Codec, Kind, Reader};
use crate::json::Value;
use crate::message::TransactionStatus;
use crate::message::transaction_status::StatusWord;

/// An order id holds letters, digits and four symbols; wallets refuse others.
pub(in crate::message) struct OrderId;

impl Codec for OrderId {
    type Value = PartnerReferenceNo;
    const KIND: Kind = Kind::Text;
    const LENGTH_MAX: Option<usize> = <PartnerReferenceNo as Codec>::LENGTH_MAX;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<PartnerReferenceNo> {
        let refusal = "only letters, digits and - _ ~ . are allowed";
        from.parsed(name, max, |text| {
            let id = text.bytes().all(is_order_symbol).then(|| PartnerReferenceNo::new(text).ok());
            id.flatten().ok_or(refusal)
        })
    }

    fn write(id: &PartnerReferenceNo) -> Option<Value> {
        PartnerReferenceNo::write(id)
    }
}

/// Whether an order id may hold that byte.
pub(in crate::message) fn is_order_symbol(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~' | b'.')
}

/// An amount that can be charged.
pub(in crate::message) struct Charged;

impl Codec for Charged {
    type Value = Money;
    const KIND: Kind = Kind::Money;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Money> {
        let is_within = |amount: Money| (AMOUNT_MIN.minor()..=AMOUNT_MAX.minor()).contains(&amount.minor());
        let reason = "the amount must be from 1.00 to 99999999999.00";
        from.money_within(name, |amount| (!is_within(amount)).then_some(reason))
    }

    fn write(amount: &Money) -> Option<Value> {
        Money::write(amount)
    }
}

/// A letter for a truth.
pub(in crate::message) struct YesOrNo;

impl Codec for YesOrNo {
    type Value = bool;
    const KIND: Kind = Kind::Word(&["Y", "N"]);
    const LENGTH_MAX: Option<usize> = Some(1);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<bool> {
        from.parsed(name, max, |text| match text {
            "Y" | "y" => Ok(true),
            "N" | "n" => Ok(false),
            _ => Err("Y or N was expected"),
        })
    }

    fn write(truth: &bool) -> Option<Value> {
        Some(if *truth { "Y" } else { "N" }.into())
    }
}

/// An amount without its currency.
pub(super) struct Decimal;

impl Codec for Decimal {
    type Value = Money;
    const KIND: Kind = Kind::Text;
    const LENGTH_MAX: Option<usize> = Some(24);
    const EXAMPLE: Option<&'static str> = Some("10000.00");

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Money> {
        from.parsed(name, max, Money::parse_idr)
    }

    fn write(amount: &Money) -> Option<Value> {
        Some(amount.to_decimal().into())
    }
}

/// The currency of an amount.
pub(in crate::message) struct CurrencyCode;

impl Codec for CurrencyCode {
    type Value = Money;
    const KIND: Kind = Kind::Word(&["IDR"]);
    const LENGTH_MAX: Option<usize> = Some(3);
    const DOC: &'static str = "its currency";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<Money> {
        None
    }

    fn write(amount: &Money) -> Option<Value> {
        Some(amount.currency().code().into())
    }
}

/// The status in an older word.
pub(super) struct OlderWord;

impl Codec for OlderWord {
    type Value = TransactionStatus;
    const KIND: Kind = Kind::Text;
    const DOC: &'static str = "the status in an older word: `SETTLEMENT` or `PENDING`";

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<TransactionStatus> {
        TransactionStatus::read(from, name, max)
    }

    fn write(status: &TransactionStatus) -> Option<Value> {
        if *status == TransactionStatus::Success {
            return Some("SETTLEMENT".into());
        }
        StatusWord::write(status)
    }
}

/// Who is suspected of fraud gets no such answer.
pub(super) struct Accepted;

impl Codec for Accepted {
    type Value = TransactionStatus;
    const KIND: Kind = Kind::Text;
    const DOC: &'static str = "`accept`: who is suspected of fraud gets no such answer";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<TransactionStatus> {
        None
    }

    fn write(_: &TransactionStatus) -> Option<Value> {
        Some("accept".into())
    }
}
