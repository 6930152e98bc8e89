//! A later call that names its payment by several ids: all of them have to be of that one, or nothing happens.

use crate::kit::{Gateway, Merchant, sample};
use lunas_domain::payment::{Payment, Product};
use lunas_snap::service::Service;
use lunas_store::Scope;
use lunas_vocab::ReferenceNo;
use serde_json::{Value, json};

use crate::pre_auth::{HAPPY, Tokens, linked};
use crate::va::{opened_as, told};
use crate::world::{Verdicts, gateway, with};

/// Every service that names a payment of before, and what that is.
const SERVICES: [(Service, Product); 11] = [
    (Service::DebitStatus, Product::DirectDebit),
    (Service::DebitCancel, Product::DirectDebit),
    (Service::DebitRefund, Product::DirectDebit),
    (Service::QrQuery, Product::Qris),
    (Service::QrCancel, Product::Qris),
    (Service::QrRefund, Product::Qris),
    (Service::AuthQuery, Product::PreAuth),
    (Service::AuthCapture, Product::PreAuth),
    (Service::AuthVoid, Product::PreAuth),
    (Service::AuthRefund, Product::PreAuth),
    (Service::HistoryDetail, Product::DirectDebit),
];

const REFERENCE: &str = "originalReferenceNo";
const ORDER: &str = "originalPartnerReferenceNo";
const EXTERNAL: &str = "originalExternalId";

