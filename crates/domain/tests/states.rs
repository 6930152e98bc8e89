//! The tables of states in `docs/states.md`, printed from the code: each is what `decide` says about every command in
//! every state that can be reached.
//!
//! To renew the page after a rule has changed: `LUNAS_RENEW=1 cargo test -p lunas-domain --test states`. To add a
//! product, add its line to [`machines`].

#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage fails")]

use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::path::Path;

use lunas_domain::ledger::{JournalEntry, PayOption};
use lunas_domain::link::{self, Cause, Link};
use lunas_domain::payment::{self, Expiry, MerchantTerms, Method, Payment, Product, ReturnUrl};
use lunas_domain::virtual_account::{self, AccountTerms, CompanyCode, Kind, LaterPayment, VirtualAccount};
use lunas_vocab::{
    BankId, BankRequestId, CustomerId, ExternalId, MerchantId, Money, PartnerReferenceNo, PartnerRefundNo,
    PartnerResolutionNo, ReferenceNo, RefundNo, ResolutionNo, Timestamp, TrxId,
};

/// Ten in the morning in Jakarta.
const NOW: &str = "2026-11-20T10:00:00+07:00";

const HEAD: &str = "# States

What each command means in each state, as the code decides it. This page is printed by `crates/domain/tests/states.rs`, which also fails when it is out of date; `LUNAS_RENEW=1 cargo test -p lunas-domain --test states` prints it anew.

A cell begins with the next state, in bold, and says whether money moves. What has no next state changes nothing, and says why. A row that names no time holds at any.
A command of a state that is not in its table cannot be: only what `decide` leads to is a state.
";

/// Every product's table, one line each.
fn machines() -> Vec<Table> {
    let mut tables = Vec::new();
    for product in Product::ALL {
        for method in product.methods().iter().copied() {
            let title = format!("{}, {}", product.word(), method.word());
            let commands = payment_commands(product);
            tables.push(table(&title, opened_payment(product, method), &commands, of_payment));
        }
    }
    for kind in Kind::ALL {
        let title = format!("virtual account, {}", kind.word());
        tables.push(table(&title, opened_account(kind), &account_commands(), of_account));
    }
    tables.push(table("link of an account", opened_link(), &link_commands(), of_link));
    tables
}

/// A table under its title.
struct Table {
    title: String,
    text: String,
}

/// What a command comes to: the next state and whether money moves, or why not.
type Outcome<S> = Result<(S, Option<JournalEntry>), String>;

