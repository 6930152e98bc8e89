//! Instants as the wire writes them: liberal in, one form out.

mod read;

use std::fmt;
use std::time::Duration;

use time::{Date, Month, OffsetDateTime, UtcOffset};

/// A text that is not an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write 2026-11-29T20:14:00+07:00, 2026-11-29T20:14+07, 2026-11-29T13:14:00.123Z or 20261129T131400Z")]
pub struct InvalidTimestamp;

/// An instant in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// Western Indonesian Time (WIB), the offset the standard writes and assumes.
const WIB_MS: i64 = 7 * 60 * 60 * 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// The last instant of the year 9999, so that every instant can be written.
const MS_MAX: i64 = 253_402_275_599_999;

impl Timestamp {
    /// The instant that many milliseconds after the epoch, held within the years 1970 to 9999.
    pub const fn from_ms(ms: i64) -> Self {
        Self(if ms < 0 {
            0
        } else if ms > MS_MAX {
            MS_MAX
        } else {
            ms
        })
    }

    /// Milliseconds since the epoch.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Reads date and time in any form of ISO 8601: with dashes and colons or without, with a blank or a lower-case `t`
    /// for the `T`, with or without seconds, with up to nine decimals behind a point or a comma, by the day of a month,
    /// a week or a year, and with an offset written `Z`, `±hh:mm`, `±hhmm` or `±hh`. Without one the time is WIB (+07:00).
    pub fn parse(text: &str) -> Result<Self, InvalidTimestamp> {
        read::instant(text).map(Self).ok_or(InvalidTimestamp)
    }

    /// The wire's form: `yyyy-MM-ddTHH:mm:ss+07:00`, always 25 characters.
    pub fn to_snap(self) -> String {
        written(self.at_wib(), ["-", "-", "T", ":", ":", "+07:00"])
    }

    /// `yyyyMMddHHmmss` in UTC, as it stands inside a `referenceNo`.
    pub fn to_compact_utc(self) -> String {
        written(self.civil(), [""; 6])
    }

