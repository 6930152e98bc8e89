//! The table of cases against the standard, and the words of failures.

use std::collections::HashSet;

use super::*;
use crate::message::error::ErrorAnswer;

#[test]
fn the_table_has_every_case_of_the_standard_once() {
    let ranges: [(u16, u8); 11] = [
        (200, 1),
        (202, 1),
        (400, 3),
        (401, 5),
        (403, 24),
        (404, 20),
        (405, 2),
        (409, 2),
        (429, 1),
        (500, 3),
        (504, 1),
    ];
    let expected: Vec<(u16, String)> = ranges
        .into_iter()
        .flat_map(|(http, count)| (0..count).map(move |case| (http, format!("{case:02}"))))
        .collect();
    let table: Vec<(u16, String)> =
        Case::ALL.iter().map(|case| (case.http(), case.digits().to_owned())).collect();
    assert_eq!(table, expected);
    for case in Case::ALL.iter().copied() {
        assert_eq!(Case::of(case.http(), case.digits()), Some(case));
        assert!(case.meaning().ends_with('.'), "{case:?} is explained in a sentence");
        assert!(case.message().is_ascii() && case.message().len() <= MESSAGE_MAX);
    }
    let names: HashSet<String> = Case::ALL.iter().map(|case| format!("{case:?}")).collect();
    assert_eq!(names.len(), Case::ALL.len());
}

#[test]
fn cases_have_the_words_of_the_standard_in_right_spelling() {
    let check = |http: u16, digits: &str, message: &str| {
        assert_eq!(Case::of(http, digits).map(Case::message), Some(message), "{http} {digits}");
    };
    check(200, "00", "Successful");
    check(401, "01", "Invalid Token (B2B)");
    check(403, "05", "Do Not Honor");
    check(403, "13", "OTP Sent To Cardholder");
    check(403, "15", "Transaction Not Permitted");
    check(404, "18", "Inconsistent Request");
    check(405, "01", "Requested Operation Is Not Allowed");
    check(409, "01", "Duplicate partnerReferenceNo");
    check(504, "00", "Timeout");
    assert_eq!(Case::of(403, "24"), None);
    assert_eq!(Case::of(418, "00"), None);
}

#[test]
fn codes_are_made_of_status_service_and_case() {
    let check = |code: ResponseCode, expected: &str| assert_eq!(code.as_str(), expected);
    check(ResponseCode::new(Service::AccessTokenB2b, Case::Successful), "2007300");
    check(ResponseCode::new(Service::DebitPayment, Case::InsufficientFunds), "4035414");
    check(ResponseCode::new("88", Case::InternalServerError), "5008801");
    check(ResponseCode::new("", Case::OperationNotAllowed), "4050001");
    check(ResponseCode::new("5x", Case::TransactionNotFound), "4040001");
    check(Failure::new(Case::Conflict).code(Service::DebitCancel), "4095700");
    let inside = Failure::new(Case::InternalServerError);
    for (service, code) in [
        (Service::AccessTokenB2b, "5007300"),
        (Service::VaCreate, "5002700"),
        (Service::VaStatus, "5002600"),
        (Service::DebitPayment, "5005401"),
        (Service::VaDelete, "5003101"),
    ] {
        check(inside.code(service), code);
        let answer = ErrorAnswer::new(service, &inside);
        assert_eq!((answer.code.as_str(), answer.message.as_str()), (code, "Internal Server Error"));
    }
}

#[test]
fn codes_are_read_as_gateways_write_them() {
    let check = |text: &str, expected: Option<(&str, u16, &str, Option<Case>)>| {
        let code = ResponseCode::parse(text);
        let parts = code.as_ref().map(|code| (code.as_str(), code.http(), code.service(), code.case()));
        assert_eq!(parts, expected, "{text}");
    };
    check("2005400", Some(("2005400", 200, "54", Some(Case::Successful))));
    check("20054000", Some(("2005400", 200, "54", Some(Case::Successful))));
    check("4031014", Some(("4031014", 403, "10", Some(Case::InsufficientFunds))));
    check("4990099", Some(("4990099", 499, "00", None)));
    for bad in ["", "200540", "20054001", "200540000", "200540a", " 2005400", "２００５４００"] {
        check(bad, None);
    }
    assert!(ResponseCode::parse("2025400").is_some_and(|code| code.is_success()));
    assert!(ResponseCode::parse("5045400").is_some_and(|code| !code.is_success()));
}

#[test]
fn failures_speak_the_standards_words() {
    let check = |failure: Failure, expected: &str| assert_eq!(failure.message(), expected);
    check(Case::Timeout.into(), "Timeout");
    check(Failure::with(Case::InvalidMandatoryField, "chargeToken"), "Invalid Mandatory Field chargeToken");
    check(
        Failure::with(Case::InvalidFieldFormat, "X-TIMESTAMP: a time is ISO 8601"),
        "Invalid Field Format X-TIMESTAMP: a time is ISO 8601",
    );
    check(Failure::with(Case::Unauthorized, "Signature"), "Unauthorized. Signature");
    check(
        Failure::with(Case::TransactionNotPermitted, "Url not whitelisted."),
        "Transaction Not Permitted. Url not whitelisted.",
    );
    check(Failure::with(Case::Conflict, ""), "Conflict");
}

#[test]
fn long_messages_are_cut_between_characters() {
    let message = Failure::with(Case::Unauthorized, "é".repeat(200)).message();
    assert_eq!(message.chars().count(), MESSAGE_MAX);
    assert!(message.starts_with("Unauthorized. éé") && message.ends_with("é…"));
    let fitting = Failure::with(Case::Unauthorized, "é".repeat(MESSAGE_MAX - "Unauthorized. ".len()));
    assert!(fitting.message().ends_with('é'));
}
