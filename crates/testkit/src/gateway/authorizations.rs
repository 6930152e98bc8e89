//! Calls about authorizations.

use serde_json::Value;

use super::Gateway;
use crate::{Call, Merchant};

const PAYMENT: &str = "/v1.0/auth/payment";
const QUERY: &str = "/v1.0/auth/query";
const CAPTURE: &str = "/v1.0/auth/capture";
const VOID: &str = "/v1.0/auth/void";
const REFUND: &str = "/v1.0/auth/refund";

impl Gateway {
    /// Reserves money (63) of the account of that customer token.
    pub fn auth_payment(&self, customer_token: &str, body: &Value) -> Call<'_> {
        self.auth_payment_as(&self.merchant, customer_token, body)
    }

    /// Reserves money (63) for another merchant.
    pub fn auth_payment_as<'a>(
        &'a self,
        merchant: &'a Merchant,
        customer_token: &str,
        body: &Value,
    ) -> Call<'a> {
        Call::transaction(self, merchant, PAYMENT, body).customer(customer_token)
    }

    /// Asks what became of an authorization (64).
    pub fn auth_query(&self, body: &Value) -> Call<'_> {
        self.auth_query_as(&self.merchant, body)
    }

    /// Asks what became of an authorization (64) as another merchant.
    pub fn auth_query_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, QUERY, body)
    }

    /// Captures (65) what is reserved.
    pub fn auth_capture(&self, body: &Value) -> Call<'_> {
        self.auth_capture_as(&self.merchant, body)
    }

    /// Captures (65) as another merchant.
    pub fn auth_capture_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, CAPTURE, body)
    }

    /// Gives back (67) what is reserved.
    pub fn auth_void(&self, body: &Value) -> Call<'_> {
        self.auth_void_as(&self.merchant, body)
    }

    /// Gives back (67) as another merchant.
    pub fn auth_void_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, VOID, body)
    }

    /// Refunds (69) what was captured.
    pub fn auth_refund(&self, body: &Value) -> Call<'_> {
        self.auth_refund_as(&self.merchant, body)
    }

    /// Refunds (69) as another merchant.
    pub fn auth_refund_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, REFUND, body)
    }
}
