//! Everything a test asks a gateway for: partners' calls, controls of the sandbox, pages and probes.

use std::sync::atomic::Ordering;

use lunas_snap::service::Service;
use reqwest::Method;
use serde_json::Value;

use super::Gateway;
use crate::wait::PATIENCE;
use crate::{Answer, Call, Merchant};

const PAYMENT: &str = "/v1.0/debit/payment-host-to-host";
const STATUS: &str = "/v1.0/debit/status";
const CANCEL: &str = "/v1.0/debit/cancel";
const REFUND: &str = "/v1.0/debit/refund";
const VA_CREATE: &str = "/v1.0/transfer-va/create-va";
const VA_STATUS: &str = "/v1.0/transfer-va/status";
const VA_DELETE: &str = "/v1.0/transfer-va/delete-va";
const VA_INQUIRY: &str = "/v1.0/transfer-va/inquiry";
const VA_PAYMENT: &str = "/v1.0/transfer-va/payment";
const HISTORY_LIST: &str = "/v1.0/transaction-history-list";
const HISTORY_DETAIL: &str = "/v1.0/transaction-history-detail";
const QR_GENERATE: &str = "/v1.0/qr/qr-mpm-generate";
const QR_QUERY: &str = "/v1.0/qr/qr-mpm-query";
const QR_CANCEL: &str = "/v1.0/qr/qr-mpm-cancel";
const QR_REFUND: &str = "/v1.0/qr/qr-mpm-refund";
const BINDING: &str = "/v1.0/registration-account-binding";
const ACCOUNT: &str = "/v1.0/registration-account-inquiry";
const UNBINDING: &str = "/v1.0/registration-account-unbinding";