    /// This instant moved ahead.
    pub fn plus(self, span: Duration) -> Self {
        Self::from_ms(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This instant moved back.
    pub fn minus(self, span: Duration) -> Self {
        Self::from_ms(self.0.saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; nothing if it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    /// The first instant of the next day by WIB: an X-EXTERNAL-ID is unique per day of that clock.
    pub const fn end_of_wib_day(self) -> Self {
        let local = self.0 + WIB_MS;
        Self::from_ms(local - local % DAY_MS + DAY_MS - WIB_MS)
    }

    /// The same day and time of day by WIB that many months earlier; the last day of that month where it is shorter.
    #[must_use]
    pub fn months_before(self, months: u32) -> Self {
        let local = self.at_wib();
        let month = i64::from(local.year()) * 12 + i64::from(u8::from(local.month())) - 1 - i64::from(months);
        let year = i32::try_from(month.div_euclid(12)).unwrap_or(0);
        let month = u8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
        let month = Month::try_from(month).unwrap_or(Month::January);
        let day = local.day().min(month.length(year));
        let moved = Date::from_calendar_date(year, month, day).map(|date| local.replace_date(date));
        moved.map_or(self, |at| Self::from_ms(at.unix_timestamp() * 1000 + self.0.rem_euclid(1000)))
    }

    /// The first instant of this month by WIB.
    #[must_use]
    pub fn start_of_wib_month(self) -> Self {
        let days_gone = i64::from(self.at_wib().day()) - 1;
        let local = self.0 + WIB_MS;
        Self::from_ms(local - local % DAY_MS - days_gone * DAY_MS - WIB_MS)
    }

    fn civil(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    fn at_wib(self) -> OffsetDateTime {
        self.civil().to_offset(UtcOffset::from_hms(7, 0, 0).unwrap_or(UtcOffset::UTC))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_snap())
    }
}

/// Year, month, day, hour, minute and second, each followed by its text. Every answer has some of these, so they are
/// written without the formatting machinery.
fn written(at: OffsetDateTime, followed_by: [&str; 6]) -> String {
    let year = u16::try_from(at.year()).unwrap_or(0);
    let [century, year] = [year / 100, year % 100].map(|part| u8::try_from(part).unwrap_or(0));
    let parts = [year, u8::from(at.month()), at.day(), at.hour(), at.minute(), at.second()];
    let mut text = String::with_capacity(25);
    for (part, after) in [century].into_iter().chain(parts).zip([""].into_iter().chain(followed_by)) {
        text.push(char::from(b'0' + part / 10 % 10));
        text.push(char::from(b'0' + part % 10));
        text.push_str(after);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_seen_in_the_wild_is_read() {
        let check = |text: &str, expected: &str| {
            assert_eq!(Timestamp::parse(text).map(Timestamp::to_snap), Ok(expected.to_owned()), "{text}");
        };
        check("2024-03-19T14:30:00+07:00", "2024-03-19T14:30:00+07:00");
        check("2024-10-07T08:45:22.123Z", "2024-10-07T15:45:22+07:00");
        check("2024-10-07T08:45:22Z", "2024-10-07T15:45:22+07:00");
        check("2024-10-07T08:45:22.123456Z", "2024-10-07T15:45:22+07:00");
        check("2024-10-07T08:45:22.123456789Z", "2024-10-07T15:45:22+07:00");
        check("2024-05-22T07:48:08.56Z", "2024-05-22T14:48:08+07:00");
        check("2020-10-20T17:56:57", "2020-10-20T17:56:57+07:00");
        check("2020-10-20 17:56:57", "2020-10-20T17:56:57+07:00");
        check("2009-07-03T12:08:56-07:00", "2009-07-04T02:08:56+07:00");
        check("2024-10-07T15:45:22+0700", "2024-10-07T15:45:22+07:00");
        check("2024-10-07T15:45:22+07", "2024-10-07T15:45:22+07:00");
        check("2024-10-07t08:45:22z", "2024-10-07T15:45:22+07:00");
        check("2024-02-29T00:00:00Z", "2024-02-29T07:00:00+07:00");
    }

    #[test]
    fn r5_every_form_that_iso_8601_has_for_an_instant_is_read() {
        let expected = Timestamp::parse("2026-11-29T20:14:00+07:00").unwrap();
        let same = |texts: &[&str], moved: Duration| {
            for text in texts {
                assert_eq!(Timestamp::parse(text), Ok(expected.plus(moved)), "{text}");
            }
        };
        // What OffsetDateTime, ZonedDateTime and Instant of Java print: no seconds where they are nothing.
        same(
            &["2026-11-29T20:14+07:00", "2026-11-29T20:14+07:00[Asia/Jakarta]", "2026-11-29T13:14:00Z"],
            Duration::ZERO,
        );
        same(&["2026-11-29T20:14:05+07:00", "2026-11-29T13:14:05Z"], Duration::from_secs(5));
        same(&["2026-11-29T20:14:05.120+07:00", "2026-11-29T13:14:05.120Z"], Duration::from_millis(5_120));
        same(&["2026-11-29T20:14:00.000001+07:00", "2026-11-29T13:14:00.000000001Z"], Duration::ZERO);
        same(&["2026-11-29T20:21:07+07:07:07", "2026-11-29T20:14:07+07:00:07"], Duration::ZERO);
        // Other spellings of the offset, of the letter between, of the fraction; extended and basic.
        let dates = ["2026-11-29", "20261129", "2026-W48-7", "2026W487", "2026-333", "2026333"];
        let times =
            ["20:14:00", "20:14", "201400", "2014", "20:14:00.0", "20:14:00,000", "201400.000", "20:14.0"];
        for date in dates {
            for time in times {
                for offset in ["+07:00", "+0700", "+07", "", "[Asia/Jakarta]"] {
                    for between in ["T", "t", " "] {
                        same(&[&format!("{date}{between}{time}{offset}")], Duration::ZERO);
                    }
                }
            }
            let utc = [
                "T13:14Z",
                "T1314Z",
                "T13:14:00z",
                "T131400-00",
                "T13:14+00:00",
                "T05:14-0800",
                "T13.233333334Z",
            ];
            for rest in utc {
                same(&[&format!("{date}{rest}")], Duration::ZERO);
            }
            same(&[&format!("{date}T20:14:00,5")], Duration::from_millis(500));
            same(&[&format!("{date}T20:14,5+07")], Duration::from_secs(30));
            same(&[&format!("{date}T20.5+07")], Duration::from_mins(16));
        }
        same(&["20261129201400", "20261129201400+0700"], Duration::ZERO);
    }

    #[test]
    fn what_is_not_an_instant_is_refused() {
        for bad in [
            "",
            "2024-03-19",
            "2024-3-19T14:30:00Z",
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-03-19T24:00:00Z",
            "2024-03-19T14:60:00Z",
            "2024-03-19T14:30:00.Z",
            "2024-03-19T14:30:00.1234567890Z",
            "2024-03-19T14:30:00+7",
            "2024-03-19T14:30:00+07:0",
            "2024-03-19T14:30:00+07:60",
            "2024-03-19T14:30:00 +07:00",
            "2024-03-19T14:30:00ZZ",
            "1969-12-31T23:59:59Z",
            "+024-03-19T14:30:00Z",
            "2024-03-19T14:30:00é",
            "1710833400000",
            "1710833400",
            "20201020",
            "2020102017565",
            "202010201756",
            "20201320175657",
            "yyyyMMddHHmmss",
            "2024-03-1914:30:00",
            "2024-0319T14:30:00Z",
            "2024-W54-1T14:30:00Z",
            "2024-W10-8T14:30:00Z",
            "2023-366T14:30:00Z",
            "2024-03-19T",
            "2024-03-19TZ",
            "2024-03-19T14:Z",
            "2024-03-19T14:30:Z",
            "2024-03-19T14:30:60Z",
            "2024-03-19T14:30:00,Z",
            "2024-03-19T14:30:00+24:00",
            "2024-03-19T14:30:00+07:00[]",
            "2024-03-19T14:30:00[",
            "2024-03-19T14:30:00 07:00",
            "P1D",
        ] {
            assert_eq!(Timestamp::parse(bad), Err(InvalidTimestamp), "{bad}");
        }
    }

    #[test]
    fn fractions_are_kept_to_the_millisecond() {
        assert_eq!(Timestamp::parse("1970-01-01T00:00:00.5Z").map(Timestamp::ms), Ok(500));
        assert_eq!(Timestamp::parse("1970-01-01T00:00:00.0009Z").map(Timestamp::ms), Ok(0));
    }

    #[test]
    fn a_wib_day_ends_at_five_in_the_afternoon_utc() {
        let end = |text: &str| Timestamp::parse(text).map(|t| t.end_of_wib_day().to_snap()).unwrap();
        assert_eq!(end("2024-10-07T23:59:59+07:00"), "2024-10-08T00:00:00+07:00");
        assert_eq!(end("2024-10-08T00:00:00+07:00"), "2024-10-09T00:00:00+07:00");
    }

    #[test]
    fn instants_saturate_at_the_ends_of_what_can_be_written() {
        assert_eq!(Timestamp::from_ms(-1).to_snap(), "1970-01-01T07:00:00+07:00");
        assert_eq!(Timestamp::from_ms(i64::MAX).to_snap(), "9999-12-31T23:59:59+07:00");
        assert_eq!(Timestamp::from_ms(1_000).to_compact_utc(), "19700101000001");
    }

    #[test]
    fn months_are_counted_by_the_calendar_of_jakarta() {
        let check = |text: &str, months: u32, before: &str, start: &str| {
            let at = Timestamp::parse(text).unwrap();
            assert_eq!(at.months_before(months).to_snap(), before, "{text}");
            assert_eq!(at.months_before(months).start_of_wib_month().to_snap(), start, "{text}");
        };
        check("2024-02-23T10:00:00+07:00", 6, "2023-08-23T10:00:00+07:00", "2023-08-01T00:00:00+07:00");
        check("2026-05-31T23:59:59+07:00", 3, "2026-02-28T23:59:59+07:00", "2026-02-01T00:00:00+07:00");
        check("2024-05-31T17:00:00Z", 3, "2024-03-01T00:00:00+07:00", "2024-03-01T00:00:00+07:00");
        check("2026-01-15T00:00:00+07:00", 1, "2025-12-15T00:00:00+07:00", "2025-12-01T00:00:00+07:00");
        check("2026-01-15T00:00:00+07:00", 0, "2026-01-15T00:00:00+07:00", "2026-01-01T00:00:00+07:00");
        check("1970-01-01T07:00:00+07:00", 6, "1970-01-01T07:00:00+07:00", "1970-01-01T07:00:00+07:00");
    }
}
