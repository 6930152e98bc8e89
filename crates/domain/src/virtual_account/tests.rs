//! The table of states and commands, and what each command names.

use std::time::Duration;

use lunas_vocab::{BankId, BankRequestId, MerchantId, Money, ReferenceNo, Timestamp, TrxId};

use super::*;
use crate::notification::About;
use crate::payment::Expiry;

const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

fn order() -> Order {
    Order {
        reference_no: ReferenceNo::new("A1").unwrap(),
        merchant: MerchantId::new("G1").unwrap(),
        trx_id: TrxId::new("order-1").unwrap(),
        bank: "mandiri".to_owned(),
        company: "70012".to_owned(),
        number: Number { company: "70012".into(), customer_no: "628".into(), whole: "70012628".into() },
        amount: Money::idr(10_000),
        valid_up_to: None,
        has_items: false,
        details: Details::default(),
    }
}

fn terms(kind: Kind) -> AccountTerms {
    AccountTerms { kind, mandiri_b2b: false }
}

/// The merchant's code at each of these banks.
fn codes() -> Vec<CompanyCode> {
    ["mandiri", "bca"].map(|bank| CompanyCode { bank: bank.to_owned(), code: "70012".to_owned() }).to_vec()
}

fn account(kind: Kind, status: Status) -> VirtualAccount {
    let pending = open(order(), terms(kind), &codes(), NOW).unwrap().account;
    match status {
        Status::Pending => pending,
        Status::Paid => VirtualAccount { status, payments: 1, version: 2, ..pending },
        Status::Deleted | Status::Expired => VirtualAccount { status, version: 2, ..pending },
    }
}

