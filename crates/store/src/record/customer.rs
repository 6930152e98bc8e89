//! Wallet customers and what they sign in with.

use lunas_domain::customer::Customer;
use lunas_vocab::Secret;

/// A customer with what no rule needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerRow {
    /// The customer as the rules see one.
    pub customer: Customer,
    /// The PIN's hash, made by the caller.
    pub pin_hash: Secret<String>,
    /// The one-time password that always works for this customer; only sandboxes have one.
    pub otp: Option<Secret<String>>,
    /// Another PIN, which the pages of linked accounts take as well; only sandboxes have one.
    pub link_pin: Option<Secret<String>>,
    /// What this customer is for, in a sandbox: `blocked`, `no money` and the like.
    pub scenario: Option<String>,
}
