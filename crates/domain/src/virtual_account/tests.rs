//! The table of states and commands, and what each command names.

use std::time::Duration;

use lunas_vocab::{BankId, BankRequestId, MerchantId, Money, ReferenceNo, Timestamp, TrxId};

use super::*;
use crate::payment::Expiry;

const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

fn order() -> Order {
    Order {
        reference_no: ReferenceNo::new("A1").unwrap(),
        merchant: MerchantId::new("G1").unwrap(),
        trx_id: TrxId::new("order-1").unwrap(),
        bank: "mandiri".to_owned(),
        number: Number { company: "70012".into(), customer_no: "628".into(), whole: "70012628".into() },
        amount: Money::idr(10_000),
        valid_up_to: None,
        details: Details::default(),
    }
}

fn account(status: Status) -> VirtualAccount {
    let pending = open(order(), NOW).unwrap().account;
    match status {
        Status::Pending => pending,
        other => VirtualAccount { status: other, version: 2, ..pending },
    }
}

fn command(name: &str) -> Command {
    let pay = |units| Command::Pay {
        bank: BankId::new("B1").unwrap(),
        request_id: BankRequestId::new("r-1").unwrap(),
        amount: Money::idr(units),
        bank_reference: Some("auth".to_owned()),
    };
    match name {
        "pay" => pay(10_000),
        "pay-less" => pay(9_999),
        "pay-more" => pay(10_001),
        "delete" => Command::Delete,
        "expire" => Command::Expire(Expiry::Due),
        "expire-early" => Command::Expire(Expiry::Early),
        other => panic!("{other}"),
    }
}

#[test]
fn every_command_in_every_state_before_and_after_the_time_is_up() {
    let table = "
        03 | pay          | 00 moves 10000.00 | time is up
        03 | pay-less     | 10000.00 is due   | time is up
        03 | pay-more     | 10000.00 is due   | time is up
        03 | delete       | 05                | time is up
        03 | expire       | not yet           | 08
        03 | expire-early | 08                | 08
        00 | *            | stays 00          | stays 00
        05 | *            | stays 05          | stays 05
        08 | *            | stays 08          | stays 08
    ";
    let all = ["pay", "pay-less", "pay-more", "delete", "expire", "expire-early"];
    let mut checked = 0;
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let [status, name, before, after]: [&str; 4] =
            line.split('|').map(str::trim).collect::<Vec<_>>().try_into().unwrap();
        let account = account(Status::parse(status).unwrap());
        for name in all.iter().filter(|known| name == "*" || **known == name) {
            for (now, expected) in [(NOW, before), (account.valid_up_to, after)] {
                assert_eq!(outcome(&account, &command(name), now), expected, "{status} {name} at {now}");
                checked += 1;
            }
        }
    }
    assert_eq!(checked, Status::ALL.len() * all.len() * 2, "the table names every pair");
}

fn outcome(account: &VirtualAccount, command: &Command, now: Timestamp) -> String {
    match decide(account, command, now) {
        Ok(decision) => {
            let next = &decision.account;
            assert_eq!((next.version, next.changed_at), (account.version + 1, now));
            assert_eq!(decision.notice.version, next.version);
            assert_eq!(next.paid_at().is_some(), decision.transfer.is_some());
            match decision.journal {
                Some(journal) => {
                    assert!(journal.is_balanced());
                    format!("{} moves {}", next.status.digits(), journal.postings[1].amount.to_decimal())
                }
                None => next.status.digits().to_owned(),
            }
        }
        Err(Rejection::NotPending(status)) => format!("stays {}", status.digits()),
        Err(Rejection::TimeIsUp) => "time is up".to_owned(),
        Err(Rejection::NotYetExpired) => "not yet".to_owned(),
        Err(Rejection::WrongAmount { due }) => format!("{} is due", due.to_decimal()),
    }
}

#[test]
fn a_payment_names_everything_that_follows_from_it() {
    let later = NOW.plus(Duration::from_hours(1));
    let decision = decide(&account(Status::Pending), &command("pay"), later).unwrap();
    let transfer = decision.transfer.unwrap();
    assert_eq!((transfer.payment_no.as_str(), transfer.version), ("A1", 2));
    assert_eq!((transfer.amount, transfer.at), (Money::idr(10_000), later));
    assert_eq!(transfer.bank_reference.as_deref(), Some("auth"));
    let journal = decision.journal.unwrap();
    let moved: Vec<_> = journal.postings.iter().map(|p| p.account.id().into_string()).collect();
    assert_eq!((journal.id.as_str(), moved), ("transfer:A1", vec!["bank:B1".into(), "merchant:G1".into()]));
    assert_eq!(decision.account.paid_at(), Some(later));
}

#[test]
fn an_account_opens_pending_for_a_day() {
    let check = |units: i32, until: Option<Timestamp>, expected: Result<Timestamp, OpenRejection>| {
        let order = Order { amount: Money::idr(units), valid_up_to: until, ..order() };
        let opened = open(order, NOW).map(|decision| decision.account);
        assert!(opened.iter().all(|account| account.status == Status::Pending && account.version == 1));
        assert_eq!(opened.map(|account| account.valid_up_to), expected);
    };
    let soon = NOW.plus(Duration::from_millis(1));
    check(1, None, Ok(NOW.plus(Duration::from_hours(24))));
    check(1, Some(soon), Ok(soon));
    check(0, Some(NOW), Err(OpenRejection::Amount));
    check(1, Some(NOW), Err(OpenRejection::ExpiryPassed { now: NOW }));
}

#[test]
fn statuses_are_read_as_they_are_written() {
    for status in Status::ALL {
        assert_eq!(Status::parse(status.digits()), Some(status));
    }
    assert_eq!(Status::parse("04"), None);
}
