//! Merchants, banks, their clients, and customers.

use super::describe::Kind::{Blob, Int, Text};
use super::describe::{Table, changing, fixed, key};

/// Merchants that take payments.
pub(crate) static MERCHANT: Table = Table::new(
    "merchant",
    &[
        key("id", Text),
        changing("name", Text),
        changing("return_url", Text).or_null(),
        changing("notify_url", Text).or_null(),
        changing("notify_partner_id", Text),
        changing("notify_text", Text),
        changing("notify_statuses", Text),
        changing("payment_handle", Text),
        changing("allowed_callers", Text),
        changing("qris", Text).or_null(),
        changing("accounts", Text),
        changing("links", Text),
        // Nobody gives a new one: it counts by itself.
        fixed("version", Int),
    ],
)
.everywhere();

/// The integrations that a merchant registered.
pub(crate) static POINT_OF_PURCHASE: Table = Table::new(
    "point_of_purchase",
    &[key("merchant_id", Text), key("id", Text), fixed("kind", Text), fixed("place", Int)],
)
.everywhere();

/// The codes that banks gave merchants, under which those open virtual accounts.
pub(crate) static COMPANY_CODE: Table = Table::new(
    "company_code",
    &[key("bank", Text), key("code", Text), fixed("merchant_id", Text), fixed("place", Int)],
)
.everywhere();

/// Banks that report what customers paid into virtual accounts.
pub(crate) static BANK: Table = Table::new(
    "bank",
    &[
        key("id", Text),
        changing("name", Text),
        changing("keeps", Text),
        changing("allowed_callers", Text),
        fixed("version", Int),
    ],
)
.everywhere();

/// API clients.
pub(crate) static CLIENT: Table =
    Table::new("client", &[key("client_id", Text), fixed("owner_kind", Text), fixed("owner_id", Text)])
        .everywhere();

/// The secrets of clients.
pub(crate) static CLIENT_SECRET: Table = Table::new(
    "client_secret",
    &[
        key("client_id", Text),
        key("id", Text),
        changing("sealed", Blob),
        changing("added_at", Int),
        changing("revoked_at", Int).or_null(),
    ],
)
.everywhere();

/// The public keys of clients.
pub(crate) static CLIENT_KEY: Table = Table::new(
    "client_key",
    &[
        key("client_id", Text),
        key("fingerprint", Text),
        changing("pem", Text),
        changing("added_at", Int),
        changing("revoked_at", Int).or_null(),
    ],
)
.everywhere();

/// Customers of the wallet.
pub(crate) static CUSTOMER: Table = Table::new(
    "customer",
    &[
        key("id", Text),
        changing("phone", Text),
        changing("name", Text),
        changing("standing", Text),
        changing("pay_later_limit", Int).or_null(),
        changing("has_savings", Int),
        changing("pin_hash", Text),
        changing("otp", Text).or_null(),
        changing("link_pin", Text).or_null(),
        changing("scenario", Text).or_null(),
    ],
)
.everywhere();

/// Attempts at secrets, counted before they are checked.
pub(crate) static PIN_ATTEMPT: Table = Table::new(
    "pin_attempt",
    &[key("subject", Text), changing("attempts", Int), changing("window_until", Int)],
)
.traffic();
