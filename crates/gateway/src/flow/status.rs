//! A merchant asks how a payment, an authorization or a virtual account stands.
//!
//! Where the store's address says so, that is read on a replica, in a snapshot that calls at the same time share, and
//! what it gave is answered if it is verified to be no older than what was answered before, by any node. What is due
//! there is left alone: it expires by being asked after, and that is done where commits go.

use lunas_domain::merchant::Merchant;
use lunas_domain::payment::{Payment, Product, Refund, Status};
use lunas_domain::virtual_account::{Transfer, VirtualAccount};
use lunas_store::{Store, Unavailable};
use lunas_vocab::MerchantId;

use super::payment::Original;
use super::virtual_account::{Page, Wanted, lookup};
use super::{Error, payment, refund, virtual_account};
use crate::app::App;

/// All that a merchant is told of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The payment.
    pub payment: Payment,
    /// What was given back of it, the first refund first.
    pub refunds: Vec<Refund>,
    /// Why it was called off, if it is a code that was and its merchant said so.
    pub cancellation_reason: Option<String>,
}

/// How a merchant's payment stands.
pub async fn payment(
    app: &App,
    merchant: &MerchantId,
    original: &Original,
) -> Result<Standing, Error<payment::Refusal>> {
    if let Some(snapshot) = app.store.shared_replica_snapshot().await {
        let found = payment_of(snapshot.store(), merchant, original).await;
        let is_due = found.as_ref().is_ok_and(|found| payment::is_due(app, &found.payment));
        if snapshot.verified().await && !is_due {
            return found;
        }
    }
    let payment = payment::find(app, merchant, original).await?;
    Ok(standing(&app.store, payment).await?)
}

async fn payment_of(
    store: &Store,
    merchant: &MerchantId,
    original: &Original,
) -> Result<Standing, Error<payment::Refusal>> {
    let payment = payment::stored(store, merchant, original).await?;
    Ok(standing(store, payment).await?)
}

async fn standing(store: &Store, payment: Payment) -> Result<Standing, Unavailable> {
    let refunds = refund::history(store, &payment).await?;
    let cancellation_reason = match payment.product {
        Product::Qris if payment.status == Status::Cancelled => {
            store.cancellation_find(&payment.reference_no).await?
        }
        Product::Qris | Product::DirectDebit | Product::PreAuth => None,
    };
    Ok(Standing { payment, refunds, cancellation_reason })
}

/// How a merchant's virtual account stands, with a page of the payments into it.
pub async fn account(
    app: &App,
    merchant: &Merchant,
    wanted: &Wanted,
    page: Page,
) -> Result<(VirtualAccount, Vec<Transfer>), Error<virtual_account::Refusal>> {
    virtual_account::may_access(merchant, &wanted.merchant_id)?;
    if let Some(snapshot) = app.store.shared_replica_snapshot().await {
        let found = account_of(snapshot.store(), &merchant.id, wanted, page).await;
        let is_due = found.as_ref().is_ok_and(|(account, _)| virtual_account::is_due(app, account));
        if snapshot.verified().await && !is_due {
            return found;
        }
    }
    let account = virtual_account::find(app, merchant, wanted).await?;
    let transfers = transfers(&app.store, &account, page).await?;
    Ok((account, transfers))
}

async fn account_of(
    store: &Store,
    merchant: &MerchantId,
    wanted: &Wanted,
    page: Page,
) -> Result<(VirtualAccount, Vec<Transfer>), Error<virtual_account::Refusal>> {
    let account = lookup::stored(store, merchant, wanted).await?;
    let transfers = transfers(store, &account, page).await?;
    Ok((account, transfers))
}

async fn transfers(
    store: &Store,
    account: &VirtualAccount,
    page: Page,
) -> Result<Vec<Transfer>, Unavailable> {
    if account.payments == 0 {
        return Ok(Vec::new());
    }
    // One payment is not told in pages.
    let number = if account.kind.takes_many() { page.number } else { 0 };
    let skip = u64::from(number) * u64::from(page.size);
    store.transfers_list(&account.reference_no, skip, page.size).await
}
