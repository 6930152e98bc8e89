//! Every mandatory member of every request in the published documents: without it, with null and with nothing in its place
//! the request is refused and the member named; and every text may be as long as the document says.

use crate::kit::{Answer, Call, Gateway, sample};
use lunas_snap::service::Service;
use serde_json::{Value, json};

use super::sheet::sections;
use crate::pre_auth::{HAPPY, Tokens, linked};
use crate::world::gateway;

pub(super) const PAGE: &str = include_str!("requests.md");

/// Members of a body whose texts are words of a kind: what they may say is not only a matter of length.
const WORDS: [&str; 16] = [
    "grantType",
    "merchantId",
    "validUpTo",
    "url",
    "type",
    "isDeeplink",
    "payMethod",
    "value",
    "currency",
    "quantity",
    "serviceCode",
    "chargeToken",
    "inquiryRequestId",
    "partnerServiceId",
    "customerNo",
    "virtualAccountNo",
];

/// One member of a request.
pub(super) struct Member<'a> {
    pub(super) path: &'a str,
    pub(super) is_mandatory: bool,
    pub(super) length: Option<usize>,
    pub(super) ours: Ours,
}

/// What becomes of a request without the member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ours {
    /// 400xx02, whenever the member is mandatory.
    AsDocumented,
    /// It may be left out.
    Absent,
    /// It may be empty.
    Empty,
    /// 401.
    NotAuthorized,
}

impl<'a> Member<'a> {
    pub(super) fn read(cells: &[&'a str]) -> Self {
        let [path, obligation, length, ours] = *cells else { panic!("{cells:?}") };
        assert!(matches!(obligation, "M" | "O" | "C"), "{path}: {obligation}");
        let ours = match ours.split_once(": ").map(|(deviation, _)| deviation) {
            None if ours.is_empty() => Ours::AsDocumented,
            Some("absent") => Ours::Absent,
            Some("empty") => Ours::Empty,
            Some("401") => Ours::NotAuthorized,
            _ => panic!("{path}: {ours} is no deviation"),
        };
        let length = (!length.is_empty()).then(|| length.parse().unwrap());
        Self { path, is_mandatory: obligation == "M", length, ours }
    }

    pub(super) fn is_header(&self) -> bool {
        self.path.contains('-') || self.path == "Authorization"
    }

    /// The pointer of the member in a body, in the first element of each list on the way.
    fn pointer(&self, body: &Value) -> String {
        let mut pointer = String::new();
        for name in self.path.split('.') {
            if body.pointer(&pointer).is_some_and(Value::is_array) {
                pointer.push_str("/0");
            }
            pointer.push('/');
            pointer.push_str(name);
        }
        pointer
    }
}

/// A customer, with every text that the documents have for one.
fn customer() -> Value {
    let address = json!({
        "firstName": "john", "lastName": "doe", "phone": "080123456789", "address": "jalan maju mundur",
        "city": "jakarta", "postalCode": "12345", "countryCode": "IDN",
    });
    json!({
        "phone": "080123456789", "firstName": "john", "lastName": "doe", "email": "john@doe.example",
        "billingAddress": address, "shippingAddress": address,
    })
}

fn item() -> Value {
    json!({
        "id": "ID012345", "price": {"value": "10000.00", "currency": "IDR"}, "quantity": "1", "name": "name",
        "brand": "brand", "category": "category", "merchantName": "merchant", "url": "someItemUrl",
    })
}

/// The `X-EXTERNAL-ID` of the call that opened what a request is about.
const OPENING: &str = "call-1";

/// The reference of an authorization that was opened by that call.
async fn reserved(gateway: &Gateway, tokens: &Tokens) -> String {
    let body = sample::authorization("order-1", &tokens.wallet);
    let answer = gateway.auth_payment(&tokens.customer, &body).external_id(OPENING).send().await;
    assert_eq!(answer.verdict(), "2006300 Successful");
    answer.text_at("/referenceNo")
}

/// A request with every member that the document has, on a stage that is set for it.
async fn whole(gateway: &Gateway, service: Service, tokens: &Tokens) -> Value {
    match service {
        Service::AccessTokenB2b => json!({"grantType": "client_credentials"}),
        Service::DebitPayment => {
            let mut body = sample::payment("order-1");
            body["chargeToken"] = json!("accessToken");
            body["validUpTo"] = json!("2026-11-20T10:30:00+07:00");
            body["additionalInfo"] = json!({
                "customerDetails": customer(), "items": [item()], "metadata": {"a": "b"},
                "pointOfPurchaseId": gateway.credentials.point_of_purchase_id,
            });
            body
        }
        Service::AuthPayment => {
            let mut body = sample::authorization("order-1", &tokens.wallet);
            body["items"] = json!([item()]);
            body["additionalInfo"]["customerDetails"] = customer();
            body["additionalInfo"]["validUpTo"] = json!("2026-11-20T10:30:00+07:00");
            body
        }
        Service::AuthCapture => {
            let mut body = sample::capture(&reserved(gateway, tokens).await, "capture-1");
            body["captureAmount"] = json!({"value": "10000.00", "currency": "IDR"});
            body["additionalInfo"] = json!({"originalExternalId": OPENING});
            body
        }
        Service::AuthQuery => {
            let mut body = sample::auth_original(&reserved(gateway, tokens).await);
            body["additionalInfo"] = json!({"originalExternalId": OPENING});
            body
        }
        Service::DebitStatus => {
            let order = sample::payment("order-2");
            let reference_no = gateway.pay(&order).external_id(OPENING).send().await.text_at("/referenceNo");
            json!({"originalReferenceNo": reference_no, "originalExternalId": OPENING, "serviceCode": "54"})
        }
        Service::QrQuery => {
            let code = gateway
                .qr_generate(&sample::qr("code-1"))
                .external_id(OPENING)
                .send()
                .await
                .text_at("/referenceNo");
            let merchant = &gateway.merchant.id;
            json!({"originalReferenceNo": code, "originalExternalId": OPENING, "merchantId": merchant, "serviceCode": "47"})
        }
        Service::VaStatus => {
            gateway.va_create(&sample::account("account-1")).send().await;
            let mut body = sample::account_status("account-1");
            body["paymentRequestId"] = json!("account-1");
            body
        }
        other => panic!("{other:?} is in none of the documents"),
    }
}

fn call<'a>(gateway: &'a Gateway, service: Service, tokens: &Tokens, body: &Value) -> Call<'a> {
    match service {
        Service::AccessTokenB2b => gateway.token_request().body(body.to_string()),
        Service::AuthPayment => gateway.auth_payment(&tokens.customer, body),
        _ => gateway.call(service, body),
    }
}

