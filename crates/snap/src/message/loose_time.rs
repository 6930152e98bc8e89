//! Times in the basic form of ISO 8601, without dashes and colons, which a few fields are written in.

use lunas_vocab::Timestamp;

/// The most characters of a time.
pub(super) const LENGTH_MAX: usize = 40;
/// The digits of a date and of a time of day.
const DATE_DIGITS: usize = 8;
const TIME_DIGITS: usize = 6;

/// Reads `20201231T235959Z` and `20201231235959` as well as every form that [`Timestamp::parse`] takes.
pub(super) fn parse(text: &str) -> Result<Timestamp, &'static str> {
    Timestamp::parse(text)
        .ok()
        .or_else(|| Timestamp::parse(&extended(text)?).ok())
        .ok_or("a time is ISO 8601, such as 2024-10-07T15:45:22+07:00")
}

/// The same time with dashes and colons.
fn extended(text: &str) -> Option<String> {
    let (date, rest) = text.split_at_checked(DATE_DIGITS)?;
    let (time, offset) = rest.strip_prefix(['T', 't', ' ']).unwrap_or(rest).split_at_checked(TIME_DIGITS)?;
    if !date.bytes().chain(time.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let ((year, date), (hour, time)) = (date.split_at_checked(4)?, time.split_at_checked(2)?);
    let ((month, day), (minute, second)) = (date.split_at_checked(2)?, time.split_at_checked(2)?);
    Some(format!("{year}-{month}-{day}T{hour}:{minute}:{second}{offset}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let check = |text: &str, expected: Option<&str>| {
            let time = parse(text).ok().map(Timestamp::to_snap);
            assert_eq!(time.as_deref(), expected, "{text}");
        };
        check("20201231T235959Z", Some("2021-01-01T06:59:59+07:00"));
        check("20201231T235959+0700", Some("2020-12-31T23:59:59+07:00"));
        check("20201020175657", Some("2020-10-20T17:56:57+07:00"));
        check("2020-10-20 17:56:57", Some("2020-10-20T17:56:57+07:00"));
        check("2020-10-20T17:56:57+07:00", Some("2020-10-20T17:56:57+07:00"));
        for bad in ["", "20201020", "2020102017565", "20201320175657", "2020é020175657", "yyyyMMddHHmmss"] {
            check(bad, None);
        }
    }
}
