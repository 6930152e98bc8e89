//! The messages of the transaction history: the forms that are read, the one that is written, and the way there and
//! back.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::round_trip::{amount, check, customer, item, order_id, reference_no, status, text, time};
use super::*;
use crate::field::Sent;
use crate::message::debit_payment::CustomerDetails;
use crate::message::history::{
    HistoryEntry, HistoryPayment, HistoryQris, HistoryRefund, HistoryStatus, HistoryTransfer, HistoryType,
};
use crate::message::history_detail::{HistoryDetailAnswer, HistoryDetailRequest};
use crate::message::history_list::{HistoryListAnswer, HistoryListRequest};

#[test]
fn a_page_is_asked_for_with_numbers_or_texts() {
    let check = |text: &str, expected: HistoryListRequest| {
        assert_eq!(HistoryListRequest::read(&value(text)), Ok(expected), "{text}");
    };
    let all = HistoryListRequest::default();
    check("{}", all.clone());
    check(r#"{"pageSize":null,"pageNumber":"","additionalInfo":[]}"#, all.clone());
    check(
        r#"{"pageSize":50,"pageNumber":7}"#,
        HistoryListRequest { page_size: 50, page_number: 7, ..all.clone() },
    );
    check(r#"{"pageSize":"1","pageNumber":"0"}"#, HistoryListRequest { page_size: 1, ..all.clone() });
    check(
        r#"{"additionalInfo":{"types":["payment","SEND_MONEY"],"payment":{"statuses":"Settlement"},"topUp":{"statuses":[1]},"sortOrder":"asc"}}"#,
        HistoryListRequest {
            types: vec![HistoryType::Payment, HistoryType::Disbursement],
            payment_statuses: vec![HistoryStatus::Settlement],
            oldest_first: true,
            ..all
        },
    );
}

#[test]
fn words_and_statuses_belong_together() {
    let check = |status: TransactionStatus, word: Option<&str>| {
        assert_eq!(HistoryStatus::of(status).map(HistoryStatus::word), word, "{status}");
    };
    check(TransactionStatus::Success, Some("SETTLEMENT"));
    check(TransactionStatus::Initiated, Some("AUTHORIZE"));
    check(TransactionStatus::Paying, None);
    check(TransactionStatus::Pending, Some("PENDING"));
    check(TransactionStatus::Refunded, Some("REFUND"));
    check(TransactionStatus::Cancelled, Some("CANCELLED"));
    check(TransactionStatus::Failed, Some("FAILED"));
    check(TransactionStatus::NotFound, None);
    check(TransactionStatus::Expired, Some("EXPIRED"));
    check(TransactionStatus::Rejected, Some("DENIED"));
    for word in HistoryStatus::ALL {
        assert_eq!(HistoryStatus::parse(&word.word().to_lowercase()), Some(*word));
    }
    for kind in HistoryType::ALL {
        assert_eq!([kind.word(), kind.older_word()].map(HistoryType::parse), [Some(*kind); 2]);
    }
}

fn list_request() -> impl Strategy<Value = HistoryListRequest> {
    let types = vec(proptest::sample::select(HistoryType::ALL), 0..3);
    let statuses = vec(proptest::sample::select(HistoryStatus::ALL), 0..3);
    (of(order_id()), of(time()), of(time()), 1..=50u32, any::<u32>(), types, statuses, any::<bool>())
        .prop_map(
            |(
                partner_reference_no,
                from,
                to,
                page_size,
                page_number,
                types,
                payment_statuses,
                oldest_first,
            )| {
                HistoryListRequest {
                    partner_reference_no,
                    from,
                    to,
                    page_size,
                    page_number,
                    types,
                    payment_statuses,
                    oldest_first,
                }
            },
        )
}

fn entry() -> impl Strategy<Value = HistoryEntry> {
    let texts = (of(text(20)), "[a-z_]{1,20}", of(text(20)), of(text(20)));
    let kind = proptest::sample::select(HistoryType::ALL);
    (reference_no(), order_id(), time(), amount(), status(), kind, texts, amount()).prop_map(
        |(reference_no, partner_reference_no, created_at, amount, status, kind, texts, fee)| {
            let (remark, channel, customer_email, account_no) = texts;
            HistoryEntry {
                reference_no,
                partner_reference_no,
                created_at,
                amount,
                status,
                kind,
                remark,
                channel,
                customer_email,
                account_no,
                fee,
            }
        },
    )
}

fn payment() -> impl Strategy<Value = HistoryPayment> {
    let refund = ("[A-Z0-9]{1,26}", amount(), of(text(20)), time(), of(time()), of(time())).prop_map(
        |(id, amount, reason, created_at, confirmed_at, cancelled_at)| HistoryRefund {
            id,
            amount,
            reason,
            created_at,
            confirmed_at,
            cancelled_at,
        },
    );
    // A customer of whom nothing is told is no customer, and the address of the bill is not shown.
    let customer = of((customer(), text(9))).prop_map(|customer| {
        customer.map(|(customer, name)| CustomerDetails {
            first_name: Some(name),
            billing_address: None,
            shipping_address: customer.shipping_address.filter(|address| *address != Default::default()),
            ..customer
        })
    });
    let option = of("GOPAY_WALLET|PAY_LATER");
    let qris = (any::<bool>(), "[a-z]{1,9}", "[a-z]{1,9}")
        .prop_map(|(is_on_us, issuer, acquirer)| HistoryQris { is_on_us, issuer, acquirer });
    let transfer = ("[0-9]{1,20}", of("[a-z_]{1,9}"), of("[0-9]{1,9}"), vec("[a-z]{1,9}", 0..3)).prop_map(
        |(virtual_account_number, bni_va_type, mandiri_bill_key, mandiri_bill_infos)| HistoryTransfer {
            virtual_account_number,
            bni_va_type,
            mandiri_bill_key,
            mandiri_bill_infos,
        },
    );
    let means = (of(qris), of(transfer));
    (time(), "[a-z_]{1,9}", option, means, vec(refund, 0..3), customer, vec(item(), 0..3)).prop_map(
        |(expires_at, source, gopay_option, (qris, transfer), refunds, customer, items)| HistoryPayment {
            expires_at,
            source,
            gopay_option,
            qris,
            transfer,
            refunds,
            customer: customer.map(Sent::from),
            items: items.into_iter().map(Sent::from).collect(),
        },
    )
}

proptest! {
    #[test]
    fn a_look_back_comes_back_as_it_was_written(
        request in list_request(),
        entries in vec(entry(), 0..3),
        ids in (order_id(), reference_no()),
        detail in (entry(), of(time()), of(payment())),
    ) {
        check(&request, HistoryListRequest::write, HistoryListRequest::read)?;
        check(&HistoryListAnswer { entries }, HistoryListAnswer::write, HistoryListAnswer::read)?;
        let (original_partner_reference_no, reference_no) = ids;
        let request = HistoryDetailRequest { original_partner_reference_no, reference_no };
        check(&request, HistoryDetailRequest::write, HistoryDetailRequest::read)?;
        let (entry, updated_at, payment) = detail;
        let answer = HistoryDetailAnswer { entry, updated_at, payment };
        check(&answer, HistoryDetailAnswer::write, HistoryDetailAnswer::read)?;
    }
}
