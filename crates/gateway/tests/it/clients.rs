//! What real clients send and expect, beyond what the documents say: times in every form, languages by their old names,
//! echoes that are as they were sent, and a verdict on fraud that is told.

use crate::kit::{Gateway, sample};
use serde_json::{Value, json};

use crate::pre_auth::BLOCKED;
use crate::world::{gateway, opened, with};

/// Eleven in the morning of the day at which the clock stands, in the forms that languages print and ISO 8601 has.
const ELEVEN: [&str; 14] = [
    "2026-11-20T11:00:00+07:00",
    "2026-11-20T11:00+07:00",
    "2026-11-20T11:00+07:00[Asia/Jakarta]",
    "2026-11-20T04:00Z",
    "2026-11-20T04:00:00.000Z",
    "2026-11-20T04:00:00.000001Z",
    "2026-11-20T04:00:00,5Z",
    "2026-11-20T11:00:00+0700",
    "2026-11-20T11:00:00+07",
    "2026-11-20 11:00:00",
    "20261120T040000Z",
    "20261120T1100+07",
    "2026-W47-5T11:00:00+07:00",
    "2026-324T11:00:00+07:00",
];

#[tokio::test]
async fn r5_a_time_is_taken_in_every_form_in_headers_and_in_bodies() {
    let gateway = gateway().await;
    let accounts: [&dyn Fn(&str) -> Value; 2] =
        [&|time| with(&sample::payment("order-1"), "/validUpTo", json!(time)), &|time| {
            with(&sample::qr(&format!("code-{}", time.len())), "/validityPeriod", json!(time))
        }];
    for time in ELEVEN {
        let answer = gateway.pay(&accounts[0](time)).send().await;
        assert_eq!(answer.text_at("/additionalInfo/validUpTo"), "2026-11-20T11:00:00+07:00", "{time}");
        let ten = time.replace("T11", "T10").replace("T04", "T03").replace(" 11", " 10");
        let told = gateway.status(&sample::original("none")).timestamp(&ten).send().await;
        assert_eq!(told.verdict(), "4045501 Transaction Not Found", "X-TIMESTAMP {ten}");
        let token = gateway.token_request().timestamp(&ten).send().await;
        assert_eq!(token.code(), "2007300", "X-TIMESTAMP {ten}: {}", token.verdict());
        gateway.receiver.next().await;
    }
    let code = gateway.qr_generate(&accounts[1](ELEVEN[1])).send().await.text_at("/referenceNo");
    let query = gateway.qr_query(&sample::qr_original(&code)).send().await;
    assert_eq!(query.text_at("/additionalInfo/expiryTime"), "2026-11-20T11:00:00+07:00");
    let accepted =
        "write 2026-11-29T20:14:00+07:00, 2026-11-29T20:14+07, 2026-11-29T13:14:00.123Z or 20261129T131400Z";
    let refused = gateway.pay(&accounts[0]("tomorrow")).send().await;
    assert_eq!(refused.verdict(), format!("4005401 Invalid Field Format validUpTo: {accepted}"));
    let refused = gateway.status(&sample::original("none")).timestamp("1763607600000").send().await;
    assert_eq!(refused.verdict(), format!("4005501 Invalid Field Format X-TIMESTAMP: {accepted}"));
    gateway.receiver.next().await;
    gateway.finish().await;
}

