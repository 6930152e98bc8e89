//! The bill behind a virtual account, as answers describe it: the account itself, with what its merchant said about it.

use lunas_domain::virtual_account::{Amounts, Status, Transfer, VirtualAccount};
use lunas_snap::field::Sent;
use lunas_snap::message::va_bill::{Bill, REFERENCE_NO_MAX};
use lunas_snap::message::va_create::{FreeText, Words};
use lunas_vocab::Money;

use super::va_account;

/// The code of a product, where the merchant names none.
const SUB_COMPANY_DEFAULT: &str = "00000";

/// Everything that answers say beside the account and its payment.
pub(super) struct Told {
    /// `subCompany`.
    pub(super) sub_company: String,
    /// `billDetails`.
    pub(super) bills: Vec<Bill>,
    /// `freeTexts`.
    pub(super) free_texts: Vec<Words>,
}

/// What is told of an account that waits, before anybody pays.
pub(super) fn due(account: &VirtualAccount) -> Told {
    told(account, None, None)
}

/// What is told of an account as it stands, and of the payment into it if there is one.
pub(super) fn standing(account: &VirtualAccount, payment: Option<&Transfer>) -> Told {
    let status = if payment.is_some() { Status::Paid } else { account.status };
    told(account, payment, Some(status))
}

/// The code of a payment: the bank's, or where it gave none, the end of the gateway's own.
pub(super) fn reference_no(payment: &Transfer) -> String {
    payment.bank_reference.clone().unwrap_or_else(|| end(payment.payment_no.as_str()))
}

fn told(account: &VirtualAccount, payment: Option<&Transfer>, status: Option<Status>) -> Told {
    let sent = va_account::sent(account);
    let sent = sent.as_deref();
    let item = sent.and_then(|sent| sent.items.first()).and_then(|item| item.name.clone());
    let sub_company = sent.and_then(|sent| sent.sub_company_code.as_deref()).unwrap_or(SUB_COMPANY_DEFAULT);
    let bill = Bill {
        number: Some(account.number.customer_no.clone()),
        name: item.or_else(|| account.details.name.clone()),
        description: words("Payment", "Pembayaran"),
        sub_company: Some(sub_company.to_owned()),
        amount: payment.map(|payment| payment.amount).or_else(|| amount_due(account)),
        reference_no: payment.map(bill_reference_no),
        status: status.map(va_account::status),
    };
    let texts = sent.map(|sent| sent.free_texts.as_slice()).unwrap_or_default();
    let shown =
        |text: &Sent<FreeText>| if payment.is_some() { text.payment.clone() } else { text.inquiry.clone() };
    let mut free_texts: Vec<Words> = texts.iter().filter_map(shown).filter(Words::is_some).collect();
    if free_texts.is_empty() {
        free_texts.push(free_text(status.unwrap_or(account.status)));
    }
    Told { sub_company: sub_company.to_owned(), bills: vec![bill], free_texts }
}

/// What is due; where any amount will do, the account's own means nothing to the customer.
pub(super) fn amount_due(account: &VirtualAccount) -> Option<Money> {
    (account.kind.amounts() != Amounts::Open).then_some(account.amount)
}

/// The same code in digits, which is how bills have it: the bank's if it is one, else the digits of the gateway's own.
fn bill_reference_no(payment: &Transfer) -> String {
    let is_digits = |code: &String| !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
    payment.bank_reference.clone().filter(is_digits).unwrap_or_else(|| {
        end(&payment.payment_no.as_str().chars().filter(char::is_ascii_digit).collect::<String>())
    })
}

fn end(text: &str) -> String {
    let too_many = text.chars().count().saturating_sub(REFERENCE_NO_MAX);
    text.chars().skip(too_many).collect()
}

/// What the channel shows where the merchant gave it nothing to show.
fn free_text(status: Status) -> Words {
    match status {
        Status::Paid => words("Payment received", "Pembayaran diterima"),
        Status::Pending => words("Awaiting payment", "Menunggu pembayaran"),
        Status::Deleted => words("Canceled by the merchant", "Dibatalkan penjual"),
        Status::Expired => words("Past its due time", "Lewat batas waktu"),
    }
}

fn words(english: &str, indonesia: &str) -> Words {
    Words { english: Some(english.to_owned()), indonesia: Some(indonesia.to_owned()) }
}
