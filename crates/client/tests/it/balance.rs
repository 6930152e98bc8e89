//! What is owed: read from whichever members a gateway has, and asked for again where an answer was lost.

use lunas_client::balance::BalanceRequest;
use lunas_snap::service::Service;

use super::calls::{client, gateway};
use crate::server::Act;

/// As the standard's own example is, with two types of balance of which the second says little.
const ANSWER: &str = r#"{"responseCode":"2001100","responseMessage":"Request has been processed successfully","referenceNo":"2020102977770000000009","accountNo":"115471119","name":"JONOMADE","accountInfos":[{"balanceType":"Cash","amount":{"value":"200000.00","currency":"IDR"},"floatAmount":{"value":"50000.00","currency":"IDR"},"holdAmount":{"value":"20000.00","currency":"IDR"},"availableBalance":{"value":"130000.00","currency":"IDR"},"ledgerBalance":{"value":"30000.00","currency":"IDR"},"currentMultilateralLimit":{"value":"10000.00","currency":"IDR"},"registrationStatusCode":"0001","status":"0001"},{"balanceType":"Coins","amount":{"value":"150.00","currency":"IDR"}}]}"#;

#[tokio::test]
async fn a_balance_is_read_and_a_lost_answer_is_asked_for_again() {
    let server = gateway(|_, before| match before {
        0 => Act::Drop,
        _ => Act::Answer(200, ANSWER.to_owned()),
    })
    .await;
    let request = BalanceRequest::default().balance_types(["Cash", "Coins"]);
    let answer = client(&server).balance(&request).await.unwrap();
    let [cash, coins] = answer.balances.as_slice() else { panic!("{answer:?}") };
    assert_eq!(cash.ledger_balance.unwrap().to_decimal(), "30000.00");
    assert_eq!((coins.amount.unwrap().to_decimal().as_str(), coins.hold_amount), ("150.00", None));
    let asked = server.seen(Service::BalanceInquiry.path());
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].header("x-external-id"), asked[1].header("x-external-id"));
}
