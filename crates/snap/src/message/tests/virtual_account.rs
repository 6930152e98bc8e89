//! The messages of virtual accounts: the forms that are read, the one that is written, and the way there and back.

use lunas_vocab::{BankRequestId, TrxId};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::round_trip::{amount, assert_verifiable, check, customer, item, reference_no, status, text, time};
use super::*;
use crate::field::{Part as _, Sent, WithRest};
use crate::message::NotificationText;
use crate::message::va_bill::Bill;
use crate::message::va_create::{CreateAnswer, CreateRequest, Details, FreeText, MandiriBill, Words};
use crate::message::va_delete::{DeleteAnswer, DeleteRequest};
use crate::message::va_inquiry::{AmountKind, InquiryAnswer, InquiryRequest};
use crate::message::va_notify::{Notification, NotificationAnswer};
use crate::message::va_report::{ReportAnswer, ReportRequest};
use crate::message::va_status::{MultiUse, Payment, SingleUse, State, StatusAnswer, StatusRequest};
use crate::virtual_account::{Bank, Number};

/// How the number below stands in every message.
const NUMBER: &str =
    r#""partnerServiceId":"   70012","customerNo":"6280123456","virtualAccountNo":"   700126280123456""#;

fn sample() -> Number {
    Number::new("70012", "6280123456")
}

fn trx(text: &str) -> TrxId {
    TrxId::new(text).expect("an id")
}

/// A request with every mandatory member.
fn create(replace: &[(&str, &str)]) -> String {
    let text = format!(
        r#"{{{NUMBER},"virtualAccountName":"Jokul Doe","trxId":"order-0200","totalAmount":{{"value":"10000.00","currency":"IDR"}},"additionalInfo":{{"bank":"mandiri","merchantId":"G000000001","mandiri":{{"billInfo1":"Order","billInfo2":"0200"}}}}}}"#
    );
    replace.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from} stands in the request");
        text.replacen(from, to, 1)
    })
}

