//! Payment host to host (54): the flavours of a mini-app merchant, and every liberal form that real clients send.

use crate::kit::{Gateway, sample};
use lunas_domain::customer::Standing;
use lunas_store::{Changes, CustomerRow, Write};
use lunas_vocab::{CustomerId, Phone};
use serde_json::{Value, json};

use crate::world::{gateway, standing};

#[tokio::test]
async fn a_payment_by_redirect() {
    let gateway = gateway().await;
    let mut body = sample::payment("order-1");
    body["validUpTo"] = json!("2026-11-20T11:00:00+07:00");
    body["additionalInfo"] = json!({
        "lang": "en",
        "customerDetails": {"phone": "08215023424", "firstName": "Ayu", "billingAddress": {"city": "Jakarta", "countryCode": "IDN"}},
        "items": [{"id": "kopi", "name": "Kopi susu", "price": {"value": "5000.00", "currency": "IDR"}, "quantity": "2"}],
        "metadata": {"table": "7"},
    });
    let exchange = gateway.pay(&body).exchange().await;
    insta::assert_snapshot!("payment_by_redirect", exchange.render(&gateway));
    insta::assert_snapshot!(
        "payment_by_redirect_notification",
        gateway.receiver.next().await.render(&gateway)
    );
    gateway.finish().await;
}

#[tokio::test]
async fn a_payment_of_a_mini_app() {
    let gateway = gateway().await;
    let mut body = sample::payment("order-1");
    body.as_object_mut().unwrap().remove("urlParam");
    body["additionalInfo"] = json!({"pointOfPurchaseId": gateway.credentials.point_of_purchase_id});
    let exchange = gateway.pay(&body).exchange().await;
    insta::assert_snapshot!("payment_of_a_mini_app", exchange.render(&gateway));
    gateway.finish().await;
}

/// The link's code stands in its query, because a mini app carries over nothing else.
#[tokio::test]
async fn the_review_page_is_found_by_the_query_alone() {
    let gateway = gateway().await;
    let answer = gateway.pay(&sample::payment("order-1")).send().await;
    let link = answer.text_at("/webRedirectUrl");
    let (page, query) = link.split_once('?').unwrap();
    assert!(page.starts_with(&gateway.base_url) && query.starts_with("tref="), "{link}");
    let page = gateway.get(link.strip_prefix(&gateway.base_url).unwrap()).await;
    assert_eq!(page.status, 200);
    gateway.finish().await;
}

/// Sends a body that is not in the strict form, and gives the answer that must be a success all the same.
async fn taken(gateway: &Gateway, name: &str, body: impl Into<Vec<u8>>) -> lunas_testkit::Answer {
    let answer = gateway.pay(&Value::Null).body(body).send().await;
    assert_eq!(answer.code(), "2005400", "{name}: {}", answer.verdict());
    answer
}

#[tokio::test]
async fn every_form_that_real_clients_send_is_taken() {
    let gateway = gateway().await;
    let check = async |name: &str, change: &dyn Fn(&mut Value)| {
        let mut body = sample::payment("order-1");
        change(&mut body);
        taken(&gateway, name, body.to_string()).await;
    };
    let return_url = json!({"url": "https://shop.example/return", "type": "PAY_RETURN", "isDeeplink": "N"});
    check("urlParam as one object", &|b| b["urlParam"] = return_url.clone()).await;
    check("urlParams", &|b| {
        b.as_object_mut().unwrap().remove("urlParam");
        b["urlParams"] = json!([return_url]);
    })
    .await;
    check("urlParam empty, urlParams full", &|b| {
        b["urlParam"] = json!([]);
        b["urlParams"] = json!([return_url]);
    })
    .await;
    check("no URL, one is registered", &|b| b["urlParam"] = json!([])).await;
    check("a deep link", &|b| {
        b["urlParam"][0]["url"] = json!("shop://return/1");
        b["urlParam"][0]["isDeeplink"] = json!("Y");
    })
    .await;
    check("payOptionDetails as one object", &|b| b["payOptionDetails"] = b["payOptionDetails"][0].clone())
        .await;
    for (method, option) in
        [("gopay", "gopay"), ("Gopay", "Coins"), ("GOPAY", "GOPAY"), ("GoPay", "gopay_wallet")]
    {
        check("words in any case", &|b| {
            b["payOptionDetails"][0]["payMethod"] = json!(method);
            b["payOptionDetails"][0]["payOption"] = json!(option);
        })
        .await;
    }
    let items = |quantity: Value| json!({"items": [{"price": {"value": "1", "currency": "IDR"}, "quantity": quantity}]});
    for quantity in [json!("1"), json!(1), json!("2.0"), json!(1.5)] {
        check("a quantity", &|b| b["additionalInfo"] = items(quantity.clone())).await;
    }
    check("empty arrays for objects", &|b| {
        b["additionalInfo"] = json!({"metadata": [], "customerDetails": [], "items": []});
    })
    .await;
    check("an empty array for everything else", &|b| b["additionalInfo"] = json!([])).await;
    check("nulls", &|b| {
        b["additionalInfo"] = Value::Null;
        b["validUpTo"] = Value::Null;
        b["merchantId"] = Value::Null;
    })
    .await;
    check("empty texts", &|b| {
        b["validUpTo"] = json!("");
        b["merchantId"] = json!("");
    })
    .await;
    check("customerDetail", &|b| b["additionalInfo"] = json!({"customerDetail": {"phone": "08215023424"}}))
        .await;
    check("a long charge token", &|b| b["chargeToken"] = json!("t".repeat(2048))).await;
    check("members of other gateways", &|b| {
        b["bankCardToken"] = json!("x");
        b["payOptionDetails"][0]["feeAmount"] = json!({"value": "1.00", "currency": "IDR"});
        b["payOptionDetails"][0]["additionalInfo"] = json!({"challengeId": 1});
        b["additionalInfo"] = json!({"paymentProviderMetadata": {"amount": 1.50}, "loyalty": [[]]});
    })
    .await;
    gateway.finish().await;
}

