//! The state machine as a text table, the checks of opening in their order, and the ledger over random histories.

use std::time::Duration;

use lunas_vocab::{
    CustomerId, ExternalId, MerchantId, Money, PartnerReferenceNo, PartnerRefundNo, PartnerResolutionNo,
    ReferenceNo, RefundNo, ResolutionNo, Timestamp,
};
use proptest::prelude::*;

use super::*;
use crate::ledger::Account;
use crate::merchant::PointOfPurchaseKind;

const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

fn order() -> Order {
    Order {
        partner_reference_no: PartnerReferenceNo::new("order-1").unwrap(),
        amount: Money::idr(10_000),
        product: Product::DirectDebit,
        method: Method::Gopay,
        valid_up_to: None,
        items: Vec::new(),
        details: Details {
            return_url: Some(ReturnUrl { url: "https://shop.example".into(), is_deeplink: false }),
            ..Details::default()
        },
    }
}

fn identity() -> Identity {
    Identity {
        reference_no: ReferenceNo::new("A120270115080000AbCdEfGhIjID").unwrap(),
        merchant: MerchantId::new("G000000001").unwrap(),
        external_id: ExternalId::new("ext-1").unwrap(),
    }
}

/// A payment that stands so; one that is refunded is refunded by four tenths, one that is authorized is a pre-authorization.
fn payment(status: Status) -> Payment {
    let opened = open(order(), identity(), MerchantTerms::default(), NOW).unwrap().payment;
    match status {
        Status::Paid => decide(&opened, &command("pay"), NOW).unwrap().payment,
        Status::Refunded => decide(&payment(Status::Paid), &refund(Some(4_000)), NOW).unwrap().payment,
        Status::Authorized => {
            let payer = CustomerId::new("c1").unwrap();
            let order = Order { product: Product::PreAuth, ..order() };
            let opened =
                authorize(order, identity(), payer, PayOption::Wallet, MerchantTerms::default(), NOW)
                    .unwrap();
            Payment { valid_up_to: opened.payment.created_at.plus(Duration::from_mins(15)), ..opened.payment }
        }
        Status::Pending | Status::Cancelled | Status::Failed | Status::Expired | Status::Denied => {
            Payment { status, ..opened }
        }
    }
}

#[test]
fn only_what_is_as_it_opened_says_so() {
    for status in Status::ALL {
        let payment = payment(status);
        assert_eq!(payment.is_as_opened(), payment == payment.clone().as_opened(), "{status}");
        assert_eq!(payment.is_as_opened(), status == Status::Pending, "{status}");
        assert!(payment.as_opened().is_as_opened(), "{status}");
    }
}

