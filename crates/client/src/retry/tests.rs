//! The policy as a table: attempt, outcome, decision.

use super::*;

const DELAYS_MS: [Duration; 2] = [Duration::from_millis(10), Duration::from_millis(20)];

fn answered(code: &str) -> Outcome {
    let code = ResponseCode::parse(code).unwrap();
    Outcome::Answered { http: code.http(), code, retry_after: None }
}

fn unreadable(http: u16) -> Outcome {
    Outcome::Unreadable { http, retry_after: None }
}

fn again(ms: u64) -> Decision {
    Decision::Again { after: Duration::from_millis(ms) }
}

/// A charge at that attempt.
fn charge(number: u32) -> Attempt {
    Attempt { number, ..Attempt::first(Effect::Changes) }
}

#[test]
fn a_first_attempt_decides_by_class_and_case() {
    let check = |outcome: Outcome, expected: Decision| {
        assert_eq!(next(charge(1), &outcome, &DELAYS_MS), expected, "{outcome:?}");
    };
    check(answered("2005400"), Decision::Accept);
    check(answered("20054000"), Decision::Accept);
    // The service digits play no part.
    check(answered("2007400"), Decision::Accept);
    check(answered("2025400"), again(10));
    check(answered("4005402"), Decision::Fail);
    check(answered("4015400"), Decision::Fail);
    check(answered("4015401"), Decision::RenewToken);
    check(answered("4015403"), Decision::RenewToken);
    check(answered("4015402"), Decision::Fail);
    check(answered("4035414"), Decision::Fail);
    check(answered("4045418"), Decision::Fail);
    check(answered("4055400"), Decision::Fail);
    check(answered("4095400"), Decision::Fail);
    check(answered("4295400"), again(10));
    check(answered("5005400"), again(10));
    check(answered("5005401"), again(10));
    check(answered("5045400"), again(10));
    check(Outcome::NotSent, again(10));
    check(Outcome::NoAnswer, again(10));
    check(unreadable(502), again(10));
    check(unreadable(429), again(10));
    check(unreadable(404), Decision::Fail);
    check(unreadable(200), Decision::Doubt);
}

#[test]
fn a_code_and_a_status_that_disagree_are_read_the_unhappy_way() {
    let check = |http: u16, code: &str, expected: Decision| {
        let outcome = Outcome::Answered { http, code: ResponseCode::parse(code).unwrap(), retry_after: None };
        assert_eq!(next(charge(1), &outcome, &DELAYS_MS), expected, "{outcome:?}");
    };
    check(500, "2005400", again(10));
    check(400, "2005400", Decision::Fail);
    check(200, "4035414", Decision::Fail);
    check(200, "5045400", again(10));
    check(401, "4015401", Decision::RenewToken);
}

#[test]
fn waits_run_out_in_failure_or_in_doubt() {
    let check = |attempt: Attempt, outcome: Outcome, expected: Decision| {
        assert_eq!(next(attempt, &outcome, &DELAYS_MS), expected, "{attempt:?} {outcome:?}");
    };
    let doubtful = |number| Attempt { in_doubt: true, ..charge(number) };
    check(charge(2), Outcome::NotSent, again(20));
    check(charge(3), Outcome::NotSent, Decision::Fail);
    check(charge(3), answered("4295400"), Decision::Fail);
    check(charge(3), Outcome::NoAnswer, Decision::Doubt);
    check(charge(3), answered("5045400"), Decision::Doubt);
    check(charge(3), answered("2025400"), Decision::Doubt);
    check(doubtful(3), Outcome::NotSent, Decision::Doubt);
    check(doubtful(3), answered("4295400"), Decision::Doubt);
    check(Attempt { number: 3, ..Attempt::first(Effect::Reads) }, answered("5045500"), Decision::Fail);
}

/// Coming back before the time that is asked for would be refused again; a wait that is too long is the caller's to decide.
#[test]
fn a_wait_is_as_long_as_the_answer_asks_for() {
    let check = |number: u32, code: Option<&str>, http: u16, asked_ms: u64, expected: Decision| {
        let retry_after = Some(Duration::from_millis(asked_ms));
        let outcome = match code.and_then(ResponseCode::parse) {
            Some(code) => Outcome::Answered { http, code, retry_after },
            None => Outcome::Unreadable { http, retry_after },
        };
        assert_eq!(next(charge(number), &outcome, &DELAYS_MS), expected, "{outcome:?}");
    };
    check(1, Some("4295400"), 429, 5_000, again(5_000));
    check(1, Some("4295400"), 429, 0, again(10));
    check(2, Some("4295400"), 429, 30_000, again(30_000));
    check(1, Some("4295400"), 429, 30_001, Decision::Fail);
    check(3, Some("4295400"), 429, 1, Decision::Fail);
    check(1, None, 429, 5_000, again(5_000));
    check(1, None, 503, 5_000, again(5_000));
    check(1, None, 503, 60_000, Decision::Doubt);
    check(1, Some("5005401"), 500, 2_000, again(2_000));
    check(1, Some("4035414"), 403, 2_000, Decision::Fail);
    check(1, Some("2005400"), 200, 2_000, Decision::Accept);
}

#[test]
fn only_an_answer_about_the_payment_clears_a_doubt() {
    let check = |code: &str, expected: Decision| {
        let attempt = Attempt { in_doubt: true, token_renewed: true, ..charge(2) };
        assert_eq!(next(attempt, &answered(code), &DELAYS_MS), expected, "{code}");
    };
    check("2005400", Decision::Accept);
    check("4035414", Decision::Fail);
    check("4045418", Decision::Fail);
    check("4095400", again(20));
    check("4015400", Decision::Doubt);
    check("4015401", Decision::Doubt);
    check("4005401", Decision::Doubt);
}

#[test]
fn attempts_are_counted_and_doubt_is_kept() {
    let check = |attempt: Attempt, outcome: Outcome, decision: Decision, expected: Attempt| {
        assert_eq!(attempt.following(&outcome, decision), expected, "{outcome:?}");
    };
    let doubt = Attempt { in_doubt: true, ..charge(2) };
    check(charge(1), Outcome::NotSent, again(10), charge(2));
    check(charge(1), Outcome::NoAnswer, again(10), doubt);
    check(doubt, Outcome::NotSent, again(20), Attempt { number: 3, ..doubt });
    let renewed = Attempt { token_renewed: true, ..charge(1) };
    check(charge(1), answered("4015401"), Decision::RenewToken, renewed);
    let read = Attempt::first(Effect::Reads);
    check(read, Outcome::NoAnswer, again(10), Attempt { number: 2, ..read });
}

#[test]
fn a_wait_lies_between_its_half_and_its_whole() {
    let check = |after_us: u64, chance: u64, expected_us: u64| {
        let spread = spread(Duration::from_micros(after_us), chance);
        assert_eq!(spread, Duration::from_micros(expected_us), "{after_us} {chance}");
    };
    check(500_000, 0, 250_000);
    check(500_000, 1, 250_001);
    check(500_000, 250_000, 500_000);
    check(500_000, 250_001, 250_000);
    check(0, u64::MAX, 0);
    assert!(spread(Duration::MAX, u64::MAX) <= Duration::MAX);
}
