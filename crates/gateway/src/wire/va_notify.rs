//! Virtual account payment (25), outward: what a merchant is told of an account's new state.

use lunas_domain::merchant::NotifyText;
use lunas_domain::virtual_account::{Transfer, VirtualAccount};
use lunas_snap::message::CustomField;
use lunas_snap::message::va_notify::Notification;
use lunas_snap::service::Service;
use lunas_snap::virtual_account::Bank;

use super::va_account;
use crate::flow::notification::order_status;

/// The path that is appended to the merchant's prefix; the signature covers it and not the prefix.
pub(crate) fn path() -> &'static str {
    Service::VaPayment.path()
}

/// The body that tells of the account as it was at one of its versions, with the payment that made that version.
pub(crate) fn body(account: &VirtualAccount, transfer: Option<&Transfer>, text: NotifyText) -> Vec<u8> {
    let text = super::spelling::spelled(text);
    let notification = Notification {
        number: va_account::number_of(account),
        holder: va_account::holder_of(account),
        trx_id: transfer.map_or(&account.trx_id, |transfer| &transfer.trx_id).clone(),
        payment_request_id: transfer.map(|transfer| transfer.payment_no.clone()),
        paid_amount: transfer.map(|transfer| transfer.amount),
        reference_no: transfer.and_then(|transfer| transfer.bank_reference.clone()),
        bank: Bank::parse(&account.bank),
        merchant_id: Some(account.merchant.clone()),
        status: va_account::status(order_status(account, transfer)),
        paid_at: transfer.map(|transfer| transfer.at),
        custom_field: CustomField(account.details.custom.clone()),
    };
    text.bytes(&notification.write(text))
}
