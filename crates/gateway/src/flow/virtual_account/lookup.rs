//! Which account a call means, by its ids and its number.

use lunas_domain::virtual_account::{self, Number, VirtualAccount};
use lunas_store::{Scope, Store, Unavailable};
use lunas_vocab::{MerchantId, ReferenceNo, TrxId};

use super::{Refusal, Wanted};
use crate::flow::Error;

/// The account that a merchant means, as a store has it.
pub(in crate::flow) async fn stored(
    store: &Store,
    merchant: &MerchantId,
    wanted: &Wanted,
) -> Result<VirtualAccount, Error<Refusal>> {
    let by_trx_id = match &wanted.trx_id {
        Some(id) => Some(of_order(store, merchant, id).await?.ok_or(Refusal::NotFound)?),
        None => None,
    };
    let by_payment = match &wanted.payment_id {
        Some(id) => Some(of_payment(store, merchant, id).await?.ok_or(Refusal::NotFound)?),
        None => None,
    };
    let is_meant = |bank: &str| wanted.bank.as_deref().is_none_or(|named| named == bank);
    let scope = Scope::Merchant(merchant);
    let account = match (by_trx_id, by_payment) {
        (None, None) => {
            let found = numbered(store, scope, &wanted.number, is_meant).await?;
            only(found).map_err(|Several| Refusal::BankMissing)?.ok_or(Refusal::NotFound)?
        }
        (Some(account), Some(paid)) if account.reference_no != paid.reference_no => {
            return Err(Refusal::NamesOther("paymentRequestId").into());
        }
        (Some(account), _) | (None, Some(account)) => account,
    };
    if !is_same(&wanted.number, &account.number) {
        return Err(Refusal::NamesOther("virtualAccountNo").into());
    }
    if !is_meant(&account.bank) {
        return Err(Refusal::NamesOther("additionalInfo.bank").into());
    }
    match named_beside(store, scope, &wanted.number, &account, is_meant).await? {
        Some(field) => Err(Refusal::NamesOther(field).into()),
        None => Ok(account),
    }
}

/// The account of a merchant's id: its own, or that of a later payment into it.
async fn of_order(
    store: &Store,
    merchant: &MerchantId,
    id: &TrxId,
) -> Result<Option<VirtualAccount>, Unavailable> {
    if let Some(found) = store.account_find_by_trx(merchant, id).await? {
        return Ok(Some(found));
    }
    let Some(first) = virtual_account::first_trx_id(id) else { return Ok(None) };
    let Some(account) = store.account_find_by_trx(merchant, &first).await? else { return Ok(None) };
    let payment = store.transfer_find_by_trx(&account.reference_no, id).await?;
    Ok(payment.map(|_| account))
}

/// The account of the gateway's id of a payment into it, or of a merchant's id in the place of that.
async fn of_payment(
    store: &Store,
    merchant: &MerchantId,
    id: &TrxId,
) -> Result<Option<VirtualAccount>, Unavailable> {
    let scope = Scope::Merchant(merchant);
    if let Ok(payment_no) = ReferenceNo::new(id.as_str()) {
        if let Some(found) = store.account_find(scope, &payment_no).await? {
            return Ok(Some(found));
        }
        if let Some(payment) = store.transfer_find_by_no(scope, &payment_no).await? {
            return store.account_find(scope, &payment.reference_no).await;
        }
    }
    of_order(store, merchant, id).await
}

/// The newest account under a number at each bank that is meant, by the whole of the number or by its parts in a row.
pub(super) async fn numbered(
    store: &Store,
    scope: Scope<'_>,
    number: &Number,
    is_meant: impl Fn(&str) -> bool,
) -> Result<Vec<VirtualAccount>, Unavailable> {
    let mut accounts = Vec::new();
    for whole in [number.whole.clone(), joined(number)] {
        for (bank, reference_no) in store.numbers_find(scope, &whole).await? {
            if is_meant(&bank) {
                accounts.extend(store.account_find(scope, &reference_no).await?);
            }
        }
        if !accounts.is_empty() {
            break;
        }
    }
    Ok(accounts)
}

/// Where a number names another account than this one: the whole of it, or its parts in a row. A number whose parts are
/// no other's may be odd, because a customer's number that was sent as a JSON number has lost its zeros.
pub(super) async fn named_beside(
    store: &Store,
    scope: Scope<'_>,
    number: &Number,
    account: &VirtualAccount,
    is_meant: impl Fn(&str) -> bool,
) -> Result<Option<&'static str>, Unavailable> {
    for (field, spelled) in [("virtualAccountNo", number.whole.clone()), ("customerNo", joined(number))] {
        if spelled == account.number.whole {
            continue;
        }
        if store.numbers_find(scope, &spelled).await?.iter().any(|(bank, _)| is_meant(bank)) {
            return Ok(Some(field));
        }
    }
    Ok(None)
}

/// A number that several banks have.
pub(super) struct Several;

/// The only one, if there is any. Of the same digits at two banks none is more likely to be meant, also when one of the
/// two has ended: whoever pays late must not pay for somebody else.
pub(super) fn only(mut accounts: Vec<VirtualAccount>) -> Result<Option<VirtualAccount>, Several> {
    match accounts.len() {
        0 | 1 => Ok(accounts.pop()),
        _ => Err(Several),
    }
}

fn joined(number: &Number) -> String {
    format!("{}{}", number.company, number.customer_no)
}

pub(super) fn is_same(number: &Number, other: &Number) -> bool {
    number.whole == other.whole || joined(number) == other.whole
}
