//! A merchant's history: what of it is shown, in which order, and nobody else's.

use lunas_domain::payment::{Payment, Status};
use lunas_domain::virtual_account::{Kind, Transfer, VirtualAccount};
use lunas_store::HistoryFilter;
use lunas_vocab::{PartnerReferenceNo, TrxId};

use super::accounts;
use super::sample::*;

#[tokio::test]
async fn a_history_is_filtered_ordered_and_cut_into_pages() {
    let fresh = Fresh::open().await;
    let opened = |name: &str, merchant: &str, order: &str, seconds| {
        open(Payment {
            merchant: merchant_id(merchant),
            partner_reference_no: PartnerReferenceNo::new(order).unwrap(),
            created_at: after(seconds),
            ..payment(name)
        })
    };
    fresh.put([opened("A1", "G1", "order-1", 0)]).await;
    fresh.put([opened("A2", "G2", "order-1", 1)]).await;
    fresh
        .put([opened("A3", "G1", "order-2", 2), moved(Payment { created_at: after(2), ..paid("A3", "c1") })])
        .await;
    fresh.put([opened("A4", "G1", "order-1", 3)]).await;
    fresh.put([opened("A5", "G1", "order-3", 4)]).await;

    let all = HistoryFilter {
        references: (reference("A0"), reference("A9")),
        opened: (after(0), after(9)),
        partner_reference_no: None,
        statuses: None,
        oldest_first: false,
        skip: 0,
        limit: 10,
    };
    let check = async |filter: HistoryFilter, expected: &[&str]| {
        let found = fresh.store.history_list(&merchant_id("G1"), &filter).await.unwrap();
        let names: Vec<_> = found.iter().map(|line| line.reference_no.as_str()).collect();
        assert_eq!(names, expected, "{filter:?}");
    };
    check(all.clone(), &["A5", "A4", "A3", "A1"]).await;
    check(HistoryFilter { oldest_first: true, ..all.clone() }, &["A1", "A3", "A4", "A5"]).await;
    check(HistoryFilter { skip: 1, limit: 2, ..all.clone() }, &["A4", "A3"]).await;
    check(HistoryFilter { skip: 4, ..all.clone() }, &[]).await;
    check(HistoryFilter { skip: u64::MAX, ..all.clone() }, &[]).await;
    check(HistoryFilter { opened: (after(2), after(3)), ..all.clone() }, &["A4", "A3"]).await;
    check(HistoryFilter { references: (reference("A3"), reference("A5")), ..all.clone() }, &["A4", "A3"])
        .await;
    let order = |order: &str| Some(PartnerReferenceNo::new(order).unwrap());
    check(HistoryFilter { partner_reference_no: order("order-1"), ..all.clone() }, &["A4", "A1"]).await;
    let statuses = |statuses: &[Status]| Some(statuses.to_vec());
    check(HistoryFilter { statuses: statuses(&[Status::Paid]), ..all.clone() }, &["A3"]).await;
    let both = statuses(&[Status::Expired, Status::Pending]);
    check(HistoryFilter { statuses: both, ..all.clone() }, &["A5", "A4", "A1"]).await;
    check(HistoryFilter { statuses: statuses(&[]), ..all }, &[]).await;
}

/// An account is one line, and each of its later payments another; the account is paid once anybody has paid.
#[tokio::test]
async fn accounts_and_their_later_payments_are_lines_beside_payments() {
    let fresh = Fresh::open().await;
    let opened = accounts::account("A2", "order-2", "70012628");
    let opened = VirtualAccount { kind: Kind::Multi, ..opened };
    fresh.put([open(payment("A1"))]).await;
    fresh.put([accounts::open(&opened)]).await;
    fresh.put([accounts::open(&accounts::account("A4", "order-4", "70012629"))]).await;
    for (payments, payment_no, order) in [(1, "A2", "order-2"), (2, "A3", "order-2-later")] {
        let next = VirtualAccount { payments, version: payments + 1, ..opened.clone() };
        let transfer = Transfer {
            reference_no: reference("A2"),
            trx_id: TrxId::new(order).unwrap(),
            version: payments + 1,
            ..accounts::transfer(payment_no, payment_no)
        };
        fresh.put([accounts::moved(&next), accounts::add(&transfer), accounts::journal(&transfer)]).await;
    }
    let check = async |order: Option<&str>, statuses: Option<Vec<Status>>, expected: &[&str]| {
        let filter = HistoryFilter {
            references: (reference("A0"), reference("A9")),
            opened: (after(0), after(99)),
            partner_reference_no: order.map(|order| PartnerReferenceNo::new(order).unwrap()),
            statuses,
            oldest_first: false,
            skip: 0,
            limit: 10,
        };
        let lines = async |merchant| fresh.store.history_list(&merchant_id(merchant), &filter).await.unwrap();
        let found = lines("G1").await;
        let found: Vec<_> =
            found.iter().map(|line| format!("{} {}", line.about.word(), line.reference_no)).collect();
        assert_eq!(found, expected, "{filter:?}");
        assert_eq!(lines("G2").await, []);
    };
    let all = ["virtual-account A4", "transfer A3", "virtual-account A2", "payment A1"];
    check(None, None, &all).await;
    check(Some("order-2"), None, &all[2..3]).await;
    check(Some("order-2-later"), None, &all[1..2]).await;
    check(None, Some(vec![Status::Paid]), &all[1..3]).await;
    check(None, Some(vec![Status::Pending]), &["virtual-account A4", "payment A1"]).await;
}