#[tokio::test]
async fn r24_what_comes_back_is_as_it_was_sent() {
    let gateway = gateway().await;
    for (nth, quantity) in ["1", "\"1\"", "2.50", "\"2.0\""].into_iter().enumerate() {
        let item =
            r#"[{"colour":"black","name":"Kopi","price":{"value":"10000.00","currency":"IDR"},"quantity":"#;
        let trx_id = format!("order-{nth}");
        let mut body = sample::account(&trx_id);
        body["customerNo"] = json!(format!("628012345{nth}"));
        body["virtualAccountNo"] = json!(format!("   70012628012345{nth}"));
        body["additionalInfo"]["items"] = json!("ITEMS");
        // The number's own spelling counts, which a parsed value would lose.
        let items = format!("{item}{quantity}}}]");
        let text = body.to_string().replace("\"ITEMS\"", &items);
        let answer = gateway.va_create(&body).body(text).send().await;
        assert_eq!(answer.code(), "2002700", "{}", answer.verdict());
        let sent = String::from_utf8(answer.body.clone()).unwrap();
        assert!(sent.contains(&format!(r#""items":{items}"#)), "{quantity}: {sent}");
    }
    for (order, acquirer) in [("code-1", "gopay"), ("code-2", "GOPAY"), ("code-3", "AirPay Shopee")] {
        let body = with(&sample::qr(order), "/additionalInfo/acquirer", json!(acquirer));
        for _ in 0..2 {
            let answer = gateway.qr_generate(&body).external_id(order).send().await;
            assert_eq!(answer.text_at("/additionalInfo/acquirer"), acquirer);
        }
    }
    gateway.finish().await;
}

/// How the payment stands, and what is said of fraud.
async fn verdict(gateway: &Gateway, reference_no: &str) -> (String, String) {
    let status = gateway.status(&sample::original(reference_no)).send().await;
    (status.text_at("/latestTransactionStatus"), status.text_at("/additionalInfo/fraudStatus"))
}

#[tokio::test]
async fn s5_who_is_blocked_is_denied_and_who_says_no_is_not_suspected() {
    let gateway = gateway().await;
    let check = async |order: &str, control: &str, body: Value, expected: (&str, &str)| {
        let reference_no = opened(&gateway, order).await;
        assert_eq!(verdict(&gateway, &reference_no).await, ("03".to_owned(), "accept".to_owned()));
        gateway.control_with(&format!("/payments/{reference_no}/{control}"), &body).await;
        gateway.receiver.next().await;
        let (status, fraud) = verdict(&gateway, &reference_no).await;
        assert_eq!((status.as_str(), fraud.as_str()), expected, "{order}");
    };
    let blocked = json!({"phone": gateway.credentials.customers[BLOCKED].phone});
    check("blocked", "pay", blocked, ("09", "deny")).await;
    check("refused", "deny", json!({}), ("09", "accept")).await;
    check("paid", "pay", json!({}), ("00", "accept")).await;
    check("failed", "fail", json!({}), ("06", "accept")).await;
    gateway.finish().await;
}

#[tokio::test]
async fn s3_every_flow_refuses_a_return_url_that_is_not_registered() {
    let gateway = gateway().await;
    let account = crate::linked_payment::Account::link(&gateway, crate::linking::HAPPY).await;
    let mini_app = json!({"pointOfPurchaseId": gateway.credentials.point_of_purchase_id});
    let dana = with(&sample::payment("dana"), "/payOptionDetails/0/payMethod", json!("DANA"));
    let flows = [
        ("redirect", sample::payment("redirect")),
        ("another wallet", dana),
        ("mini app", with(&sample::payment("mini-app"), "/additionalInfo", mini_app)),
        ("linked account", account.payment("linked", "10000.00")),
    ];
    let urls = [
        ("https://not-whitelisted.example/return", "N", false),
        ("HTTPS://Not-Whitelisted.Example", "N", false),
        ("merchantapp://not-whitelisted.example/callback", "Y", false),
        ("merchantapp://payments/callback/12345", "Y", true),
        ("https://anybody.example/return", "N", true),
    ];
    for (flow, body) in &flows {
        for (url, is_deeplink, is_taken) in urls {
            let name = if body.get("urlParams").is_some() { "urlParams" } else { "urlParam" };
            let mut body = body.clone();
            body[name] = json!([{"url": url, "type": "PAY_RETURN", "isDeeplink": is_deeplink}]);
            let mut call = gateway.pay(&body);
            if name == "urlParams" {
                call = call.customer(&account.token);
            }
            let expected = if is_taken {
                "2005400 Successful"
            } else {
                "4035415 Transaction Not Permitted. Url not whitelisted."
            };
            assert_eq!(call.send().await.verdict(), expected, "{flow}: {url}");
        }
    }
    gateway.finish().await;
}
