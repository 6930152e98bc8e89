//! Balance inquiry (11): what a merchant is owed, in the members of the standard.

use lunas_domain::ledger::Payable;
use lunas_domain::merchant::Merchant;
use lunas_snap::code::{Case, Failure};
use lunas_snap::json::Value;
use lunas_snap::message::balance_inquiry::{ACTIVE, AccountBalance, BalanceAnswer, BalanceRequest, CASH};
use lunas_vocab::{MerchantId, Money};

/// Reads an inquiry of that merchant.
pub(crate) fn request(body: &Value, merchant: &MerchantId) -> Result<BalanceRequest, Failure> {
    let request = BalanceRequest::read(body)?;
    match &request.account_no {
        Some(named) if named != merchant => Err(Failure::with(
            Case::InvalidAccount,
            "accountNo is not the merchant that the access token belongs to",
        )),
        Some(_) | None => Ok(request),
    }
}

/// The answer with the merchant's balance, if it is among what was asked for.
pub(crate) fn answer(request: BalanceRequest, merchant: &Merchant, payable: Payable, trace: &str) -> Value {
    let balances = if request.asks_for(CASH) { vec![balance(payable)] } else { Vec::new() };
    BalanceAnswer {
        reference_no: Some(trace.to_owned()),
        partner_reference_no: request.partner_reference_no,
        account_no: Some(merchant.id.clone()),
        name: Some(merchant.name.clone()),
        balances,
    }
    .write()
}

/// Nothing of what a merchant is owed is ever withheld, and it has no credit. The ledger knows no days, so how a day began
/// is not told.
fn balance(Payable { owed, reserved }: Payable) -> AccountBalance {
    AccountBalance {
        balance_type: CASH.to_owned(),
        amount: Some(owed),
        float_amount: Some(reserved),
        hold_amount: Some(Money::ZERO_IDR),
        available_balance: Some(owed),
        ledger_balance: None,
        current_multilateral_limit: Some(Money::ZERO_IDR),
        registration_status_code: Some(ACTIVE.to_owned()),
        status: Some(ACTIVE.to_owned()),
    }
}
