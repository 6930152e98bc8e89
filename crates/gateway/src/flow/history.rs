//! A merchant looks back at its payments and at the orders of its virtual accounts: a page of them, or one.
//!
//! Reading changes nothing, so there is no first answer to give again. The contract still wants each `X-EXTERNAL-ID` to
//! be used once a day here; the key is taken last, after an answer is found, so that a call that failed takes none.
//!
//! What is looked at may be old and lie on cold pages, and there may be much of it. So a replica is read where there is
//! one, and what it gave is answered if it is verified to be no older than what was answered before, by any node.

use lunas_domain::history::{Window, WindowRejection};
use lunas_domain::notification::About;
use lunas_domain::payment::{Payment, Refund, Status};
use lunas_domain::virtual_account::{Transfer, VirtualAccount};
use lunas_store::{HistoryFilter, Scope, Store, Unavailable};
use lunas_vocab::{MerchantId, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::idempotency::IdempotentCall;
use super::{Error, Family, refund, search};
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

/// One transaction of a merchant.
#[derive(Clone, Debug)]
pub enum Transaction {
    /// A payment.
    Payment(Payment),
    /// An order of a virtual account, with the payment that was made for it if one was.
    Order(VirtualAccount, Option<Transfer>),
}

impl Transaction {
    /// Whether it goes by that id of the merchant.
    fn is_order(&self, order: &PartnerReferenceNo) -> bool {
        match self {
            Self::Payment(payment) => payment.partner_reference_no == *order,
            Self::Order(account, transfer) => {
                let trx_id = transfer.as_ref().map_or(&account.trx_id, |transfer| &transfer.trx_id);
                trx_id.as_str() == order.as_str()
            }
        }
    }
}

/// Why nothing is told of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// What was asked for lies outside what a merchant may look back at.
    Window(WindowRejection),
    /// There is no such transaction, or it is somebody else's.
    NotFound,
}

impl Family for Refusal {
    fn is_absence(&self) -> bool {
        *self == Self::NotFound
    }
}

/// The page of a merchant's transactions that a search asks for.
pub async fn list(
    app: &App,
    merchant: &MerchantId,
    search: Search,
    call: IdempotentCall,
) -> Result<Vec<Transaction>, Error<Refusal>> {
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
    let mut found = None;
    if let Some(snapshot) = app.store.replica_snapshot().await {
        let page = page(snapshot.store(), merchant, &filter).await;
        found = snapshot.verified().await.then_some(page);
    }
    let page = match found {
        Some(page) => page?,
        None => page(&app.store, merchant, &filter).await?,
    };
    call.take_for_today(app, now).await?;
    Ok(page)
}

async fn page(
    store: &Store,
    merchant: &MerchantId,
    filter: &HistoryFilter,
) -> Result<Vec<Transaction>, Unavailable> {
    let lines = store.history_list(merchant, filter).await?;
    let mut page = Vec::with_capacity(lines.len());
    for line in lines {
        page.extend(find(store, merchant, line.about, &line.reference_no).await?);
    }
    Ok(page)
}

/// The record of one line.
async fn find(
    store: &Store,
    merchant: &MerchantId,
    about: About,
    reference_no: &ReferenceNo,
) -> Result<Option<Transaction>, Unavailable> {
    let scope = Scope::Merchant(merchant);
    Ok(match about {
        // No money is moved by a link.
        About::Link => None,
        About::Payment => store.payment_find(scope, reference_no).await?.map(Transaction::Payment),
        About::VirtualAccount => {
            let Some(account) = store.account_find(scope, reference_no).await? else { return Ok(None) };
            let transfer = match account.payments {
                0 => None,
                _ => store.transfer_find_by_no(scope, reference_no).await?,
            };
            Some(Transaction::Order(account, transfer))
        }
        About::Transfer => {
            let Some(transfer) = store.transfer_find_by_no(scope, reference_no).await? else {
                return Ok(None);
            };
            let account = store.account_find(scope, &transfer.reference_no).await?;
            account.map(|account| Transaction::Order(account, Some(transfer)))
        }
    })
}

/// One of a merchant's transactions with its refunds. Both of its ids have to be right.
pub async fn detail(
    app: &App,
    merchant: &MerchantId,
    reference_no: &ReferenceNo,
    partner_reference_no: &PartnerReferenceNo,
    call: IdempotentCall,
) -> Result<(Transaction, Vec<Refund>), Error<Refusal>> {
    let mut found = None;
    if let Some(snapshot) = app.store.replica_snapshot().await {
        let one = one(snapshot.store(), merchant, reference_no, partner_reference_no).await;
        found = snapshot.verified().await.then_some(one);
    }
    let (transaction, refunds) = match found {
        Some(one) => one?,
        None => {
            let one = || one(&app.store, merchant, reference_no, partner_reference_no);
            search::certain(&app.store, one).await?
        }
    };
    call.take_for_today(app, app.env.now()).await?;
    Ok((transaction, refunds))
}

async fn one(
    store: &Store,
    merchant: &MerchantId,
    reference_no: &ReferenceNo,
    partner_reference_no: &PartnerReferenceNo,
) -> Result<(Transaction, Vec<Refund>), Error<Refusal>> {
    let mut transaction = None;
    for about in About::ALL {
        if transaction.is_none() {
            transaction = find(store, merchant, about, reference_no).await?;
        }
    }
    let transaction = transaction.filter(|found| found.is_order(partner_reference_no));
    let transaction = transaction.ok_or(Refusal::NotFound)?;
    let refunds = match &transaction {
        Transaction::Payment(payment) => refund::history(store, payment).await?,
        Transaction::Order(..) => Vec::new(),
    };
    Ok((transaction, refunds))
}