/// What a table has to know of a thing that has states.
trait Standing: Clone {
    /// What a cell says of it as the next state.
    fn mark(&self) -> &'static str;
    /// The mark, and whatever else sets it apart; two things of one label behave alike.
    fn label(&self) -> String;
    /// When it stops waiting, and when nothing of it can be refunded any more, with a word for each.
    fn turning_points(&self) -> Vec<(&'static str, Timestamp)>;
}

/// Finds every state that can be reached from the first, and writes down what each command means there.
fn table<S: Standing, C>(
    title: &str,
    first: S,
    commands: &[(&'static str, C)],
    decide: fn(&S, &C, Timestamp) -> Outcome<S>,
) -> Table {
    let mut states = BTreeMap::from([(first.label(), first)]);
    let mut rows: BTreeMap<String, String> = BTreeMap::new();
    while let Some((label, state)) = states.iter().find(|(label, _)| !rows.contains_key(*label)) {
        let (label, state) = (label.clone(), state.clone());
        let mut moments = vec![("", Timestamp::parse(NOW).unwrap())];
        moments.extend(state.turning_points());
        let mut lines: Vec<(&str, String)> = Vec::new();
        for (moment, now) in moments {
            let mut line = String::new();
            for (_, command) in commands {
                let cell = match decide(&state, command, now) {
                    Ok((next, journal)) => {
                        let mark = next.mark();
                        states.entry(next.label()).or_insert(next);
                        format!("**{mark}**{}", if journal.is_some() { ", money moves" } else { "" })
                    }
                    Err(reason) => reason,
                };
                let _ = write!(line, " {cell} |");
            }
            // Time makes no difference in most states.
            if lines.last().is_none_or(|(_, before)| *before != line) {
                lines.push((moment, line));
            }
        }
        let is_timeless = lines.len() == 1;
        let mut text = String::new();
        for (moment, line) in lines {
            let when = match moment {
                _ if is_timeless => "",
                "" => ", in time",
                later => later,
            };
            let _ = writeln!(text, "| {label}{when} |{line}");
        }
        rows.insert(label, text);
    }
    let names: Vec<&str> = commands.iter().map(|(name, _)| *name).collect();
    let rule = "---|".repeat(names.len() + 1);
    let rows: String = rows.into_values().collect();
    Table { title: title.to_owned(), text: format!("| state | {} |\n|{rule}\n{rows}", names.join(" | ")) }
}

/// The name of a rejection in words, without what it carries: `NotPending(Paid)` is "not pending".
fn words(rejection: &impl Debug) -> String {
    let text = format!("{rejection:?}");
    let name = text.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

impl Standing for Payment {
    fn mark(&self) -> &'static str {
        self.status.digits()
    }

    fn label(&self) -> String {
        let part = match self.refunded {
            refunded if !refunded.is_positive() => "",
            refunded if refunded == self.amount => " in full",
            _ => " in part",
        };
        format!("{} {}{part}", self.status.digits(), self.status.word().to_lowercase())
    }

    fn turning_points(&self) -> Vec<(&'static str, Timestamp)> {
        let window = self.product.refund_window(self.method);
        let mut points = vec![(", its time is up", self.valid_up_to)];
        points.extend(self.paid_at.map(|at| (", its window for refunds is over", at.plus(window))));
        points
    }
}

fn opened_payment(product: Product, method: Method) -> Payment {
    let order = payment::Order {
        partner_reference_no: PartnerReferenceNo::new("order-1").unwrap(),
        amount: Money::idr(10_000),
        product,
        method,
        valid_up_to: None,
        items: Vec::new(),
        details: payment::Details {
            return_url: Some(ReturnUrl { url: "https://shop.example".into(), is_deeplink: false }),
            ..payment::Details::default()
        },
    };
    let identity = payment::Identity {
        reference_no: ReferenceNo::new("A1").unwrap(),
        merchant: MerchantId::new("G1").unwrap(),
        external_id: ExternalId::new("ext-1").unwrap(),
    };
    let (terms, now) = (MerchantTerms::default(), Timestamp::parse(NOW).unwrap());
    let opened = match product {
        Product::PreAuth => {
            payment::authorize(order, identity, CustomerId::new("c1").unwrap(), PayOption::Wallet, terms, now)
        }
        Product::DirectDebit | Product::Qris => payment::open(order, identity, terms, now),
    };
    opened.unwrap().payment
}

/// The columns of a product. Only what is authorized can be captured, and nothing else is asked to be.
fn payment_commands(product: Product) -> Vec<(&'static str, payment::Command)> {
    use payment::Command;
    let pay = |option| Command::Pay { payer: CustomerId::new("c1").unwrap(), option };
    let refund = |amount| Command::Refund {
        refund_no: RefundNo::new("R1").unwrap(),
        partner_refund_no: PartnerRefundNo::new("r-1").unwrap(),
        amount,
        reason: None,
    };
    let capture = |amount| Command::Capture {
        capture_no: ResolutionNo::new("C1").unwrap(),
        partner_capture_no: PartnerResolutionNo::new("c-1").unwrap(),
        amount,
    };
    let (void_no, partner_void_no) =
        (ResolutionNo::new("V1").unwrap(), PartnerResolutionNo::new("v-1").unwrap());
    let resolutions = vec![
        ("capture", capture(None)),
        ("capture a part", capture(Some(Money::idr(1)))),
        ("void", Command::Void { void_no, partner_void_no, reason: None }),
    ];
    let mut commands = if product == Product::PreAuth { resolutions } else { Vec::new() };
    commands.extend([
        ("pay", pay(PayOption::Wallet)),
        ("pay later", pay(PayOption::PayLater)),
        ("deny", Command::Deny { payer: None }),
        ("fail", Command::Fail),
        ("cancel", Command::Cancel),
        ("expire", Command::Expire(Expiry::Due)),
        ("expire early", Command::Expire(Expiry::Early)),
        ("refund the rest", refund(None)),
        ("refund a part", refund(Some(Money::idr(1)))),
    ]);
    commands
}

fn of_payment(payment: &Payment, command: &payment::Command, now: Timestamp) -> Outcome<Payment> {
    let decision = payment::decide(payment, command, now).map_err(|rejection| words(&rejection))?;
    Ok((decision.payment, decision.journal))
}

impl Standing for VirtualAccount {
    fn mark(&self) -> &'static str {
        self.status.digits()
    }

    fn label(&self) -> String {
        let is_used = self.status != virtual_account::Status::Paid && self.payments > 0;
        let payments = if is_used { " after payments" } else { "" };
        format!("{} {}{payments}", self.status.digits(), self.status.word())
    }

    fn turning_points(&self) -> Vec<(&'static str, Timestamp)> {
        vec![(", its time is up", self.valid_up_to)]
    }
}

fn opened_account(kind: Kind) -> VirtualAccount {
    let order = virtual_account::Order {
        reference_no: ReferenceNo::new("A1").unwrap(),
        merchant: MerchantId::new("G1").unwrap(),
        trx_id: TrxId::new("order-1").unwrap(),
        bank: "mandiri".to_owned(),
        company: "70012".to_owned(),
        number: virtual_account::Number {
            company: "70012".into(),
            customer_no: "628".into(),
            whole: "70012628".into(),
        },
        amount: Money::idr(10_000),
        valid_up_to: None,
        has_items: false,
        details: virtual_account::Details::default(),
    };
    let terms = AccountTerms { kind, ..AccountTerms::default() };
    let codes = [CompanyCode { bank: order.bank.clone(), code: order.company.clone() }];
    virtual_account::open(order, terms, &codes, Timestamp::parse(NOW).unwrap()).unwrap().account
}

fn account_commands() -> Vec<(&'static str, virtual_account::Command)> {
    use virtual_account::Command;
    let pay = |units| Command::Pay {
        bank: BankId::new("B1").unwrap(),
        request_id: BankRequestId::new("r-1").unwrap(),
        amount: Money::idr(units),
        bank_reference: None,
        later: LaterPayment { payment_no: ReferenceNo::new("A2").unwrap(), chance: "aaaa".into() },
    };
    vec![
        ("pay what is due", pay(10_000)),
        ("pay less", pay(9_999)),
        ("delete", Command::Delete),
        ("expire", Command::Expire(Expiry::Due)),
        ("expire early", Command::Expire(Expiry::Early)),
    ]
}

fn of_account(
    account: &VirtualAccount,
    command: &virtual_account::Command,
    now: Timestamp,
) -> Outcome<VirtualAccount> {
    let decision = virtual_account::decide(account, command, now).map_err(|rejection| words(&rejection))?;
    Ok((decision.account, decision.journal))
}

impl Standing for Link {
    fn mark(&self) -> &'static str {
        self.status.word()
    }

    fn label(&self) -> String {
        let code = if self.code.is_some() { ", a code waits" } else { "" };
        format!("{}{code}", self.status.word())
    }

    fn turning_points(&self) -> Vec<(&'static str, Timestamp)> {
        self.code.iter().map(|code| (", its time is up", code.valid_until)).collect()
    }
}

fn opened_link() -> Link {
    let reference_no = ReferenceNo::new("A1").unwrap();
    let (merchant, customer) = (MerchantId::new("G1").unwrap(), CustomerId::new("c1").unwrap());
    link::open(reference_no, merchant, customer, "one".to_owned(), Timestamp::parse(NOW).unwrap()).link
}

fn link_commands() -> Vec<(&'static str, link::Command)> {
    use link::Command;
    vec![
        ("consent", Command::Consent { code_hash: "one".to_owned() }),
        ("bind by the code", Command::Bind { code_hash: "one".to_owned() }),
        ("bind by another", Command::Bind { code_hash: "two".to_owned() }),
        ("unlink", Command::Unlink(Cause::Unlinked)),
    ]
}

fn of_link(link: &Link, command: &link::Command, now: Timestamp) -> Outcome<Link> {
    let decision = link::decide(link, command, now).map_err(|rejection| words(&rejection))?;
    Ok((decision.link, None))
}

/// The whole page. Tables that are the same to the letter are printed once.
fn page() -> String {
    let mut page = HEAD.to_owned();
    let mut tables = machines();
    while !tables.is_empty() {
        let first = tables.remove(0);
        let (same, others): (Vec<_>, Vec<_>) = tables.into_iter().partition(|table| table.text == first.text);
        let titles: Vec<_> = [&first].into_iter().chain(&same).map(|table| table.title.as_str()).collect();
        let _ = write!(page, "\n## {}\n\n{}", titles.join("; "), first.text);
        tables = others;
    }
    page
}

#[test]
fn the_page_of_states_is_what_the_code_decides() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/states.md");
    let page = page();
    if std::env::var_os("LUNAS_RENEW").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page, "docs/states.md is out of date; see the head of this file");
}

