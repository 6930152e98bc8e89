//! Virtual account inquiry (24): which bill a bank asks about, and what is due.

use lunas_domain::virtual_account::{Amounts, Number, VirtualAccount};
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::va_inquiry::{AmountKind, InquiryAnswer, InquiryRequest};
use lunas_vocab::{BankRequestId, Money};

use super::va_account;

/// What a bank wants to know.
pub(crate) struct Question {
    /// The number that a customer has typed.
    pub(crate) number: Number,
    /// The amount, if the customer has typed one as well.
    pub(crate) amount: Option<Money>,
    /// The bank's id of the customer at its counter.
    pub(crate) request_id: BankRequestId,
}

/// Reads the request.
pub(crate) fn question(body: &Value) -> Result<Question, Failure> {
    let request = InquiryRequest::read(body)?;
    Ok(Question {
        number: va_account::number(&request.number),
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
    InquiryAnswer {
        number: va_account::number_of(account),
        holder: va_account::holder_of(account),
        inquiry_request_id: request_id,
        // Where any amount will do, the account's own means nothing to the customer.
        amount: (kind != AmountKind::Open).then_some(account.amount),
        amount_kind: Some(kind),
    }
    .write()
}
