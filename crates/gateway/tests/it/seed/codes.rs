//! Every code in the lists of the published documents, brought about by a real call: status, code and message.

use crate::kit::{Answer, Gateway};
use lunas_snap::code::{Case, ResponseCode};
use lunas_snap::service::Service;

use super::sheet::sections;
use crate::codes;

const PAGE: &str = include_str!("codes.md");

/// The call that comes to a case of a list.
async fn answer(gateway: &Gateway, service: Service, case: Case) -> Answer {
    match case {
        // A token has no token, so its list means the signature.
        Case::Unauthorized if service != Service::AccessTokenB2b => {
            let body = codes::right_body(gateway, service).await;
            codes::call(gateway, service, &body).without("Authorization").send().await
        }
        Case::Unauthorized => codes::way_of_every_service(gateway, service, case).await,
        _ => match codes::way(gateway, service, case).await {
            Some(answer) => answer,
            None => codes::way_of_every_service(gateway, service, case).await,
        },
    }
}

async fn prove(title: &str) {
    let service = Service::of_code(&title[..2]).unwrap();
    for cells in &sections(PAGE)[title] {
        let [code, http, message, sent, why] = **cells else { panic!("{cells:?}") };
        let listed = format!("{code} {message}");
        let expected = if sent.is_empty() { &listed } else { sent };
        let is_filled_in = ["{Field Name}", "[reason]"].iter().any(|place| message.contains(place));
        assert!(sent.is_empty() == why.is_empty() || is_filled_in, "{code}: nobody says why");
        if is_filled_in {
            let head = message.split(['{', '[']).next().unwrap().trim();
            assert!(expected.starts_with(&format!("{code} {head}")), "{code}: {expected}");
        }
        let case = ResponseCode::parse(code).and_then(|code| code.case()).unwrap();
        let gateway = codes::stage().await;
        let answer = answer(&gateway, service, case).await;
        assert_eq!(answer.verdict(), expected, "{title}");
        assert_eq!(answer.status.to_string(), http, "{title}");
        if answer.status == 500 {
            gateway.abandon().await;
        } else {
            gateway.finish().await;
        }
    }
}

macro_rules! lists {
    ($($name:ident: $title:literal;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                prove($title).await;
            }
        )*

        #[test]
        fn every_list_of_codes_is_proven() {
            let titles: Vec<&str> = sections(PAGE).into_keys().collect();
            let mut proven = vec![$($title,)*];
            proven.sort_unstable();
            assert_eq!(titles, proven);
        }
    };
}

lists! {
    s3_s4_the_codes_of_tokens_are_as_listed: "73 access token";
    s3_s4_the_codes_of_payments_are_as_listed: "54 payment host to host";
    s4_the_codes_of_authorizations_are_as_listed: "63 auth payment";
    s4_the_codes_of_captures_are_as_listed: "65 auth capture";
    s4_the_codes_of_statuses_are_as_listed: "55 debit status";
    s4_the_codes_of_queries_of_codes_are_as_listed: "51 QR query";
    s4_the_codes_of_queries_of_authorizations_are_as_listed: "64 auth query";
}