/// What becomes of a request in which the member is not there, in one of three ways.
fn check(service: Service, member: &Member<'_>, way: &str, answer: &Answer) {
    let about = format!("{service:?} {} {way}: {}", member.path, answer.verdict());
    let is_let_pass = match member.ours {
        Ours::Absent => true,
        Ours::Empty => way == "empty",
        Ours::AsDocumented | Ours::NotAuthorized => false,
    };
    if is_let_pass {
        assert_eq!(answer.status, 200, "{about}");
    } else if member.ours == Ours::NotAuthorized {
        assert_eq!(answer.status, 401, "{about}");
    } else {
        let verdict = answer.verdict();
        let code = format!("400{}02 Invalid Mandatory Field ", service.code());
        let named = verdict.strip_prefix(&code).unwrap_or_else(|| panic!("{about}"));
        let named = named.replace("[0]", "");
        // An object without members is missed by the first of them that has to be there.
        let names_it =
            named.eq_ignore_ascii_case(member.path) || named.starts_with(&format!("{}.", member.path));
        assert!(names_it, "{about}");
    }
}

async fn prove(service: Service, title: &str) {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let body = whole(&gateway, service, &tokens).await;
    let sections = sections(PAGE);
    let members: Vec<Member<'_>> = sections[title].iter().map(|cells| Member::read(cells)).collect();
    for member in members.iter().filter(|member| member.is_mandatory) {
        if member.is_header() {
            let call = || call(&gateway, service, &tokens, &body);
            check(service, member, "absent", &call().without(member.path).send().await);
            if member.ours != Ours::Absent {
                check(service, member, "empty", &call().header(member.path, "").send().await);
            }
            continue;
        }
        let pointer = member.pointer(&body);
        assert!(body.pointer(&pointer).is_some(), "{title}: the whole request has no {}", member.path);
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut absent = body.clone();
        absent.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
        let mut bodies = vec![("absent", absent)];
        for (way, value) in [("null", Value::Null), ("empty", json!(""))] {
            let mut body = body.clone();
            *body.pointer_mut(&pointer).unwrap() = value;
            bodies.push((way, body));
        }
        for (way, body) in bodies {
            check(service, member, way, &call(&gateway, service, &tokens, &body).send().await);
        }
    }
    for member in members.iter().filter(|member| !member.is_header()) {
        let name = member.path.rsplit('.').next().unwrap();
        let (Some(length), false) = (member.length, WORDS.contains(&name)) else { continue };
        let mut body = body.clone();
        let pointer = member.pointer(&body);
        let longest = json!("1".repeat(length));
        match body.pointer_mut(&pointer) {
            Some(place) => *place = longest,
            None => panic!("{title}: the whole request has no {}", member.path),
        }
        let answer = call(&gateway, service, &tokens, &body).send().await;
        assert_ne!(
            answer.code(),
            format!("400{}01", service.code()),
            "{}: {}",
            member.path,
            answer.verdict()
        );
    }
    gateway.finish().await;
}

macro_rules! services {
    ($($name:ident: $service:ident, $title:literal;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                prove(Service::$service, $title).await;
            }
        )*

        #[test]
        fn every_section_of_requests_is_proven() {
            let titles: Vec<&str> = sections(PAGE).into_keys().collect();
            let mut proven = vec![$($title,)*];
            proven.sort_unstable();
            assert_eq!(titles, proven);
        }
    };
}

services! {
    s6_what_is_mandatory_for_a_token_is_asked_for: AccessTokenB2b, "73 access token";
    s6_what_is_mandatory_for_a_payment_is_asked_for: DebitPayment, "54 payment host to host";
    s6_what_is_mandatory_for_an_authorization_is_asked_for: AuthPayment, "63 auth payment";
    s6_what_is_mandatory_for_a_capture_is_asked_for: AuthCapture, "65 auth capture";
    s6_what_is_mandatory_for_a_status_is_asked_for: DebitStatus, "55 debit status";
    s6_what_is_mandatory_for_a_query_of_a_code_is_asked_for: QrQuery, "51 QR query";
    s6_what_is_mandatory_for_a_query_of_an_authorization_is_asked_for: AuthQuery, "64 auth query";
    s6_what_is_mandatory_for_a_status_of_an_account_is_asked_for: VaStatus, "26 virtual account status";
}
