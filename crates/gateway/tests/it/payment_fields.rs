//! Payment host to host (54): every rule about a field, as one table of changed bodies and what is said to them.

use lunas_testkit::sample;
use serde_json::{Value, json};

use crate::world::{Verdicts, after, gateway};

/// Changes the body at a JSON pointer; nothing means that the member is taken out.
type Change = (&'static str, Option<Value>);

fn without(pointer: &'static str) -> Change {
    (pointer, None)
}

fn with(pointer: &'static str, value: Value) -> Change {
    (pointer, Some(value))
}

fn changed((pointer, value): Change) -> Value {
    let mut body = sample::payment("order-1");
    body["validUpTo"] = json!(after(3600));
    body["additionalInfo"] = json!({
        "lang": "id",
        "customerDetails": {"phone": "08215023424", "email": "a@b.example", "billingAddress": {"city": "Jakarta"}},
        "items": [{"id": "1", "name": "Kopi", "price": {"value": "10000.00", "currency": "IDR"}, "quantity": "1"}],
        "metadata": {},
        "pointOfPurchaseId": Value::Null,
    });
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(members), Some(value)) => {
            members.insert(member.to_owned(), value);
        }
        (Value::Object(members), None) => {
            members.remove(member);
        }
        (Value::Array(elements), Some(value)) => elements.push(value),
        (parent, value) => panic!("{pointer}: {value:?} cannot change {parent}"),
    }
    body
}

const AMOUNT: &str = "/payOptionDetails/0/transAmount/value";
const URL: &str = "/urlParam/0/url";
const PHONE: &str = "/additionalInfo/customerDetails/phone";

fn of_the_payment() -> Vec<(&'static str, Change)> {
    let option =
        json!({"payMethod": "GOPAY", "payOption": "GOPAY", "transAmount": {"value": "1", "currency": "IDR"}});
    vec![
        ("nothing changed", without("/none")),
        ("no partnerReferenceNo", without("/partnerReferenceNo")),
        ("empty partnerReferenceNo", with("/partnerReferenceNo", json!(""))),
        ("null partnerReferenceNo", with("/partnerReferenceNo", Value::Null)),
        ("numeric partnerReferenceNo", with("/partnerReferenceNo", json!(1))),
        ("partnerReferenceNo of 64", with("/partnerReferenceNo", json!("x".repeat(64)))),
        ("partnerReferenceNo of 65", with("/partnerReferenceNo", json!("x".repeat(65)))),
        ("partnerReferenceNo with - _ ~ .", with("/partnerReferenceNo", json!("a-b_c~d.e"))),
        ("partnerReferenceNo with a slash", with("/partnerReferenceNo", json!("a/b"))),
        ("partnerReferenceNo with a blank", with("/partnerReferenceNo", json!("a b"))),
        ("partnerReferenceNo beyond ASCII", with("/partnerReferenceNo", json!("é"))),
        ("no chargeToken", without("/chargeToken")),
        ("null chargeToken", with("/chargeToken", Value::Null)),
        ("chargeToken of 2049", with("/chargeToken", json!("t".repeat(2049)))),
        ("chargeToken is an object", with("/chargeToken", json!({}))),
        ("no merchantId", without("/merchantId")),
        ("another merchant's id", with("/merchantId", json!("G999999999"))),
        ("merchantId of 65", with("/merchantId", json!("G".repeat(65)))),
        ("no payOptionDetails", without("/payOptionDetails")),
        ("empty payOptionDetails", with("/payOptionDetails", json!([]))),
        ("two payOptionDetails", with("/payOptionDetails/-", option)),
        ("payOptionDetails is a text", with("/payOptionDetails", json!("GOPAY"))),
        ("payOptionDetails of texts", with("/payOptionDetails", json!(["GOPAY"]))),
        ("no payMethod", without("/payOptionDetails/0/payMethod")),
        ("a method not offered", with("/payOptionDetails/0/payMethod", json!("OVO"))),
        ("payMethod of 65", with("/payOptionDetails/0/payMethod", json!("x".repeat(65)))),
        ("no payOption", without("/payOptionDetails/0/payOption")),
        ("no transAmount", without("/payOptionDetails/0/transAmount")),
        ("transAmount is a text", with("/payOptionDetails/0/transAmount", json!("10000.00"))),
        ("no value", without(AMOUNT)),
        ("numeric value", with(AMOUNT, json!(10000))),
        ("value 0", with(AMOUNT, json!("0"))),
        ("value 0.99", with(AMOUNT, json!("0.99"))),
        ("value 1.00", with(AMOUNT, json!("1.00"))),
        ("value 99999999999.01", with(AMOUNT, json!("99999999999.01"))),
        ("value beyond 64 bits", with(AMOUNT, json!("9".repeat(22)))),
        ("negative value", with(AMOUNT, json!("-1.00"))),
        ("signed value", with(AMOUNT, json!("+1.00"))),
        ("three decimals", with(AMOUNT, json!("1.000"))),
        ("no decimals after the point", with(AMOUNT, json!("1."))),
        ("exponent", with(AMOUNT, json!("1e4"))),
        ("separators", with(AMOUNT, json!("10,000.00"))),
        ("blank before", with(AMOUNT, json!(" 1.00"))),
        ("other digits", with(AMOUNT, json!("١٠٠"))),
        ("no currency", without("/payOptionDetails/0/transAmount/currency")),
        ("another currency", with("/payOptionDetails/0/transAmount/currency", json!("USD"))),
    ]
}

