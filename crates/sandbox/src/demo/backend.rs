//! The shop's payments: a merchant's backend on `lunas-client`, talking to this gateway over HTTP like any other.

use lunas_client::{
    CallOptions, Client, ConfigError, Error, NotificationVerifier, PaymentAnswer, ReceivedNotification,
    StatusRequest, TransactionStatus, UrlKind, UrlParam, VerifiedNotification, VerifyError, gopay_request,
};
use lunas_snap::message::debit_payment::Item;
use lunas_snap::signature::KeyError;
use lunas_vocab::{ExternalId, Money, PartnerReferenceNo, PointOfPurchaseId, ReferenceNo, Timestamp};

use super::shop::Cart;
use crate::credentials::Credentials;

/// The shop's connection to its payment provider.
#[derive(Debug)]
pub(super) struct Backend {
    client: Client,
    verifier: NotificationVerifier,
    point_of_purchase: Option<PointOfPurchaseId>,
}

/// Why the shop has no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum SetUpError {
    /// The credentials do not make a client.
    #[error(transparent)]
    Client(#[from] ConfigError),
    /// The gateway's public key is none.
    #[error("the gateway's public key cannot be used: {0}")]
    Key(KeyError),
}

/// How a customer is to get back to the shop.
#[derive(Clone, Debug)]
pub(super) enum Return {
    /// The super-app shows the mini app again.
    ByContainer,
    /// The payment page opens this address.
    To(String),
}

impl Backend {
    /// Sets up the connection with what the merchant got from the gateway.
    pub(super) fn new(credentials: &Credentials) -> Result<Self, SetUpError> {
        let client = Client::builder(&credentials.base_url)
            .client_id(&credentials.client_id)
            .client_secret(credentials.client_secret.clone())
            .private_key_pem(credentials.merchant_private_key.clone())
            .partner_id(&credentials.partner_id)
            .channel_id(&credentials.channel_id)
            .allow_plain_http()
            .build()?;
        let verifier =
            NotificationVerifier::new([&credentials.notification_public_key]).map_err(SetUpError::Key)?;
        let point_of_purchase = PointOfPurchaseId::new(&credentials.point_of_purchase_id).ok();
        Ok(Self { client, verifier, point_of_purchase })
    }

    /// Opens the payment of an order. The order's id is also the external id, so that trying again opens no second one.
    pub(super) async fn pay(
        &self,
        order_id: &str,
        cart: &Cart,
        language: &str,
        way_back: Return,
    ) -> Result<PaymentAnswer, Error> {
        let id = PartnerReferenceNo::new(order_id).expect("the shop's own ids are short and printable");
        let mut request = gopay_request(id, cart.total);
        request.language = Some(language.to_owned());
        request.items = cart
            .lines
            .iter()
            .map(|(article, quantity)| item(article.id, article.name, article.price, *quantity).into())
            .collect();
        match way_back {
            Return::ByContainer => request.point_of_purchase_id = self.point_of_purchase.clone(),
            Return::To(url) => {
                request.url_params = vec![UrlParam { url, kind: UrlKind::PayReturn, is_deeplink: false }];
            }
        }
        let external_id = ExternalId::new(order_id).expect("the shop's own ids are short and printable");
        self.client.pay(&request, CallOptions::with_external_id(external_id)).await
    }

    /// Asks what became of a payment.
    pub(super) async fn status(&self, reference_no: ReferenceNo) -> Result<TransactionStatus, Error> {
        let request = StatusRequest {
            original_reference_no: Some(reference_no),
            original_external_id: None,
            service_code: None,
        };
        Ok(self.client.status(&request).await?.status)
    }

    /// Takes a notification only if the gateway signed it.
    pub(super) fn verified(
        &self,
        received: &ReceivedNotification<'_>,
        now: Timestamp,
    ) -> Result<VerifiedNotification, VerifyError> {
        self.verifier.verify(received, now)
    }
}

fn item(id: &str, name: &str, price: i32, quantity: u32) -> Item {
    Item {
        id: Some(id.to_owned()),
        price: Money::idr(price),
        quantity: quantity.to_string().into(),
        name: Some(name.to_owned()),
        merchant_name: None,
        brand: None,
        category: None,
        url: None,
    }
}
