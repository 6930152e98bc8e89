//! Status queries (55, 51, 26, 64) at a gateway that reads them on a standby: they are answered as at one that does not,
//! whatever was answered a moment ago, and by whom.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side are tasks, and what the server does by itself is announced by nobody"
)]

use std::time::Duration;

use crate::kit::{Answer, Gateway, Options, sample};
use lunas_cluster::{Cluster, Database};
use lunas_domain::payment::Product;
use lunas_domain::virtual_account::Number;
use lunas_gateway::env::Env;
use lunas_gateway::flow::payment::Original;
use lunas_gateway::flow::status;
use lunas_gateway::flow::virtual_account::{Page, Wanted};
use lunas_gateway::server;
use lunas_sandbox::{DevOptions, Sandbox};
use lunas_snap::service::Service;
use lunas_store::Scope;
use lunas_vocab::{MerchantId, ReferenceNo, TrxId};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::pre_auth::{HAPPY, linked};
use crate::world::{now, options};

/// How long a test waits for what must come. Nothing is measured by it.
const DEADLINE: Duration = Duration::from_secs(60);

const PAUSE: &str = "select pg_wal_replay_pause()";
const RESUME: &str = "select pg_wal_replay_resume()";
const IS_PAUSED: &str = "select pg_get_wal_replay_pause_state() = 'paused'";
const IS_LEVEL: &str = "select pg_current_wal_lsn() = replay_lsn from pg_stat_replication";

/// Rows as nobody made them: no mark tells of it.
const BY_HAND: &str = "update payment set partner_reference_no = partner_reference_no || '-by-hand'; \
    update virtual_account set customer_no = customer_no || '1'";
const UNDONE: &str = "update payment set partner_reference_no = replace(partner_reference_no, '-by-hand', ''); \
    update virtual_account set customer_no = left(customer_no, -1)";

/// A primary with its standby, and a gateway that reads at the primary only.
struct Pair {
    gateway: Gateway,
    database: Database,
    standby: Cluster,
    // Dropped last.
    _primary: Cluster,
}

impl Pair {
    async fn start() -> Self {
        let primary = Cluster::start_primary().unwrap();
        let (database, standby) = (Database::create_in(&primary), primary.standby().unwrap());
        let gateway = Gateway::start_with(Options { store: Some(database.address()), ..options() }).await;
        Self { gateway, database, standby, _primary: primary }
    }

    fn on_standby(&self, sql: &str) -> String {
        self.database.sql_on_standby(&self.standby, sql)
    }

    /// Another gateway of the same sandbox, which reads on the standby and does not serve yet.
    async fn reader(&self, env: Env) -> Sandbox {
        let port = self.standby.port();
        let address = self.database.address();
        let options = DevOptions {
            listen: ([127, 0, 0, 1], 0).into(),
            data_dir: self.gateway.data_dir().to_owned(),
            notify_url: Some(self.gateway.receiver.url().to_owned()),
            store: Some(format!("{address}&replica=127.0.0.1:{port}&replica_for=history,status")),
            env: Some(env),
            config: Some(self.gateway.app.config.clone()),
            ..DevOptions::default()
        };
        lunas_sandbox::prepare(options).await.unwrap()
    }
}

/// A gateway that serves beside the other one.
struct Reader {
    url: String,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Reader {
    fn serve(sandbox: Sandbox) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let url = sandbox.credentials.base_url.clone();
        let server = tokio::spawn(server::serve(sandbox.site, sandbox.listener, async move {
            let _ = stopped.await;
        }));
        Self { url, stop, server }
    }

    /// What it answers to a call.
    async fn asked(&self, gateway: &mut Gateway, service: Service, body: &Value) -> Answer {
        let other = std::mem::replace(&mut gateway.base_url, self.url.clone());
        let answer = gateway.call(service, body).send().await;
        gateway.base_url = other;
        answer
    }

    /// What it answers, which is what the other gateway answers.
    async fn alike(&self, gateway: &mut Gateway, service: Service, body: &Value) -> Answer {
        let here = self.asked(gateway, service, body).await;
        let there = gateway.call(service, body).send().await;
        assert_eq!((here.status, &here.body), (there.status, &there.body), "{}", there.verdict());
        here
    }

    async fn end(self) {
        self.stop.send(()).unwrap();
        self.server.await.unwrap().unwrap();
    }
}

