//! How often a secret may be guessed. An attempt is counted before it is checked, so that a thousand guesses sent at
//! once are still a thousand guesses.

use std::time::Duration;

use lunas_vocab::{CustomerId, ReferenceNo};

/// What the attempts are counted against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// One customer's PIN, wherever it is typed. A right PIN clears the count.
    CustomerPin(CustomerId),
    /// One payment's review page, whichever phone numbers are tried there.
    Review(ReferenceNo),
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

impl Subject {
    /// The key under which attempts are counted.
    pub fn key(&self) -> String {
        match self {
            Self::CustomerPin(customer) => format!("pin:{customer}"),
            Self::Review(reference) => format!("review:{reference}"),
            Self::Consent(id) => format!("consent:{id}"),
        }
    }

    /// What is allowed: three PINs per customer in half an hour; thirty attempts on one payment's page,
    /// or on one page of consent, in that time.
    pub fn allowance(&self) -> Allowance {
        let window = Duration::from_mins(30);
        match self {
            Self::CustomerPin(_) => Allowance { attempts_max: 3, window },
            Self::Review(_) | Self::Consent(_) => Allowance { attempts_max: 30, window },
        }
    }
}
