//! A history as it is played: each step is taken in the gateway and in the oracle's books, and both must agree on
//! whether it was possible.

mod linked;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::kit::{Answer, Gateway, Reply, sample};
use lunas_domain::ledger::Account;
use lunas_domain::virtual_account::Kind;
use lunas_sandbox::CUSTOMERS;
use lunas_snap::service::Service;
use lunas_vocab::{BankId, CustomerId, MerchantId, Money, ReferenceNo, TrxId};
use reqwest::Method;
use serde_json::{Value, json};

use super::books::{Books, Entry, Product};
use super::{DAY, HOUR, Step};
use crate::world::gateway;
use linked::Token;

/// A call that was carried out, to be sent again.
struct Made {
    service: Service,
    external_id: String,
    body: Value,
    /// The linked account that it charges, if it does.
    customer: Option<String>,
    answer: Vec<u8>,
    at: u64,
}

pub(super) struct Play {
    gateway: Gateway,
    books: Books,
    made: Vec<Made>,
    calls: u32,
    /// Tokens of the accounts that are linked, and of those that were.
    linked: BTreeMap<usize, Token>,
}

fn amount(minor: i64) -> Value {
    json!({"value": decimal(minor), "currency": "IDR"})
}

fn decimal(minor: i64) -> String {
    Money::idr_minor(minor).to_decimal()
}

impl Play {
    pub(super) async fn start(kind: Kind) -> Self {
        let gateway = gateway().await;
        let terms = json!({"kind": kind.word()});
        assert_eq!(gateway.request(Method::PUT, "/sandbox/v1/va-terms", Some(&terms)).await.status, 200);
        let (books, linked) = (Books::new(kind), BTreeMap::new());
        Self { gateway, books, made: Vec::new(), calls: 0, linked }
    }

    /// Makes a call under an id of its own, and keeps it if it was carried out.
    async fn call(&mut self, service: Service, body: Value) -> Answer {
        self.call_for(service, body, None).await
    }

    async fn call_for(&mut self, service: Service, body: Value, customer: Option<String>) -> Answer {
        self.calls += 1;
        let (external_id, at) = (format!("call-of-play-{}", self.calls), self.books.now);
        let mut made = Made { service, external_id, body, customer, answer: Vec::new(), at };
        let answer = self.send(&made, &made.external_id).await;
        if answer.status == 200 {
            made.answer.clone_from(&answer.body);
            self.made.push(made);
        }
        answer
    }

    async fn send(&self, made: &Made, external_id: &str) -> Answer {
        let call = self.gateway.call(made.service, &made.body).external_id(external_id);
        match &made.customer {
            Some(token) => call.customer(token).send().await,
            None => call.send().await,
        }
    }

    pub(super) async fn take(&mut self, step: Step) {
        let (is_done, expected) = match step {
            Step::Open { product, minor } => return self.open(product, minor).await,
            Step::AccountOpen { minor } => return self.account_open(minor).await,
            Step::Charge { customer, is_later, minor } => {
                return self.charge(customer, is_later, minor).await;
            }
            Step::Authorize { customer, is_later, minor } => {
                return self.authorize(customer, is_later, minor).await;
            }
            Step::Unlink { customer, is_by_merchant } => return self.unlink(customer, is_by_merchant).await,
            Step::Advance { seconds } => return self.advance(seconds).await,
            Step::Archive => return self.archive().await,
            Step::Refuse { count } => {
                return self.gateway.receiver.answer_next(vec![Reply::Status(500); count]);
            }
            Step::Repeat { call, has_new_id } => return self.repeat(call, has_new_id).await,
            Step::Pay { payment, .. }
            | Step::Cancel { payment }
            | Step::Press { payment, .. }
            | Step::Capture { payment, .. }
            | Step::Refund { payment, .. } => {
                let Some(payment) = place(payment, self.books.payments.len()) else { return };
                let entry = self.books.payments[payment].clone();
                self.of_payment(step, payment, &entry).await
            }
            Step::Inquire { account, .. }
            | Step::Report { account, .. }
            | Step::Delete { account }
            | Step::AccountExpire { account } => {
                let Some(account) = place(account, self.books.accounts.len()) else { return };
                self.of_account(step, account).await
            }
        };
        assert_eq!(is_done, expected, "{step:?}");
    }