async fn until_true(is_true: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_true() {
        assert!(began.elapsed() < DEADLINE, "it does not come about");
        sleep(Duration::from_millis(20)).await;
    }
}

/// One of each that can be asked after, all of them waiting.
struct Opened {
    debit: String,
    code: String,
    code_text: String,
    authorization: String,
}

impl Opened {
    async fn by(gateway: &Gateway) -> Self {
        let debit = gateway.pay(&sample::payment("order-1")).external_id("external-1").send().await;
        let code = gateway.qr_generate(&sample::qr("order-2")).send().await;
        let account = gateway.va_create(&sample::account("order-3")).external_id("order-3").send().await;
        assert_eq!(account.code(), "2002700", "{}", account.verdict());
        for _ in 0..3 {
            gateway.receiver.next().await;
        }
        let tokens = linked(gateway, HAPPY).await;
        let body = sample::authorization("order-1", &tokens.wallet);
        let authorization = gateway.auth_payment(&tokens.customer, &body).send().await;
        Self {
            debit: debit.text_at("/referenceNo"),
            code: code.text_at("/referenceNo"),
            code_text: code.text_at("/qrContent"),
            authorization: authorization.text_at("/referenceNo"),
        }
    }

    /// The question after each of them.
    fn questions(&self) -> [(Service, Value); 4] {
        [
            (Service::DebitStatus, sample::original(&self.debit)),
            (Service::QrQuery, sample::qr_original(&self.code)),
            (Service::VaStatus, sample::account_status("order-3")),
            (Service::AuthQuery, sample::auth_original(&self.authorization)),
        ]
    }
}

