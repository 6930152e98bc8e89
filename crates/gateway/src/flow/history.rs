//! A merchant looks back at its payments: a page of them, or one.
//!
//! Reading changes nothing, so there is no first answer to give again. The contract still wants each `X-EXTERNAL-ID` to
//! be used once a day here; the key is taken last, after an answer is found, so that a call that failed takes none.

use lunas_domain::history::Window;
use lunas_domain::payment::{Payment, Refund, Status};
use lunas_domain::replay;
use lunas_store::{Changes, HistoryFilter, Refused, Scope, Write};
use lunas_vocab::{MerchantId, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::payment::Repeatable;
use super::{Refusal, refund};
use crate::app::{App, ids};

/// What a merchant looks for.
#[derive(Clone, Debug)]
pub struct Search {
    /// Only payments with this order id.
    pub partner_reference_no: Option<PartnerReferenceNo>,
    /// Only those opened at this time or later.
    pub from: Option<Timestamp>,
    /// Only those opened at this time or earlier.
    pub to: Option<Timestamp>,
    /// Only those that stand in one of these, if there is a list.
    pub statuses: Option<Vec<Status>>,
    /// Whether the oldest comes first, else the newest.
    pub oldest_first: bool,
    /// How many.
    pub page_size: u32,
    /// Which page; the first is 0.
    pub page_number: u32,
}

/// The page of a merchant's payments that a search asks for.
pub async fn list(
    app: &App,
    merchant: &MerchantId,
    search: Search,
    key: Repeatable,
) -> Result<Vec<Payment>, Refusal> {
    let now = app.env.now();
    let window = Window::of(search.from, search.to, now).map_err(Refusal::Window)?;
    let filter = HistoryFilter {
        references: ids::references_between(window.from, window.to),
        opened: (window.from, window.to),
        partner_reference_no: search.partner_reference_no,
        statuses: search.statuses,
        oldest_first: search.oldest_first,
        skip: u64::from(search.page_number) * u64::from(search.page_size),
        limit: search.page_size,
    };
    let page = app.store.payments_history(merchant, &filter).await?;
    take(app, key, now).await?;
    Ok(page)
}

/// One of a merchant's payments with its refunds. Both of its ids have to be right.
pub async fn detail(
    app: &App,
    merchant: &MerchantId,
    reference_no: &ReferenceNo,
    partner_reference_no: &PartnerReferenceNo,
    key: Repeatable,
) -> Result<(Payment, Vec<Refund>), Refusal> {
    let found = app.store.payment_find(Scope::Partner(merchant), reference_no).await?;
    let payment = found.filter(|payment| payment.partner_reference_no == *partner_reference_no);
    let payment = payment.ok_or(Refusal::NotFound)?;
    let refunds = refund::history(app, &payment).await?;
    take(app, key, app.env.now()).await?;
    Ok((payment, refunds))
}

/// Takes the call's key for the rest of the day.
async fn take(app: &App, key: Repeatable, now: Timestamp) -> Result<(), Refusal> {
    let claim = Write::ReplayClaim {
        key: key.key,
        request_hash: key.request_hash,
        body: Vec::new(),
        opened: None,
        now,
        kept_until: replay::taken_until(now),
    };
    match app.store.commit(Changes::new().with(claim)).await {
        Ok(()) => Ok(()),
        Err(Refused::Replay) => Err(Refusal::KeyTaken),
        Err(refused) => Err(refused.into()),
    }
}
