//! Whose a number is: under which codes a merchant opens accounts, that a number stays with its merchant and rests when
//! its account ends, and that the same digits at two banks are two accounts.

use crate::kit::{Answer, Gateway, Merchant, sample};
use lunas_domain::ledger::Account;
use lunas_domain::merchant::Merchant as Registered;
use lunas_domain::virtual_account::{CompanyCode, NUMBER_REST};
use lunas_vocab::{MerchantId, Money};
use serde_json::{Value, json};

use crate::va::{opened, opened_as, standing, told};
use crate::world::{Verdicts, gateway, with};

/// What a merchant holds.
async fn holds(gateway: &Gateway, merchant: &str) -> Money {
    let account = Account::Merchant(MerchantId::new(merchant).unwrap());
    gateway.app.store.balance_find(&account).await.unwrap()
}

/// The operator registers a merchant's codes, each as `bank:code`.
async fn registered(gateway: &Gateway, merchant: &str, codes: &[&str]) {
    let id = MerchantId::new(merchant).unwrap();
    let code = |text: &&str| {
        let (bank, code) = text.split_once(':').unwrap();
        CompanyCode { bank: bank.to_owned(), code: code.to_owned() }
    };
    let company_codes = codes.iter().map(code).collect();
    let change = |merchant| Registered { company_codes, ..merchant };
    gateway.operator().merchant_change(&id, change).await.unwrap();
    gateway.operated();
}

/// An account of another bank and company.
fn account_at(trx_id: &str, bank: &str, company: &str, customer_no: &str) -> Value {
    let body = with(&sample::account(trx_id), "/additionalInfo/bank", json!(bank));
    let body = with(&body, "/partnerServiceId", json!(format!("{company:>8}")));
    let body = with(&body, "/customerNo", json!(customer_no));
    with(&body, "/virtualAccountNo", json!(format!("{company:>8}{customer_no}")))
}

async fn create_as(gateway: &Gateway, merchant: &Merchant, body: &Value) -> Answer {
    let body = with(body, "/additionalInfo/merchantId", json!(merchant.id));
    gateway.va_create_as(merchant, &body).send().await
}

#[tokio::test]
async fn m3_an_account_opens_under_its_merchants_own_codes_only() {
    let gateway = gateway().await;
    let other = gateway.add_merchant("G2", None).await;
    let mut verdicts = Verdicts::default();
    let theirs = |what: &str, bank: &str, company: &str| {
        (what.to_owned(), account_at(what, bank, company, "6280123456"))
    };
    let none = theirs("none-registered", "mandiri", "70012");
    verdicts.note(&none.0, &create_as(&gateway, &other, &none.1).await);
    registered(&gateway, "G2", &["bca:99887", "bca:123", "bni:99887"]).await;
    for (what, body) in [
        theirs("its-own", "bca", "99887"),
        theirs("its-own-at-another-bank", "bni", "99887"),
        theirs("anothers", "bca", "70012"),
        theirs("its-own-elsewhere", "bri", "99887"),
        theirs("a-part-of-its-own", "bca", "9988"),
        theirs("longer-than-its-own", "bca", "998870"),
        theirs("its-own-with-a-zero", "bca", "099887"),
    ] {
        verdicts.note(&what, &create_as(&gateway, &other, &body).await);
    }
    let random = account_at("any-number", "bca", "70012", "0000000000");
    let random = with(&random, "/additionalInfo/flags", json!({"shouldRandomizeVaNumber": true}));
    verdicts.note("any number of another's code", &create_as(&gateway, &other, &random).await);
    insta::assert_snapshot!("m3_codes", verdicts.as_str());
    // A code of somebody else is not registered either.
    let id = MerchantId::new("G2").unwrap();
    let greedy = |mut merchant: Registered| {
        merchant.company_codes.push(CompanyCode { bank: "mandiri".to_owned(), code: "70012".to_owned() });
        merchant
    };
    let refused = gateway.operator().merchant_change(&id, greedy).await.unwrap_err().to_string();
    assert_eq!(refused, "the company code 70012 at mandiri is registered for G000000001");
    gateway.finish().await;
}

