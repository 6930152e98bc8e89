//! A gateway in the test's process: starts, is used, and proves at the end that nothing was lost.

mod calls;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use lunas_gateway::admin::{AccountTerms, Bank, LinkTerms, NewMerchant, NotifyText, Operator};
use lunas_gateway::app::App;
use lunas_gateway::config::Config;
use lunas_gateway::env::Env;
use lunas_gateway::flow::upkeep::Walk;
use lunas_gateway::server;
use lunas_gateway::site::Site;
use lunas_sandbox::{Credentials, DevOptions};
use lunas_snap::signature::SigningKey;
use lunas_vocab::{BankId, ClientId, MerchantId, Secret, Timestamp};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::Receiver;
use crate::merchant::{Merchant, TokenSeat};
use crate::template::Home;
use crate::wait::{PATIENCE, until};

/// When everything that is pending is due.
const END_OF_TIME: Timestamp = Timestamp::from_ms(i64::MAX);
/// How many pending notifications are looked at.
const OWED_MAX: u32 = 1_000;

/// How a gateway is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The time at which the clock stands still until it is moved; without one the machine's clock counts.
    pub clock: Option<Timestamp>,
    /// The configuration.
    pub config: Config,
    /// The address of an empty store of the test's own, where it needs one.
    pub store: Option<String>,
}

/// The machine's clock, and the defaults with workers that look often.
impl Default for Options {
    fn default() -> Self {
        let mut config = Config::defaults();
        config.worker.poll_ms = 20;
        Self { clock: None, config, store: None }
    }
}

/// A running gateway with its sandbox merchant, and that merchant's notification endpoint.
#[derive(Debug)]
pub struct Gateway {
    /// Where it listens: `http://127.0.0.1:…`.
    pub base_url: String,
    /// Its inside, for moving the clock and looking at what is stored.
    pub app: Arc<App>,
    /// What it answers.
    pub site: Site,
    /// What `sandbox.json` says.
    pub credentials: Credentials,
    /// The sandbox's merchant.
    pub merchant: Merchant,
    /// The sandbox's bank, which calls like a merchant does.
    pub bank: Merchant,
    /// Where that merchant gets its notifications.
    pub receiver: Receiver,
    pub(crate) http: reqwest::Client,
    external_ids: AtomicU64,
    server: JoinHandle<std::io::Result<()>>,
    stop: Option<oneshot::Sender<()>>,
    is_finished: bool,
    may_owe_notifications: bool,
    home: Home,
}

