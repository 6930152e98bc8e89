//! Money: an exact number of minor units with its currency. There is no float and no implicit conversion.

use std::fmt;

/// A currency of the contract. BI-SNAP direct debit knows the rupiah only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Currency {
    /// Indonesian rupiah; the wire writes two decimals, so one rupiah is one hundred minor units.
    Idr,
}

impl Currency {
    /// The ISO 4217 code as the wire spells it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Idr => "IDR",
        }
    }

    /// Reads an ISO 4217 code; case does not matter.
    pub fn parse(code: &str) -> Option<Self> {
        code.eq_ignore_ascii_case("IDR").then_some(Self::Idr)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a text is not an amount, or why two amounts have no sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is not digits with at most two decimals.
    #[error("an amount is digits with at most two decimals after a point, such as 10000.00")]
    Malformed,
    /// The amount does not fit sixteen digits before the point.
    #[error("the amount is larger than any amount of the contract")]
    OutOfRange,
}

/// An amount in minor units. Amounts may be negative, because a posting to the ledger may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Minor units in one unit of the rupiah.
const MINOR_PER_UNIT: i64 = 100;
/// The wire's `(16,2)` decimals: at most this many digits before the point.
const WHOLE_DIGITS_MAX: usize = 16;

impl Money {
    /// The most that one journal entry is of: 99 999 999 999 rupiah, what the contract says of a charge and leaves open
    /// of everything else. A balance takes a hundred thousand of these.
    pub const AMOUNT_MAX: Self = Self::idr_minor(9_999_999_999_900);

    /// No money at all, in rupiah.
    pub const ZERO_IDR: Self = Self { minor: 0, currency: Currency::Idr };

    /// An amount of rupiah given in minor units (sen).
    pub const fn idr_minor(minor: i64) -> Self {
        Self { minor, currency: Currency::Idr }
    }

    /// A whole number of rupiah.
    #[expect(clippy::as_conversions, reason = "the compiler cannot run `i64::from` yet")]
    pub const fn idr(units: i32) -> Self {
        // Widening an i32 and multiplying by one hundred cannot leave i64.
        Self { minor: units as i64 * MINOR_PER_UNIT, currency: Currency::Idr }
    }

    /// Reads a decimal as the wire writes it: digits, then nothing or one to two decimals.
    ///
    /// `10000`, `10000.0` and `10000.00` are the same amount. Signs, exponents, separators and blanks are refused.
    pub fn parse_idr(text: &str) -> Result<Self, MoneyError> {
        let (whole, decimals) = match text.split_once('.') {
            Some((_, "")) => return Err(MoneyError::Malformed),
            Some((whole, decimals)) => (whole, decimals),
            None => (text, ""),
        };
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || decimals.len() > 2 || !digits(whole) || !digits(decimals) {
            return Err(MoneyError::Malformed);
        }
        if whole.trim_start_matches('0').len() > WHOLE_DIGITS_MAX {
            return Err(MoneyError::OutOfRange);
        }
        let number = |part: &str| part.parse::<i64>().map_err(|_| MoneyError::OutOfRange);
        let fraction = match decimals.len() {
            0 => 0,
            1 => number(decimals)? * 10,
            _ => number(decimals)?,
        };
        let minor = number(whole)?
            .checked_mul(MINOR_PER_UNIT)
            .and_then(|m| m.checked_add(fraction))
            .ok_or(MoneyError::OutOfRange)?;
        Ok(Self::idr_minor(minor))
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The whole rupiah; what is less than one is left out.
    pub const fn units(self) -> i64 {
        self.minor / MINOR_PER_UNIT
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether the amount is greater than zero.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// The sum, unless it overflows or the currencies differ.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let minor = self.minor.checked_add(other.minor)?;
        (self.currency == other.currency).then_some(Self { minor, ..self })
    }

    /// The difference, unless it overflows or the currencies differ.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let minor = self.minor.checked_sub(other.minor)?;
        (self.currency == other.currency).then_some(Self { minor, ..self })
    }

    /// The same amount with the other sign, unless it overflows.
    pub fn checked_neg(self) -> Option<Self> {
        Some(Self { minor: self.minor.checked_neg()?, ..self })
    }

    /// The wire's form: two decimals, no separators, such as `10000.00`.
    pub fn to_decimal(self) -> String {
        let sign = if self.minor < 0 { "-" } else { "" };
        let magnitude = self.minor.unsigned_abs();
        format!("{sign}{}.{:02}", magnitude / 100, magnitude % 100)
    }

    /// The form a customer reads: `Rp10.000`, with the sen only where there are any.
    pub fn to_rupiah(self) -> String {
        let magnitude = self.minor.unsigned_abs();
        let whole = (magnitude / 100).to_string();
        let mut text = String::from(if self.minor < 0 { "-Rp" } else { "Rp" });
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                text.push('.');
            }
            text.push(digit);
        }
        if !magnitude.is_multiple_of(100) {
            text.push_str(&format!(",{:02}", magnitude % 100));
        }
        text
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.to_decimal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_as_the_wire_and_the_sdks_write_them() {
        let check = |text: &str, expected: Result<i64, MoneyError>| {
            assert_eq!(Money::parse_idr(text).map(Money::minor), expected, "{text:?}");
        };
        for same in ["10000", "10000.0", "10000.00", "00010000.00"] {
            check(same, Ok(1_000_000));
        }
        check("0.01", Ok(1));
        check("0.1", Ok(10));
        check("9999999999999999.99", Ok(999_999_999_999_999_999));
        check("10000000000000000", Err(MoneyError::OutOfRange));
        check("99999999999999999999999999", Err(MoneyError::OutOfRange));
        for bad in ["", ".", "1.", ".5", "1.234", "-1", "+1", "1e3", "1,000", " 1", "1 ", "١", "0x1", "1.2.3"]
        {
            check(bad, Err(MoneyError::Malformed));
        }
    }

    #[test]
    fn amounts_are_written_with_two_decimals_and_for_people() {
        let check = |minor: i64, decimal: &str, rupiah: &str| {
            assert_eq!(Money::idr_minor(minor).to_decimal(), decimal);
            assert_eq!(Money::idr_minor(minor).to_rupiah(), rupiah);
            assert_eq!(
                Money::idr_minor(minor).units().to_string(),
                decimal[..decimal.len() - 3].replace("-0", "0")
            );
        };
        check(0, "0.00", "Rp0");
        check(1_000_000, "10000.00", "Rp10.000");
        check(12_345_678_901, "123456789.01", "Rp123.456.789,01");
        check(-5, "-0.05", "-Rp0,05");
        check(i64::MIN, "-92233720368547758.08", "-Rp92.233.720.368.547.758,08");
    }

    #[test]
    fn sums_that_overflow_do_not_exist() {
        let max = Money::idr_minor(i64::MAX);
        assert_eq!(max.checked_add(Money::idr_minor(1)), None);
        assert_eq!(Money::idr_minor(i64::MIN).checked_sub(Money::idr_minor(1)), None);
        assert_eq!(Money::idr_minor(i64::MIN).checked_neg(), None);
        assert_eq!(Money::idr(2).checked_sub(Money::idr(3)), Some(Money::idr(-1)));
    }
}