    async fn open(&mut self, product: Product, minor: i64) {
        // A QR code's order id is taken once.
        let order = format!("order-{}", self.books.payments.len());
        let answer = match product {
            Product::Debit => {
                self.call(Service::DebitPayment, sample::payment_of(&order, &decimal(minor))).await
            }
            Product::Qr => {
                let mut body = sample::qr(&order);
                body["amount"] = amount(minor);
                self.call(Service::QrGenerate, body).await
            }
            Product::PreAuth => panic!("money is reserved of a linked account"),
        };
        self.books.open(product, answer.text_at("/referenceNo"), minor);
    }

    async fn of_payment(&mut self, step: Step, payment: usize, entry: &Entry) -> (bool, bool) {
        let reference_no = entry.reference_no.as_str();
        match step {
            Step::Pay { customer, is_later, .. } => {
                let option = if is_later { "PAY_LATER" } else { "GOPAY_WALLET" };
                let order = json!({"phone": CUSTOMERS[customer].0, "payOption": option});
                let path = format!("/payments/{reference_no}/pay");
                let answer = self.gateway.control_with(&path, &order).await;
                (answer.status == 200, self.books.pay(payment, customer, is_later))
            }
            Step::Press { control, .. } => {
                let answer = self.gateway.control(&format!("/payments/{reference_no}/{control}")).await;
                let status = match control {
                    "expire" => "08",
                    "deny" => "09",
                    _ => "06",
                };
                (answer.status == 200, self.books.end(payment, status))
            }
            Step::Cancel { .. } => {
                let (service, body) = match entry.product {
                    Product::Debit => (Service::DebitCancel, sample::original(reference_no)),
                    Product::Qr => (Service::QrCancel, sample::qr_cancel(reference_no)),
                    Product::PreAuth => {
                        let number = format!("void-{}", self.calls);
                        (Service::AuthVoid, sample::void(reference_no, &number))
                    }
                };
                let answer = self.call(service, body).await;
                (answer.status == 200, self.books.end(payment, "05"))
            }
            Step::Capture { is_whole, .. } => {
                let mut body = sample::capture(reference_no, &format!("capture-{}", self.calls));
                if !is_whole {
                    body["captureAmount"] = amount(entry.minor - 1);
                }
                let answer = self.call(Service::AuthCapture, body).await;
                (answer.status == 200, self.books.capture(payment, is_whole))
            }
            Step::Refund { minor, .. } => {
                let number = format!("refund-{}", self.calls);
                let service = match entry.product {
                    Product::Debit => Service::DebitRefund,
                    Product::Qr => Service::QrRefund,
                    Product::PreAuth => Service::AuthRefund,
                };
                let mut body = sample::qr_refund(reference_no, &number, "1");
                body["refundAmount"] = minor.map_or(Value::Null, amount);
                let answer = self.call(service, body).await;
                (answer.status == 200, self.books.refund(payment, minor))
            }
            other => panic!("{other:?} is about no payment"),
        }
    }

    async fn account_open(&mut self, minor: i64) {
        let nth = self.books.accounts.len();
        let (trx_id, number) = (format!("account-{nth:02}"), format!("62801234{nth:02}"));
        let mut body = numbered(sample::account(&trx_id), &number);
        body["totalAmount"] = amount(minor);
        let answer = self.call(Service::VaCreate, body).await;
        assert_eq!(answer.code(), "2002700", "{}", answer.verdict());
        self.books.account_open(trx_id, number, minor);
    }

