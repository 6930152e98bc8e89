//! The store holds what the merchant knows, no more and no less: one payment for each order, each paid once, and every
//! notification settled.

use std::collections::HashMap;

use lunas_domain::ledger::Account;
use lunas_store::{NotificationFilter, NotificationState, PaymentFilter, Scope, Store};
use lunas_vocab::{MerchantId, Money, Phone};
use serde_json::Value;

use crate::order::{Order, PAYERS};

/// What every payer had at first.
const OPENING_BALANCE: Money = Money::idr(10_000_000);

/// What a payer must have after these orders.
pub(crate) fn left_to(phone: &str, orders: &[Order]) -> Money {
    OPENING_BALANCE.checked_sub(taken_from(phone, orders)).unwrap()
}

fn taken_from(phone: &str, orders: &[Order]) -> Money {
    orders.iter().fold(Money::ZERO_IDR, |sum, order| sum.checked_add(order.taken_from(phone)).unwrap())
}

/// Reads a store to which these orders were given and nothing else. All of them are done, and time has passed.
pub(crate) async fn kept(store: &Store, sandbox: &Value, orders: &[Order]) {
    let report = store.ledger_check().await.unwrap();
    assert!(report.is_sound(), "{report:?}");

    let mut open: HashMap<&str, &Order> = orders.iter().map(|o| (o.external_id.as_str(), o)).collect();
    let mut filter = PaymentFilter::default();
    loop {
        let page = store.payments_list(Scope::System, &filter).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.after = Some(last.reference_no.clone());
        for payment in page {
            // Taken out, so that a second payment of the same order finds none.
            let order = open.remove(payment.external_id.as_str()).expect("one payment for each order");
            let end = order.statuses().last().copied();
            assert_eq!((payment.amount, Some(payment.status.digits())), (order.amount, end), "{order:?}");
            assert_eq!(Some(payment.reference_no.as_str()), order.reference_no.as_deref());
        }
    }
    assert!(open.is_empty(), "lost: {open:?}");

    let mut taken = Money::ZERO_IDR;
    for phone in PAYERS {
        let row = store.customer_find_by_phone(&Phone::new(phone).unwrap()).await.unwrap().unwrap();
        let balance = store.balance_find(&Account::Wallet(row.customer.id)).await.unwrap();
        assert_eq!(balance, left_to(phone, orders), "{phone}");
        taken = taken.checked_add(taken_from(phone, orders)).unwrap();
    }
    let merchant = MerchantId::new(sandbox["merchantId"].as_str().unwrap()).unwrap();
    assert_eq!(store.balance_find(&Account::Merchant(merchant)).await.unwrap(), taken);

    for state in [NotificationState::Pending, NotificationState::Parked, NotificationState::Superseded] {
        let filter = NotificationFilter { state: Some(state), ..NotificationFilter::default() };
        assert_eq!(store.notifications_list(Scope::System, &filter).await.unwrap(), []);
    }
    println!("{} orders, {} paid: {taken}", orders.len(), report.paid_payments);
}
