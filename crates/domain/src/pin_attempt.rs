//! How often a secret may be guessed. An attempt is counted before it is checked, so that a thousand guesses sent at
//! once are still a thousand guesses.
//!
//! PINs are counted by the number that was typed, whether or not a customer has it, so that the count tells nobody who
//! is a customer. A browser is held up first, then the address it calls from, and the number itself only after more: a
//! stranger who guesses locks itself out before it locks out the customer.

use std::time::Duration;

use lunas_vocab::{Phone, ReferenceNo};

/// What the attempts are counted against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// One number's PIN, typed in one browser. A right PIN clears this count and the next two.
    Browser {
        /// The number.
        phone: Phone,
        /// What tells the browser from others.
        browser: String,
    },
    /// One number's PIN, typed by whoever calls from one address.
    Address {
        /// The number.
        phone: Phone,
        /// The address.
        address: String,
    },
    /// One number's PIN, wherever it is typed.
    Phone(Phone),
    /// One payment's review page, whichever numbers are tried there, by whoever calls from one address.
    Review {
        /// The payment.
        reference_no: ReferenceNo,
        /// The address.
        address: String,
    },
    /// One request for a customer's consent, by its id.
    Consent(String),
}

/// How many attempts fit into how long a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The most attempts before the window closes.
    pub attempts_max: i64,
    /// How long after the first attempt the count starts anew.
    pub window: Duration,
}

impl Allowance {
    /// The longest window that anything is counted in.
    pub const WINDOW_MAX: Duration = Duration::from_mins(30);
}

impl Subject {
    /// The key under which attempts are counted.
    pub fn key(&self) -> String {
        match self {
            Self::Browser { phone, browser } => format!("pin:{phone}:browser:{browser}"),
            Self::Address { phone, address } => format!("pin:{phone}:address:{address}"),
            Self::Phone(phone) => format!("pin:{phone}"),
            Self::Review { reference_no, address } => format!("review:{reference_no}:{address}"),
            Self::Consent(id) => format!("consent:{id}"),
        }
    }

    /// What is allowed in half an hour: three PINs of a number from one browser, five from one address, ten in all;
    /// thirty attempts on one payment's page from one address, or on one page of consent.
    pub fn allowance(&self) -> Allowance {
        let window = Allowance::WINDOW_MAX;
        let attempts_max = match self {
            Self::Browser { .. } => 3,
            Self::Address { .. } => 5,
            Self::Phone(_) => 10,
            Self::Review { .. } | Self::Consent(_) => 30,
        };
        Allowance { attempts_max, window }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stranger runs out of attempts before the customer does, and no two subjects share a count.
    #[test]
    fn m4_a_browser_is_held_up_before_its_address_and_that_before_the_number() {
        let phone = Phone::new("+6281234567890").unwrap();
        let (browser, address) = ("b1".to_owned(), "192.0.2.1".to_owned());
        let reference_no = ReferenceNo::new("A1").unwrap();
        let subjects = [
            Subject::Browser { phone: phone.clone(), browser },
            Subject::Address { phone: phone.clone(), address: address.clone() },
            Subject::Phone(phone),
            Subject::Review { reference_no, address },
        ];
        let most: Vec<i64> = subjects.iter().map(|subject| subject.allowance().attempts_max).collect();
        assert_eq!(most, [3, 5, 10, 30]);
        let mut keys: Vec<String> = subjects.iter().map(Subject::key).collect();
        keys.dedup();
        assert_eq!(keys.len(), 4);
    }
}
