//! Virtual account payment (25), inward: what a bank has taken, and that it is booked.

use lunas_domain::virtual_account::{Transfer, VirtualAccount};
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::TransactionStatus;
use lunas_snap::message::va_report::{ReportAnswer, ReportRequest};

use super::{va_account, va_bill};
use crate::flow::virtual_account::bank::{BillName, Report};

/// Reads the request. That a bank says it has sent it before changes nothing: every report may be a repetition.
pub(crate) fn report(body: &Value) -> Result<Report, Failure> {
    let request = ReportRequest::read(body)?;
    Ok(Report {
        bill: BillName {
            number: va_account::number(&request.number),
            bank: request.bank.map(|bank| bank.as_str().to_owned()),
            trx_id: request.trx_id,
        },
        request_id: request.payment_request_id,
        amount: request.paid_amount,
        bank_reference: request.reference_no,
    })
}

/// The answer for a booked payment.
pub(crate) fn answer(account: &VirtualAccount, transfer: &Transfer) -> Value {
    let told = va_bill::standing(account, Some(transfer));
    ReportAnswer {
        number: va_account::number_of(account),
        holder: va_account::holder_of(account),
        payment_request_id: transfer.request_id.clone(),
        trx_id: Some(transfer.trx_id.clone()),
        paid_amount: Some(transfer.amount),
        amount: va_bill::amount_due(account),
        reference_no: transfer.bank_reference.clone(),
        status: TransactionStatus::Success,
        bills: told.bills,
        free_texts: told.free_texts,
    }
    .write()
}