    async fn of_account(&mut self, step: Step, at: usize) -> (bool, bool) {
        let account = self.books.accounts[at].clone();
        let request_id = format!("request-{}", self.calls);
        match step {
            Step::Inquire { is_due, .. } => {
                let mut body = numbered(sample::bank_inquiry(&request_id), &account.number);
                let asked = if is_due { account.minor } else { account.minor + 1 };
                body["amount"] = amount(asked);
                let answer = self.gateway.call(Service::VaInquiry, &body).send().await;
                (answer.status == 200, self.books.takes(at, asked))
            }
            Step::Report { by_minor, .. } => {
                let paid = (account.minor + by_minor).max(0);
                let body = numbered(sample::bank_report(&request_id, &decimal(paid)), &account.number);
                let answer = self.call(Service::VaPayment, body).await;
                (answer.status == 200, self.books.report(at, paid))
            }
            Step::Delete { .. } => {
                let body = numbered(sample::account_delete(&account.trx_id), &account.number);
                let answer = self.call(Service::VaDelete, body).await;
                (answer.status == 200, self.books.account_end(at, "05"))
            }
            Step::AccountExpire { .. } => {
                let answer = self.gateway.control(&format!("/va/70012{}/expire", account.number)).await;
                (answer.status == 200, self.books.account_end(at, "08"))
            }
            other => panic!("{other:?} is about no account"),
        }
    }

    /// The first answer comes again, whatever happened since, and though the account that it was about was unlinked; and
    /// it comes under a new id too where the body has an id
    /// of its own, of a refund, of the end of an authorization or of a payment at a bank.
    async fn repeat(&mut self, call: usize, has_new_id: bool) {
        let Some(call) = place(call, self.made.len()) else { return };
        let made = &self.made[call];
        let has_own_id = matches!(
            made.service,
            Service::DebitRefund
                | Service::AuthRefund
                | Service::AuthCapture
                | Service::AuthVoid
                | Service::VaPayment
        );
        // Ids of calls live for a day.
        let lives = self.books.now < made.at + DAY;
        let external_id = match has_new_id && has_own_id {
            true => format!("repeated-{}", self.calls),
            false if lives => made.external_id.clone(),
            false => return,
        };
        let answer = self.send(made, &external_id).await;
        assert_eq!(answer.body, made.answer, "{:?} {}", made.service, answer.verdict());
        self.calls += 1;
    }

    /// Time passes. Whoever is asked about tells how it stands, so that what is due is recorded before the next step.
    async fn advance(&mut self, seconds: u64) {
        self.gateway.advance(Duration::from_secs(seconds)).await;
        self.books.advance(seconds);
        self.check_states().await;
    }

    /// What is archived is told as before.
    async fn archive(&mut self) {
        self.advance(401 * DAY).await;
        self.gateway.clear_up().await;
        self.check_states().await;
    }

    /// How everything stands, as its merchant is told.
    async fn check_states(&self) {
        for entry in &self.books.payments {
            let reference_no = &entry.reference_no;
            let (service, body) = match entry.product {
                Product::Debit => (Service::DebitStatus, sample::original(reference_no)),
                Product::Qr => (Service::QrQuery, sample::qr_original(reference_no)),
                Product::PreAuth => (Service::AuthQuery, sample::auth_original(reference_no)),
            };
            let answer = self.gateway.call(service, &body).send().await;
            assert_eq!(answer.text_at("/latestTransactionStatus"), entry.status, "{entry:?}");
        }
        let merchant = MerchantId::new(self.gateway.merchant.id.clone()).unwrap();
        for account in &self.books.accounts {
            let body = numbered(sample::account_status(&account.trx_id), &account.number);
            assert_eq!(self.gateway.call(Service::VaStatus, &body).send().await.status, 200);
            let trx_id = TrxId::new(account.trx_id.clone()).unwrap();
            let stored = self.gateway.app.store.account_find_by_trx(&merchant, &trx_id).await.unwrap();
            let stored = stored.map(|stored| (stored.status.digits(), stored.payments));
            assert_eq!(stored, Some((account.status, account.payments)), "{account:?}");
        }
    }

