//! Authorizations: a customer's money is reserved, and later all of it is captured or all of it goes back.
//!
//! Whatever happens, what is held, captured and released adds up to what was authorized.

use lunas_vocab::{CustomerId, Money, PartnerResolutionNo, ReferenceNo, ResolutionNo, Timestamp};

use super::command::{Command, Expiry, Rejection};
use super::moved::moved;
use super::open::{Identity, MerchantTerms, OpenRejection, Order, open};
use super::{Decision, Payment, Status};
use crate::ledger::{JournalEntry, PayOption};

/// How a merchant ended an authorization. One has one end at the most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// Of which authorization.
    pub reference_no: ReferenceNo,
    /// Which of its states it made.
    pub version: u32,
    /// Which way it ended.
    pub kind: ResolutionKind,
    /// The gateway's id of it.
    pub resolution_no: ResolutionNo,
    /// The merchant's id of it.
    pub partner_resolution_no: PartnerResolutionNo,
    /// What was captured or given back: all that was authorized.
    pub amount: Money,
    /// Why, in the merchant's words.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl Resolution {
    /// Whether a request of that kind and number asks for this resolution once more. A merchant that does not know what
    /// became of its request sends it again, and gets the first answer.
    pub fn is_asked_by(&self, kind: ResolutionKind, number: &PartnerResolutionNo) -> bool {
        self.kind == kind && self.partner_resolution_no == *number
    }
}

lunas_vocab::words! {
    /// The two ways in which a merchant ends an authorization.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ResolutionKind {
        /// The merchant took the money.
        Capture = "capture",
        /// The customer got it back.
        Void = "void",
    }
    /// The word kept in the store.
    pub fn word;
}

/// Decides whether money of `payer` is reserved. Whether there is enough is guarded when the decision is made durable.
pub fn authorize(
    order: Order,
    identity: Identity,
    payer: CustomerId,
    option: PayOption,
    terms: MerchantTerms,
    now: Timestamp,
) -> Result<Decision, OpenRejection> {
    let mut decision = open(order, identity, terms, now)?;
    let payment = &mut decision.payment;
    payment.status = Status::Authorized;
    payment.payer = Some(payer.clone());
    payment.option = Some(option);
    decision.journal = JournalEntry::hold(payer, option, payment.amount, &payment.reference_no, now);
    Ok(decision)
}

/// What a command means for a payment whose money is reserved.
pub(super) fn decide(payment: &Payment, command: &Command, now: Timestamp) -> Result<Decision, Rejection> {
    let is_over = now >= payment.valid_up_to;
    match command {
        Command::Pay { .. } | Command::Deny { .. } | Command::Cancel => {
            Err(Rejection::NotPending(payment.status))
        }
        Command::Expire(Expiry::Due) if !is_over => Err(Rejection::NotYetExpired),
        Command::Expire(Expiry::Due | Expiry::Early) => Ok(released(payment, Status::Cancelled, now)),
        Command::Fail if is_over => Err(Rejection::TimeIsUp),
        Command::Fail => Ok(released(payment, Status::Failed, now)),
        Command::Capture { .. } | Command::Void { .. } if is_over => {
            Err(Rejection::NotAuthorized(Status::Cancelled))
        }
        Command::Capture { amount: Some(amount), .. } if *amount != payment.amount => {
            Err(Rejection::FullCaptureOnly { amount: payment.amount })
        }
        Command::Capture { capture_no, partner_capture_no, amount: _ } => {
            let mut decision = moved(payment, Status::Paid, now);
            decision.payment.paid_at = Some(now);
            let (merchant, reference_no) = (payment.merchant.clone(), &payment.reference_no);
            decision.journal = JournalEntry::capture(merchant, payment.amount, reference_no, now);
            Ok(closed(decision, ResolutionKind::Capture, capture_no, partner_capture_no, None))
        }
        Command::Void { void_no, partner_void_no, reason } => {
            let decision = released(payment, Status::Cancelled, now);
            Ok(closed(decision, ResolutionKind::Void, void_no, partner_void_no, reason.as_deref()))
        }
        Command::Refund { .. } => Err(Rejection::NotPaid(payment.status)),
    }
}

/// What was reserved goes back to where it came from.
fn released(payment: &Payment, status: Status, now: Timestamp) -> Decision {
    let payer = payment.payer.clone().expect("an authorization has a payer");
    let option = payment.option.expect("an authorization reserves money of something");
    let mut decision = moved(payment, status, now);
    decision.journal = JournalEntry::release(payer, option, payment.amount, &payment.reference_no, now);
    decision
}

