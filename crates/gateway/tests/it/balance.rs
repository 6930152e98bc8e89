//! Balance inquiry (11): a merchant sees what it is owed, and nobody else's.

use crate::kit::{Answer, Gateway, sample};
use lunas_client::balance::BalanceRequest;
use lunas_vocab::PartnerReferenceNo;
use serde_json::{Value, json};

use crate::pre_auth::{HAPPY, authorized, captured, linked};
use crate::world::{Verdicts, gateway, opened, sdk};

/// What is owed, what is reserved, and what refunds can be made out of.
fn told(answer: &Answer) -> [String; 3] {
    assert_eq!(answer.verdict(), "2001100 Successful");
    ["amount", "floatAmount", "availableBalance"]
        .map(|name| answer.text_at(&format!("/accountInfos/0/{name}/value")))
}

#[tokio::test]
async fn a_merchant_sees_what_it_is_owed_and_what_is_reserved() {
    let gateway = gateway().await;
    let other = gateway.add_merchant("G2", None).await;
    let tokens = linked(&gateway, HAPPY).await;
    let check = async |owed: &str, reserved: &str| {
        let answer = gateway.balance_inquiry(&json!({})).send().await;
        assert_eq!(told(&answer), [owed, reserved, owed]);
        let theirs = gateway.balance_inquiry_as(&other, &json!({})).send().await;
        assert_eq!(told(&theirs), ["0.00"; 3], "another merchant's");
    };
    check("0.00", "0.00").await;
    let reference_no = opened(&gateway, "order-1").await;
    check("0.00", "0.00").await;
    gateway.customer_pays(&reference_no).await;
    check("10000.00", "0.00").await;
    gateway.refund(&sample::refund(&reference_no, "refund-1", "4000")).send().await;
    check("6000.00", "0.00").await;
    let reserved = authorized(&gateway, &tokens, "order-2").await;
    check("6000.00", "10000.00").await;
    captured(&gateway, &tokens, "order-3").await;
    check("16000.00", "10000.00").await;
    gateway.auth_void(&sample::void(&reserved, "void-1")).send().await;
    check("16000.00", "0.00").await;
    gateway.va_create(&sample::account("bill-1")).send().await;
    let reported = gateway.va_report(&sample::bank_report("report-1", "10000.00")).send().await;
    assert_eq!(reported.code(), "2002500", "{}", reported.verdict());
    check("26000.00", "0.00").await;
    gateway.finish().await;
}

#[tokio::test]
async fn a_balance_is_told_in_the_members_of_the_standard() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    gateway.customer_pays(&reference_no).await;
    let body =
        json!({"partnerReferenceNo": "look-1", "accountNo": gateway.merchant.id, "balanceTypes": ["Cash"]});
    let exchange = gateway.balance_inquiry(&body).external_id("look-1").exchange().await;
    insta::assert_snapshot!("balance", exchange.render(&gateway));
    let request = BalanceRequest::default()
        .partner_reference_no(PartnerReferenceNo::new("look-2").unwrap())
        .balance_types(["cash"]);
    let answer = sdk(&gateway).balance(&request).await.unwrap();
    assert_eq!(answer.partner_reference_no, request.partner_reference_no);
    assert_eq!(answer.balances[0].amount.unwrap().to_decimal(), "10000.00");
    gateway.finish().await;
}

#[tokio::test]
async fn a_type_of_balance_that_is_not_there_finds_nothing() {
    let gateway = gateway().await;
    let check = async |types: Value, expected: usize| {
        let answer = gateway.balance_inquiry(&json!({"balanceTypes": types})).send().await;
        assert_eq!(answer.code(), "2001100", "{}", answer.verdict());
        assert_eq!(answer.json()["accountInfos"].as_array().unwrap().len(), expected, "{types}");
    };
    check(json!([]), 1).await;
    check(json!(null), 1).await;
    check(json!("Cash"), 1).await;
    check(json!(["coins", "CASH"]), 1).await;
    check(json!(["Coins"]), 0).await;
    gateway.finish().await;
}

#[tokio::test]
async fn a_balance_is_told_to_its_merchant_only_and_as_often_as_it_is_asked_for() {
    let gateway = gateway().await;
    gateway.add_merchant("G2", None).await;
    let mut verdicts = Verdicts::default();
    let own = &gateway.merchant.id;
    let bodies = [
        ("its own account", json!({"accountNo": own})),
        ("another merchant's", json!({"accountNo": "G2"})),
        ("nobody's", json!({"accountNo": "115471119"})),
        ("an account that is a number", json!({"accountNo": 115_471_119})),
        ("a card", json!({"bankCardToken": "6d7963617264746f6b656e"})),
        ("a card's token too long", json!({"bankCardToken": "x".repeat(129)})),
        ("an order id too long", json!({"partnerReferenceNo": "x".repeat(65)})),
        ("types that are no texts", json!({"balanceTypes": [1]})),
    ];
    for (name, body) in bodies {
        // One id for all of them: nothing is kept of a call that only reads.
        verdicts.note(name, &gateway.balance_inquiry(&body).external_id("look-1").send().await);
    }
    verdicts.note("a bank", &gateway.balance_inquiry_as(&gateway.bank, &json!({})).send().await);
    insta::assert_snapshot!("balance_verdicts", verdicts.as_str());
    gateway.finish().await;
}

/// A capture moves money from what is reserved to what is owed. Whoever looks meanwhile sees it in one of the two.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_is_captured_is_seen_once_at_any_moment() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let mut references = Vec::new();
    for n in 0..8 {
        references.push(authorized(&gateway, &tokens, &format!("order-{n}")).await);
    }
    let captures = async {
        for (n, reference_no) in references.iter().enumerate() {
            let mut capture = sample::capture(reference_no, &format!("capture-{n}"));
            capture["originalPartnerReferenceNo"] = json!(format!("order-{n}"));
            let answer = gateway.auth_capture(&capture).send().await;
            assert_eq!(answer.verdict(), "2006500 Successful");
        }
    };
    let looks = async {
        loop {
            let sums = look(&gateway).await;
            assert_eq!(sums.0 + sums.1, 80_000, "{sums:?}");
            if sums.1 == 0 {
                break;
            }
        }
    };
    tokio::join!(captures, looks);
    gateway.finish().await;
}

/// What is owed and what is reserved, in rupiah.
async fn look(gateway: &Gateway) -> (u64, u64) {
    let [owed, reserved, _] = told(&gateway.balance_inquiry(&json!({})).send().await);
    let units = |text: String| text.trim_end_matches(".00").parse().unwrap();
    (units(owed), units(reserved))
}
