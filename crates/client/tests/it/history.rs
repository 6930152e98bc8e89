//! Looking back: an answer that was lost is asked for again under a new id, because each id is taken once.

use lunas_snap::message::history_detail::HistoryDetailRequest;
use lunas_snap::message::history_list::HistoryListRequest;
use lunas_snap::service::Service;
use lunas_vocab::{PartnerReferenceNo, ReferenceNo};

use super::calls::{client, gateway};
use crate::server::Act;

const ENTRY: &str = r#""dateTime":"2026-11-20T10:00:00+07:00","amount":{"value":"10000.00","currency":"IDR"},"status":"SUCCESS","type":"PAYMENT""#;
const IDS: &str = r#""referenceNo":"A1","partnerReferenceNo":"order-1""#;

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_under_a_new_id() {
    let page = format!(
        r#"{{"responseCode":"2001200","responseMessage":"Successful","detailData":[{{{ENTRY},"additionalInfo":{{{IDS},"status":"SETTLEMENT","type":"PAYMENT","channel":"gopay"}}}}]}}"#
    );
    let conflict = r#"{"responseCode":"4091200","responseMessage":"Conflict"}"#;
    let server = gateway(move |_, before| match before {
        0 => Act::Drop,
        1 => Act::Answer(409, conflict.to_owned()),
        _ => Act::Answer(200, page.clone()),
    })
    .await;
    let answer = client(&server).history_list(&HistoryListRequest::default()).await.unwrap();
    assert_eq!(answer.entries.len(), 1);
    assert_eq!((answer.entries[0].status.code(), answer.entries[0].channel.as_str()), ("00", "gopay"));
    let ids: Vec<_> = server
        .seen(Service::HistoryList.path())
        .iter()
        .map(|call| call.header("x-external-id").to_owned())
        .collect();
    assert_eq!(ids.len(), 3);
    assert!(ids[0] == ids[1] && ids[1] != ids[2], "{ids:?}");
}

#[tokio::test]
async fn one_transaction_is_looked_at_by_both_of_its_ids() {
    let detail = format!(
        r#"{{"responseCode":"2001300","responseMessage":"Successful",{IDS},{ENTRY},"additionalInfo":{{"status":"SETTLEMENT","type":"PAYMENT","channel":"gopay","payment":{{"expiryTime":"2026-11-20T10:15:00+07:00","source":"core_api","items":[]}}}}}}"#
    );
    let server = gateway(move |_, _| Act::Answer(200, detail.clone())).await;
    let request = HistoryDetailRequest {
        original_partner_reference_no: PartnerReferenceNo::new("order-1").unwrap(),
        reference_no: ReferenceNo::new("A1").unwrap(),
    };
    let answer = client(&server).history_detail(&request).await.unwrap();
    assert_eq!(answer.entry.reference_no.as_str(), "A1");
    assert_eq!(answer.payment.unwrap().source, "core_api");
}
