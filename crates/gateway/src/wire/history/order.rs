//! The orders of virtual accounts as the history services tell them: the account with its first payment, and each later
//! payment.

use lunas_domain::virtual_account::{Kind, Transfer, VirtualAccount};
use lunas_snap::json::Value;
use lunas_snap::message::history::{HistoryEntry, HistoryPayment, HistoryTransfer, HistoryType};
use lunas_snap::message::history_detail::HistoryDetailAnswer;
use lunas_snap::message::va_create::MandiriBill;
use lunas_snap::virtual_account::Bank;
use lunas_vocab::{Money, PartnerReferenceNo};

use super::SOURCE;
use crate::flow::notification::order_status;
use crate::wire::va_account;

/// One order in a list.
pub(super) fn entry(account: &VirtualAccount, transfer: Option<&Transfer>) -> HistoryEntry {
    let own = transfer.filter(|transfer| transfer.is_later());
    let trx_id = own.map_or(&account.trx_id, |transfer| &transfer.trx_id);
    HistoryEntry {
        reference_no: own.map_or(&account.reference_no, |transfer| &transfer.payment_no).clone(),
        partner_reference_no: PartnerReferenceNo::new(trx_id.as_str())
            .expect("ids of accounts and of their payments are shorter than an order id may be"),
        created_at: own.map_or(account.created_at, |transfer| transfer.at),
        amount: transfer.map_or(account.amount, |transfer| transfer.amount),
        status: va_account::status(order_status(account, transfer)),
        kind: HistoryType::Payment,
        remark: None,
        channel: channel(account).to_owned(),
        customer_email: account.details.email.clone(),
        account_no: None,
        // The gateway takes nothing of a payment.
        fee: Money::ZERO_IDR,
    }
}

/// One order with all that is known of it.
pub(super) fn detail(account: &VirtualAccount, transfer: Option<&Transfer>) -> Value {
    let sent = va_account::sent(account);
    let told = HistoryPayment {
        expires_at: account.valid_up_to,
        source: SOURCE.to_owned(),
        gopay_option: None,
        qris: None,
        transfer: Some(of_transfer(account, sent.as_ref().and_then(|sent| sent.mandiri.as_deref()))),
        refunds: Vec::new(),
        customer: sent.as_ref().and_then(|sent| sent.customer_details.clone()),
        items: sent.map(|sent| sent.into_inner().items).unwrap_or_default(),
    };
    let updated_at = transfer.map_or(account.changed_at, |transfer| transfer.at);
    HistoryDetailAnswer { entry: entry(account, transfer), updated_at: Some(updated_at), payment: Some(told) }
        .write()
}

fn bank(account: &VirtualAccount) -> Option<Bank> {
    Bank::parse(&account.bank)
}

/// Mandiri takes a bill, which customers find by two numbers; every other bank takes a transfer.
fn channel(account: &VirtualAccount) -> &'static str {
    match bank(account) {
        Some(Bank::Mandiri) => "mandiri_bill",
        _ => "bank_transfer",
    }
}

fn of_transfer(account: &VirtualAccount, bill: Option<&MandiriBill>) -> HistoryTransfer {
    let is_at = |kept| bank(account) == Some(kept);
    let is_fixed = account.kind == Kind::Single;
    HistoryTransfer {
        virtual_account_number: account.number.whole.clone(),
        bni_va_type: is_at(Bank::Bni)
            .then(|| if is_fixed { "fixed_payment" } else { "open_payment" }.to_owned()),
        mandiri_bill_key: is_at(Bank::Mandiri).then(|| account.number.customer_no.clone()),
        mandiri_bill_infos: bill.map(|bill| bill.0.iter().flatten().cloned().collect()).unwrap_or_default(),
    }
}