fn of_the_rest() -> Vec<(&'static str, Change)> {
    vec![
        ("no validUpTo", without("/validUpTo")),
        ("validUpTo is no time", with("/validUpTo", json!("tomorrow"))),
        ("validUpTo 19 s ahead", with("/validUpTo", json!(after(19)))),
        ("validUpTo 20 s ahead", with("/validUpTo", json!(after(20)))),
        ("validUpTo in the past", with("/validUpTo", json!("2020-01-01T00:00:00Z"))),
        ("validUpTo 180 days ahead", with("/validUpTo", json!(after(180 * 86400)))),
        ("validUpTo 180 days and 1 s ahead", with("/validUpTo", json!(after(180 * 86400 + 1)))),
        ("validUpTo with six decimals", with("/validUpTo", json!("2026-11-20T04:00:00.452305Z"))),
        ("no url", without(URL)),
        ("url of 513", with(URL, json!(format!("https://{}", "x".repeat(505))))),
        ("url of 512", with(URL, json!(format!("https://{}", "x".repeat(504))))),
        ("url without a scheme", with(URL, json!("shop.example/return"))),
        ("url with a blank", with(URL, json!("https://shop.example/a b"))),
        ("url that runs", with(URL, json!("javascript:alert(1)"))),
        ("a deep link that says N", with(URL, json!("shop://return"))),
        ("no type", without("/urlParam/0/type")),
        ("another type", with("/urlParam/0/type", json!("PAY_BACK"))),
        ("PAY_NOTIFY alone", with("/urlParam/0/type", json!("PAY_NOTIFY"))),
        ("no isDeeplink", without("/urlParam/0/isDeeplink")),
        ("isDeeplink is neither", with("/urlParam/0/isDeeplink", json!("true"))),
        ("isDeeplink is a bool", with("/urlParam/0/isDeeplink", json!(false))),
        ("urlParam is a text", with("/urlParam", json!("https://shop.example"))),
        ("additionalInfo is a text", with("/additionalInfo", json!("x"))),
        ("lang in upper case", with("/additionalInfo/lang", json!("EN"))),
        ("another lang", with("/additionalInfo/lang", json!("fr"))),
        (
            "merchantCrossReferenceId of 65",
            with("/additionalInfo/merchantCrossReferenceId", json!("x".repeat(65))),
        ),
        ("metadata is a text", with("/additionalInfo/metadata", json!("x"))),
        (
            "an unknown point of purchase",
            with("/additionalInfo/pointOfPurchaseId", json!("22cc3371-4bba-4ec6-8e0d-62163e130cdc")),
        ),
        ("phone of 16", with(PHONE, json!("0".repeat(16)))),
        ("a blocked customer's phone", with(PHONE, json!("+628271939753"))),
        ("the same, as people write it", with(PHONE, json!("0827-1939-753"))),
        ("email of 256", with("/additionalInfo/customerDetails/email", json!("x".repeat(256)))),
        ("city of 256", with("/additionalInfo/customerDetails/billingAddress/city", json!("x".repeat(256)))),
        (
            "countryCode of 16",
            with("/additionalInfo/customerDetails/billingAddress/countryCode", json!("x".repeat(16))),
        ),
        ("customerDetails is a text", with("/additionalInfo/customerDetails", json!("Ayu"))),
        ("item id of 65", with("/additionalInfo/items/0/id", json!("x".repeat(65)))),
        ("item name of 65", with("/additionalInfo/items/0/name", json!("x".repeat(65)))),
        ("no item name", without("/additionalInfo/items/0/name")),
        ("item url of 65", with("/additionalInfo/items/0/url", json!("x".repeat(65)))),
        ("no item price", without("/additionalInfo/items/0/price")),
        ("no item price value", without("/additionalInfo/items/0/price/value")),
        ("item price in another currency", with("/additionalInfo/items/0/price/currency", json!("USD"))),
        ("no item quantity", without("/additionalInfo/items/0/quantity")),
        ("item quantity in words", with("/additionalInfo/items/0/quantity", json!("two"))),
        ("negative item quantity", with("/additionalInfo/items/0/quantity", json!(-1))),
        ("items that are no objects", with("/additionalInfo/items", json!(["kopi"]))),
        ("items that do not sum up", with("/additionalInfo/items/0/quantity", json!("7"))),
    ]
}

