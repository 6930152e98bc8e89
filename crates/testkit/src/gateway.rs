//! A gateway in the test's process: starts, is used, and proves at the end that nothing was lost.

mod builder;
mod calls;
mod proof;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use lunas_client::{Client, NotificationVerifier, VerifiedNotification};
use lunas_gateway::admin::{
    AccountTerms, Bank, LinkTerms, NewMerchant, NotifyStatuses, NotifyText, Operator,
};
use lunas_gateway::app::App;
use lunas_gateway::server::{self, Endpoint};
use lunas_sandbox::{Credentials, Sandbox};
use lunas_vocab::{BankId, ClientId, MerchantId, Timestamp};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::Receiver;
use crate::merchant::Merchant;
use crate::wait::PATIENCE;
pub use builder::GatewayBuilder;

/// A running gateway with its sandbox merchant, and that merchant's notification endpoint.
///
/// When it is dropped it waits until nothing is under way any more, and fails the test if a notification was not
/// delivered or the ledger does not sum to zero. [`Gateway::finish`] proves the same without holding up the test's
/// thread, which a notification endpoint in the test itself may need.
#[derive(Debug)]
pub struct Gateway {
    /// Where it listens: `http://127.0.0.1:…`.
    pub base_url: String,
    /// Where it tells its figures, if its configuration names an address.
    pub metrics_url: Option<String>,
    /// What `sandbox.json` says.
    pub credentials: Credentials,
    /// The sandbox's merchant.
    pub merchant: Merchant,
    /// The sandbox's bank, which calls like a merchant does.
    pub bank: Merchant,
    /// Where that merchant gets its notifications, unless the builder was given another place.
    pub receiver: Receiver,
    pub(crate) http: reqwest::Client,
    app: Arc<App>,
    external_ids: AtomicU64,
    server: JoinHandle<std::io::Result<()>>,
    stop: Option<oneshot::Sender<()>>,
    is_proven: bool,
    may_owe_notifications: bool,
    /// Where its database lies, which goes away with it.
    _home: Option<TempDir>,
}

impl Gateway {
    /// Starts one by the machine's clock.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// Says how one is to be started.
    pub fn builder() -> GatewayBuilder {
        GatewayBuilder::default()
    }

    /// Takes over a sandbox that was prepared by other means than the [builder](Self::builder)'s, and serves it.
    /// `receiver` is where its merchant was told to get its notifications.
    pub fn over(sandbox: Sandbox, receiver: Receiver) -> Self {
        let Sandbox { app, site, listener, credentials, .. } = sandbox;
        let metrics = app.config.metrics.listen().map(bound);
        let address = metrics.as_ref().and_then(|listener| listener.local_addr().ok());
        let endpoint = Endpoint { listener, tls: None, metrics };
        let (stop, stopped) = oneshot::channel();
        #[expect(clippy::disallowed_methods, reason = "the kit's gateway is a task of its own")]
        let server = tokio::spawn(server::serve(site, endpoint, async move {
            let _ = stopped.await;
        }));
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        // The gateway speaks plain HTTP. Reading whom the machine trusts takes longer than all else here.
        let http = http.tls_certs_only([]);
        Self {
            base_url: credentials.base_url.clone(),
            metrics_url: address.map(|address| format!("http://{address}/metrics")),
            merchant: Merchant::of(&credentials),
            bank: Merchant::bank_of(&credentials),
            credentials,
            receiver,
            http: http.build().expect("an HTTP client without certificates"),
            app,
            external_ids: AtomicU64::new(1),
            server,
            stop: Some(stop),
            is_proven: false,
            may_owe_notifications: false,
            _home: None,
        }
    }

    /// The merchant's SDK, set up for the sandbox's merchant and by the gateway's clock.
    ///
    /// # Panics
    ///
    /// Never: the sandbox's own credentials are complete.
    pub fn client(&self) -> Client {
        let clock = self.app.env.clone();
        Client::builder(&self.base_url)
            .client_id(&self.merchant.client_id)
            .client_secret(self.merchant.client_secret.clone())
            .private_key_pem(self.credentials.merchant_private_key.clone())
            .partner_id(&self.merchant.partner_id)
            .channel_id(&self.merchant.channel_id)
            .clock(move || clock.wall())
            .build()
            .expect("the sandbox's credentials are complete")
    }

    /// What tells this gateway's notifications from others.
    ///
    /// # Panics
    ///
    /// Never: the sandbox's own key is one.
    pub fn verifier(&self) -> NotificationVerifier {
        NotificationVerifier::new([&self.credentials.notification_public_key])
            .expect("the sandbox made this key")
    }

    /// The next notification that came to [`Gateway::receiver`], once it is proven to be this gateway's.
    ///
    /// # Panics
    ///
    /// When none comes for twenty seconds, or it is not.
    pub async fn told(&self) -> VerifiedNotification {
        let notification = self.receiver.next().await;
        let verified = self.verifier().verify(&notification.received(), self.wall());
        verified.unwrap_or_else(|error| panic!("{error}: {notification:?}"))
    }

