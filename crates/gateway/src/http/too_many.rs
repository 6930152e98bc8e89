//! What is told to whoever calls too often: which limit it was, and when to come back.

use std::time::Duration;

use lunas_snap::code::{Case, Failure};
use lunas_vocab::{Phone, Timestamp};

use crate::app::App;
use crate::limits::{TooMany, Whose};

/// When the next form for a number is welcome, if this one is one too many.
pub(crate) fn check_attempt(app: &App, phone: &Phone) -> Option<(u64, Timestamp)> {
    let seconds = app.limits.phone(phone).err()?.retry_after_seconds;
    Some((seconds, app.env.now().plus(Duration::from_secs(seconds))))
}

/// The refusal of a call that is one too many.
pub(crate) fn failure(too_many: TooMany) -> Failure {
    let TooMany { whose, retry_after_seconds } = too_many;
    let what = match whose {
        Whose::Address | Whose::Page => "too many calls come from this address".to_owned(),
        Whose::Client => "this client calls too often".to_owned(),
        Whose::Service(service) => format!("this client calls {} too often", service.path()),
        Whose::NamedPhone => "too many calls name this phone number".to_owned(),
        Whose::Phone => "too many attempts are made with this phone number".to_owned(),
    };
    let unit = if retry_after_seconds == 1 { "second" } else { "seconds" };
    Failure {
        retry_after_seconds: Some(retry_after_seconds),
        ..Failure::with(Case::TooManyRequests, format!("{what}; come back in {retry_after_seconds} {unit}"))
    }
}

#[cfg(test)]
mod tests {
    use lunas_snap::code::MESSAGE_MAX;
    use lunas_snap::service::Service;

    use super::*;

    #[test]
    fn a_refusal_says_which_limit_and_when_to_come_back() {
        let check = |whose: Whose, seconds: u64, expected: &str| {
            let failure = failure(TooMany { whose, retry_after_seconds: seconds });
            assert_eq!(failure.message(), expected);
            assert_eq!(failure.retry_after_seconds, Some(seconds));
        };
        check(
            Whose::Address,
            1,
            "Too Many Requests. too many calls come from this address; come back in 1 second",
        );
        check(Whose::Client, 2, "Too Many Requests. this client calls too often; come back in 2 seconds");
        let longest = Service::ALL.iter().copied().map(Whose::Service);
        for whose in longest.chain([Whose::Page, Whose::NamedPhone, Whose::Phone]) {
            let message = failure(TooMany { whose, retry_after_seconds: 86_400 }).message();
            assert!(message.ends_with("; come back in 86400 seconds"), "{message}");
            assert!(message.chars().count() <= MESSAGE_MAX);
        }
    }
}
