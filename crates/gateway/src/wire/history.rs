//! Transaction history (12, 13): what a merchant looks for, and its payments as the history services tell them.

mod order;

use lunas_domain::ledger::PayOption;
use lunas_domain::payment::{Method, Payment, Product, Refund, Status};
use lunas_snap::code::Failure;
use lunas_snap::field::Sent;
use lunas_snap::json::{self, Value};
use lunas_snap::message::debit_payment::{CustomerDetails, Item};
use lunas_snap::message::history::{
    HistoryEntry, HistoryPayment, HistoryQris, HistoryRefund, HistoryStatus, HistoryType,
};
use lunas_snap::message::history_detail::{HistoryDetailAnswer, HistoryDetailRequest};
use lunas_snap::message::history_list::{HistoryListAnswer, HistoryListRequest};
use lunas_snap::message::qr_notify::Parties;
use lunas_vocab::Money;

use super::debit_status::status;
use super::qr_notify;
use crate::flow::history::{Search, Transaction};

/// Reads the request for a page. Only payments are kept, so a search for other types finds nothing.
pub(crate) fn search(body: &Value) -> Result<Search, Failure> {
    let request = HistoryListRequest::read(body)?;
    let wants_payments = request.types.is_empty() || request.types.contains(&HistoryType::Payment);
    let statuses = match (wants_payments, request.payment_statuses.as_slice()) {
        (false, _) => Some(Vec::new()),
        (true, []) => None,
        (true, words) => Some(words.iter().copied().filter_map(standing).collect()),
    };
    Ok(Search {
        partner_reference_no: request.partner_reference_no,
        from: request.from,
        to: request.to,
        statuses,
        oldest_first: request.oldest_first,
        page_size: request.page_size,
        page_number: request.page_number,
    })
}

/// The status that a word stands for; none for words that no payment here comes to.
fn standing(word: HistoryStatus) -> Option<Status> {
    word.status().and_then(|status| Status::parse(status.code()))
}

/// Reads the request for one payment.
pub(crate) fn named(body: &Value) -> Result<HistoryDetailRequest, Failure> {
    Ok(HistoryDetailRequest::read(body)?)
}

/// The answer with a page.
pub(crate) fn list(page: &[Transaction]) -> Value {
    let entries = page.iter().map(|transaction| match transaction {
        Transaction::Payment(payment) => entry(payment),
        Transaction::Order(account, transfer) => order::entry(account, transfer.as_ref()),
    });
    HistoryListAnswer { entries: entries.collect() }.write()
}

/// The answer with one transaction.
pub(crate) fn detail(transaction: &Transaction, refunds: &[Refund]) -> Value {
    match transaction {
        Transaction::Payment(payment) => of_payment(payment, refunds),
        Transaction::Order(account, transfer) => order::detail(account, transfer.as_ref()),
    }
}

fn of_payment(payment: &Payment, refunds: &[Refund]) -> Value {
    let details = &payment.details;
    let items = details.items_json.as_ref().map(|items| Item::list_of_json(items.as_str()));
    let told = HistoryPayment {
        expires_at: payment.valid_up_to,
        source: SOURCE.to_owned(),
        gopay_option: gopay_option(payment).map(str::to_owned),
        qris: qris(payment),
        transfer: None,
        refunds: refunds.iter().map(refund).collect(),
        customer: customer(payment),
        items: items.unwrap_or_default(),
    };
    HistoryDetailAnswer { entry: entry(payment), updated_at: Some(payment.changed_at), payment: Some(told) }
        .write()
}

/// Every payment here was opened by a call of this interface.
const SOURCE: &str = "core_api";

fn entry(payment: &Payment) -> HistoryEntry {
    HistoryEntry {
        reference_no: payment.reference_no.clone(),
        partner_reference_no: payment.partner_reference_no.clone(),
        created_at: payment.created_at,
        amount: payment.amount,
        status: status(payment),
        kind: HistoryType::Payment,
        remark: None,
        channel: channel(payment),
        customer_email: customer(payment).and_then(|customer| customer.into_inner().email),
        account_no: None,
        // The gateway takes nothing of a payment.
        fee: Money::ZERO_IDR,
    }
}

/// What a payment was made by: a code, whoever paid it, or the wallet.
fn channel(payment: &Payment) -> String {
    match payment.product {
        Product::Qris => "qris".to_owned(),
        Product::DirectDebit | Product::PreAuth => payment.method.word().to_lowercase(),
    }
}

/// Who stands on either side of a code that was paid.
fn qris(payment: &Payment) -> Option<HistoryQris> {
    let is_paid_by_code = payment.product == Product::Qris && payment.paid_at.is_some();
    is_paid_by_code.then(|| {
        let Parties { issuer, acquirer } = qr_notify::parties(payment);
        HistoryQris { is_on_us: issuer == acquirer, issuer, acquirer }
    })
}

fn gopay_option(payment: &Payment) -> Option<&'static str> {
    payment.option.filter(|_| payment.method == Method::Gopay).map(PayOption::word)
}

fn refund(refund: &Refund) -> HistoryRefund {
    HistoryRefund {
        id: refund.refund_no.to_string(),
        amount: refund.amount,
        reason: refund.reason.clone(),
        created_at: refund.at,
        // A refund is carried out in the commit that makes it.
        confirmed_at: Some(refund.at),
        cancelled_at: None,
    }
}

/// The customer as the charge told it.
fn customer(payment: &Payment) -> Option<Sent<CustomerDetails>> {
    Sent::parse(&parsed(payment.details.customer_json.as_ref()?.as_str())?)
}

/// What was kept, and is read back.
fn parsed(text: &str) -> Option<Value> {
    json::parse(text.as_bytes()).ok()
}
