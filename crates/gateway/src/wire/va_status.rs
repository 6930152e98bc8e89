//! Virtual account status (26): which account is meant, and how it stands.

use lunas_domain::virtual_account::VirtualAccount;
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::va_status::{SingleUse, State, StatusAnswer, StatusRequest};

use super::va_account;
use crate::flow::virtual_account::Wanted;

/// The account the request names.
pub(crate) fn wanted(body: &Value) -> Result<Wanted, Failure> {
    let request = StatusRequest::read(body)?;
    Ok(Wanted {
        merchant_id: request.merchant_id,
        trx_id: request.inquiry_request_id,
        payment_id: request.payment_request_id,
        number: va_account::number(&request.number),
    })
}

/// The answer: how the account stands.
pub(crate) fn answer(account: &VirtualAccount) -> Value {
    let paid_at = account.paid_at();
    StatusAnswer {
        number: va_account::number_of(account),
        inquiry_request_id: Some(account.trx_id.clone()),
        merchant_id: Some(account.merchant.clone()),
        state: State::Single(SingleUse {
            payment_request_id: paid_at.map(|_| account.reference_no.clone()),
            amount: Some(account.amount),
            paid_amount: None,
            created_at: Some(account.created_at),
            paid_at,
            status: Some(va_account::status_of(account)),
        }),
    }
    .write()
}
