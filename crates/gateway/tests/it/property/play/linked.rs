//! What happens to linked accounts: they are linked when they are needed, charged, have money reserved, and are unlinked.

use lunas_sandbox::CUSTOMERS;
use lunas_snap::service::Service;
use lunas_testkit::{Answer, sample};
use serde_json::json;

use super::{Play, amount, decimal};
use crate::linking::consented;

/// The token of a linked account, as its merchant keeps it.
pub(super) struct Token {
    text: String,
    /// Whether the account is still linked, so that the token counts.
    is_linked: bool,
}

impl Play {
    /// The token of a customer's account, which is linked when nothing is known of it, or no more.
    async fn token(&mut self, customer: usize) -> String {
        if let Some(token) = self.linked.get(&customer).filter(|token| token.is_linked) {
            return token.text.clone();
        }
        let code = consented(&self.gateway, CUSTOMERS[customer].0).await;
        let body = sample::binding(&self.gateway.credentials.payment_handle, &code);
        let text = self.gateway.bind(&body).send().await.text_at("/accessTokenInfo/accessToken");
        let earlier = self.books.links.insert(text.clone(), vec!["ENABLED"]);
        assert_eq!(earlier, None, "an account that is linked anew has a new token");
        self.linked.insert(customer, Token { text: text.clone(), is_linked: true });
        text
    }

    /// The tokens of a customer's account and of one of its options, if the customer has that.
    async fn tokens(&mut self, customer: usize, option: &str) -> Option<(String, String)> {
        let token = self.token(customer).await;
        let answer = self.gateway.account(&token).send().await.json();
        let options = answer["additionalInfo"]["paymentOptions"].as_array()?;
        let found = options.iter().find(|known| known["name"] == option)?;
        Some((token, found["token"].as_str()?.to_owned()))
    }

    pub(super) async fn charge(&mut self, customer: usize, is_later: bool, minor: i64) {
        let name = option(is_later);
        let Some((token, option)) = self.tokens(customer, name).await else { return };
        let order = format!("order-{}", self.books.payments.len());
        let body = sample::linked_payment(&order, &decimal(minor), &token, name, &option);
        let answer = self.call_for(Service::DebitPayment, body, Some(token)).await;
        if self.is_taken(&answer, customer, is_later, minor) {
            self.books.charge(answer.text_at("/referenceNo"), customer, is_later, minor);
        }
    }

    pub(super) async fn authorize(&mut self, customer: usize, is_later: bool, minor: i64) {
        let name = option(is_later);
        let Some((token, option)) = self.tokens(customer, name).await else { return };
        let mut body = sample::authorization("order-1", &option);
        let named = &mut body["additionalInfo"]["payOptionDetails"][0];
        (named["payOption"], named["transAmount"]) = (json!(name), amount(minor));
        body["amount"] = amount(minor);
        let answer = self.call_for(Service::AuthPayment, body, Some(token)).await;
        if self.is_taken(&answer, customer, is_later, minor) {
            self.books.authorize(answer.text_at("/referenceNo"), customer, is_later, minor);
        }
    }

    /// Whether a charge or an authorization was taken, in which gateway and oracle agree.
    fn is_taken(&self, answer: &Answer, customer: usize, is_later: bool, minor: i64) -> bool {
        let is_taken = self.books.can_be_charged(customer, is_later, minor);
        assert_eq!(answer.status == 200, is_taken, "{customer} {is_later} {minor} {}", answer.verdict());
        is_taken
    }

    /// An account is unlinked, if it is linked. What was reserved or waits for its PIN stays as it is.
    pub(super) async fn unlink(&mut self, customer: usize, is_by_merchant: bool) {
        let token = self.linked.get_mut(&customer);
        let answer = match &token {
            None if is_by_merchant => return,
            Some(token) if is_by_merchant => {
                let body = sample::unbinding(&self.gateway.credentials.payment_handle);
                self.gateway.unbind(&token.text, &body).send().await
            }
            _ => self.gateway.control_delete(&format!("/links/{}", CUSTOMERS[customer].0)).await,
        };
        let was_linked = token.as_ref().is_some_and(|token| token.is_linked);
        assert_eq!(answer.status == 200, was_linked, "{customer} {is_by_merchant} {}", answer.json());
        if let Some(token) = token.filter(|token| token.is_linked) {
            token.is_linked = false;
            self.books.links.get_mut(&token.text).unwrap().push("DISABLED");
        }
    }
}

fn option(is_later: bool) -> &'static str {
    if is_later { "PAY_LATER" } else { "GOPAY_WALLET" }
}
