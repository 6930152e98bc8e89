//! Everything a test asks a gateway for: clients' calls, controls of the sandbox, pages and probes.

use std::sync::atomic::Ordering;

use lunas_snap::service::Service;
use reqwest::Method;
use serde_json::Value;

use super::Gateway;
use crate::wait::PATIENCE;
use crate::{Answer, Call, Merchant};

/// The calls that need a body and nothing else: each by the client that the sandbox has for it, and by another.
macro_rules! calls {
    ($($(#[$doc:meta])* $name:ident, $name_as:ident: $service:ident, $caller:ident;)*) => {
        impl Gateway {
            $(
                $(#[$doc])*
                pub fn $name(&self, body: &Value) -> Call<'_> {
                    self.$name_as(&self.$caller, body)
                }

                /// The same call by another client.
                pub fn $name_as<'a>(&'a self, client: &'a Merchant, body: &Value) -> Call<'a> {
                    Call::transaction(self, client, Service::$service.path(), body)
                }
            )*
        }
    };
}

calls! {
    /// A payment (54) with that body.
    pay, pay_as: DebitPayment, merchant;
    /// A status query (55) with that body.
    status, status_as: DebitStatus, merchant;
    /// A cancellation (57) with that body.
    cancel, cancel_as: DebitCancel, merchant;
    /// A refund (58) with that body.
    refund, refund_as: DebitRefund, merchant;
    /// A question of what is owed (11) with that body.
    balance_inquiry, balance_inquiry_as: BalanceInquiry, merchant;
    /// A search of the transaction history (12) with that body.
    history_list, history_list_as: HistoryList, merchant;
    /// A look at one transaction (13) with that body.
    history_detail, history_detail_as: HistoryDetail, merchant;
    /// A QR code (47) with that body.
    qr_generate, qr_generate_as: QrGenerate, merchant;
    /// A query about a QR code (51) with that body.
    qr_query, qr_query_as: QrQuery, merchant;
    /// A cancellation of a QR code (77) with that body.
    qr_cancel, qr_cancel_as: QrCancel, merchant;
    /// A refund of a QR code (78) with that body.
    qr_refund, qr_refund_as: QrRefund, merchant;
    /// A virtual account (27) with that body.
    va_create, va_create_as: VaCreate, merchant;
    /// A status query about a virtual account (26) with that body.
    va_status, va_status_as: VaStatus, merchant;
    /// Deletes a virtual account (31) with that body.
    va_delete, va_delete_as: VaDelete, merchant;
    /// The bank asks what is due (24).
    va_inquire, va_inquire_as: VaInquiry, bank;
    /// The bank reports a payment (25).
    va_report, va_report_as: VaPayment, bank;
    /// Exchanges a code for an account's token (07) with that body.
    bind, bind_as: AccountBinding, merchant;
    /// Asks what became of an authorization (64).
    auth_query, auth_query_as: AuthQuery, merchant;
    /// Captures (65) what is reserved.
    auth_capture, auth_capture_as: AuthCapture, merchant;
    /// Gives back (67) what is reserved.
    auth_void, auth_void_as: AuthVoid, merchant;
    /// Refunds (69) what was captured.
    auth_refund, auth_refund_as: AuthRefund, merchant;
}

impl Gateway {
    /// A call of any service but 73, by the client that calls it: the sandbox's bank or its merchant.
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

    /// Asks for a customer's consent (10) by that path and query, signed as older callers do.
    pub fn get_auth_code(&self, path: &str) -> Call<'_> {
        self.get_auth_code_as(&self.merchant, path)
    }

    /// Asks for a customer's consent (10), signed by another merchant.
    pub fn get_auth_code_as<'a>(&'a self, merchant: &'a Merchant, path: &str) -> Call<'a> {
        Call::transaction(self, merchant, path, &Value::Null).method("GET").body("")
    }

    /// Asks what the account of a customer token can pay with (08).
    pub fn account(&self, customer_token: &str) -> Call<'_> {
        self.account_as(&self.merchant, customer_token)
    }

    /// Asks what an account can pay with (08) as another merchant.
    pub fn account_as<'a>(&'a self, merchant: &'a Merchant, customer_token: &str) -> Call<'a> {
        let body = Value::Object(serde_json::Map::new());
        Call::transaction(self, merchant, Service::AccountInquiry.path(), &body).customer(customer_token)
    }

    /// Unlinks the account of a customer token (09) with that body.
    pub fn unbind(&self, customer_token: &str, body: &Value) -> Call<'_> {
        self.unbind_as(&self.merchant, customer_token, body)
    }

    /// Unlinks an account (09) as another merchant.
    pub fn unbind_as<'a>(&'a self, merchant: &'a Merchant, customer_token: &str, body: &Value) -> Call<'a> {
        Call::transaction(self, merchant, Service::AccountUnbinding.path(), body).customer(customer_token)
    }

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
        Call::transaction(self, merchant, Service::AuthPayment.path(), body).customer(customer_token)
    }

    /// Lets the customer pay what has that reference number: a payment, or a code.
    ///
    /// # Panics
    ///
    /// When the gateway refuses.
    pub async fn customer_pays(&self, reference_no: impl AsRef<str>) {
        let answer = self.control(&format!("/payments/{}/pay", reference_no.as_ref())).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
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
        self.form_from(path, cookie, fields, &[]).await
    }

    /// Sends a page's form, as a browser or a proxy that says more about itself would.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    pub async fn form_from(
        &self,
        path: &str,
        cookie: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let url = format!("{}{path}", self.base_url);
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        let body = body.extend_pairs(fields).finish();
        let request = self.http.post(url).timeout(PATIENCE).header("Cookie", cookie);
        let mut request = request.header("Content-Type", "application/x-www-form-urlencoded").body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
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

    /// A client's access token, fetched when there is none.
    pub async fn token_of(&self, merchant: &Merchant) -> String {
        // A call fetches a token by a call; the box keeps the compiler from sizing that for ever.
        let fetch = Box::pin(async {
            let answer = Call::token_request(self, merchant).send().await;
            answer.text_at("/accessToken")
        });
        merchant.token.get(self.now(), fetch).await
    }

    pub(crate) fn next_external_id(&self) -> String {
        format!("call-{:04}", self.external_ids.fetch_add(1, Ordering::Relaxed))
    }
}
