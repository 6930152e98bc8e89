//! Virtual account inquiry (24): which bill a bank asks about, and what is due.

use lunas_domain::virtual_account::{Amounts, VirtualAccount};
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::va_inquiry::{AmountKind, InquiryAnswer, InquiryRequest};
use lunas_vocab::{BankRequestId, Money};

use super::{va_account, va_bill};
use crate::flow::virtual_account::bank::BillName;

/// What a bank wants to know.
pub(crate) struct Question {
    /// The bill under the number that a customer has typed.
    pub(crate) bill: BillName,
    /// The amount, if the customer has typed one as well.
    pub(crate) amount: Option<Money>,
    /// The bank's id of the customer at its counter.
    pub(crate) request_id: BankRequestId,
}

/// Reads the request.
pub(crate) fn question(body: &Value) -> Result<Question, Failure> {
    let request = InquiryRequest::read(body)?;
    Ok(Question {
        bill: BillName {
            number: va_account::number(&request.number),
            bank: request.bank.map(|bank| bank.as_str().to_owned()),
            trx_id: None,
        },
        amount: request.amount,
        request_id: request.inquiry_request_id,
    })
}

/// The answer: whose account it is, and what is due.
pub(crate) fn answer(account: &VirtualAccount, request_id: BankRequestId) -> Value {
    let kind = match account.kind.amounts() {
        Amounts::Closed => AmountKind::Closed,
        Amounts::Open => AmountKind::Open,
        Amounts::Minimum => AmountKind::OpenMinimum,
    };
    let told = va_bill::due(account);
    InquiryAnswer {
        number: va_account::number_of(account),
        holder: va_account::holder_of(account),
        inquiry_request_id: request_id,
        amount: va_bill::amount_due(account),
        amount_kind: Some(kind),
        sub_company: Some(told.sub_company),
        // The gateway takes nothing of the customer.
        fee: Some(Money::ZERO_IDR),
        bills: told.bills,
        free_texts: told.free_texts,
    }
    .write()
}
