//! A merchant asks what it is owed.

use lunas_domain::ledger::Payable;
use lunas_store::Unavailable;
use lunas_vocab::MerchantId;

use crate::app::App;

/// What there is for a merchant, as of one moment. It is read where commits go: a refund that was answered is seen.
pub async fn payable(app: &App, merchant: &MerchantId) -> Result<Payable, Unavailable> {
    app.store.payable_find(merchant).await
}