impl Gateway {
    /// Starts one by the machine's clock.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    /// Starts one with options.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub async fn start_with(options: Options) -> Self {
        let home = match options.store {
            None => Home::new().await,
            Some(store) => Home::in_store(store),
        };
        let receiver = Receiver::start().await;
        let dev = DevOptions {
            listen: ([127, 0, 0, 1], 0).into(),
            data_dir: home.directory.path().to_owned(),
            store: home.store(),
            notify_url: Some(receiver.url().to_owned()),
            env: Some(options.clock.map_or_else(Env::system, |at| Env::manual(at, 1))),
            config: Some(options.config),
            ..DevOptions::default()
        };
        let sandbox = lunas_sandbox::prepare(dev).await.unwrap_or_else(|error| panic!("no sandbox: {error}"));
        let (app, site, credentials) = (sandbox.app, sandbox.site, sandbox.credentials);
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server::serve(site.clone(), sandbox.listener, async move {
            let _ = stopped.await;
        }));
        let merchant = Merchant {
            id: credentials.merchant_id.clone(),
            client_id: credentials.client_id.clone(),
            client_secret: credentials.client_secret.clone(),
            private_key: signing_key(&credentials),
            partner_id: credentials.partner_id.clone(),
            channel_id: credentials.channel_id.clone(),
            token: TokenSeat::default(),
        };
        let bank = Merchant {
            id: credentials.bank.client_id.clone(),
            client_id: credentials.bank.client_id.clone(),
            client_secret: credentials.bank.client_secret.clone(),
            private_key: SigningKey::from_pem(credentials.bank.private_key.expose())
                .expect("the sandbox made this key"),
            partner_id: credentials.bank.client_id.clone(),
            channel_id: credentials.channel_id.clone(),
            token: TokenSeat::default(),
        };
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self {
            base_url: credentials.base_url.clone(),
            app,
            site,
            credentials,
            merchant,
            bank,
            receiver,
            http: http.build().expect("an HTTP client without certificates"),
            external_ids: AtomicU64::new(1),
            server,
            stop: Some(stop),
            is_finished: false,
            may_owe_notifications: false,
            home,
        }
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
            allowed_callers: Vec::new(),
            qris: Some(lunas_sandbox::qris_profile("Toko Sebelah")),
            accounts: AccountTerms::default(),
            company_codes: Vec::new(),
            links: LinkTerms::default(),
        };
        let key = &self.credentials.merchant_public_key;
        let registered = operator.merchant_register(new, client_id.clone(), key).await;
        let (_, client_secret) = registered.expect("the merchant is new");
        Merchant {
            id: id.to_owned(),
            client_id: client_id.into_string(),
            client_secret,
            private_key: signing_key(&self.credentials),
            partner_id: id.to_owned(),
            channel_id: "95221".to_owned(),
            token: TokenSeat::default(),
        }
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
        Merchant {
            id: id.to_owned(),
            client_id: client_id.into_string(),
            client_secret: registered.expect("the bank is new"),
            private_key: signing_key(&self.credentials),
            partner_id: id.to_owned(),
            channel_id: "95221".to_owned(),
            token: TokenSeat::default(),
        }
    }

    /// An operator at work on this gateway. What it changed counts after [`Gateway::operated`].
    pub fn operator(&self) -> Operator<'_> {
        Operator {
            store: &self.app.store,
            sealer: &self.app.keys.sealer,
            env: &self.app.env,
            name: "the test",
        }
    }

    /// Lets what an operator changed count at once.
    pub fn operated(&self) {
        self.app.directory.forget();
    }

    /// Where its keys lie, for another gateway of the same sandbox.
    pub fn data_dir(&self) -> &Path {
        self.home.directory.path()
    }

    /// Moves the gateway's clock ahead; what became due happens at once. Attempts at notifications that are under way
    /// are recorded before: a clock that jumps over the end of their lease would have them made twice.
    pub async fn advance(&self, span: Duration) {
        self.settle().await;
        self.app.env.advance(span);
        self.app.notices_waiting.notify_one();
    }

    /// Forgets and archives what is old enough, as the gateway's worker does from time to time.
    ///
    /// # Panics
    ///
    /// When the store refuses.
    pub async fn clear_up(&self) {
        let mut walk = Walk::default();
        while walk.step(&self.app).await.expect("what is old can be forgotten and archived") {}
    }

    /// Waits until no attempt at a notification is under way.
    ///
    /// # Panics
    ///
    /// When that takes longer than twenty seconds, as with a merchant that never answers.
    pub async fn settle(&self) {
        until("the attempts under way to be recorded", || async {
            let now = self.app.env.now();
            let owed = self.app.store.notices_due(END_OF_TIME, OWED_MAX, |_| usize::MAX).await;
            owed.expect("the store can be read").iter().all(|row| row.lease_until <= now).then_some(())
        })
        .await;
    }

    /// Lets [`Gateway::finish`] pass although notifications are still to be delivered.
    pub fn may_owe_notifications(&mut self) {
        self.may_owe_notifications = true;
    }

    /// Waits until every notification is delivered or given up.
    ///
    /// # Panics
    ///
    /// When that takes longer than twenty seconds.
    pub async fn all_told(&self) {
        until("every notification to be delivered", || async {
            // Whatever is pending is due at the end of time, except what waits for another that is pending.
            let owed = self.app.store.notices_due(END_OF_TIME, 1, |_| usize::MAX).await;
            owed.expect("the store can be read").is_empty().then_some(())
        })
        .await;
    }

    /// Ends the gateway: waits until every notification is delivered or given up, proves the ledger, and stops as a
    /// gateway stops at a signal.
    ///
    /// # Panics
    ///
    /// When something was lost.
    pub async fn finish(mut self) {
        self.is_finished = true;
        if !self.may_owe_notifications {
            self.all_told().await;
        }
        let report = self.app.store.ledger_check().await.expect("the store can be read");
        assert!(report.is_sound(), "the ledger is not sound: {report:#?}");
        self.stop().await;
    }

    /// Ends a gateway of which nothing can be proven any more, because the test broke its store.
    ///
    /// # Panics
    ///
    /// When the server failed.
    pub async fn abandon(mut self) {
        self.is_finished = true;
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

impl Drop for Gateway {
    fn drop(&mut self) {
        self.server.abort();
        assert!(
            self.is_finished || std::thread::panicking(),
            "end the test with `finish().await`: without it nothing was proven"
        );
    }
}

fn signing_key(credentials: &Credentials) -> SigningKey {
    let pem: &Secret<String> = &credentials.merchant_private_key;
    SigningKey::from_pem(pem.expose()).expect("the sandbox made this key")
}
