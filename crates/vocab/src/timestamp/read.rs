//! Reading an instant in any form that ISO 8601 has for one, and in what languages print in its stead.
//!
//! What is not an instant is left out on purpose: a date without a time of day, a duration, seconds since an epoch.

use time::{Date, Month, PrimitiveDateTime, Time, UtcOffset, Weekday};

use super::{MS_MAX, WIB_MS};

/// The most characters of a text that is looked at.
const LENGTH_MAX: usize = 64;
/// The most digits of a fraction: those of a nanosecond.
const FRACTION_MAX: usize = 9;
const HOUR_NS: i64 = 3_600_000_000_000;
const MINUTE_NS: i64 = 60_000_000_000;
const SECOND_NS: i64 = 1_000_000_000;

/// Milliseconds since the epoch.
pub(super) fn instant(text: &str) -> Option<i64> {
    if !text.is_ascii() || text.len() > LENGTH_MAX {
        return None;
    }
    let mut rest = Cursor(unzoned(text)?);
    let (date, is_extended) = date(&mut rest)?;
    let is_parted = rest.takes(['T', 't', ' ']);
    // Only all digits in a row can do without a letter between date and time.
    if !is_parted && (is_extended || rest.digits_ahead() != 6) {
        return None;
    }
    let of_day_ns = time_of_day(&mut rest)?;
    let offset = offset(rest.0)?;
    let midnight = PrimitiveDateTime::new(date, Time::MIDNIGHT).assume_offset(offset);
    let ms = midnight.unix_timestamp().checked_mul(1000)?.checked_add(of_day_ns / 1_000_000)?;
    (0..=MS_MAX).contains(&ms).then_some(ms)
}

/// The text without the name of a zone in brackets, which Java prints behind an offset that says the same.
fn unzoned(text: &str) -> Option<&str> {
    match text.strip_suffix(']') {
        None => Some(text),
        Some(named) => named.split_once('[').filter(|(_, zone)| !zone.is_empty()).map(|(before, _)| before),
    }
}

/// A day of a month, of a week or of a year; with dashes, which is the extended form, or without.
fn date(rest: &mut Cursor<'_>) -> Option<(Date, bool)> {
    let year = i32::try_from(rest.number(4)?).ok()?;
    let is_extended = rest.takes(['-']);
    let date = if rest.takes(['W']) {
        let week = u8::try_from(rest.number(2)?).ok()?;
        if is_extended && !rest.takes(['-']) {
            return None;
        }
        let day = u8::try_from(rest.number(1)?).ok().filter(|day| (1..=7).contains(day))?;
        Date::from_iso_week_date(year, week, Weekday::Monday.nth_next(day - 1)).ok()?
    } else if rest.digits_ahead() == 3 {
        Date::from_ordinal_date(year, u16::try_from(rest.number(3)?).ok()?).ok()?
    } else {
        let month = Month::try_from(u8::try_from(rest.number(2)?).ok()?).ok()?;
        if is_extended && !rest.takes(['-']) {
            return None;
        }
        Date::from_calendar_date(year, month, u8::try_from(rest.number(2)?).ok()?).ok()?
    };
    Some((date, is_extended))
}

/// Nanoseconds since midnight. Seconds may be left out, and so may minutes; the last of them may have a fraction.
fn time_of_day(rest: &mut Cursor<'_>) -> Option<i64> {
    let hour = rest.number_below(2, 24)?;
    let mut total = hour * HOUR_NS;
    let mut last = HOUR_NS;
    let has_colon = rest.takes([':']);
    if has_colon || rest.digits_ahead() > 0 {
        total += rest.number_below(2, 60)? * MINUTE_NS;
        last = MINUTE_NS;
        let has_more = if has_colon { rest.takes([':']) } else { rest.digits_ahead() > 0 };
        if has_more {
            total += rest.number_below(2, 60)? * SECOND_NS;
            last = SECOND_NS;
        }
    }
    if rest.takes(['.', ',']) {
        total += rest.fraction_of(last)?;
    }
    Some(total)
}

/// `Z`, or hours with minutes and seconds if they are there; nothing is WIB.
fn offset(text: &str) -> Option<UtcOffset> {
    if text.is_empty() {
        return UtcOffset::from_whole_seconds(i32::try_from(WIB_MS / 1000).ok()?).ok();
    }
    let mut rest = Cursor(text);
    if rest.takes(['Z', 'z']) {
        return rest.0.is_empty().then_some(UtcOffset::UTC);
    }
    let sign = if rest.takes(['+']) {
        1
    } else if rest.takes(['-']) {
        -1
    } else {
        return None;
    };
    let mut seconds = rest.number_below(2, 24)? * 3600;
    let has_colon = rest.takes([':']);
    if has_colon || rest.digits_ahead() > 0 {
        seconds += rest.number_below(2, 60)? * 60;
        let has_more = if has_colon { rest.takes([':']) } else { rest.digits_ahead() > 0 };
        if has_more {
            seconds += rest.number_below(2, 60)?;
        }
    }
    let seconds = i32::try_from(sign * seconds).ok().filter(|_| rest.0.is_empty())?;
    UtcOffset::from_whole_seconds(seconds).ok()
}

/// What is left of the text.
struct Cursor<'a>(&'a str);

impl Cursor<'_> {
    /// Takes one of these characters off, if it is next.
    fn takes<const N: usize>(&mut self, any: [char; N]) -> bool {
        let rest = self.0.strip_prefix(any);
        if let Some(rest) = rest {
            self.0 = rest;
        }
        rest.is_some()
    }

    /// How many digits are next.
    fn digits_ahead(&self) -> usize {
        self.0.bytes().take_while(u8::is_ascii_digit).count()
    }

    /// Takes that many digits off.
    fn number(&mut self, count: usize) -> Option<i64> {
        if self.digits_ahead() < count {
            return None;
        }
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        digits.parse().ok()
    }

    fn number_below(&mut self, count: usize, limit: i64) -> Option<i64> {
        self.number(count).filter(|number| *number < limit)
    }

    /// Takes one to nine decimals off and gives that part of a whole; what is finer than a nanosecond is cut off.
    fn fraction_of(&mut self, whole_ns: i64) -> Option<i64> {
        let count = self.digits_ahead();
        if !(1..=FRACTION_MAX).contains(&count) {
            return None;
        }
        let digits = self.number(count)?;
        let scale = 10_i64.checked_pow(u32::try_from(count).ok()?)?;
        let part = i128::from(digits) * i128::from(whole_ns) / i128::from(scale);
        i64::try_from(part).ok()
    }
}