/// The ids of one payment, under the names that later calls have for them.
#[derive(Clone)]
struct Ids([(&'static str, String); 3]);

impl Ids {
    fn of(&self, field: &str) -> &str {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, id)| id.as_str()).unwrap()
    }
}

/// Two payments of the merchant, and one of another merchant.
struct Stage {
    gateway: Gateway,
    own: Ids,
    second: Ids,
    foreign: Ids,
}

impl Stage {
    async fn set(service: Service, product: Product) -> Self {
        let gateway = gateway().await;
        let other = gateway.add_merchant("G2", None).await;
        let tokens = if product == Product::PreAuth { Some(linked(&gateway, HAPPY).await) } else { None };
        let own = opened(&gateway, &gateway.merchant, product, tokens.as_ref(), "own").await;
        let second = opened(&gateway, &gateway.merchant, product, tokens.as_ref(), "second").await;
        // Nobody is linked to the other merchant, and its charge is no less somebody else's.
        let of_other = if product == Product::PreAuth { Product::DirectDebit } else { product };
        let foreign = opened(&gateway, &other, of_other, None, "foreign").await;
        for ids in [&own, &second] {
            let reference_no = ids.of(REFERENCE);
            match service {
                Service::DebitRefund | Service::QrRefund => {
                    let paid = gateway.control(&format!("/payments/{reference_no}/pay")).await;
                    assert_eq!(paid.status, 200);
                }
                Service::AuthRefund => {
                    let mut capture = sample::capture(reference_no, "capture-1");
                    capture[ORDER] = json!(ids.of(ORDER));
                    assert_eq!(gateway.auth_capture(&capture).send().await.code(), "2006500");
                }
                _ => {}
            }
        }
        Self { gateway, own, second, foreign }
    }

    async fn payments(&self) -> Vec<Payment> {
        let mut found = Vec::new();
        for ids in [&self.own, &self.second, &self.foreign] {
            let reference_no = ReferenceNo::new(ids.of(REFERENCE)).unwrap();
            let payment = self.gateway.app.store.payment_find(Scope::System, &reference_no).await.unwrap();
            found.push(payment.unwrap());
        }
        found
    }
}

async fn opened(
    gateway: &Gateway,
    merchant: &Merchant,
    product: Product,
    tokens: Option<&Tokens>,
    name: &str,
) -> Ids {
    let (order, external_id) = (format!("order-{name}"), format!("call-{name}"));
    let call = match (product, tokens) {
        (Product::DirectDebit, _) => {
            gateway.pay_as(merchant, &with(&sample::payment(&order), "/merchantId", json!(merchant.id)))
        }
        (Product::Qris, _) => {
            gateway.qr_generate_as(merchant, &with(&sample::qr(&order), "/merchantId", json!(merchant.id)))
        }
        (Product::PreAuth, tokens) => {
            let tokens = tokens.unwrap();
            gateway.auth_payment(&tokens.customer, &sample::authorization(&order, &tokens.wallet))
        }
    };
    let answer = call.external_id(&external_id).send().await;
    assert_eq!(answer.status, 200, "{}", answer.verdict());
    Ids([(REFERENCE, answer.text_at("/referenceNo")), (ORDER, order), (EXTERNAL, external_id)])
}

/// A call of the service without an id of a payment.
fn call_of(service: Service) -> Value {
    match service {
        Service::DebitStatus => json!({"serviceCode": "54"}),
        Service::DebitRefund | Service::AuthRefund => json!({"partnerRefundNo": "refund-1"}),
        Service::QrQuery => json!({"serviceCode": "47"}),
        Service::QrCancel => json!({"merchantId": "G000000001", "reason": "salah pesan"}),
        Service::QrRefund => json!({"merchantId": "G000000001", "partnerRefundNo": "refund-1"}),
        Service::AuthCapture => {
            json!({"merchantId": "G000000001", "partnerCaptureNo": "capture-1", "title": "Kopi susu"})
        }
        Service::AuthVoid => json!({"merchantId": "G000000001", "partnerVoidNo": "void-1"}),
        _ => json!({}),
    }
}

/// Puts an id where the service has it.
fn put(service: Service, body: &mut Value, field: &str, id: &str) {
    match (service, field) {
        (Service::HistoryDetail, REFERENCE) => body["additionalInfo"]["referenceNo"] = json!(id),
        (Service::AuthQuery | Service::AuthCapture | Service::AuthVoid | Service::AuthRefund, EXTERNAL) => {
            body["additionalInfo"][EXTERNAL] = json!(id);
        }
        (_, field) => body[field] = json!(id),
    }
}

/// The pairs of ids by which a payment can be named: the first finds it, and the second is told along.
fn pairs(service: Service) -> Vec<(&'static str, &'static str)> {
    match service {
        Service::HistoryDetail => vec![(REFERENCE, ORDER)],
        Service::QrQuery | Service::QrCancel | Service::QrRefund => {
            vec![(REFERENCE, ORDER), (REFERENCE, EXTERNAL), (ORDER, EXTERNAL)]
        }
        _ => vec![(REFERENCE, ORDER), (REFERENCE, EXTERNAL), (EXTERNAL, ORDER)],
    }
}

fn has_to_name_its_order(service: Service) -> bool {
    matches!(service, Service::AuthQuery | Service::AuthCapture)
}

#[tokio::test]
async fn s8_every_id_of_a_call_is_of_the_same_payment() {
    let mut verdicts = Verdicts::default();
    for (service, product) in SERVICES {
        let stage = Stage::set(service, product).await;
        let before = stage.payments().await;
        let not_found = format!("404{}01", service.code());
        for (first, second) in pairs(service) {
            let mut refusals = Vec::new();
            for (whose, id) in [
                ("unknown", "none"),
                ("another's", stage.second.of(second)),
                ("another merchant's", stage.foreign.of(second)),
            ] {
                let mut body = call_of(service);
                if has_to_name_its_order(service) {
                    put(service, &mut body, ORDER, stage.own.of(ORDER));
                }
                put(service, &mut body, first, stage.own.of(first));
                put(service, &mut body, second, id);
                let answer = stage.gateway.call(service, &body).send().await;
                assert_eq!(answer.code(), not_found, "{service:?} {second} {whose}: {}", answer.verdict());
                refusals.push(answer);
            }
            let [unknown, ..] = &refusals[..] else { panic!("three were asked") };
            for other in &refusals {
                assert_eq!(other.body, unknown.body, "{service:?} {second}: who else has the id is not told");
            }
            verdicts.note(&format!("{} {first} {second}", service.code()), unknown);
            // What is unknown finds nothing, whatever is told along.
            let mut body = call_of(service);
            put(service, &mut body, first, "none");
            put(service, &mut body, second, stage.own.of(second));
            if has_to_name_its_order(service) {
                put(service, &mut body, ORDER, stage.own.of(ORDER));
            }
            let answer = stage.gateway.call(service, &body).send().await;
            assert_eq!(answer.code(), not_found, "{service:?} {first} unknown: {}", answer.verdict());
        }
        assert_eq!(stage.payments().await, before, "{service:?}: nothing has changed");
        let mut body = call_of(service);
        for (field, id) in &stage.own.0 {
            put(service, &mut body, field, id);
        }
        let answer = stage.gateway.call(service, &body).send().await;
        assert_eq!(answer.code(), format!("200{}00", service.code()), "{}", answer.verdict());
        stage.gateway.operated();
        stage.gateway.finish().await;
    }
    insta::assert_snapshot!("several_ids", verdicts.as_str());
}

/// A payment that is found by the id of its call alone has to have the same id in every place that names one.
#[tokio::test]
async fn s8_one_id_in_several_places_is_the_same() {
    let stage = Stage::set(Service::DebitStatus, Product::DirectDebit).await;
    for place in ["additionalInfo", "additionalData"] {
        let mut body = sample::original_by_external_id(stage.own.of(EXTERNAL));
        body[place] = json!({EXTERNAL: stage.own.of(EXTERNAL)});
        assert_eq!(stage.gateway.status(&body).send().await.code(), "2005500");
        body[place] = json!({EXTERNAL: stage.second.of(EXTERNAL)});
        assert_eq!(
            stage.gateway.status(&body).send().await.verdict(),
            format!(
                "4005501 Invalid Field Format {place}.originalExternalId: it has to be the same wherever this \
                 body has it"
            )
        );
    }
    stage.gateway.finish().await;
}

/// A second call for an order that has its code is given that code, so its id names it as the first one's does.
#[tokio::test]
async fn s8_every_call_that_was_given_a_code_names_it() {
    let gateway = gateway().await;
    let first = gateway.qr_generate(&sample::qr("order-1")).external_id("call-1").send().await;
    gateway.receiver.next().await;
    let second = gateway.qr_generate(&sample::qr("order-1")).external_id("call-2").send().await;
    assert_eq!(second.body, first.body);
    let reference_no = first.text_at("/referenceNo");
    for call in ["call-1", "call-2"] {
        for named in [
            json!({EXTERNAL: call}),
            json!({EXTERNAL: call, REFERENCE: reference_no}),
            json!({EXTERNAL: call, ORDER: "order-1"}),
        ] {
            let body = with(&named, "/serviceCode", json!("47"));
            let answer = gateway.qr_query(&body).send().await;
            assert_eq!(answer.code(), "2005100", "{body}: {}", answer.verdict());
            assert_eq!(answer.text_at("/originalReferenceNo"), reference_no);
        }
    }
    let again = gateway.qr_generate(&sample::qr("order-1")).external_id("call-2").send().await;
    assert_eq!(again.body, first.body);
    gateway.finish().await;
}

/// The bank and both spellings of a number are asked about as well: what is another account's is not passed over.
#[tokio::test]
async fn s8_an_account_has_one_number_and_one_bank() {
    let gateway = gateway().await;
    opened_as(&gateway, &sample::account("order-1")).await;
    opened_as(&gateway, &sample::under(sample::account("order-2"), "6280123457")).await;
    let ask = |pointer: &str, value: &str| with(&sample::account_status("order-1"), pointer, json!(value));
    for (body, expected) in [
        (ask("/additionalInfo/bank", "mandiri"), "2002600 Successful"),
        (
            ask("/additionalInfo/bank", "bca"),
            "4042601 Transaction Not Found. additionalInfo.bank: it is not of the same transaction",
        ),
        (
            ask("/customerNo", "6280123457"),
            "4042601 Transaction Not Found. customerNo: it is not of the same transaction",
        ),
        (
            ask("/virtualAccountNo", "   700126280123457"),
            "4042601 Transaction Not Found. virtualAccountNo: it is not of the same transaction",
        ),
        (
            with(&ask("/customerNo", "6280123457"), "/inquiryRequestId", Value::Null),
            "4042601 Transaction Not Found. customerNo: it is not of the same transaction",
        ),
        // A number that lost its zeros is nobody else's.
        (ask("/customerNo", "280123456"), "2002600 Successful"),
        (
            ask("/additionalInfo/merchant_id", "G2"),
            "4002601 Invalid Field Format additionalInfo.merchant_id: merchantId names another one",
        ),
    ] {
        assert_eq!(gateway.va_status(&body).send().await.verdict(), expected, "{body}");
    }
    let delete = with(&sample::account_delete("order-1"), "/customerNo", json!("6280123457"));
    let expected = "4043101 Transaction Not Found. customerNo: it is not of the same transaction";
    assert_eq!(gateway.va_delete(&delete).send().await.verdict(), expected);
    gateway.finish().await;
}

/// A bank that names two bills pays neither, and a payment that it reports again has to be for the same bill.
#[tokio::test]
async fn s8_a_bank_names_one_bill() {
    let gateway = gateway().await;
    opened_as(&gateway, &sample::account("order-1")).await;
    opened_as(&gateway, &sample::under(sample::account("order-2"), "6280123457")).await;
    let report =
        |pointer: &str, value: &str| with(&sample::bank_report("bank-1", "10000.00"), pointer, json!(value));
    for body in [report("/customerNo", "6280123457"), report("/trxId", "order-2"), report("/trxId", "none")] {
        let answer = gateway.va_report(&body).send().await;
        assert_eq!(answer.verdict(), "4042512 Invalid Bill/Virtual Account. there is no such bill", "{body}");
    }
    let asked = with(&sample::bank_inquiry("bank-1"), "/customerNo", json!("6280123457"));
    assert_eq!(gateway.va_inquire(&asked).send().await.code(), "4042412");
    assert_eq!(gateway.va_report(&report("/trxId", "order-1")).send().await.code(), "2002500");
    told(&gateway).await;
    for (body, expected) in [
        (report("/trxId", "order-1"), "2002500"),
        (report("/trxId", "order-2"), "4042518"),
        (report("/trxId", "none"), "4042518"),
        (with(&report("/trxId", "order-1"), "/additionalInfo", json!({"bank": "bca"})), "4042518"),
    ] {
        let answer = gateway.va_report(&body).send().await;
        assert_eq!(answer.code(), expected, "{body}: {}", answer.verdict());
    }
    gateway.finish().await;
}
