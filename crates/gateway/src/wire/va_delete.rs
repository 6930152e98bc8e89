//! Virtual account delete (31): which account is meant, and that it is deleted.

use lunas_domain::virtual_account::VirtualAccount;
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::va_delete::{DeleteAnswer, DeleteRequest};

use super::va_account;
use crate::flow::virtual_account::Wanted;

/// The account the request names.
pub(crate) fn wanted(body: &Value) -> Result<Wanted, Failure> {
    let request = DeleteRequest::read(body)?;
    Ok(Wanted {
        merchant_id: request.merchant_id,
        trx_id: Some(request.trx_id),
        payment_id: None,
        bank: None,
        number: va_account::number(&request.number),
    })
}

/// The answer for a deleted account.
pub(crate) fn answer(account: &VirtualAccount) -> Value {
    DeleteAnswer {
        number: va_account::number_of(account),
        trx_id: account.trx_id.clone(),
        merchant_id: Some(account.merchant.clone()),
    }
    .write()
}