/// The operator moves a code from one merchant to another. The numbers that the first one used stay with it.
#[tokio::test]
async fn m3_a_number_never_comes_to_another_merchant() {
    let gateway = gateway().await;
    let other = gateway.add_merchant("G2", None).await;
    opened(&gateway, "order-1").await;
    gateway.va_delete(&sample::account_delete("order-1")).send().await;
    assert_eq!(told(&gateway).await.1, "05");
    let refused = create_as(&gateway, &other, &sample::account("theirs-1")).await;
    assert_eq!(refused.code(), "4002701", "{}", refused.verdict());

    registered(&gateway, "G000000001", &["bca:70012"]).await;
    registered(&gateway, "G2", &["mandiri:70012"]).await;
    for (trx_id, rest) in [("theirs-1", false), ("theirs-2", true)] {
        if rest {
            gateway.advance(NUMBER_REST).await;
        }
        let answer = create_as(&gateway, &other, &sample::account(trx_id)).await;
        assert_eq!(answer.code(), "2002700", "{}", answer.verdict());
        let number = answer.text_at("/virtualAccountData/virtualAccountNo");
        assert!(number.starts_with("   70012") && number != "   700126280123456", "{number}");
        let late =
            gateway.va_report(&sample::bank_report(&format!("late-{trx_id}"), "10000.00")).send().await;
        assert_eq!(late.verdict(), "4042512 Invalid Bill/Virtual Account. there is no such bill");
    }
    let open = gateway.va_create(&sample::account("order-2")).send().await;
    assert_eq!(open.code(), "4002701", "the code is its own no longer: {}", open.verdict());
    assert_eq!(holds(&gateway, "G2").await, Money::ZERO_IDR);
    assert_eq!(holds(&gateway, "G000000001").await, Money::ZERO_IDR);
    gateway.finish().await;
}

/// However an account ended, nobody opens another under its number for three months, and whoever pays late is told why
/// that does not work.
#[tokio::test]
async fn m3_an_ended_number_rests_and_a_late_payment_is_refused() {
    for (end, asked, reported) in
        [("pay", "4042414", "4042514"), ("delete", "4042412", "4042512"), ("expire", "4042419", "4042519")]
    {
        let gateway = gateway().await;
        opened(&gateway, "order-1").await;
        match end {
            "delete" => {
                gateway.va_delete(&sample::account_delete("order-1")).send().await;
            }
            control => {
                gateway.control(&format!("/va/700126280123456/{control}")).await;
            }
        }
        told(&gateway).await;
        let held = holds(&gateway, "G000000001").await;
        let late = async |gateway: &Gateway, id: &str| {
            let inquiry = gateway.va_inquire(&sample::bank_inquiry(id)).send().await.code();
            let report = gateway.va_report(&sample::bank_report(id, "10000.00")).send().await.code();
            assert_eq!([inquiry.as_str(), report.as_str()], [asked, reported], "{end} {id}");
            assert_eq!(holds(gateway, "G000000001").await, held, "{end} {id}");
        };
        late(&gateway, "at-once").await;
        let other = opened_as(&gateway, &sample::account("order-2")).await;
        assert!(other.starts_with("70012") && other != "700126280123456", "{end}: {other}");
        late(&gateway, "beside-another").await;
        gateway.advance(NUMBER_REST - std::time::Duration::from_secs(1)).await;
        assert_eq!(told(&gateway).await, ("order-2".into(), "08".into()));
        late(&gateway, "just-before").await;
        assert_ne!(opened_as(&gateway, &sample::account("order-3")).await, "700126280123456", "{end}");
        gateway.advance(std::time::Duration::from_secs(1)).await;
        assert_eq!(opened_as(&gateway, &sample::account("order-4")).await, "700126280123456", "{end}");
        // Who names the old account means that one still.
        let mut report = sample::bank_report("of-the-old-one", "10000.00");
        report["trxId"] = json!("order-1");
        assert_eq!(gateway.va_report(&report).send().await.code(), "4042512", "{end}");
        assert_eq!(standing(&gateway, "order-4").await, "03");
        gateway.finish().await;
    }
}