#[tokio::test]
async fn an_amount_may_be_spelled_in_three_ways_and_is_answered_in_one() {
    let gateway = gateway().await;
    let check = async |value: &str, answered: &str| {
        let answer = taken(&gateway, value, sample::payment_of("order-1", value).to_string()).await;
        assert_eq!(answer.text_at("/additionalInfo/grossAmount/value"), answered);
        assert_eq!(answer.text_at("/additionalInfo/gross_amount/value"), answered);
    };
    check("10000", "10000.00").await;
    check("10000.0", "10000.00").await;
    check("10000.00", "10000.00").await;
    check("1", "1.00").await;
    check("99999999999.00", "99999999999.00").await;
    gateway.finish().await;
}

/// Snake case, floats, order and spelling of numbers: metadata is the merchant's and comes back as it was sent.
#[tokio::test]
async fn metadata_comes_back_as_it_was_sent() {
    let gateway = gateway().await;
    let metadata = r#"{"sub_orders":[{"quantity":"2.0","amount":78269.0,"2":1,"1":2}],"note":"a/b é"}"#;
    let body = format!(
        r#"{{"partnerReferenceNo":"order-1","chargeToken":"","payOptionDetails":[{{"payMethod":"GOPAY",
        "payOption":"GOPAY","transAmount":{{"value":"1","currency":"IDR"}}}}],"additionalInfo":{{"metadata":{metadata}}}}}"#
    );
    let reference_no = taken(&gateway, "metadata", body).await.text_at("/referenceNo");
    let status = gateway.status(&sample::original(&reference_no)).send().await;
    let text = String::from_utf8(status.body).unwrap();
    assert!(text.contains(&format!(r#""metadata":{metadata}"#)), "{text}");
    gateway.finish().await;
}

/// Two payments may carry one order id: it is the merchant's name for the order, and nothing is found by it.
#[tokio::test]
async fn an_order_id_need_not_be_unique() {
    let gateway = gateway().await;
    let mut references = Vec::new();
    for _ in 0..2 {
        let answer = gateway.pay(&sample::payment("order-1")).send().await;
        references.push(answer.text_at("/referenceNo"));
    }
    assert_ne!(references[0], references[1]);
    for reference_no in &references {
        assert_eq!(standing(&gateway, reference_no).await, "03");
    }
    gateway.finish().await;
}

/// The gateway remembers for a moment who is blocked, and looks each customer up when too many are.
#[tokio::test]
async fn a_blocked_customer_is_not_asked_to_pay_however_many_are_blocked() {
    let gateway = gateway().await;
    let opening = |phone: &str| {
        let mut body = sample::payment("order-1");
        body["additionalInfo"] = json!({"customerDetails": {"phone": phone}});
        let gateway = &gateway;
        async move { gateway.pay(&body).send().await.code() }
    };
    let store = &gateway.app.store;
    let phone = |number: &str| Phone::new(number).unwrap();
    let known = store.customer_find_by_phone(&phone("+628215023424")).await.unwrap().unwrap();
    let is = |standing: Standing| {
        let mut row = known.clone();
        row.customer.standing = standing;
        row
    };
    let put = async |rows: Vec<CustomerRow>| {
        let changes = rows.into_iter().fold(Changes::new(), |all, row| all.with(Write::CustomerPut(row)));
        store.commit(changes).await.unwrap();
        gateway.operated();
    };
    assert_eq!(opening("+628215023424").await, "2005400");
    put(vec![is(Standing::Blocked)]).await;
    assert_eq!(opening("+628215023424").await, "4035403");
    put(vec![is(Standing::Active)]).await;
    assert_eq!(opening("+628215023424").await, "2005400");

    let crowd = (0..10_000).map(|n| {
        let mut row = is(Standing::Blocked);
        row.customer.id = CustomerId::new(format!("crowd-{n}")).unwrap();
        row.customer.phone = phone(&format!("+628990{n:06}"));
        row
    });
    put(crowd.collect()).await;
    let check = async |phone: &str, expected: &str| assert_eq!(opening(phone).await, expected, "{phone}");
    check("+628990009999", "4035403").await;
    check("+628271939753", "4035403").await;
    check("+628215023424", "2005400").await;
    gateway.finish().await;
}