    async fn check_balances(&self) {
        let check = async |account: Account, expected: i64| {
            let balance = self.gateway.app.store.balance_find(&account).await.unwrap().minor();
            assert_eq!(balance, expected, "{account:?}");
        };
        let customer = |at: usize| CustomerId::new(format!("c{:03}", at + 1)).unwrap();
        for (at, expected) in &self.books.wallets {
            assert!(*expected >= 0, "a wallet is below its floor");
            check(Account::Wallet(customer(*at)), *expected).await;
        }
        check(Account::PayLater(customer(9)), -self.books.owed_later).await;
        for entry in &self.books.payments {
            let reference_no = ReferenceNo::new(entry.reference_no.clone()).unwrap();
            check(Account::Hold(reference_no), entry.held()).await;
        }
        let merchant = MerchantId::new(self.gateway.merchant.id.clone()).unwrap();
        check(Account::Merchant(merchant), self.books.merchant).await;
        let bank = BankId::new(self.gateway.bank.id.trim_end_matches("-SNAP")).unwrap();
        check(Account::Bank(bank), self.books.bank).await;
    }

    /// Everything that was told, by what it is about, each notification once however often it came.
    async fn told(&self) -> BTreeMap<String, Vec<String>> {
        let mut seen = BTreeSet::new();
        let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for notification in self.gateway.receiver.rest().await {
            if !seen.insert(notification.header("X-EXTERNAL-ID").to_owned()) {
                continue;
            }
            let body = notification.json();
            let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
            // Later payments into an account have ids that begin with the account's.
            let trx_id = text("/trxId").map(|id| id.chars().take("account-00".len()).collect());
            let token = text("/additionalInfo/accessToken");
            let about: String = trx_id.or_else(|| text("/originalReferenceNo")).or(token).unwrap();
            let of_link = text("/additionalInfo/accountStatus");
            let status = text("/additionalInfo/paymentFlagStatus").or(of_link);
            let status = status.or_else(|| text("/latestTransactionStatus"));
            told.entry(about).or_default().push(status.unwrap());
        }
        told
    }

    /// Notifications that were refused come again until they are taken; then everything must agree.
    pub(super) async fn finish(mut self) {
        self.gateway.receiver.answer(Reply::Status(200));
        // Nothing stays reserved for longer.
        self.advance(7 * DAY).await;
        assert_eq!(self.books.payments.iter().map(Entry::held).sum::<i64>(), 0);
        // The published times between the attempts come to less than this.
        for _ in 0..6 {
            self.advance(3 * HOUR).await;
        }
        self.check_states().await;
        self.check_balances().await;
        self.gateway.all_told().await;
        let payments = self.books.payments.iter().map(|entry| (&entry.reference_no, &entry.told));
        let accounts = self.books.accounts.iter().map(|account| (&account.trx_id, &account.told));
        let about = payments.chain(accounts).chain(&self.books.links);
        let mut expected: BTreeMap<String, Vec<String>> = about
            .filter(|(_, told)| !told.is_empty())
            .map(|(about, told)| (about.clone(), told.iter().map(ToString::to_string).collect()))
            .collect();
        let mut told = self.told().await;
        // A notification that was refused lets those behind it pass.
        told.values_mut().chain(expected.values_mut()).for_each(|states| states.sort());
        assert_eq!(told, expected);
        self.gateway.finish().await;
    }
}

/// The place among so many that a step means.
fn place(named: usize, count: usize) -> Option<usize> {
    named.checked_rem(count)
}

/// The body with another number.
fn numbered(mut body: Value, number: &str) -> Value {
    body["customerNo"] = json!(number);
    body["virtualAccountNo"] = json!(format!("   70012{number}"));
    body
}