fn command(name: &str) -> Command {
    let pay = |units| Command::Pay {
        bank: BankId::new("B1").unwrap(),
        request_id: BankRequestId::new("r-1").unwrap(),
        amount: Money::idr(units),
        bank_reference: Some("auth".to_owned()),
        later: LaterPayment { payment_no: ReferenceNo::new("A2").unwrap(), chance: "oVvYx".to_owned() },
    };
    match name {
        "pay" => pay(10_000),
        "pay-less" => pay(9_999),
        "pay-more" => pay(10_001),
        "pay-nothing" => pay(0),
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
        let account = account(Kind::Single, Status::parse(status).unwrap());
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
            assert_eq!(next.payments - account.payments, u32::from(decision.transfer.is_some()));
            let told = decision.notification.map(|notification| {
                assert_eq!(notification.version, next.version);
                format!("{} {}", notification.about.word(), notification.reference_no)
            });
            let first_is_open = account.payments == 0;
            assert_eq!(told.is_some(), first_is_open || decision.transfer.is_some(), "{told:?}");
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

/// What the other kinds make of the same payments, first while nobody has paid, then after one payment.
#[test]
fn a_kind_says_which_payments_are_taken_and_how_many() {
    let table = "
        single-open   | pay-less     | 00 moves 9999.00  | time is up        | stays 00          | stays 00
        single-open   | pay-more     | 00 moves 10001.00 | time is up        | stays 00          | stays 00
        multi         | pay-less     | 03 moves 9999.00  | time is up        | 03 moves 9999.00  | 03 moves 9999.00
        multi         | pay-more     | 03 moves 10001.00 | time is up        | 03 moves 10001.00 | 03 moves 10001.00
        multi         | pay-nothing  | 10000.00 is due   | time is up        | 10000.00 is due   | 10000.00 is due
        multi         | delete       | 05                | time is up        | 05                | 05
        multi         | expire       | not yet           | 08                | not yet           | not yet
        multi         | expire-early | 08                | 08                | 08                | 08
        multi-minimum | pay-less     | 10000.00 is due   | time is up        | 10000.00 is due   | 10000.00 is due
        multi-minimum | pay          | 03 moves 10000.00 | time is up        | 03 moves 10000.00 | 03 moves 10000.00
        multi-minimum | pay-more     | 03 moves 10001.00 | time is up        | 03 moves 10001.00 | 03 moves 10001.00
    ";
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let [kind, name, expected @ ..]: [&str; 6] =
            line.split('|').map(str::trim).collect::<Vec<_>>().try_into().unwrap();
        let fresh = account(Kind::parse(kind).unwrap(), Status::Pending);
        let used = decide(&fresh, &command("pay"), NOW).unwrap().account;
        let after = fresh.valid_up_to;
        let found = [(&fresh, NOW), (&fresh, after), (&used, NOW), (&used, after)]
            .map(|(account, now)| outcome(account, &command(name), now));
        assert_eq!(found, expected.map(str::to_owned), "{kind} {name}");
    }
}

#[test]
fn the_first_payment_goes_by_the_accounts_ids_and_each_later_one_by_its_own() {
    let fresh = account(Kind::Multi, Status::Pending);
    let at = Timestamp::parse("2024-04-03T07:29:03.549Z").unwrap();
    let check = |account: &VirtualAccount, ids: [&str; 2], about: About, journal: &str| {
        let decision = decide(account, &command("pay"), at).unwrap();
        let (transfer, notification) = (decision.transfer.unwrap(), decision.notification.unwrap());
        assert_eq!([transfer.payment_no.as_str(), transfer.trx_id.as_str()], ids);
        assert_eq!((notification.about, notification.reference_no.as_str()), (about, ids[0]));
        assert_eq!((transfer.reference_no.as_str(), transfer.is_later()), ("A1", about == About::Transfer));
        assert_eq!(decision.journal.unwrap().id, journal);
        assert_eq!(decision.account.first_order(), Status::Paid);
        decision.account
    };
    let early = VirtualAccount { valid_up_to: at.plus(MULTI_VALIDITY), ..fresh };
    let used = check(&early, ["A1", "order-1"], About::VirtualAccount, "transfer:A1");
    let again = check(&used, ["A2", "order-1-030424072903549oVvY"], About::Transfer, "transfer:A2");
    assert_eq!((again.payments, again.version, again.deadline()), (2, 3, None));
    assert_eq!(again.as_opened(), early);
}

#[test]
fn later_payments_have_ids_of_their_own() {
    let check = |first: &str, time: &str, chance: &str, expected: &str| {
        let first = TrxId::new(first).unwrap();
        assert_eq!(later_trx_id(&first, Timestamp::parse(time).unwrap(), chance).as_str(), expected);
    };
    check("a-1", "2024-04-03T14:29:03.549+07:00", "-oVvYx", "a-1-030424072903549oVvY");
    check("a", "2024-12-31T23:59:59Z", "", "a-3112242359590000000");
    let long = "x".repeat(128);
    check(&long, "2024-12-31T23:59:59Z", "abcd", &long);
}

#[test]
fn the_account_of_a_later_payments_id_is_found_in_it() {
    let check = |id: &str, expected: Option<&str>| {
        let first = first_trx_id(&TrxId::new(id).unwrap());
        assert_eq!(first.as_ref().map(TrxId::as_str), expected, "{id}");
    };
    check("a-1-030424072903549oVvY", Some("a-1"));
    check("a-3112242359590000000", Some("a"));
    for none in ["a", "a-1", "-030424072903549oVvY", "a-030424072903549oVv", "a-03042407290354xoVvY"] {
        check(none, None);
    }
}

#[test]
fn a_payment_names_everything_that_follows_from_it() {
    let later = NOW.plus(Duration::from_hours(1));
    let decision = decide(&account(Kind::Single, Status::Pending), &command("pay"), later).unwrap();
    let transfer = decision.transfer.unwrap();
    assert_eq!((transfer.payment_no.as_str(), transfer.version), ("A1", 2));
    assert_eq!((transfer.amount, transfer.at), (Money::idr(10_000), later));
    assert_eq!(transfer.bank_reference.as_deref(), Some("auth"));
    let journal = decision.journal.unwrap();
    let moved: Vec<_> = journal.postings.iter().map(|p| p.account.id().into_string()).collect();
    assert_eq!((journal.id.as_str(), moved), ("transfer:A1", vec!["bank:B1".into(), "merchant:G1".into()]));
    assert_eq!((decision.account.status, decision.account.changed_at), (Status::Paid, later));
}

#[test]
fn an_account_opens_pending_for_a_day_or_for_half_a_year() {
    let check = |kind, units: i32, until: Option<Timestamp>, expected: Result<Timestamp, OpenRejection>| {
        let order = Order { amount: Money::idr(units), valid_up_to: until, ..order() };
        let opened = open(order, terms(kind), &codes(), NOW).map(|decision| decision.account);
        assert!(opened.iter().all(|account| account.status == Status::Pending && account.version == 1));
        assert_eq!(opened.map(|account| account.valid_up_to), expected);
    };
    let soon = NOW.plus(Duration::from_millis(1));
    check(Kind::Single, 1, None, Ok(NOW.plus(Duration::from_hours(24))));
    check(Kind::Single, 1, Some(soon), Ok(soon));
    check(Kind::Single, 0, Some(NOW), Err(OpenRejection::Amount { least: Money::idr_minor(1) }));
    check(Kind::Single, 1, Some(NOW), Err(OpenRejection::ExpiryPassed { now: NOW }));
    check(Kind::Multi, 1, None, Ok(NOW.plus(MULTI_VALIDITY)));
    check(Kind::Multi, 1, Some(NOW), Ok(NOW.plus(MULTI_VALIDITY)));
    let rupiah = OpenRejection::Amount { least: Money::idr(1) };
    check(Kind::Multi, 0, None, Err(rupiah.clone()));
    let cents = Order { amount: Money::idr_minor(99), ..order() };
    assert!(open(cents.clone(), terms(Kind::Single), &codes(), NOW).is_ok());
    assert_eq!(open(cents, terms(Kind::Multi), &codes(), NOW), Err(rupiah));
}

/// Codes are a merchant's at one bank. The refusal names those that would do.
#[test]
fn m3_an_account_opens_under_a_code_of_its_merchant_at_its_bank() {
    let owned = [("mandiri", "70012"), ("mandiri", "1234"), ("bca", "12345")]
        .map(|(bank, code)| CompanyCode { bank: bank.to_owned(), code: code.to_owned() });
    let check = |bank: &str, company: &str, known: Option<&[&str]>| {
        let order = Order { bank: bank.to_owned(), company: company.to_owned(), ..order() };
        let refused = known.map(|known| OpenRejection::CompanyUnknown {
            bank: bank.to_owned(),
            known: known.iter().map(ToString::to_string).collect(),
        });
        assert_eq!(open(order, terms(Kind::Single), &owned, NOW).err(), refused, "{bank} {company}");
    };
    check("mandiri", "70012", None);
    check("mandiri", "1234", None);
    check("bca", "12345", None);
    check("bca", "70012", Some(&["12345"]));
    check("mandiri", "7001", Some(&["70012", "1234"]));
    check("mandiri", "070012", Some(&["70012", "1234"]));
    check("bni", "70012", Some(&[]));
    check("mandiri", "", Some(&["70012", "1234"]));
}

#[test]
fn businesses_at_mandiri_are_told_what_is_sold() {
    let check = |mandiri_b2b: bool, bank: &str, has_items: bool, expected: bool| {
        let order = Order { bank: bank.to_owned(), has_items, ..order() };
        let opened = open(order, AccountTerms { mandiri_b2b, kind: Kind::Single }, &codes(), NOW);
        assert_eq!(opened.err(), (!expected).then_some(OpenRejection::ItemsMissing), "{bank}");
    };
    check(true, "mandiri", false, false);
    check(true, "mandiri", true, true);
    check(true, "bca", false, true);
    check(false, "mandiri", false, true);
}

#[test]
fn statuses_are_read_as_they_are_written() {
    for status in Status::ALL {
        assert_eq!(Status::parse(status.digits()), Some(status));
    }
    assert_eq!(Status::parse("04"), None);
}