/// A command that is added has to be given a column here.
#[test]
fn every_command_has_a_column() {
    for (name, command) in payment_commands(Product::PreAuth) {
        use payment::Command;
        let expected = match command {
            Command::Pay { .. } => "pay",
            Command::Deny { .. } => "deny",
            Command::Fail => "fail",
            Command::Cancel => "cancel",
            Command::Expire(_) => "expire",
            Command::Capture { .. } => "capture",
            Command::Void { .. } => "void",
            Command::Refund { .. } => "refund",
        };
        assert!(name.starts_with(expected), "{name} is no {expected}");
    }
    for (name, command) in account_commands() {
        use virtual_account::Command;
        let expected = match command {
            Command::Pay { .. } => "pay",
            Command::Delete => "delete",
            Command::Expire(_) => "expire",
        };
        assert!(name.starts_with(expected), "{name} is no {expected}");
    }
    for (name, command) in link_commands() {
        use link::Command;
        let expected = match command {
            Command::Consent { .. } => "consent",
            Command::Bind { .. } => "bind",
            Command::Unlink(_) => "unlink",
        };
        assert!(name.starts_with(expected), "{name} is no {expected}");
    }
}

#[test]
fn every_status_is_in_a_table() {
    let page = page();
    for status in payment::Status::ALL {
        assert!(
            page.contains(&format!("\n| {} {}", status.digits(), status.word().to_lowercase())),
            "{status}"
        );
    }
    for status in virtual_account::Status::ALL {
        assert!(page.contains(&format!("\n| {} {}", status.digits(), status.word())), "{status}");
    }
    for status in link::Status::ALL {
        assert!(page.contains(&format!("\n| {}", status.word())), "{status:?}");
    }
}