/// The same digits at two banks: each bank has its own account, and who keeps both says which is meant.
#[tokio::test]
async fn r23_the_same_digits_at_two_banks_are_two_accounts() {
    let gateway = gateway().await;
    let customer_no = "628012345678";
    let number = format!("70012{customer_no}");
    for bank in ["mandiri", "danamon"] {
        let opened = opened_as(&gateway, &account_at(bank, bank, "70012", customer_no)).await;
        assert_eq!(opened, number, "{bank}");
    }
    let again = opened_as(&gateway, &account_at("again", "danamon", "70012", customer_no)).await;
    assert_ne!(again, number, "one bank has it once");

    let inquiry = sample::under(sample::bank_inquiry("ask"), customer_no);
    let report = |id: &str| sample::under(sample::bank_report(id, "10000.00"), customer_no);
    let naming = |body: &Value, bank: &str| with(body, "/additionalInfo", json!({"bank": bank}));
    let status =
        with(&sample::under(sample::account_status(""), customer_no), "/inquiryRequestId", Value::Null);
    let mut verdicts = Verdicts::default();
    verdicts.note("a bank that keeps both asks", &gateway.va_inquire(&inquiry).send().await);
    verdicts.note("and reports", &gateway.va_report(&report("r-1")).send().await);
    verdicts
        .note("and names a word of its own", &gateway.va_report(&naming(&report("r-1"), "008")).send().await);
    verdicts.note(
        "and a bank without the number",
        &gateway.va_report(&naming(&report("r-1"), "bni")).send().await,
    );
    verdicts.note("a merchant asks by the number", &gateway.va_status(&status).send().await);
    let at = |bank: &str| with(&status, "/additionalInfo/bank", json!(bank));
    for bank in ["mandiri", "danamon"] {
        let answer = gateway.va_status(&at(bank)).send().await;
        assert_eq!(answer.text_at("/virtualAccountData/inquiryRequestId"), bank);
    }
    let danamon = gateway.add_bank("danamon", &["danamon"]).await;
    verdicts.note("the bank of one asks", &gateway.va_inquire_as(&danamon, &inquiry).send().await);
    let paid = gateway.va_report_as(&danamon, &report("r-2")).send().await;
    verdicts.note("and reports", &paid);
    assert_eq!(paid.text_at("/virtualAccountData/trxId"), "danamon");
    assert_eq!(told(&gateway).await, ("danamon".into(), "00".into()));
    // The other one still waits, and a customer of the bank that was paid does not pay it.
    verdicts.note("it is paid again there", &gateway.va_report_as(&danamon, &report("r-3")).send().await);
    verdicts.note("a bank that keeps both, still", &gateway.va_inquire(&inquiry).send().await);
    verdicts.note("and names the one", &gateway.va_inquire(&naming(&inquiry, "Danamon")).send().await);
    verdicts.note("and names the other", &gateway.va_inquire(&naming(&inquiry, "mandiri")).send().await);
    let by_trx = with(&report("r-4"), "/trxId", json!("mandiri"));
    verdicts.note("and reports by trxId", &gateway.va_report(&by_trx).send().await);
    assert_eq!(told(&gateway).await, ("mandiri".into(), "00".into()));
    insta::assert_snapshot!("r23_two_banks", verdicts.as_str());
    assert_eq!(holds(&gateway, "G000000001").await, Money::idr(20_000));
    gateway.finish().await;
}

#[tokio::test]
async fn r23_the_sandbox_pays_the_account_of_the_bank_that_is_named() {
    let gateway = gateway().await;
    let customer_no = "628012345678";
    for bank in ["mandiri", "danamon"] {
        opened_as(&gateway, &account_at(bank, bank, "70012", customer_no)).await;
    }
    let control = async |deed: &str, body: Value| {
        let answer = gateway.control_with(&format!("/va/70012{customer_no}/{deed}"), &body).await;
        (answer.status, answer.json().to_string())
    };
    for deed in ["pay", "expire"] {
        let (status, words) = control(deed, json!({})).await;
        assert!(status == 409 && words.contains("danamon, mandiri"), "{words}");
    }
    let (status, words) = control("pay", json!({"bank": "MANDIRI"})).await;
    assert!(status == 200 && words.contains(r#""trxId":"mandiri""#), "{words}");
    assert_eq!(told(&gateway).await, ("mandiri".into(), "00".into()));
    let (status, words) = control("expire", json!({"bank": "danamon"})).await;
    assert!(status == 200 && words.contains(r#""paymentFlagStatus":"08""#), "{words}");
    assert_eq!(told(&gateway).await, ("danamon".into(), "08".into()));
    assert_eq!(control("pay", json!({"bank": "bni"})).await.0, 404);
    gateway.finish().await;
}