/// Completes the decision about an end that the merchant wanted.
fn closed(
    mut decision: Decision,
    kind: ResolutionKind,
    resolution_no: &ResolutionNo,
    partner_resolution_no: &PartnerResolutionNo,
    reason: Option<&str>,
) -> Decision {
    let next = &decision.payment;
    decision.resolution = Some(Resolution {
        reference_no: next.reference_no.clone(),
        version: next.version,
        kind,
        resolution_no: resolution_no.clone(),
        partner_resolution_no: partner_resolution_no.clone(),
        amount: next.amount,
        reason: reason.map(str::to_owned),
        at: next.changed_at,
    });
    decision
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use lunas_vocab::{ExternalId, MerchantId, PartnerReferenceNo, PartnerRefundNo, RefundNo};
    use proptest::prelude::*;

    use super::*;
    use crate::ledger::Account;
    use crate::payment::{Details, Method, Product, VALIDITY_MIN, decide};

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);
    const AMOUNT: Money = Money::idr(10_000);

    fn order(valid_up_to: Option<Timestamp>) -> Order {
        Order {
            partner_reference_no: PartnerReferenceNo::new("order-1").unwrap(),
            amount: AMOUNT,
            product: Product::PreAuth,
            method: Method::Gopay,
            valid_up_to,
            items: Vec::new(),
            details: Details::default(),
        }
    }

    fn identity() -> Identity {
        Identity {
            reference_no: ReferenceNo::new("A1").unwrap(),
            merchant: MerchantId::new("G1").unwrap(),
            external_id: ExternalId::new("ext-1").unwrap(),
        }
    }

    fn payer() -> CustomerId {
        CustomerId::new("c1").unwrap()
    }

    fn authorized(option: PayOption) -> Decision {
        authorize(order(None), identity(), payer(), option, MerchantTerms::default(), NOW).unwrap()
    }

    fn number(text: &str) -> (ResolutionNo, PartnerResolutionNo) {
        (ResolutionNo::new(format!("C-{text}")).unwrap(), PartnerResolutionNo::new(text).unwrap())
    }

    fn capture(amount: Option<Money>) -> Command {
        let (capture_no, partner_capture_no) = number("capture-1");
        Command::Capture { capture_no, partner_capture_no, amount }
    }

    fn void() -> Command {
        let (void_no, partner_void_no) = number("void-1");
        Command::Void { void_no, partner_void_no, reason: Some("left".into()) }
    }

    #[test]
    fn money_is_held_for_a_week_and_nobody_is_told() {
        let decision = authorized(PayOption::PayLater);
        let payment = &decision.payment;
        assert_eq!((payment.status, payment.version), (Status::Authorized, 1));
        assert_eq!((&payment.payer, payment.option), (&Some(payer()), Some(PayOption::PayLater)));
        assert_eq!(payment.valid_up_to, NOW.plus(Duration::from_hours(7 * 24)));
        assert_eq!(decision.journal.unwrap().id, "hold:A1");
        assert_eq!((payment.paid_at, decision.notification), (None, None));
    }

    #[test]
    fn an_order_is_held_to_its_limits() {
        let check = |until: Timestamp, is_blocked: bool, expected: Result<Status, OpenRejection>| {
            let terms = MerchantTerms { customer_is_blocked: is_blocked, ..MerchantTerms::default() };
            let decided = authorize(order(Some(until)), identity(), payer(), PayOption::Wallet, terms, NOW);
            assert_eq!(decided.map(|decision| decision.payment.status), expected, "{until}");
        };
        let (soonest, latest) = (NOW.plus(VALIDITY_MIN), NOW.plus(Duration::from_hours(180 * 24)));
        let ms = |at: Timestamp, more: i64| Timestamp::from_ms(at.ms() + more);
        check(soonest, false, Ok(Status::Authorized));
        check(latest, false, Ok(Status::Authorized));
        check(ms(soonest, -1), true, Err(OpenRejection::ValidityTooShort { now: NOW }));
        check(ms(latest, 1), true, Err(OpenRejection::ValidityTooLong { latest }));
        check(latest, true, Err(OpenRejection::SuspectedFraud));
    }

    #[test]
    fn an_end_names_everything_that_follows_from_it() {
        let opened = authorized(PayOption::Wallet).payment;
        let later = NOW.plus(Duration::from_hours(1));
        let check = |command: Command, status: Status, journal: &str, resolution: Option<ResolutionKind>| {
            let decision = decide(&opened, &command, later).unwrap();
            let next = &decision.payment;
            assert_eq!((next.status, next.version, next.changed_at), (status, 2, later));
            assert_eq!(next.paid_at, (status == Status::Paid).then_some(later));
            assert_eq!(decision.notification, None);
            assert_eq!(decision.journal.unwrap().id, journal);
            assert_eq!(decision.resolution.as_ref().map(|resolution| resolution.kind), resolution);
            let made =
                decision.resolution.map(|resolution| (resolution.version, resolution.amount, resolution.at));
            assert_eq!(made, resolution.map(|_| (2, AMOUNT, later)));
        };
        check(capture(None), Status::Paid, "capture:A1", Some(ResolutionKind::Capture));
        check(capture(Some(AMOUNT)), Status::Paid, "capture:A1", Some(ResolutionKind::Capture));
        check(void(), Status::Cancelled, "release:A1", Some(ResolutionKind::Void));
        check(Command::Expire(Expiry::Early), Status::Cancelled, "release:A1", None);
        check(Command::Fail, Status::Failed, "release:A1", None);
        let part = decide(&opened, &capture(Some(Money::idr(9_999))), later);
        assert_eq!(part, Err(Rejection::FullCaptureOnly { amount: AMOUNT }));
    }

    #[test]
    fn a_number_that_comes_again_asks_for_the_same_end() {
        let opened = authorized(PayOption::Wallet).payment;
        let resolution = decide(&opened, &capture(None), NOW).unwrap().resolution.unwrap();
        let check = |kind: ResolutionKind, text: &str, expected: bool| {
            assert_eq!(resolution.is_asked_by(kind, &number(text).1), expected, "{kind:?} {text}");
        };
        check(ResolutionKind::Capture, "capture-1", true);
        check(ResolutionKind::Capture, "capture-2", false);
        check(ResolutionKind::Void, "capture-1", false);
        for kind in ResolutionKind::ALL {
            assert_eq!(ResolutionKind::parse(kind.word()), Some(kind));
        }
    }

    proptest! {
        /// Whatever happens in whatever order, what is held, captured and released is what was authorized, money is
        /// captured or released once, and what a customer has back in the end is what was not kept by the merchant.
        #[test]
        fn held_captured_and_released_is_what_was_authorized(
            later_is_used in any::<bool>(),
            steps in proptest::collection::vec((0..8usize, 0..200_000_000i64, 1..12_000i32), 1..20),
        ) {
            let option = if later_is_used { PayOption::PayLater } else { PayOption::Wallet };
            let Decision { mut payment, journal, .. } = authorized(option);
            let mut journals = vec![journal.unwrap()];
            let mut now = NOW;
            for (which, later_ms, units) in steps {
                now = Timestamp::from_ms(now.ms() + later_ms);
                let command = match which {
                    0 => capture(None),
                    1 => capture(Some(Money::idr(units))),
                    2 => void(),
                    3 => Command::Expire(Expiry::Due),
                    4 => Command::Fail,
                    5 => Command::Pay { payer: payer(), option },
                    6 => Command::Cancel,
                    _ => Command::Refund {
                        refund_no: RefundNo::new("R1").unwrap(),
                        partner_refund_no: PartnerRefundNo::new("r-1").unwrap(),
                        amount: Some(Money::idr(units)),
                        reason: None,
                    },
                };
                if let Ok(decision) = decide(&payment, &command, now) {
                    journals.extend(decision.journal);
                    payment = decision.payment;
                }
                let sum = |prefix: &str, account: &Account| {
                    let postings = journals.iter().filter(|journal| journal.id.starts_with(prefix));
                    let lines = postings.flat_map(|journal| &journal.postings);
                    lines.filter(|line| line.account == *account).map(|line| line.amount.minor()).sum::<i64>()
                };
                let (hold, purse) = (Account::Hold(payment.reference_no.clone()), option.account(payer()));
                let merchant = Account::Merchant(payment.merchant.clone());
                let (held, captured) = (sum("", &hold), sum("capture:", &merchant));
                let released = sum("release:", &purse);
                prop_assert_eq!(held + captured + released, AMOUNT.minor());
                prop_assert_eq!([held, captured, released].iter().filter(|part| **part != 0).count(), 1);
                prop_assert_eq!(held > 0, payment.status == Status::Authorized);
                prop_assert_eq!(captured > 0, payment.paid_at.is_some());
                prop_assert_eq!(sum("", &purse) + sum("", &merchant) + held, 0);
                prop_assert!(journals.iter().all(crate::ledger::JournalEntry::is_balanced));
            }
        }
    }
}
