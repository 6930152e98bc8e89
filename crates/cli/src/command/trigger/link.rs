//! Scenarios of linked accounts: a customer consents and the merchant binds, and then the link may end.

use lunas_sandbox::CUSTOMERS;
use reqwest::Method;
use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::verdict::Error;

/// The customer whose account is linked: the first of the sandbox.
const PHONE: &str = CUSTOMERS[0].0;

/// Something that can happen to a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenario {
    /// It is made.
    Linked,
    /// It is made and ended.
    Unlinked,
    /// It is made, and the customer changes the number.
    PhoneChanged,
}

impl Scenario {
    /// Every scenario, in the order of the list.
    pub(super) const ALL: [Self; 3] = [Self::Linked, Self::Unlinked, Self::PhoneChanged];

    /// What it is called on the command line.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Linked => "link.linked",
            Self::Unlinked => "link.unlinked",
            Self::PhoneChanged => "link.phone-changed",
        }
    }

    /// The `accountStatus` it ends in.
    pub(super) const fn standing(self) -> &'static str {
        match self {
            Self::Linked => "ENABLED",
            Self::Unlinked | Self::PhoneChanged => "DISABLED",
        }
    }

    /// What happens, as a sentence.
    pub(super) const fn meaning(self) -> &'static str {
        match self {
            Self::Linked => "A customer links the account; the tokens are told.",
            Self::Unlinked => "A customer links the account and unlinks it.",
            Self::PhoneChanged => "A customer links the account and then has another number.",
        }
    }

    /// Makes it happen; gives what is known of the account.
    pub(super) async fn play(self, sandbox: &Sandbox) -> Result<Value, Error> {
        let order = json!({"phone": PHONE, "bind": true});
        let linked = sandbox.control(Method::POST, "links", &order).await?;
        let cause = match self {
            Self::Linked => return Ok(linked),
            Self::Unlinked => "unlinked",
            Self::PhoneChanged => "phone-changed",
        };
        sandbox.control(Method::DELETE, &format!("links/{PHONE}?cause={cause}"), &json!({})).await
    }
}