#[test]
fn an_account_is_asked_for_in_every_form_that_is_sent() {
    let check = |replace: &[(&str, &str)]| {
        let text = create(replace);
        let read = CreateRequest::read(&value(&text)).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!((&read.number, read.amount), (&sample(), Money::idr(10_000)), "{text}");
        assert_eq!((read.details.bank, read.trx_id.as_str()), (Bank::Mandiri, "order-0200"), "{text}");
        let infos = read.details.mandiri.as_ref().map(|bill| (bill.0[0].as_deref(), bill.0[1].as_deref()));
        assert_eq!(infos, Some((Some("Order"), Some("0200"))), "{text}");
        read
    };
    assert_eq!(check(&[]).write().to_compact(), create(&[]), "what is sent is read and written the same");
    check(&[(r#""mandiri":{"#, r#""mandiri":[{"#), ("}}}", "}]}}")]);
    check(&[("\"mandiri\"", "\"MANDIRI\"")]);
    check(&[(r#""   70012""#, r#"" 70012""#), (r#""   700126"#, r#""700126"#)]);
    check(&[(r#""6280123456""#, "6280123456")]);
    check(&[("merchantId", "merchant_id"), ("10000.00", "10000")]);
    for (flags, expected) in [
        ("{}", false),
        ("[]", false),
        (r#"{"shouldRandomizeVaNumber":true}"#, true),
        (r#"{"shouldRandomizeVaNumber":false}"#, false),
        (r#"{"shouldRandomizeVaNumber":"TRUE"}"#, true),
    ] {
        let read = check(&[("\"merchantId\"", &format!(r#""flags":{flags},"merchantId""#))]);
        assert_eq!(read.should_randomize, expected, "{flags}");
    }
    let more = r#""items":{"price":{"value":"5000","currency":"IDR"},"quantity":2},"customField":{"2":"b"},"freeText":[{"inquiry":{"english":"e"}}],"merchantId""#;
    let read = check(&[("\"merchantId\"", more)]);
    assert_eq!((read.details.items.len(), read.details.free_texts.len()), (1, 1));
    assert_eq!(read.details.custom_field.0, [None, Some("b".to_owned()), None]);
    let long = format!(r#""billInfo3":"{0}","billInfo4":"{0}","billInfo1""#, "é".repeat(40));
    let bill = check(&[("\"billInfo1\"", &long)]).details.into_inner().mandiri.expect("Mandiri's texts");
    let length = |at: usize| bill.0[at].as_ref().map(|text| text.chars().count());
    assert_eq!((length(2), length(3)), (Some(10), Some(30)), "long texts are cut");
    let unknown = [
        ("\"billInfo1\"", r#""billInfo9":"till 4""#),
        ("\"merchantId\"", r#""freeText":[{"inquiry":{"english":"e","tone":1},"line":"2"}]"#),
    ];
    for (before, sent) in unknown {
        let written = check(&[(before, &format!("{sent},{before}"))]).details.write().to_compact();
        assert!(written.contains(sent), "what is not known comes back: {written}");
    }
}

#[test]
fn an_account_is_refused_for_what_is_missing_or_wrong() {
    let check = |replace: &[(&str, &str)], expected: &str| {
        let text = create(replace);
        assert_eq!(refusal(CreateRequest::read(&value(&text))), expected, "{text}");
    };
    let mandatory = |name: &str| format!("Invalid Mandatory Field {name}");
    let format = |fault: &str| format!("Invalid Field Format {fault}");
    for name in
        ["partnerServiceId", "customerNo", "virtualAccountNo", "virtualAccountName", "trxId", "totalAmount"]
    {
        check(&[(&format!("\"{name}\""), "\"other\"")], &mandatory(name));
    }
    check(&[("additionalInfo", "other")], &mandatory("additionalInfo"));
    check(&[("\"bank\"", "\"other\"")], &mandatory("additionalInfo.bank"));
    check(&[("merchantId", "other")], &mandatory("additionalInfo.merchantId"));
    check(&[("\"mandiri\":", "\"other\":")], &mandatory("additionalInfo.mandiri"));
    check(&[("billInfo2", "other")], &mandatory("additionalInfo.mandiri.billInfo2"));
    check(
        &[("\"mandiri\"", "\"other\"")],
        &format("additionalInfo.bank: this bank has no virtual accounts here"),
    );
    check(&[("order-0200", "order 1")], &format("trxId: only letters, digits and - _ ~ . are allowed"));
    check(&[("order-0200", &"x".repeat(37))], &format("trxId: at most 36 characters are allowed"));
    check(
        &[("   700126280123456", "   700126280123457")],
        &format("virtualAccountNo: partnerServiceId followed by customerNo was expected"),
    );
    check(&[("6280123456", "62801234x6")], &format("customerNo: digits were expected"));
    check(
        &[("\"   70012\"", "\"        \"")],
        &format("partnerServiceId: digits with blanks before them were expected"),
    );
    check(
        &[("\"merchantId\"", r#""flags":{"shouldRandomizeVaNumber":1},"merchantId""#)],
        &format("additionalInfo.flags.shouldRandomizeVaNumber: true or false was expected"),
    );
    let phone = r#""virtualAccountPhone":"628123","trxId""#;
    check(&[("\"trxId\"", phone)], "none");
    check(
        &[("\"trxId\"", phone), ("\"mandiri\"", "\"bni\"")],
        &format(
            "virtualAccountPhone: for this bank the number begins with +62 or 0 and has at most 30 characters",
        ),
    );
}

#[test]
fn an_account_is_answered_inside_and_read_inside_or_beside() {
    let info = r#""additionalInfo":{"bank":"bca","merchantId":"G1"}"#;
    let data = format!(r#"{{{NUMBER},"virtualAccountName":"Jokul","trxId":"order-0200""#);
    let read = |text: String| CreateAnswer::read(&value(&text)).unwrap_or_else(|e| panic!("{e}: {text}"));
    let inside = format!(
        r#"{{"responseCode":"2002700","responseMessage":"Successful","virtualAccountData":{data},{info}}}}}"#
    );
    let answer = read(inside.clone());
    assert_eq!(answer.details.as_ref().map(|details| details.bank), Some(Bank::Bca));
    assert_eq!(answer.write().to_compact(), inside);
    assert_eq!(read(format!(r#"{{"virtualAccountData":{data}}},{info}}}"#)), answer);
    let unknown = read(format!(r#"{{"virtualAccountData":{data},"additionalInfo":{{"bank":"x"}}}}}}"#));
    assert_eq!(unknown.details, None, "an unknown bank is no reason to lose the number");
}

/// The merchant's id of the account, the merchant, the page and its size.
type Asked<'a> = (Option<&'a str>, Option<&'a str>, Option<u32>, Option<u32>);

#[test]
fn a_status_is_asked_for_by_either_id_and_a_page() {
    let check = |more: &str, expected: Result<Asked<'_>, &str>| {
        let text = format!("{{{NUMBER}{more}}}");
        let read = StatusRequest::read(&value(&text));
        let parts = read.as_ref().map(|read| {
            let inquiry = read.inquiry_request_id.as_ref().map(TrxId::as_str);
            (inquiry, Some(read.merchant_id.as_str()), read.page, read.page_size)
        });
        let parts = parts.map_err(|error| Failure::from(error.clone()).message());
        assert_eq!(parts, expected.map_err(str::to_owned), "{text}");
    };
    let missing = Err("Invalid Mandatory Field additionalInfo.merchantId");
    for none in
        ["", r#","additionalInfo":[]"#, r#","additionalInfo":{}"#, r#","additionalInfo":{"merchantId":""}"#]
    {
        check(&format!(r#","inquiryRequestId":"t"{none}"#), missing);
    }
    let whose = r#","additionalInfo":{"merchantId":"G1"}"#;
    check(whose, Ok((None, Some("G1"), None, None)));
    check(&format!(r#","inquiryRequestId":"t"{whose}"#), Ok((Some("t"), Some("G1"), None, None)));
    check(&format!(r#","paymentRequestId":"t"{whose}"#), Ok((None, Some("G1"), None, None)));
    let both = r#","inquiryRequestId":"t","paymentRequestId":"t""#;
    check(
        &format!(r#"{both},"additionalInfo":{{"merchant_id":"G1","page":"0","pageSize":15}}"#),
        Ok((Some("t"), Some("G1"), Some(0), Some(15))),
    );
    for size in ["0", "16"] {
        check(
            &format!(r#"{both},"additionalInfo":{{"merchantId":"G1","pageSize":"{size}"}}"#),
            Err("Invalid Field Format additionalInfo.pageSize: a page has from 1 to 15 payments"),
        );
    }
    check(
        &format!(r#"{both},"additionalInfo":{{"merchantId":"G1","page":"-1"}}"#),
        Err("Invalid Field Format additionalInfo.page: a whole number was expected"),
    );
    let number = r#"{"partnerServiceId":"  088899","customerNo":12345678901234567890,"virtualAccountNo":"  08889912345678901234567890","inquiryRequestId":"t","additionalInfo":{"merchant_id":"G1"}}"#;
    let read = StatusRequest::read(&value(number)).expect("a request");
    assert_eq!(read.number.customer_no(), "12345678901234567890", "digits are not counted on");
}

#[test]
fn states_of_accounts_have_exact_texts() {
    let check = |state: State, expected: &str| {
        let answer = StatusAnswer {
            number: sample(),
            inquiry_request_id: Some(trx("t")),
            merchant_id: MerchantId::new("G1").ok(),
            state,
        };
        assert_eq!(answer.write().to_compact(), expected);
        assert_eq!(StatusAnswer::read(&value(expected)), Ok(answer));
    };
    let head = format!(
        r#"{{"responseCode":"2002600","responseMessage":"Successful","virtualAccountData":{{{NUMBER},"inquiryRequestId":"t""#
    );
    check(
        State::Single(SingleUse {
            payment_request_id: Some(reference()),
            amount: Some(Money::idr(10_000)),
            created_at: Some(at("2024-10-07T15:45:22+07:00")),
            paid_at: Some(at("2024-10-07T15:46:22+07:00")),
            status: Some(TransactionStatus::Success),
            ..SingleUse::default()
        }),
        &format!(
            r#"{head},"paymentRequestId":"A120241007084522AbCdEfGhIjID","totalAmount":{{"value":"10000.00","currency":"IDR"}},"trxDateTime":"2024-10-07T15:45:22+07:00","transactionDate":"2024-10-07T15:46:22+07:00","paymentType":"","flagAdvise":"","paymentFlagStatus":"00","paymentFlagReason":{{"english":"settlement","indonesia":"BERHASIL"}}}},"additionalInfo":{{"merchantId":"G1"}}}}"#
        ),
    );
    let payment = Payment {
        trx_id: trx("t-1"),
        payment_request_id: None,
        amount: Some(Money::idr(5_000)),
        created_at: None,
        paid_at: None,
        status: TransactionStatus::Success,
    };
    check(
        State::Multi(MultiUse { payments: vec![payment], total: 7, page: 1, page_size: 1 }),
        &format!(
            r#"{head}}},"additionalInfo":{{"merchantId":"G1","recurringPaymentDetail":{{"recurringOrders":[{{"totalAmount":{{"value":"5000.00","currency":"IDR"}},"paymentFlagReason":{{"english":"settlement","indonesia":"BERHASIL"}},"paymentFlagStatus":"00","trxId":"t-1"}}],"paginationMetadata":{{"total":"7","pageSize":"1","page":"1"}}}}}}}}"#
        ),
    );
    let seed = format!(
        r#"{{"virtualAccountData":{{{NUMBER},"inquiryRequestId":"t","paidAmount":{{"Value":"10000.00","Currency":"IDR"}},"paidBills":"95000","paymentFlagStatus":"08","billDetails":[{{"billNo":1}}],"additionalInfo":{{"merchant_id":"G1"}}}},"additionalInfo":{{}}}}"#
    );
    let read = StatusAnswer::read(&value(&seed)).expect("an answer");
    let State::Single(state) = read.state else { panic!("one state") };
    assert_eq!(
        (state.paid_amount, state.status),
        (Some(Money::idr(10_000)), Some(TransactionStatus::Expired))
    );
    let bill = Bill { number: Some("1".to_owned()), ..Bill::default() };
    assert_eq!(state.bills, [bill]);
    assert_eq!(read.merchant_id, MerchantId::new("G1").ok());
}

fn words_of(english: &str, indonesia: &str) -> Words {
    Words { english: Some(english.to_owned()), indonesia: Some(indonesia.to_owned()) }
}

/// The bill of the seed's sample, and what becomes of texts that are longer than their members.
#[test]
fn s1_a_bill_has_every_member_of_the_sample_none_longer_than_the_table_says() {
    let bill = Bill {
        number: Some("12123456789012345678".to_owned()),
        name: Some("Iuran pemeliharaan lingkungan".to_owned()),
        description: words_of("Maintenance of the place", "Pemeliharaan"),
        sub_company: Some("00000".to_owned()),
        amount: Some(Money::idr(100_000)),
        reference_no: Some("999900113696201001".to_owned()),
        status: Some(TransactionStatus::Success),
    };
    let single = SingleUse {
        status: Some(TransactionStatus::Expired),
        reference_no: Some("999900113696201001".to_owned()),
        bills: vec![bill],
        free_texts: vec![words_of(&"x".repeat(64), "Tulisan bebas")],
        ..SingleUse::default()
    };
    let (inquiry_request_id, merchant_id) = (None, None);
    let answer =
        StatusAnswer { number: sample(), inquiry_request_id, merchant_id, state: State::Single(single) };
    let cut = "x".repeat(32);
    assert_eq!(
        answer.write().to_compact(),
        format!(
            r#"{{"responseCode":"2002600","responseMessage":"Successful","virtualAccountData":{{{NUMBER},"referenceNo":"900113696201001","paymentFlagStatus":"08","paymentFlagReason":{{"english":"expire","indonesia":"KEDALUWARSA"}},"billDetails":[{{"billCode":"01","billNo":"123456789012345678","billName":"Iuran pemeliharaan l","billShortName":"Iuran peme","billDescription":{{"english":"Maintenance of the","indonesia":"Pemeliharaan"}},"billSubCompany":"00000","billAmount":{{"value":"100000.00","currency":"IDR"}},"additionalInfo":{{"value":""}},"billReferenceNo":"900113696201001","status":"00","reason":{{"english":"Success","indonesia":"Sukses"}}}}],"freeTexts":[{{"english":"{cut}","indonesia":"Tulisan bebas"}}]}},"additionalInfo":{{}}}}"#
        )
    );
}

#[test]
fn an_account_is_closed_under_both_names_of_the_merchant() {
    for name in ["merchantId", "merchant_id"] {
        let text = format!(r#"{{{NUMBER},"trxId":"t","additionalInfo":{{"{name}":"G1"}}}}"#);
        let read = DeleteRequest::read(&value(&text)).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(read.merchant_id.as_str(), "G1");
        for answer in [
            format!(
                r#"{{"virtualAccountData":{{{NUMBER},"trxId":"t","additionalInfo":{{"{name}":"G1"}}}}}}"#
            ),
            format!(
                r#"{{"virtualAccountData":{{{NUMBER},"trxId":"t"}},"additionalInfo":{{"{name}":"G1"}}}}"#
            ),
        ] {
            let read = DeleteAnswer::read(&value(&answer)).expect("an answer");
            assert_eq!(
                read.write().to_compact(),
                format!(
                    r#"{{"responseCode":"2003100","responseMessage":"Successful","virtualAccountData":{{{NUMBER},"trxId":"t","additionalInfo":{{"merchantId":"G1"}}}}}}"#
                )
            );
        }
    }
    let refused = |text: &str| refusal(DeleteRequest::read(&value(text)));
    let without = format!(r#"{{{NUMBER},"trxId":"t"}}"#);
    assert_eq!(refused(&without), "Invalid Mandatory Field additionalInfo.merchantId");
}

#[test]
fn a_bank_asks_and_reports_in_the_forms_of_the_standard() {
    for name in ["trxDateInit", "txnDateInit"] {
        let text = format!(
            r#"{{{NUMBER},"inquiryRequestId":"b-1","{name}":"20201231T235959Z","channelCode":6011,"additionalInfo":{{}}}}"#
        );
        let read = InquiryRequest::read(&value(&text)).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(read.started_at, Some(at("2020-12-31T23:59:59Z")));
        assert_eq!(read.channel_code.as_deref(), Some("6011"));
    }
    for (advice, expected) in [("Y", true), ("N", false), ("", false)] {
        let text = format!(
            r#"{{{NUMBER},"paymentRequestId":"b-1","paidAmount":{{"value":"1","currency":"IDR"}},"trxDateTime":"20201231T235959Z","paymentType":1,"flagAdvise":"{advice}"}}"#
        );
        let read = ReportRequest::read(&value(&text)).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!((read.is_repeat, read.paid_at), (expected, Some(at("2020-12-31T23:59:59Z"))));
    }
    let refused = |text: &str| refusal(ReportRequest::read(&value(text)));
    assert_eq!(refused(&format!("{{{NUMBER}}}")), "Invalid Mandatory Field paymentRequestId");
    let without = format!(r#"{{{NUMBER},"paymentRequestId":"b"}}"#);
    assert_eq!(refused(&without), "Invalid Mandatory Field paidAmount");

    let bank_id = BankRequestId::new("b-1").expect("an id");
    let holder = Holder { name: Some("Jokul".to_owned()), ..Holder::default() };
    let answer = InquiryAnswer {
        number: sample(),
        holder: holder.clone(),
        inquiry_request_id: bank_id.clone(),
        amount: Some(Money::idr(1)),
        amount_kind: Some(AmountKind::Closed),
        sub_company: Some("00000".to_owned()),
        fee: Some(Money::ZERO_IDR),
        bills: Vec::new(),
        free_texts: vec![words_of("Kopi", "Kopi")],
    };
    assert_eq!(
        answer.write().to_compact(),
        format!(
            r#"{{"responseCode":"2002400","responseMessage":"Successful","virtualAccountData":{{"inquiryStatus":"00","inquiryReason":{{"english":"Success","indonesia":"Sukses"}},{NUMBER},"virtualAccountName":"Jokul","inquiryRequestId":"b-1","totalAmount":{{"value":"1.00","currency":"IDR"}},"subCompany":"00000","freeTexts":[{{"english":"Kopi","indonesia":"Kopi"}}],"virtualAccountTrxType":"C","feeAmount":{{"value":"0.00","currency":"IDR"}}}}}}"#
        )
    );
    let answer = ReportAnswer {
        number: sample(),
        holder,
        payment_request_id: bank_id,
        trx_id: Some(trx("t")),
        paid_amount: Some(Money::idr(1)),
        amount: None,
        reference_no: Some("auth".to_owned()),
        status: TransactionStatus::Success,
        bills: Vec::new(),
        free_texts: Vec::new(),
    };
    assert_eq!(
        answer.write().to_compact(),
        format!(
            r#"{{"responseCode":"2002500","responseMessage":"Successful","virtualAccountData":{{{NUMBER},"virtualAccountName":"Jokul","paymentRequestId":"b-1","trxId":"t","paidAmount":{{"value":"1.00","currency":"IDR"}},"referenceNo":"auth","paymentFlagStatus":"00","paymentFlagReason":{{"english":"Success","indonesia":"Sukses"}}}}}}"#
        )
    );
}

#[test]
fn a_notification_of_an_account_is_plain_and_its_answer_echoes() {
    let notification = Notification {
        number: sample(),
        holder: Holder { name: Some("Jokul \"é\"/Doe & Co".to_owned()), ..Holder::default() },
        trx_id: trx("t"),
        payment_request_id: Some(reference()),
        paid_amount: Some(Money::idr(10_000)),
        reference_no: None,
        bank: Some(Bank::Bca),
        merchant_id: MerchantId::new("G1").ok(),
        status: TransactionStatus::Success,
        paid_at: Some(at("2024-10-07T15:45:22+07:00")),
        custom_field: CustomField::default(),
    };
    assert_eq!(
        notification.write(NotificationText::Portable).to_compact(),
        format!(
            r#"{{{NUMBER},"virtualAccountName":"Jokul \"?\"-Doe & Co","trxId":"t","paymentRequestId":"A120241007084522AbCdEfGhIjID","paidAmount":{{"value":"10000.00","currency":"IDR"}},"additionalInfo":{{"bank":"bca","merchantId":"G1","paymentFlagStatus":"00","paidTime":"2024-10-07T15:45:22+07:00","customField":{{"1":"","2":"","3":""}}}}}}"#
        )
    );
    let check = |answer: NotificationAnswer, expected: &str| {
        assert_eq!(answer.write().to_compact(), expected);
        assert_eq!(NotificationAnswer::read(&value(expected)), Ok(answer));
    };
    check(
        NotificationAnswer::success(&notification),
        &format!(
            r#"{{"responseCode":"2002500","responseMessage":"Successful","virtualAccountData":{{{NUMBER},"trxId":"t"}}}}"#
        ),
    );
    check(
        NotificationAnswer::failure(&Failure::new(Case::InvalidAmount)),
        r#"{"responseCode":"4042513","responseMessage":"Invalid Amount"}"#,
    );
    let other = format!(
        r#"{{{NUMBER},"paymentRequestId":"t","latestTransactionStatus":"00","trxDateTime":"2024-10-07T15:45:22+07:00","customField":{{"1":"a"}},"additionalInfo":{{"bank":"BCA"}}}}"#
    );
    let read = Notification::read(&value(&other)).expect("a notification");
    assert_eq!(
        (read.trx_id.as_str(), read.status, read.bank),
        ("t", TransactionStatus::Success, Some(Bank::Bca))
    );
    assert_eq!((read.paid_at, read.custom_field.0[0].as_deref()), (notification.paid_at, Some("a")));
}

fn number() -> impl Strategy<Value = Number> {
    ("[0-9]{1,8}", "[0-9]{1,20}").prop_map(|(company, customer)| Number::new(&company, &customer))
}

fn trx_id() -> impl Strategy<Value = TrxId> {
    "[A-Za-z0-9._~-]{1,36}".prop_map(|id| trx(&id))
}

fn bank_id() -> impl Strategy<Value = BankRequestId> {
    "[A-Za-z0-9-]{1,128}".prop_map(|id| BankRequestId::new(id).expect("an id"))
}

fn merchant_id() -> impl Strategy<Value = MerchantId> {
    "[A-Z0-9]{1,10}".prop_map(|id| MerchantId::new(id).expect("an id"))
}

fn holder() -> impl Strategy<Value = Holder> {
    (text(255), of(text(255)), of("0[0-9]{1,29}")).prop_map(|(name, email, phone)| Holder {
        name: Some(name),
        email,
        phone,
    })
}

fn custom_field(text: &'static str) -> impl Strategy<Value = CustomField> {
    [of(text), of(text), of(text)].prop_map(CustomField)
}

fn words() -> impl Strategy<Value = Words> {
    (of(text(64)), of(text(64))).prop_map(|(english, indonesia)| Words { english, indonesia })
}

fn details() -> impl Strategy<Value = Details> {
    let free_text = (of(words()), of(words())).prop_map(|(inquiry, payment)| FreeText { inquiry, payment });
    let mandiri = (text(10), text(30), of(text(10)), of(text(30)), of(text(30))).prop_map(
        |(label, shown, second, third, last)| {
            MandiriBill([Some(label), Some(shown), second, third, None, None, None, last])
        },
    );
    let bank = proptest::sample::select(Bank::ALL);
    let more = (vec(free_text, 0..3), of(customer()), vec(item(), 0..3), custom_field("[a-z]{1,9}"));
    (bank, merchant_id(), of("[0-9]{5}"), mandiri, more).prop_map(
        |(bank, merchant_id, sub_company_code, mandiri, more)| {
            let (free_texts, customer_details, items, custom_field) = more;
            let mandiri = (bank == Bank::Mandiri).then_some(mandiri);
            Details {
                bank,
                merchant_id,
                sub_company_code,
                free_texts: free_texts.into_iter().map(Sent::from).collect(),
                mandiri: mandiri.map(WithRest::from),
                customer_details: customer_details.map(Sent::from),
                items: items.into_iter().map(Sent::from).collect(),
                custom_field,
            }
        },
    )
}

/// Texts that are not cut, and not empty.
fn bill() -> impl Strategy<Value = Bill> {
    let words = ("[a-z]{1,18}", of("[a-z]{1,18}"))
        .prop_map(|(english, indonesia)| Words { english: Some(english), indonesia });
    let texts = (of("[0-9]{1,18}"), of(text(20)), of("[0-9]{5}"), of("[0-9]{1,15}"));
    (texts, words, of(amount()), of(status())).prop_map(|(texts, description, amount, status)| {
        let (number, name, sub_company, reference_no) = texts;
        Bill { number, name, description, sub_company, amount, reference_no, status }
    })
}

/// A code of a payment, six digits, bills and texts.
fn told() -> impl Strategy<Value = (Option<String>, Option<String>, Vec<Bill>, Vec<Words>)> {
    let text = ("[a-z]{1,32}", of("[a-z]{1,32}"))
        .prop_map(|(english, indonesia)| Words { english: Some(english), indonesia });
    (of("[0-9A-Z]{1,15}"), of("[0-9A-F]{6}"), vec(bill(), 0..2), vec(text, 0..2))
}

proptest! {
    #[test]
    fn created(
        names in (number(), holder(), trx_id()),
        amount in amount(),
        expires_at in of(time()),
        details in details(),
        should_randomize in any::<bool>(),
    ) {
        let (number, holder, trx_id) = names;
        let mut info = details.to_object();
        if should_randomize {
            info.put("flags.shouldRandomizeVaNumber", true.into());
        }
        let details = WithRest::<Details>::parse(&info.into()).expect("details");
        let request = CreateRequest {
            number: number.clone(), holder: holder.clone(), trx_id: trx_id.clone(), amount, expires_at,
            details: details.clone(), should_randomize,
        };
        check(&request, CreateRequest::write, CreateRequest::read)?;
        let (amount, details) = (Some(amount), Some(details));
        let answer = CreateAnswer { number, holder, trx_id, amount, expires_at, details };
        check(&answer, CreateAnswer::write, CreateAnswer::read)?;
    }

    #[test]
    fn asked_about(
        names in (number(), trx_id(), of(trx_id()), merchant_id()),
        pages in (of(any::<u32>()), of(1..=15u32)),
        single in (of(reference_no()), of(amount()), of(amount()), of(time()), of(time()), of(status())),
        payments in vec((trx_id(), of(reference_no()), of(amount()), of(time()), of(time()), status()), 0..3),
        total in any::<u32>(),
        is_single in any::<bool>(),
        bank in of(proptest::sample::select(Bank::ALL)),
        told in told(),
    ) {
        let (number, inquiry, payment_request_id, merchant_id) = names;
        let inquiry_request_id = Some(inquiry);
        let (page, page_size) = pages;
        let request = StatusRequest {
            number: number.clone(), inquiry_request_id: inquiry_request_id.clone(), payment_request_id,
            merchant_id: merchant_id.clone(), bank, page, page_size,
        };
        check(&request, StatusRequest::write, StatusRequest::read)?;
        let (payment_request_id, amount, paid_amount, created_at, paid_at, status) = single;
        let (reference_no, _, bills, free_texts) = told;
        let single = SingleUse {
            payment_request_id, amount, paid_amount, created_at, paid_at, reference_no, status, bills,
            free_texts,
        };
        let payments = payments.into_iter().map(
            |(trx_id, payment_request_id, amount, created_at, paid_at, status)| {
                Payment { trx_id, payment_request_id, amount, created_at, paid_at, status }
            },
        );
        let (page, page_size) = (page.unwrap_or(0), page_size.unwrap_or(10));
        let multi = MultiUse { payments: payments.collect(), total, page, page_size };
        let state = if is_single { State::Single(single) } else { State::Multi(multi) };
        let answer = StatusAnswer { number, inquiry_request_id, merchant_id: Some(merchant_id), state };
        check(&answer, StatusAnswer::write, StatusAnswer::read)?;
    }

    #[test]
    fn deleted(number in number(), trx_id in trx_id(), merchant_id in merchant_id()) {
        let request = DeleteRequest {
            number: number.clone(), trx_id: trx_id.clone(), merchant_id: merchant_id.clone(),
        };
        check(&request, DeleteRequest::write, DeleteRequest::read)?;
        let answer = DeleteAnswer { number, trx_id, merchant_id: Some(merchant_id) };
        check(&answer, DeleteAnswer::write, DeleteAnswer::read)?;
    }

    #[test]
    fn inquired(
        names in (number(), holder(), bank_id()),
        codes in (of("[0-9]{4}"), of("[a-z]{2}"), of("[0-9]{1,11}")),
        started_at in of(time()),
        amount in of(amount()),
        amount_kind in of(proptest::sample::select(AmountKind::ALL)),
        bank in of(proptest::sample::select(Bank::ALL)),
        told in told(),
        fee in of(amount()),
    ) {
        let (number, holder, inquiry_request_id) = names;
        let (channel_code, language, source_bank_code) = codes;
        let request = InquiryRequest {
            number: number.clone(), inquiry_request_id: inquiry_request_id.clone(), started_at, channel_code,
            language, amount, source_bank_code, bank,
        };
        check(&request, InquiryRequest::write, InquiryRequest::read)?;
        let (_, sub_company, bills, free_texts) = told;
        let sub_company = sub_company.map(|digits| digits[1..].to_owned());
        let answer = InquiryAnswer {
            number, holder, inquiry_request_id, amount, amount_kind, sub_company, fee, bills, free_texts,
        };
        check(&answer, InquiryAnswer::write, InquiryAnswer::read)?;
    }

    #[test]
    fn reported(
        names in (number(), holder(), bank_id(), of(trx_id())),
        amounts in (amount(), of(amount()), of(time())),
        codes in (of(text(64)), any::<bool>(), of("[0-9]{4}"), of("[0-9]{1,11}")),
        status in status(),
        bank in of(proptest::sample::select(Bank::ALL)),
        told in told(),
    ) {
        let (number, holder, payment_request_id, trx_id) = names;
        let (paid_amount, amount, paid_at) = amounts;
        let (reference_no, is_repeat, channel_code, source_bank_code) = codes;
        let request = ReportRequest {
            number: number.clone(), holder: holder.clone(), payment_request_id: payment_request_id.clone(),
            paid_amount, amount, trx_id: trx_id.clone(), paid_at, reference_no, is_repeat, channel_code,
            source_bank_code, bank,
        };
        check(&request, ReportRequest::write, ReportRequest::read)?;
        let (reference_no, _, bills, free_texts) = told;
        let answer = ReportAnswer {
            number, holder, payment_request_id, trx_id, paid_amount: Some(paid_amount), amount,
            reference_no, status, bills, free_texts,
        };
        check(&answer, ReportAnswer::write, ReportAnswer::read)?;
    }

    #[test]
    fn notified(
        names in (number(), trx_id(), of(reference_no()), of(merchant_id())),
        state in (of(amount()), status(), of(time()), of(proptest::sample::select(Bank::ALL))),
        custom_field in custom_field("[a-z]{1,20}"),
        name in of("[A-Za-z]{1,40}"),
        untamed in text(40),
    ) {
        let (number, trx_id, payment_request_id, merchant_id) = names;
        let (paid_amount, status, paid_at, bank) = state;
        let notification = Notification {
            number, holder: Holder { name, ..Holder::default() }, trx_id, payment_request_id, paid_amount,
            reference_no: None, bank, merchant_id, status, paid_at, custom_field,
        };
        check(&notification, |notification| notification.write(NotificationText::Exact), Notification::read)?;
        let wild = CustomField([Some(untamed.clone()), None, Some(untamed.clone())]);
        let notification = Notification { reference_no: Some(untamed), custom_field: wild, ..notification };
        assert_verifiable(|text| notification.write(text));
    }

    #[test]
    fn no_json_makes_a_message_of_accounts_panic(text in "[{}\\[\\]:,\"a-z0-9]{0,40}") {
        if let Ok(body) = json::parse(text.as_bytes()) {
            let _ = CreateRequest::read(&body);
            let _ = StatusRequest::read(&body);
            let _ = StatusAnswer::read(&body);
            let _ = ReportRequest::read(&body);
            let _ = Notification::read(&body);
        }
    }
}