impl Gateway {
    /// A call of any service but 73, by the partner that calls it: the sandbox's bank or its merchant.
    pub fn call(&self, service: Service, body: &Value) -> Call<'_> {
        let is_bank_service = matches!(service, Service::VaInquiry | Service::VaPayment);
        let caller = if is_bank_service { &self.bank } else { &self.merchant };
        Call::transaction(self, caller, service.path(), body)
    }

    /// A token request (73).
    pub fn token_request(&self) -> Call<'_> {
        Call::token_request(self, &self.merchant)
    }

    /// The sandbox merchant's access token, fetched when there is none.
    pub async fn token(&self) -> String {
        self.token_of(&self.merchant).await
    }

    /// A payment (54) with that body.
    pub fn pay(&self, body: &Value) -> Call<'_> {
        self.pay_as(&self.merchant, body)
    }

    /// A payment (54) of another merchant.
    pub fn pay_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, PAYMENT, body)
    }

    /// A status query (55) with that body.
    pub fn status(&self, body: &Value) -> Call<'_> {
        self.status_as(&self.merchant, body)
    }

    /// A status query (55) of another merchant.
    pub fn status_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, STATUS, body)
    }

    /// A cancellation (57) with that body.
    pub fn cancel(&self, body: &Value) -> Call<'_> {
        self.cancel_as(&self.merchant, body)
    }

    /// A cancellation (57) of another merchant.
    pub fn cancel_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, CANCEL, body)
    }

    /// A refund (58) with that body.
    pub fn refund(&self, body: &Value) -> Call<'_> {
        self.refund_as(&self.merchant, body)
    }

    /// A refund (58) of another merchant.
    pub fn refund_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, REFUND, body)
    }

    /// A search of the transaction history (12) with that body.
    pub fn history_list(&self, body: &Value) -> Call<'_> {
        self.history_list_as(&self.merchant, body)
    }

    /// A search of another merchant's transaction history (12).
    pub fn history_list_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, HISTORY_LIST, body)
    }

    /// A look at one transaction (13) with that body.
    pub fn history_detail(&self, body: &Value) -> Call<'_> {
        self.history_detail_as(&self.merchant, body)
    }

    /// A look at one transaction (13) of another merchant.
    pub fn history_detail_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, HISTORY_DETAIL, body)
    }

    /// A QR code (47) with that body.
    pub fn qr_generate(&self, body: &Value) -> Call<'_> {
        self.qr_generate_as(&self.merchant, body)
    }

    /// A QR code (47) of another merchant.
    pub fn qr_generate_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, QR_GENERATE, body)
    }

    /// A query about a QR code (51) with that body.
    pub fn qr_query(&self, body: &Value) -> Call<'_> {
        self.qr_query_as(&self.merchant, body)
    }

    /// A query about a QR code (51) of another merchant.
    pub fn qr_query_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, QR_QUERY, body)
    }

    /// A cancellation of a QR code (77) with that body.
    pub fn qr_cancel(&self, body: &Value) -> Call<'_> {
        self.qr_cancel_as(&self.merchant, body)
    }

    /// A cancellation of a QR code (77) of another merchant.
    pub fn qr_cancel_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, QR_CANCEL, body)
    }

    /// A refund of a QR code (78) with that body.
    pub fn qr_refund(&self, body: &Value) -> Call<'_> {
        self.qr_refund_as(&self.merchant, body)
    }

    /// A refund of a QR code (78) of another merchant.
    pub fn qr_refund_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, QR_REFUND, body)
    }

    /// A virtual account (27) with that body.
    pub fn va_create(&self, body: &Value) -> Call<'_> {
        self.va_create_as(&self.merchant, body)
    }

    /// A virtual account (27) of another merchant.
    pub fn va_create_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, VA_CREATE, body)
    }

    /// A status query about a virtual account (26) with that body.
    pub fn va_status(&self, body: &Value) -> Call<'_> {
        self.va_status_as(&self.merchant, body)
    }

    /// A status query about a virtual account (26) of another merchant.
    pub fn va_status_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, VA_STATUS, body)
    }

    /// Deletes a virtual account (31) with that body.
    pub fn va_delete(&self, body: &Value) -> Call<'_> {
        self.va_delete_as(&self.merchant, body)
    }

    /// Deletes a virtual account (31) of another merchant.
    pub fn va_delete_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, VA_DELETE, body)
    }

    /// The bank asks what is due (24).
    pub fn va_inquire(&self, body: &Value) -> Call<'_> {
        self.va_inquire_as(&self.bank, body)
    }

    /// Somebody else asks what is due (24).
    pub fn va_inquire_as<'a>(&'a self, bank: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, bank, VA_INQUIRY, body)
    }

    /// The bank reports a payment (25).
    pub fn va_report(&self, body: &Value) -> Call<'_> {
        self.va_report_as(&self.bank, body)
    }

    /// Somebody else reports a payment (25).
    pub fn va_report_as<'a>(&'a self, bank: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, bank, VA_PAYMENT, body)
    }

    /// Asks for a customer's consent (10) by that path and query, signed as older callers do.
    pub fn get_auth_code(&self, path: &str) -> Call<'_> {
        self.get_auth_code_as(&self.merchant, path)
    }

    /// Asks for a customer's consent (10), signed by another merchant.
    pub fn get_auth_code_as<'a>(&'a self, merchant: &'a Merchant, path: &str) -> Call<'a> {
        Call::transaction(self, merchant, path, &Value::Null).method("GET").body("")
    }

    /// Exchanges a code for an account's token (07) with that body.
    pub fn bind(&self, body: &Value) -> Call<'_> {
        self.bind_as(&self.merchant, body)
    }

    /// Exchanges a code for an account's token (07) as another merchant.
    pub fn bind_as<'a>(&'a self, merchant: &'a Merchant, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, BINDING, body)
    }

    /// Asks what the account of a customer token can pay with (08).
    pub fn account(&self, customer_token: &str) -> Call<'_> {
        self.account_as(&self.merchant, customer_token)
    }

    /// Asks what an account can pay with (08) as another merchant.
    pub fn account_as<'a>(&'a self, merchant: &'a Merchant, customer_token: &str) -> Call<'a> {
        let body = Value::Object(serde_json::Map::new());
        Call::transaction(self, merchant, ACCOUNT, &body).customer(customer_token)
    }

    /// Unlinks the account of a customer token (09) with that body.
    pub fn unbind(&self, customer_token: &str, body: &Value) -> Call<'_> {
        self.unbind_as(&self.merchant, customer_token, body)
    }

    /// Unlinks an account (09) as another merchant.
    pub fn unbind_as<'a>(&'a self, merchant: &'a Merchant, customer_token: &str, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, UNBINDING, body).customer(customer_token)
    }

    /// Presses one of the sandbox's controls, such as `/payments/{referenceNo}/pay`.
    pub async fn control(&self, path: &str) -> Answer {
        self.request(Method::POST, &format!("/sandbox/v1{path}"), None).await
    }

    /// Presses a control that wants to know more.
    pub async fn control_with(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::POST, &format!("/sandbox/v1{path}"), Some(body)).await
    }

    /// Takes something back by one of the sandbox's controls, such as `/links/{phone}`.
    pub async fn control_delete(&self, path: &str) -> Answer {
        self.request(Method::DELETE, &format!("/sandbox/v1{path}"), None).await
    }

    /// Reads a page, a probe or a control.
    pub async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path, None).await
    }

    /// Sends a page's form, with what the browser was given to remember.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    pub async fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let url = format!("{}{path}", self.base_url);
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        let body = body.extend_pairs(fields).finish();
        let request = self.http.post(url).timeout(PATIENCE).header("Cookie", cookie);
        let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(body);
        let answer = request.send().await.expect("the gateway answers");
        Answer {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            body: answer.bytes().await.expect("the answer is whole").to_vec(),
        }
    }

    /// Sends a request that is signed by nobody.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    pub async fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.base_url)).timeout(PATIENCE);
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.expect("the gateway answers");
        Answer {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            body: answer.bytes().await.expect("the answer is whole").to_vec(),
        }
    }

    pub(crate) async fn token_of(&self, merchant: &Merchant) -> String {
        // A call fetches a token by a call; the box keeps the compiler from sizing that for ever.
        let fetch = Box::pin(async {
            let answer = Call::token_request(self, merchant).send().await;
            answer.text_at("/accessToken")
        });
        merchant.token.get(self.app.env.now(), fetch).await
    }

    pub(crate) fn next_external_id(&self) -> String {
        format!("call-{:04}", self.external_ids.fetch_add(1, Ordering::Relaxed))
    }
}
