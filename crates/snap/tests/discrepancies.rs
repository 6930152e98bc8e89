//! What a merchant reads where the contract's documents and samples disagree. Each test begins with the rows of
//! `docs/discrepancies.md` that it proves; what a gateway takes and sends is tested where the gateway is.

use lunas_snap::code::{Case, ResponseCode};
use lunas_snap::json::{self, Value};
use lunas_snap::message::debit_payment::PaymentAnswer;
use lunas_snap::message::debit_status::StatusAnswer;
use lunas_snap::message::{TransactionStatus, UsedOption, debit_notify, qr_notify, va_notify};
use lunas_vocab::Money;

fn value(text: &str) -> Value {
    json::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A status answer with these members.
fn status(members: &str) -> StatusAnswer {
    let text = format!(r#"{{"originalReferenceNo":"r","latestTransactionStatus":"04",{members}}}"#);
    StatusAnswer::read(&value(&text)).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A refund under these names of the merchant's number and of the time, with more members.
fn refund(number: &str, time: &str, more: &str) -> String {
    format!(
        r#"{{"refundNo":"1","{number}":"p-1","refundAmount":{{"value":"5000","currency":"IDR"}},"{time}":"2020-12-23T07:44:16+07:00"{more}}}"#
    )
}

#[test]
fn a3_the_amount_of_an_answer_is_read_under_either_name() {
    for name in ["gross_amount", "grossAmount"] {
        let text = format!(
            r#"{{"referenceNo":"r","webRedirectUrl":"https://x","additionalInfo":{{"{name}":{{"value":"7","currency":"IDR"}}}}}}"#
        );
        let read = PaymentAnswer::read(&value(&text)).map(|answer| answer.amount);
        assert_eq!(read, Ok(Some(Money::idr(7))), "{name}");
    }
}

#[test]
fn a5_a6_a7_a_history_is_read_in_three_places_under_either_name() {
    for (number, time) in [("partnerRefundNo", "refundTime"), ("partnerReferenceNo", "refundDate")] {
        let history = format!(r#""refundHistory":[{}]"#, refund(number, time, ""));
        for members in [
            history.clone(),
            format!(r#""additionalInfo":{{{history}}}"#),
            format!(r#""refundHistory":[],"additionalData":{{{history}}}"#),
        ] {
            let read = status(&members).refund_history;
            let [entry] = read.as_slice() else { panic!("one refund in {members}") };
            assert_eq!((entry.partner_refund_no.as_str(), entry.amount), ("p-1", Money::idr(5_000)));
            assert_eq!(entry.refunded_at.to_snap(), "2020-12-23T07:44:16+07:00");
        }
    }
}

#[test]
fn a11_a12_the_option_used_is_read_under_either_name_in_either_list() {
    let used = [UsedOption::new("gopay", "GOPAY_WALLET")];
    for list in ["payOptionDetails", "userPaymentDetails"] {
        for name in ["payOption", "payOptions"] {
            let option = format!(r#"{{"payMethod":"gopay","{name}":"GOPAY_WALLET"}}"#);
            let read = status(&format!(r#""additionalInfo":{{"{list}":[{option}]}}"#));
            assert_eq!(read.used_options, used, "{list} {name}");
        }
    }
    let both = r#""additionalInfo":{"payOptionDetails":[{"payMethod":"OLD","payOption":"OLD"}],"userPaymentDetails":[{"payMethod":"gopay","payOption":"GOPAY_WALLET"}]}"#;
    assert_eq!(status(both).used_options, used, "the newer list goes first");
}

#[test]
fn a17_a18_the_parties_of_a_code_are_read_as_an_object_or_a_list() {
    let parties = r#"{"issuerName":"dana","acquirerName":"gopay"}"#;
    for (qris, store) in
        [(parties.to_owned(), "externalStoreId"), (format!("[{parties}]"), "externalStoreID")]
    {
        let text = format!(
            r#"{{"originalReferenceNo":"r","latestTransactionStatus":"00","{store}":"s","additionalInfo":{{"qris":{qris}}}}}"#
        );
        let read =
            qr_notify::Notification::read(&value(&text)).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(read.external_store_id.as_deref(), Some("s"));
        assert_eq!(read.parties.map(|parties| parties.issuer).as_deref(), Some("dana"));
    }
}

#[test]
fn a26_the_state_of_an_account_is_read_under_either_name() {
    let number =
        r#""partnerServiceId":"   70012","customerNo":"628","virtualAccountNo":"   70012628","trxId":"t""#;
    for state in [r#""additionalInfo":{"paymentFlagStatus":"00"}"#, r#""latestTransactionStatus":"00""#] {
        let read = va_notify::Notification::read(&value(&format!("{{{number},{state}}}")));
        assert_eq!(read.map(|notification| notification.status), Ok(TransactionStatus::Success), "{state}");
    }
}

#[test]
fn b1_b2_b3_b4_b5_b6_b7_b8_a_code_is_read_by_its_class_and_its_case() {
    let check = |text: &str, case: Case| {
        assert_eq!(ResponseCode::parse(text).and_then(|code| code.case()), Some(case), "{text}");
    };
    for success in ["2007400", "2007300", "20054000", "20057000", "20058000"] {
        check(success, Case::Successful);
    }
    check("4031003", Case::SuspectedFraud);
    check("4031014", Case::InsufficientFunds);
    check("4036515", Case::TransactionNotPermitted);
    check("4001001", Case::InvalidFieldFormat);
    check("4002601", Case::InvalidFieldFormat);
    check("5042700", Case::Timeout);
}

#[test]
fn c1_c2_h11_a_state_is_read_as_digits_or_a_word_and_of_a_refund_in_any() {
    for (text, expected) in [
        ("00", TransactionStatus::Success),
        ("settlement", TransactionStatus::Success),
        ("authorize", TransactionStatus::Initiated),
        ("partial_refund", TransactionStatus::Refunded),
        ("expire", TransactionStatus::Expired),
        ("deny", TransactionStatus::Rejected),
    ] {
        let text = format!(r#"{{"originalReferenceNo":"r","latestTransactionStatus":"{text}"}}"#);
        let read = debit_notify::Notification::read(&value(&text)).map(|notification| notification.status);
        assert_eq!(read, Ok(expected), "{text}");
    }
    for (digits, expected) in [
        ("00", TransactionStatus::Success),
        ("03", TransactionStatus::Pending),
        ("06", TransactionStatus::Failed),
    ] {
        let more = format!(r#","refundStatus":"{digits}""#);
        let read =
            status(&format!(r#""refundHistory":[{}]"#, refund("partnerRefundNo", "refundTime", &more)));
        assert_eq!(read.refund_history.first().map(|entry| entry.status), Some(expected));
    }
}