#[tokio::test]
async fn every_rule_about_a_field_has_its_code_and_names_the_field() {
    let gateway = gateway().await;
    let mut verdicts = Verdicts::default();
    for (name, change) in of_the_payment().into_iter().chain(of_the_rest()) {
        verdicts.note(name, &gateway.pay(&changed(change)).send().await);
    }
    insta::assert_snapshot!("payment_fields", verdicts.as_str());
    gateway.finish().await;
}

/// A missing field is reported before a wrong one, wherever they stand.
#[tokio::test]
async fn what_is_missing_comes_before_what_is_wrong() {
    let gateway = gateway().await;
    let mut body = changed(without("/payOptionDetails"));
    body["partnerReferenceNo"] = json!("a b");
    let answer = gateway.pay(&body).send().await;
    assert_eq!(answer.verdict(), "4005402 Invalid Mandatory Field payOptionDetails");
    gateway.finish().await;
}

/// Without a URL of its own and without a registered one there is nowhere to go back to, except from a mini app.
#[tokio::test]
async fn a_return_url_is_needed_somewhere() {
    let gateway = gateway().await;
    let merchant = gateway.add_merchant("G2", None).await;
    let mut body = sample::payment("order-1");
    body["merchantId"] = json!("G2");
    body.as_object_mut().unwrap().remove("urlParam");
    let answer = gateway.pay_as(&merchant, &body).send().await;
    assert_eq!(
        answer.verdict(),
        "4005402 Invalid Mandatory Field urlParam: the merchant has no registered return URL to fall back to"
    );
    let id = lunas_vocab::MerchantId::new("G2").unwrap();
    let points = gateway.app.store.merchant_find(&id).await.unwrap().unwrap().points_of_purchase;
    body["additionalInfo"] = json!({"pointOfPurchaseId": points[0].id.as_str()});
    assert_eq!(gateway.pay_as(&merchant, &body).send().await.code(), "2005400");
    body["additionalInfo"] = json!({"pointOfPurchaseId": points[1].id.as_str()});
    assert_eq!(gateway.pay_as(&merchant, &body).send().await.code(), "4005402");
    gateway.finish().await;
}
