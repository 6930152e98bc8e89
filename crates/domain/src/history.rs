//! What of its past a merchant may look at: payments of the current month and of the six before it.

use lunas_vocab::Timestamp;

/// How many months a search goes back when the merchant does not say.
const MONTHS_DEFAULT: u32 = 3;
/// How many whole months before the current one can be looked at.
const MONTHS_MAX: u32 = 6;

/// When payments must have been opened to be shown; both ends count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The earliest.
    pub from: Timestamp,
    /// The latest.
    pub to: Timestamp,
}

/// Why a search is not made, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowRejection {
    /// It begins before what can be looked at.
    TooEarly {
        /// The earliest that would do.
        earliest: Timestamp,
    },
    /// It ends before it begins.
    EndsBeforeItBegins,
}

impl Window {
    /// The window between these ends at `now`: the last three months where they are not given.
    pub fn of(
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, WindowRejection> {
        let earliest = now.months_before(MONTHS_MAX).start_of_wib_month();
        let window = Self { from: from.unwrap_or(now.months_before(MONTHS_DEFAULT)), to: to.unwrap_or(now) };
        if window.from < earliest {
            return Err(WindowRejection::TooEarly { earliest });
        }
        if window.to < window.from {
            return Err(WindowRejection::EndsBeforeItBegins);
        }
        Ok(window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_its_defaults_and_its_limits() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let now = at("2024-02-23T10:00:00+07:00");
        let earliest = at("2023-08-01T00:00:00+07:00");
        let check = |from: &str, to: &str, expected: Result<(&str, &str), WindowRejection>| {
            let given = |text: &str| (!text.is_empty()).then(|| at(text));
            let expected = expected.map(|(from, to)| Window { from: at(from), to: at(to) });
            assert_eq!(Window::of(given(from), given(to), now), expected, "{from} to {to}");
        };
        check("", "", Ok(("2023-11-23T10:00:00+07:00", "2024-02-23T10:00:00+07:00")));
        check(
            "2023-08-01T00:00:00+07:00",
            "",
            Ok(("2023-08-01T00:00:00+07:00", "2024-02-23T10:00:00+07:00")),
        );
        check("2023-07-31T23:59:59+07:00", "", Err(WindowRejection::TooEarly { earliest }));
        check(
            "2023-07-31T23:59:59+07:00",
            "2020-01-01T00:00:00Z",
            Err(WindowRejection::TooEarly { earliest }),
        );
        check("", "2023-11-23T09:59:59+07:00", Err(WindowRejection::EndsBeforeItBegins));
        check(
            "2024-01-01T00:00:00Z",
            "2024-01-01T00:00:00Z",
            Ok(("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z")),
        );
    }
}