#[test]
fn details_are_kept_in_few_letters() {
    let check = |details: Details, text: &str| {
        assert_eq!(serde_json::to_string(&details).unwrap(), text);
        assert_eq!(serde_json::from_str::<Details>(text).unwrap(), details);
    };
    check(Details::default(), "{}");
    check(order().details, r#"{"r":{"u":"https://shop.example"}}"#);
    let linked = LinkedAccount::new(&CustomerId::new("c1").unwrap(), PayOption::Wallet);
    let all = Details {
        return_url: Some(ReturnUrl { url: "shop://back".into(), is_deeplink: true }),
        point_of_purchase: Some("P1".into()),
        lang: Some("id".into()),
        items_json: Some(JsonText::new("[1]")),
        linked: Some(linked),
        qris: None,
        customer_json: Some(JsonText::new("{}")),
        metadata_json: Some(JsonText::new(r#"{"a":2}"#)),
    };
    let text =
        r#"{"r":{"u":"shop://back","d":true},"p":"P1","l":"id","i":[1],"a":{"c":"c1","o":"GOPAY_WALLET"},"#;
    check(all, &format!(r#"{text}"c":{{}},"m":{{"a":2}}}}"#));
}

fn refund(units: Option<i32>) -> Command {
    Command::Refund {
        refund_no: RefundNo::new("R1").unwrap(),
        partner_refund_no: PartnerRefundNo::new("refund-1").unwrap(),
        amount: units.map(Money::idr),
        reason: Some("broken".into()),
    }
}

fn capture(units: Option<i32>) -> Command {
    Command::Capture {
        capture_no: ResolutionNo::new("C1").unwrap(),
        partner_capture_no: PartnerResolutionNo::new("capture-1").unwrap(),
        amount: units.map(Money::idr),
    }
}

fn command(name: &str) -> Command {
    let payer = CustomerId::new("c1").unwrap();
    match name {
        "pay" => Command::Pay { payer, option: PayOption::Wallet },
        "pay-savings" => Command::Pay { payer, option: PayOption::Savings },
        "pay-later" => Command::Pay { payer, option: PayOption::PayLater },
        "deny" => Command::Deny { payer: Some(payer) },
        "fail" => Command::Fail,
        "cancel" => Command::Cancel,
        "expire" => Command::Expire(Expiry::Due),
        "expire-early" => Command::Expire(Expiry::Early),
        "capture" => capture(None),
        "capture-part" => capture(Some(9_999)),
        "void" => Command::Void {
            void_no: ResolutionNo::new("V1").unwrap(),
            partner_void_no: PartnerResolutionNo::new("void-1").unwrap(),
            reason: None,
        },
        "refund" => refund(None),
        "refund-part" => refund(Some(6_000)),
        "refund-more" => refund(Some(10_001)),
        "refund-none" => refund(Some(0)),
        other => panic!("no command is called {other}"),
    }
}

#[test]
fn every_state_and_command_has_its_line() {
    // state | command | before its time is up | after
    let table = "
        03 | pay       | 00 moves 10000.00 | time is up
        03 | pay-later | 00 moves 10000.00 | time is up
        03 | pay-savings | not offered     | time is up
        03 | deny      | 09                | time is up
        03 | fail      | 06                | time is up
        03 | cancel    | 05                | time is up
        03 | expire    | not yet           | 08
        03 | expire-early | 08             | 08
        03 | refund*   | 03 is not paid    | 03 is not paid
        03 | close*    | 03 is not authorized | 03 is not authorized
        01 | pay       | stays 01          | stays 01
        01 | pay-later | stays 01          | stays 01
        01 | pay-savings | stays 01        | stays 01
        01 | deny      | stays 01          | stays 01
        01 | cancel    | stays 01          | stays 01
        01 | fail      | 06 moves 10000.00 | time is up
        01 | expire    | not yet           | 05 moves 10000.00
        01 | expire-early | 05 moves 10000.00 | 05 moves 10000.00
        01 | capture   | 00 moves 10000.00 | 05 is not authorized
        01 | capture-part | 10000.00 or nothing | 05 is not authorized
        01 | void      | 05 moves 10000.00 | 05 is not authorized
        01 | refund*   | 01 is not paid    | 01 is not paid
        00 | refund      | 04 moves 10000.00 | 04 moves 10000.00
        00 | refund-part | 04 moves 6000.00  | 04 moves 6000.00
        00 | refund-more | 10000.00 is left  | 10000.00 is left
        00 | refund-none | 10000.00 is left  | 10000.00 is left
        00 | close*    | 00 is not authorized | 00 is not authorized
        00 | *         | stays 00          | stays 00
        04 | refund      | 04 moves 6000.00  | 04 moves 6000.00
        04 | refund-part | 04 moves 6000.00  | 04 moves 6000.00
        04 | refund-more | 6000.00 is left   | 6000.00 is left
        04 | refund-none | 6000.00 is left   | 6000.00 is left
        04 | close*    | 04 is not authorized | 04 is not authorized
        04 | *         | stays 04          | stays 04
        05 | refund*   | 05 is not paid    | 05 is not paid
        05 | close*    | 05 is not authorized | 05 is not authorized
        05 | *         | stays 05          | stays 05
        06 | refund*   | 06 is not paid    | 06 is not paid
        06 | close*    | 06 is not authorized | 06 is not authorized
        06 | *         | stays 06          | stays 06
        08 | refund*   | 08 is not paid    | 08 is not paid
        08 | close*    | 08 is not authorized | 08 is not authorized
        08 | *         | stays 08          | stays 08
        09 | refund*   | 09 is not paid    | 09 is not paid
        09 | close*    | 09 is not authorized | 09 is not authorized
        09 | *         | stays 09          | stays 09
    ";
    let others = ["pay", "pay-later", "pay-savings", "deny", "fail", "cancel", "expire", "expire-early"];
    let refunds = ["refund", "refund-part", "refund-more", "refund-none"];
    let resolutions = ["capture", "capture-part", "void"];
    let all = others.len() + refunds.len() + resolutions.len();
    let mut lines = 0;
    for line in table.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let [status, name, before, after]: [&str; 4] =
            line.split('|').map(str::trim).collect::<Vec<_>>().try_into().unwrap();
        let payment = payment(Status::parse(status).unwrap());
        let named = others.iter().chain(&refunds).chain(&resolutions).filter(|n| match name {
            "*" => others.contains(n),
            "close*" => resolutions.contains(n),
            "refund*" => refunds.contains(n),
            name => **n == name,
        });
        for name in named {
            for (now, expected) in [(NOW, before), (payment.valid_up_to, after)] {
                assert_eq!(outcome(&payment, &command(name), now), expected, "{status} {name} at {now}");
                lines += 1;
            }
        }
    }
    assert_eq!(lines, Status::ALL.len() * all * 2, "the table names every pair");
}

fn outcome(payment: &Payment, command: &Command, now: Timestamp) -> String {
    match decide(payment, command, now) {
        Ok(decision) => {
            let next = &decision.payment;
            assert_eq!(next.version, payment.version + 1);
            assert_eq!(next.changed_at, now);
            let told = (payment.product != Product::PreAuth).then_some(next.version);
            assert_eq!(decision.notification.map(|notification| notification.version), told);
            assert_eq!(next.paid_at.is_some(), matches!(next.status, Status::Paid | Status::Refunded));
            assert_eq!(next.refunded.is_positive(), next.status == Status::Refunded);
            assert_eq!(decision.refund.is_some(), next.status == Status::Refunded);
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
        Err(Rejection::OptionNotOffered) => "not offered".to_owned(),
        Err(Rejection::OtherAccount) => "other account".to_owned(),
        Err(Rejection::NotAuthorized(status)) => format!("{} is not authorized", status.digits()),
        Err(Rejection::FullCaptureOnly { amount }) => format!("{} or nothing", amount.to_decimal()),
        Err(Rejection::NotPaid(status)) => format!("{} is not paid", status.digits()),
        Err(Rejection::RefundedInFull) => "refunded in full".to_owned(),
        Err(Rejection::RefundWindowOver { closed_at }) => format!("closed at {closed_at}"),
        Err(Rejection::RefundClosed) => "closed".to_owned(),
        Err(Rejection::FullRefundOnly { amount }) => format!("{} or nothing", amount.to_decimal()),
        Err(Rejection::ExceedsAmount { left }) => format!("{} is left", left.to_decimal()),
        Err(Rejection::DailyLimit) => "daily limit".to_owned(),
        Err(Rejection::InsufficientFunds) => "insufficient funds".to_owned(),
        Err(Rejection::AccountFull) => "account full".to_owned(),
    }
}

#[test]
fn refunds_are_refused_in_their_order() {
    let window = Product::DirectDebit.refund_window(Method::Gopay);
    let last = NOW.plus(window - Duration::from_millis(1));
    let closed_at = NOW.plus(window);
    let all = decide(&payment(Status::Paid), &refund(None), NOW).unwrap().payment;
    let check = |payment: &Payment, units: Option<i32>, now: Timestamp, expected: Result<i32, Rejection>| {
        let decided = decide(payment, &refund(units), now).map(|decision| decision.refund.unwrap().amount);
        assert_eq!(decided, expected.map(Money::idr), "{units:?} at {now}");
    };
    check(&all, Some(1), closed_at, Err(Rejection::RefundedInFull));
    check(&payment(Status::Paid), Some(20_000), closed_at, Err(Rejection::RefundWindowOver { closed_at }));
    let left = Money::idr(6_000);
    check(&payment(Status::Refunded), Some(6_001), last, Err(Rejection::ExceedsAmount { left }));
    check(&payment(Status::Refunded), Some(6_000), last, Ok(6_000));
}

#[test]
fn a_code_follows_its_acquirer() {
    let day = Duration::from_hours(24);
    let paid = |method: Method, at: &str| {
        let order = Order { product: Product::Qris, method, ..order() };
        let at = Timestamp::parse(at).unwrap();
        let opened = open(order, identity(), MerchantTerms::default(), at).unwrap().payment;
        decide(&opened, &command("pay"), at).unwrap().payment
    };
    let noon = "2026-11-20T12:00:00+07:00";
    let check = |method: Method, units: Option<i32>, at: Timestamp, expected: Result<i32, Rejection>| {
        let decided = decide(&paid(method, noon), &refund(units), at);
        let decided = decided.map(|decision| decision.refund.unwrap().amount);
        assert_eq!(decided, expected.map(Money::idr), "{method:?} {units:?} at {at}");
    };
    let at = |text: &str| Timestamp::parse(text).unwrap();
    let whole = Err(Rejection::FullRefundOnly { amount: Money::idr(10_000) });
    let closed = Err(Rejection::RefundClosed);
    let over = |days: u32| {
        let closed_at = at(noon).plus(day * days);
        (closed_at, Err(Rejection::RefundWindowOver { closed_at }))
    };
    check(Method::Gopay, Some(4_000), at("2026-11-20T23:59:00+07:00"), Ok(4_000));
    check(Method::Gopay, None, Timestamp::from_ms(over(45).0.ms() - 1), Ok(10_000));
    check(Method::Gopay, None, over(45).0, over(45).1);
    check(Method::Shopeepay, None, at("2026-11-20T12:00:00+07:00"), Ok(10_000));
    check(Method::Shopeepay, Some(10_000), at("2026-11-21T06:00:00+07:00"), Ok(10_000));
    check(Method::Shopeepay, None, at("2026-11-21T05:59:59+07:00"), closed);
    check(Method::Shopeepay, None, at("2026-11-20T23:55:00+07:00"), Ok(10_000));
    check(Method::Shopeepay, Some(1), at("2026-11-20T23:55:01+07:00"), closed);
    check(Method::Shopeepay, Some(9_999), at(noon), whole);
    check(Method::Shopeepay, Some(10_001), at(noon), whole);
    check(Method::Shopeepay, None, Timestamp::from_ms(over(365).0.ms() - 1), Ok(10_000));
    check(Method::Shopeepay, None, over(365).0, over(365).1);
}

#[test]
fn a_code_needs_no_way_back() {
    let mut order = Order { product: Product::Qris, ..order() };
    order.details.return_url = None;
    let terms = MerchantTerms { return_url: Some("https://shop.example".into()), ..MerchantTerms::default() };
    assert_eq!(open(order, identity(), terms, NOW).unwrap().payment.details.return_url, None);
}

#[test]
fn a_refund_names_everything_that_follows_from_it() {
    let paid = payment(Status::Paid);
    let later = NOW.plus(Duration::from_hours(1));
    let decision = decide(&paid, &refund(Some(4_000)), later).unwrap();
    let next = &decision.payment;
    assert_eq!((next.paid_at, next.changed_at), (Some(NOW), later));
    assert_eq!((next.refunded, next.refundable()), (Money::idr(4_000), Money::idr(6_000)));
    assert_eq!((&next.payer, next.option), (&paid.payer, paid.option));
    let made = decision.refund.unwrap();
    assert_eq!((made.version, made.at, made.amount), (3, later, Money::idr(4_000)));
    assert_eq!((made.refund_no.as_str(), made.partner_refund_no.as_str()), ("R1", "refund-1"));
    assert_eq!(made.reason.as_deref(), Some("broken"));
    assert_eq!(decision.journal.unwrap().id, "refund:R1");
}

#[test]
fn a_payment_opens_pending_for_a_quarter_of_an_hour() {
    let opened = open(order(), identity(), MerchantTerms::default(), NOW).unwrap();
    assert_eq!(opened.payment.status, Status::Pending);
    assert_eq!(opened.payment.version, 1);
    assert_eq!(opened.payment.valid_up_to, NOW.plus(Duration::from_mins(15)));
    assert_eq!(opened.journal, None);
}

#[test]
fn openings_are_refused_in_their_order() {
    let soon = NOW.plus(Duration::from_millis(19_999));
    let late = NOW.plus(Duration::from_hours(180 * 24) + Duration::from_millis(1));
    let check =
        |url: bool, pop: Option<NamedPointOfPurchase>, until: Option<Timestamp>, blocked, expected| {
            let mut order = order();
            order.valid_up_to = until;
            if !url {
                order.details.return_url = None;
            }
            let terms = MerchantTerms {
                point_of_purchase: pop,
                customer_is_blocked: blocked,
                ..MerchantTerms::default()
            };
            assert_eq!(open(order, identity(), terms, NOW).map(|d| d.payment.status), expected);
        };
    let unknown = Some(NamedPointOfPurchase::Unknown);
    let mini_app = Some(NamedPointOfPurchase::Known(PointOfPurchaseKind::MiniApp));
    let standard = Some(NamedPointOfPurchase::Known(PointOfPurchaseKind::Standard));
    check(false, unknown, Some(soon), true, Err(OpenRejection::ReturnUrlMissing));
    check(false, standard, None, false, Err(OpenRejection::ReturnUrlMissing));
    check(true, unknown, Some(soon), true, Err(OpenRejection::PointOfPurchaseUnknown));
    check(true, None, Some(soon), true, Err(OpenRejection::ValidityTooShort { now: NOW }));
    let latest = NOW.plus(Product::DirectDebit.validity_max(Method::Gopay));
    check(true, None, Some(late), true, Err(OpenRejection::ValidityTooLong { latest }));
    check(true, None, None, true, Err(OpenRejection::SuspectedFraud));
    check(false, mini_app, None, false, Ok(Status::Pending));
    check(true, standard, Some(NOW.plus(VALIDITY_MIN)), false, Ok(Status::Pending));
    check(true, None, Some(latest), false, Ok(Status::Pending));
}

#[test]
fn each_method_waits_and_pays_in_its_own_way() {
    let check = |word: &str, days: u64, pay_later: Result<Status, Rejection>, words: [&str; 2]| {
        let method = Method::parse(word).unwrap();
        let latest = NOW.plus(Duration::from_hours(24 * days));
        let order = |until| Order { method, valid_up_to: Some(until), ..order() };
        let opened = open(order(latest), identity(), MerchantTerms::default(), NOW).unwrap().payment;
        let late =
            open(order(latest.plus(Duration::from_millis(1))), identity(), MerchantTerms::default(), NOW);
        assert_eq!(late, Err(OpenRejection::ValidityTooLong { latest }), "{word}");
        let moved = |name| decide(&opened, &command(name), NOW).map(|decision| decision.payment.status);
        assert_eq!((moved("pay"), moved("pay-later")), (Ok(Status::Paid), pay_later), "{word}");
        assert_eq!([PayOption::Wallet, PayOption::PayLater].map(|o| method.option_word(o)), words);
        assert_eq!(Product::DirectDebit.refund_window(method), Duration::from_hours(24 * 180));
    };
    check("GOPAY", 180, Ok(Status::Paid), ["GOPAY_WALLET", "PAY_LATER"]);
    check("ShopeePay", 5, Err(Rejection::OptionNotOffered), ["SHOPEEPAY", "SHOPEEPAY"]);
    check("dana", 1, Err(Rejection::OptionNotOffered), ["DANA", "DANA"]);
}

/// An order that charges a customer's wallet by a link.
fn linked(option: PayOption) -> Order {
    let mut order = order();
    order.details.linked = Some(LinkedAccount::new(&CustomerId::new("c1").unwrap(), option));
    order
}

fn linked_terms(is_url_unknown: bool, needs_pin: bool) -> MerchantTerms {
    let (linked, return_url) = (Some(LinkedTerms { needs_pin }), Some("https://shop.example/back".into()));
    MerchantTerms { linked, return_url, is_url_unknown, ..MerchantTerms::default() }
}

#[test]
fn a_linked_account_pays_at_once_or_after_its_pin() {
    for option in PayOption::ALL {
        let paid = open(linked(option), identity(), linked_terms(false, false), NOW).unwrap();
        let payment = &paid.payment;
        assert_eq!((payment.status, payment.version, payment.paid_at), (Status::Paid, 1, Some(NOW)));
        assert_eq!((payment.option, paid.notification.unwrap().version), (Some(option), 1));
        let from = option.account(CustomerId::new("c1").unwrap());
        assert_eq!(paid.journal.unwrap().postings[0].account, from);
        assert!(payment.refundable().is_positive());

        let waits = open(linked(option), identity(), linked_terms(false, true), NOW).unwrap();
        assert_eq!((waits.payment.status, waits.journal), (Status::Pending, None));
        let pays = |payer: &str, option| {
            let pay = Command::Pay { payer: CustomerId::new(payer).unwrap(), option };
            decide(&waits.payment, &pay, NOW).map(|decision| decision.payment.status)
        };
        assert_eq!(pays("c1", option), Ok(Status::Paid));
        assert_eq!(pays("c2", option), Err(Rejection::OtherAccount));
        for other in PayOption::ALL.into_iter().filter(|other| *other != option) {
            assert_eq!(pays("c1", other), Err(Rejection::OtherAccount));
        }
    }
}

#[test]
fn a_charge_of_a_linked_account_is_refused_for_its_url_and_its_items() {
    let check = |items: &[(&str, i64)], is_url_unknown: bool, expected: Result<Status, OpenRejection>| {
        let mut order = linked(PayOption::Wallet);
        order.items = items
            .iter()
            .map(|(quantity, price_minor)| Item {
                quantity: (*quantity).to_owned(),
                price: Money::idr_minor(*price_minor),
            })
            .collect();
        let opened = open(order, identity(), linked_terms(is_url_unknown, false), NOW);
        assert_eq!(opened.map(|decision| decision.payment.status), expected, "{items:?}");
    };
    check(&[], false, Ok(Status::Paid));
    check(&[("1", 400_000), ("2", 300_000)], false, Ok(Status::Paid));
    check(&[("2.5", 400_000)], false, Ok(Status::Paid));
    check(&[("some", 1)], false, Ok(Status::Paid));
    check(&[("1", 1)], true, Err(OpenRejection::ItemsDiffer { sum: Money::idr_minor(1) }));
    check(&[("9", i64::MAX)], false, Ok(Status::Paid));
    check(&[], true, Err(OpenRejection::UrlNotAllowed));
    let mut nowhere = linked(PayOption::Wallet);
    nowhere.details.return_url = None;
    let refused = open(nowhere, identity(), linked_terms(false, false), NOW).map(drop);
    assert_eq!(refused, Err(OpenRejection::ReturnUrlMissing), "the registered URL does not stand in");
}

#[test]
fn s3_every_order_is_refused_for_a_url_that_is_not_registered() {
    let orders = [order(), Order { product: Product::DirectDebit, method: Method::Shopeepay, ..order() }];
    for order in orders {
        let terms = MerchantTerms { is_url_unknown: true, ..MerchantTerms::default() };
        assert_eq!(open(order, identity(), terms, NOW), Err(OpenRejection::UrlNotAllowed));
    }
}

#[test]
fn the_registered_return_url_stands_in() {
    let mut order = order();
    order.details.return_url = None;
    let terms =
        MerchantTerms { return_url: Some("https://shop.example/back".into()), ..MerchantTerms::default() };
    let opened = open(order, identity(), terms, NOW).unwrap();
    assert_eq!(opened.payment.details.return_url.unwrap().url, "https://shop.example/back");
}

#[test]
fn statuses_are_read_as_they_are_written() {
    for status in Status::ALL {
        assert_eq!(Status::parse(status.digits()), Some(status));
    }
    assert_eq!(Status::parse("07"), None);
}

proptest! {
    /// Whatever happens in whatever order, a payment leaves pending at most once, money moves to the merchant at most
    /// once, and no more of it ever comes back than was paid.
    #[test]
    fn no_more_comes_back_than_was_paid(
        steps in proptest::collection::vec((0..7usize, 0..1_200_000i64, 1..12_000i32), 1..20),
    ) {
        let names = ["pay", "pay-later", "deny", "fail", "cancel", "expire"];
        let mut payment = payment(Status::Pending);
        let mut now = NOW;
        let (mut leavings, mut kept, mut refunded) = (0, Money::ZERO_IDR, Money::ZERO_IDR);
        for (which, later_ms, units) in steps {
            now = Timestamp::from_ms(now.ms() + later_ms);
            let command = names.get(which).map_or_else(|| refund(Some(units)), |name| command(name));
            if let Ok(decision) = decide(&payment, &command, now) {
                leavings += u32::from(payment.status == Status::Pending);
                if let Some(journal) = &decision.journal {
                    prop_assert!(journal.is_balanced());
                    let merchant = Account::Merchant(payment.merchant.clone());
                    let share = journal.postings.iter().find(|p| p.account == merchant).unwrap().amount;
                    kept = kept.checked_add(share).unwrap();
                }
                if let Some(made) = &decision.refund {
                    refunded = refunded.checked_add(made.amount).unwrap();
                    prop_assert_eq!(made.version, decision.payment.version);
                }
                payment = decision.payment;
            }
        }
        prop_assert!(leavings <= 1);
        let paid = if payment.paid_at.is_some() { payment.amount } else { Money::ZERO_IDR };
        prop_assert_eq!(payment.refunded, refunded);
        prop_assert!(refunded.minor() <= paid.minor());
        prop_assert_eq!(kept, paid.checked_sub(refunded).unwrap());
    }
}
