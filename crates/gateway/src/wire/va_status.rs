//! Virtual account status (26): which account is meant, and how it stands.

use lunas_domain::virtual_account::{Status, Transfer, VirtualAccount};
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::va_status::{
    MultiUse, PAGE_SIZE_DEFAULT, Payment, SingleUse, State, StatusAnswer, StatusRequest,
};

use super::{va_account, va_bill};
use crate::flow::virtual_account::{Page, Wanted};

/// The account the request names, and which part of its payments is wanted.
pub(crate) fn wanted(body: &Value) -> Result<(Wanted, Page), Failure> {
    let request = StatusRequest::read(body)?;
    let page =
        Page { number: request.page.unwrap_or(0), size: request.page_size.unwrap_or(PAGE_SIZE_DEFAULT) };
    let wanted = Wanted {
        merchant_id: request.merchant_id,
        trx_id: request.inquiry_request_id,
        payment_id: request.payment_request_id,
        bank: request.bank.map(|bank| bank.as_str().to_owned()),
        number: va_account::number(&request.number),
    };
    Ok((wanted, page))
}

/// The answer: how the account stands, or the orders on the page that was asked for.
pub(crate) fn answer(account: &VirtualAccount, payments: &[Transfer], page: Page) -> Value {
    let state = if account.kind.takes_many() {
        State::Multi(orders(account, payments, page))
    } else {
        State::Single(single(account, payments.first()))
    };
    StatusAnswer {
        number: va_account::number_of(account),
        inquiry_request_id: Some(account.trx_id.clone()),
        merchant_id: Some(account.merchant.clone()),
        state,
    }
    .write()
}

fn single(account: &VirtualAccount, payment: Option<&Transfer>) -> SingleUse {
    let told = va_bill::standing(account, payment);
    SingleUse {
        payment_request_id: payment.map(|payment| payment.payment_no.clone()),
        amount: Some(account.amount),
        paid_amount: payment.map(|payment| payment.amount),
        created_at: Some(account.created_at),
        paid_at: payment.map(|payment| payment.at),
        reference_no: payment.map(va_bill::reference_no),
        status: Some(va_account::status(account.status)),
        bills: told.bills,
        free_texts: told.free_texts,
    }
}

/// Each payment is an order that was paid. Until there is one, the account is itself an order that waits, or waited.
fn orders(account: &VirtualAccount, payments: &[Transfer], page: Page) -> MultiUse {
    let is_unpaid = account.payments == 0;
    let payments = match (is_unpaid, page.number) {
        (true, 0) => vec![unpaid(account)],
        (true, _) => Vec::new(),
        (false, _) => payments.iter().map(|payment| paid(account, payment)).collect(),
    };
    MultiUse { payments, total: account.payments.max(1), page: page.number, page_size: page.size }
}

fn unpaid(account: &VirtualAccount) -> Payment {
    Payment {
        trx_id: account.trx_id.clone(),
        payment_request_id: None,
        amount: Some(account.amount),
        created_at: Some(account.created_at),
        paid_at: None,
        status: va_account::status(account.status),
    }
}

fn paid(account: &VirtualAccount, payment: &Transfer) -> Payment {
    Payment {
        trx_id: payment.trx_id.clone(),
        payment_request_id: Some(payment.payment_no.clone()),
        amount: Some(payment.amount),
        created_at: Some(if payment.is_later() { payment.at } else { account.created_at }),
        paid_at: Some(payment.at),
        status: va_account::status(Status::Paid),
    }
}
