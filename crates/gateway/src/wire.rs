//! Between BI-SNAP's messages and the terms of the flows, by hand, one file per message. The only room that knows both.

pub(crate) mod account;
pub(crate) mod auth_capture;
pub(crate) mod auth_payment;
pub(crate) mod auth_query;
pub(crate) mod auth_refund;
pub(crate) mod auth_void;
pub(crate) mod balance_inquiry;
pub(crate) mod debit_cancel;
mod debit_notify;
pub(crate) mod debit_payment;
pub(crate) mod debit_refund;
pub(crate) mod debit_status;
pub(crate) mod history;
pub(crate) mod notification;
mod original;
pub(crate) mod qr_cancel;
pub(crate) mod qr_generate;
mod qr_notify;
pub(crate) mod qr_query;
pub(crate) mod qr_refund;
mod refund_history;
pub(crate) mod refusal;
mod spelling;
mod va_account;
mod va_bill;
pub(crate) mod va_create;
pub(crate) mod va_delete;
pub(crate) mod va_inquiry;
pub(crate) mod va_notify;
pub(crate) mod va_report;
pub(crate) mod va_status;

use lunas_snap::json::Value;

/// A JSON value as the bytes of an answer.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    value.to_compact().into_bytes()
}

#[cfg(test)]
mod tests {
    use lunas_domain::merchant::QrisProfile;
    use lunas_domain::payment::{self, Details, Identity, MerchantTerms, Method, Order, Payment, Product};
    use lunas_vocab::{Money, Timestamp};

    use super::*;
    use crate::app::public_url::short_hash;

    fn payment(product: Product, method: Method) -> Payment {
        let qris = QrisProfile {
            name: "Toko Kopi".into(),
            pan: "936009153000000001".into(),
            acquirer_merchant_id: "G000000001".into(),
            nmid: "ID1020000000001".into(),
            criteria: "UMI".into(),
            mcc: 5814,
            city: "Jakarta".into(),
            postal_code: "10110".into(),
            terminal: "A01".into(),
        };
        let order = Order {
            partner_reference_no: "order-1".parse().unwrap(),
            amount: Money::idr(10_000),
            product,
            method,
            valid_up_to: None,
            items: Vec::new(),
            details: Details { qris: (product == Product::Qris).then_some(qris), ..Details::default() },
        };
        let identity = Identity {
            reference_no: "A120270115080000AbCdEfGhIjID".parse().unwrap(),
            merchant: "G000000001".parse().unwrap(),
            external_id: "call-1".parse().unwrap(),
        };
        let terms =
            MerchantTerms { return_url: Some("https://shop.example".into()), ..MerchantTerms::default() };
        payment::open(order, identity, terms, Timestamp::from_ms(1_800_000_000_000)).unwrap().payment
    }

    /// Answers to openings are not kept but made again. A version that makes them otherwise, be it by another library that
    /// draws codes, cannot answer calls that come again within a day of the upgrade: whoever changes these figures says so
    /// in the changelog.
    #[test]
    fn openings_are_answered_as_by_the_version_before() {
        let check = |answer: Value, length: usize, hash: u32| {
            let answer = bytes(&answer);
            let found = (answer.len(), u32::from_be_bytes(short_hash(&answer)));
            assert_eq!(found, (length, hash), "{} {:x}", String::from_utf8_lossy(&answer), found.1);
        };
        for (method, length, hash) in [
            (Method::Gopay, 431, 0xb755_af23),
            (Method::Shopeepay, 435, 0x6a6b_e3b1),
            (Method::Dana, 430, 0x4019_21ff),
        ] {
            let payment = payment(Product::DirectDebit, method);
            check(debit_payment::answer(&payment, "https://pay.example/review".into()), length, hash);
        }
        for (method, sent, length, hash) in [
            (Method::Gopay, None, 2_088, 0xc48f_a9e4),
            (Method::Gopay, Some("gopay"), 2_088, 0x8c7c_432e),
            (Method::Shopeepay, None, 2_096, 0xb150_2302),
        ] {
            let payment = payment(Product::Qris, method);
            check(qr_generate::answer(&payment, "https://pay.example/qr/1.png".into(), sent), length, hash);
        }
    }
}