/// One gateway opens, pays, refunds, captures and calls off, and the other one is asked at once.
#[tokio::test]
async fn every_status_is_told_as_at_the_primary_right_after_another_gateway_changed_it() {
    let mut pair = Pair::start().await;
    let reader = Reader::serve(pair.reader(pair.gateway.app.env.clone()).await);
    let gateway = &mut pair.gateway;
    let opened = Opened::by(gateway).await;
    let digits = ["03", "03", "", "01"];
    for ((service, body), digits) in opened.questions().into_iter().zip(digits) {
        let answer = reader.alike(gateway, service, &body).await;
        let standing = answer.json()["latestTransactionStatus"].as_str().unwrap_or_default().to_owned();
        assert_eq!((answer.status, standing.as_str()), (200, digits), "{}", answer.verdict());
    }
    let by_call = sample::original_by_external_id("external-1");
    assert_eq!(reader.alike(gateway, Service::DebitStatus, &by_call).await.status, 200);
    let by_order = json!({"originalPartnerReferenceNo": "order-2", "serviceCode": "47"});
    assert_eq!(reader.alike(gateway, Service::QrQuery, &by_order).await.status, 200);
    let mut strange = sample::auth_original("A120261120030000AAAAAAAAAAID");
    strange["serviceCode"] = json!("47");
    for service in [Service::DebitStatus, Service::QrQuery, Service::AuthQuery] {
        assert_eq!(reader.alike(gateway, service, &strange).await.status, 404);
    }

    gateway.control(&format!("/payments/{}/pay", opened.debit)).await;
    gateway.control_with("/qr/pay", &json!({"qrContent": opened.code_text})).await;
    gateway.control("/va/700126280123456/pay").await;
    gateway.auth_capture(&sample::capture(&opened.authorization, "capture-1")).send().await;
    for (service, body) in opened.questions() {
        let answer = reader.alike(gateway, service, &body).await;
        let text = answer.json().to_string();
        assert!(text.contains(r#":"00""#), "{text}");
    }
    gateway.refund(&sample::refund(&opened.debit, "refund-1", "4000")).send().await;
    let refunded = reader.alike(gateway, Service::DebitStatus, &sample::original(&opened.debit)).await;
    assert_eq!(refunded.json()["refundHistory"].as_array().map(Vec::len), Some(1), "{}", refunded.json());

    let code = gateway.qr_generate(&sample::qr("order-5")).send().await.text_at("/referenceNo");
    gateway.qr_cancel(&sample::qr_cancel(&code)).send().await;
    let cancelled = reader.alike(gateway, Service::QrQuery, &sample::qr_original(&code)).await;
    assert!(cancelled.json().to_string().contains("salah pesan"), "{}", cancelled.json());
    reader.end().await;
    pair.gateway.finish().await;
}

/// That an answer comes from the standby is told from rows that are changed by hand at the primary. As soon as anything
/// was answered that the standby has not, nobody sees the standby's state any more.
#[tokio::test]
async fn a_status_is_read_on_a_standby_that_stands_still_for_as_long_as_nothing_was_answered() {
    let mut pair = Pair::start().await;
    let reader = Reader::serve(pair.reader(pair.gateway.app.env.clone()).await);
    let opened = Opened::by(&pair.gateway).await;
    pair.gateway.settle().await;
    let began = Instant::now();
    loop {
        until_true(|| pair.database.sql(IS_LEVEL) == "t").await;
        pair.on_standby(PAUSE);
        until_true(|| pair.on_standby(IS_PAUSED) == "t").await;
        let mut is_from_standby = true;
        for (service, body) in opened.questions() {
            let before = pair.gateway.call(service, &body).send().await.body;
            pair.database.sql(BY_HAND);
            let here = reader.asked(&mut pair.gateway, service, &body).await;
            let there = pair.gateway.call(service, &body).send().await;
            pair.database.sql(UNDONE);
            assert_ne!(there.body, before, "{service:?} does not tell what was changed");
            is_from_standby &= here.body == before;
        }
        if is_from_standby {
            break;
        }
        pair.on_standby(RESUME);
        assert!(began.elapsed() < DEADLINE, "no status comes from the standby");
    }

    pair.gateway.control(&format!("/payments/{}/pay", opened.debit)).await;
    let question = sample::original(&opened.debit);
    for _ in 0..20 {
        let told = reader.alike(&mut pair.gateway, Service::DebitStatus, &question).await;
        assert_eq!(told.text_at("/latestTransactionStatus"), "00");
    }
    let missed = pair.gateway.pay(&sample::payment("order-9")).send().await.text_at("/referenceNo");
    let told = reader.alike(&mut pair.gateway, Service::DebitStatus, &sample::original(&missed)).await;
    assert_eq!(told.text_at("/latestTransactionStatus"), "03");
    pair.on_standby(RESUME);
    reader.end().await;
    pair.gateway.finish().await;
}

/// A gateway without workers, by whose clock everything is over, is asked: what is told is durable at the primary.
#[tokio::test]
async fn what_is_due_expires_by_being_asked_after_on_a_replica() {
    let pair = Pair::start().await;
    let opened = Opened::by(&pair.gateway).await;
    let late = pair.reader(Env::manual(now().plus(Duration::from_hours(365 * 24)), 2)).await.app;
    let merchant_id = MerchantId::new(pair.gateway.merchant.id.clone()).unwrap();
    let store = &pair.gateway.app.store;
    for (product, reference_no) in [
        (Product::DirectDebit, &opened.debit),
        (Product::Qris, &opened.code),
        (Product::PreAuth, &opened.authorization),
    ] {
        let reference_no = ReferenceNo::new(reference_no.as_str()).unwrap();
        let original = Original {
            product,
            opened_by: "",
            reference_no: Some(reference_no.clone()),
            partner_reference_no: None,
            external_id: None,
        };
        // The second time it is found as it is.
        for _ in 0..2 {
            let told = status::payment(&late, &merchant_id, &original).await.unwrap().payment;
            let found = store.payment_find(Scope::System, &reference_no).await.unwrap().unwrap();
            assert!(!told.status.is_waiting(), "{product:?}");
            assert_eq!((told.status, told.version), (found.status, found.version));
        }
    }
    let merchant = store.merchant_find(&merchant_id).await.unwrap().unwrap();
    let trx_id = TrxId::new("order-3").unwrap();
    let number = Number {
        company: "70012".to_owned(),
        customer_no: "6280123456".to_owned(),
        whole: "700126280123456".to_owned(),
    };
    let wanted = Wanted {
        merchant_id: merchant_id.clone(),
        trx_id: Some(trx_id.clone()),
        payment_id: None,
        number,
        bank: None,
    };
    for _ in 0..2 {
        let page = Page { number: 0, size: 10 };
        let (told, payments) = status::account(&late, &merchant, &wanted, page).await.unwrap();
        let found = store.account_find_by_trx(&merchant_id, &trx_id).await.unwrap().unwrap();
        assert_eq!((told.status.to_string().as_str(), payments.len()), ("08 (expired)", 0));
        assert_eq!((told.status, told.version), (found.status, found.version));
    }
    late.store.clone().close().await;
    pair.gateway.abandon().await;
}
