//! Every state of a link and every command, as a table.

use lunas_vocab::{CustomerId, MerchantId, Money, ReferenceNo, Timestamp};

use super::*;

const CREATED: Timestamp = Timestamp::from_ms(1_000_000);

fn consent(code: &str) -> Command {
    Command::Consent { code_hash: code.to_owned() }
}

fn bind(code: &str) -> Command {
    Command::Bind { code_hash: code.to_owned() }
}

fn link(status: Status) -> Link {
    let opened = open(
        ReferenceNo::new("A1").unwrap(),
        MerchantId::new("G1").unwrap(),
        CustomerId::new("c1").unwrap(),
        "one".to_owned(),
        CREATED,
    );
    assert_eq!(opened.notification, None);
    let bound = decide(&opened.link, &bind("one"), CREATED).unwrap().link;
    match status {
        Status::Pending => opened.link,
        Status::Enabled => bound,
        Status::Disabled => decide(&bound, &Command::Unlink(Cause::Unlinked), CREATED).unwrap().link,
    }
}

/// Status, round, whether a code waits, and whether the merchant is told.
type Outcome = Result<(Status, u32, bool, bool), Rejection>;

#[test]
fn every_state_has_its_answer_to_every_command() {
    let check = |status: Status, command: Command, expected: Outcome| {
        let link = link(status);
        let decided = decide(&link, &command, CREATED);
        let seen = decided.as_ref().map(|decision| {
            let next = &decision.link;
            assert_eq!(next.version, link.version + 1);
            if let Some(notification) = &decision.notification {
                assert_eq!(
                    (&notification.reference_no, notification.version),
                    (&next.reference_no, next.version)
                );
            }
            (next.status, next.round, next.code.is_some(), decision.notification.is_some())
        });
        assert_eq!(seen.map_err(|rejection| *rejection), expected, "{status:?} {command:?}");
    };
    let unlink = || Command::Unlink(Cause::Unlinked);
    check(Status::Pending, consent("two"), Ok((Status::Pending, 0, true, false)));
    check(Status::Pending, bind("one"), Ok((Status::Enabled, 1, false, true)));
    check(Status::Pending, bind("two"), Err(Rejection::CodeUnknown));
    check(Status::Pending, unlink(), Err(Rejection::NotLinked));
    check(Status::Enabled, consent("two"), Ok((Status::Enabled, 1, true, false)));
    check(Status::Enabled, bind("one"), Err(Rejection::CodeUnknown));
    check(Status::Enabled, unlink(), Ok((Status::Disabled, 1, false, true)));
    check(Status::Enabled, Command::Unlink(Cause::PhoneChanged), Ok((Status::Disabled, 1, false, true)));
    check(Status::Disabled, consent("two"), Ok((Status::Pending, 1, true, false)));
    check(Status::Disabled, bind("one"), Err(Rejection::CodeUnknown));
    check(Status::Disabled, unlink(), Err(Rejection::NotLinked));
}

#[test]
fn a_code_ends_in_time_and_by_the_next_one() {
    let pending = link(Status::Pending);
    let end = CREATED.plus(CODE_LIFE);
    let late = decide(&pending, &bind("one"), end).map(drop);
    assert_eq!(late, Err(Rejection::CodeExpired));
    assert!(decide(&pending, &bind("one"), Timestamp::from_ms(end.ms() - 1)).is_ok());
    let replaced = decide(&pending, &consent("two"), CREATED).unwrap().link;
    assert_eq!(decide(&replaced, &bind("one"), CREATED).map(drop), Err(Rejection::CodeUnknown));
    assert!(decide(&replaced, &bind("two"), CREATED).is_ok());
}

#[test]
fn linking_anew_while_linked_keeps_the_token_and_after_unlinking_it_does_not() {
    let enabled = link(Status::Enabled);
    let again = decide(&enabled, &consent("two"), CREATED).unwrap().link;
    let again = decide(&again, &bind("two"), CREATED).unwrap().link;
    assert_eq!(again.round, enabled.round);
    let anew = decide(&link(Status::Disabled), &consent("two"), CREATED).unwrap().link;
    let anew = decide(&anew, &bind("two"), CREATED).unwrap().link;
    assert_eq!(anew.round, enabled.round + 1);
}

#[test]
fn a_large_charge_asks_for_the_pin_unless_it_may_do_without() {
    let check = |rupiah: i32, is_recurring: bool, may_skip: bool, expected: bool| {
        let amount = Money::idr(rupiah);
        assert_eq!(needs_pin(amount, is_recurring, may_skip), expected, "{rupiah} {is_recurring} {may_skip}");
    };
    check(99_999, false, false, false);
    check(100_000, false, false, true);
    check(100_000, true, false, true);
    check(100_000, false, true, true);
    check(100_000, true, true, false);
}

#[test]
fn words_are_read_as_they_are_written() {
    for status in Status::ALL {
        assert_eq!(Status::parse(status.word()), Some(status));
    }
    for cause in Cause::ALL {
        assert_eq!(Cause::parse(cause.word()), Some(cause));
    }
}