    /// The time that the gateway goes by for whatever is due.
    pub fn now(&self) -> Timestamp {
        self.app.env.now()
    }

    /// The time that `X-TIMESTAMP` is compared with, which [`Gateway::advance`] does not move.
    pub fn wall(&self) -> Timestamp {
        self.app.env.wall()
    }

    /// Registers one more merchant, which gets its notifications at `notify_url`. It signs token requests with the same
    /// key as the sandbox's merchant, as clients of one company may.
    ///
    /// # Panics
    ///
    /// When it is there already.
    pub async fn add_merchant(&self, id: &str, notify_url: Option<&str>) -> Merchant {
        let operator = self.operator();
        let client_id = ClientId::new(format!("{id}-SNAP")).expect("a short id");
        let new = NewMerchant {
            id: MerchantId::new(id).expect("a short id"),
            name: "Toko Sebelah".to_owned(),
            return_url: None,
            notify_url: notify_url.map(str::to_owned),
            notify_partner_id: id.to_owned(),
            notify_text: NotifyText::default(),
            notify_statuses: NotifyStatuses::default(),
            allowed_callers: Vec::new(),
            qris: Some(lunas_sandbox::qris_profile("Toko Sebelah")),
            accounts: AccountTerms::default(),
            company_codes: Vec::new(),
            links: LinkTerms::default(),
        };
        let key = &self.credentials.merchant_public_key;
        let registered = operator.merchant_register(new, client_id.clone(), key).await;
        let (_, client_secret) = registered.expect("the merchant is new");
        Merchant::beside(&self.credentials, id, client_id, client_secret)
    }

    /// Registers one more bank, which keeps the accounts of those words. It signs token requests with the key of the
    /// sandbox's merchant.
    ///
    /// # Panics
    ///
    /// When it is there already.
    pub async fn add_bank(&self, id: &str, keeps: &[&str]) -> Merchant {
        let client_id = ClientId::new(format!("{id}-SNAP")).expect("a short id");
        let bank = Bank {
            id: BankId::new(id).expect("a short id"),
            name: "Bank Sebelah".to_owned(),
            keeps: keeps.iter().map(ToString::to_string).collect(),
            allowed_callers: Vec::new(),
        };
        let key = &self.credentials.merchant_public_key;
        let registered = self.operator().bank_register(bank, client_id.clone(), key).await;
        Merchant::beside(&self.credentials, id, client_id, registered.expect("the bank is new"))
    }

    fn operator(&self) -> Operator<'_> {
        let App { store, keys, env, .. } = &*self.app;
        Operator { store, sealer: &keys.sealer, env, name: "the test" }
    }

    /// Moves the gateway's clock ahead; what became due happens at once. Attempts at notifications that are under way
    /// are recorded before: a clock that jumps over the end of their lease would have them made twice.
    pub async fn advance(&self, span: Duration) {
        self.settle().await;
        self.app.env.advance(span);
        self.app.notifications_waiting.notify_one();
    }

    /// Waits until no attempt at a notification is under way.
    ///
    /// # Panics
    ///
    /// When that takes longer than twenty seconds, as with a merchant that never answers.
    pub async fn settle(&self) {
        proof::settled(&self.app).await;
    }

    /// Lets the gateway end although notifications are still to be delivered.
    pub fn may_owe_notifications(&mut self) {
        self.may_owe_notifications = true;
    }

    /// Waits until every notification is delivered or given up.
    ///
    /// # Panics
    ///
    /// When that takes longer than twenty seconds.
    pub async fn all_told(&self) {
        proof::told(&self.app).await.unwrap_or_else(|left| panic!("{left}"));
    }

    /// Ends the gateway: waits until every notification is delivered or given up, proves the ledger, and stops as a
    /// gateway stops at a signal.
    ///
    /// # Panics
    ///
    /// When something was lost.
    pub async fn finish(mut self) {
        self.is_proven = true;
        let proven = proof::nothing_lost(&self.app, self.may_owe_notifications).await;
        proven.unwrap_or_else(|lost| panic!("{lost}"));
        self.stop().await;
    }

    /// Ends a gateway of which nothing can be proven any more, because the test broke its store.
    ///
    /// # Panics
    ///
    /// When the server failed.
    pub async fn abandon(mut self) {
        self.is_proven = true;
        self.stop().await;
    }

    async fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        let served = tokio::time::timeout(PATIENCE * 2, &mut self.server).await;
        served
            .expect("the gateway stops")
            .expect("the server does not panic")
            .expect("the server does not fail");
    }
}

/// A socket for figures.
fn bound(address: SocketAddr) -> TcpListener {
    let listener = std::net::TcpListener::bind(address).expect("the address for figures is free");
    listener.set_nonblocking(true).expect("the socket is bound");
    TcpListener::from_std(listener).expect("the socket is bound")
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // A test that has failed already has said why.
        let proven = if self.is_proven || std::thread::panicking() {
            Ok(())
        } else {
            proof::nothing_lost_apart(self.app.clone(), self.may_owe_notifications)
        };
        self.server.abort();
        proven.unwrap_or_else(|lost| panic!("{lost}"));
    }
}
