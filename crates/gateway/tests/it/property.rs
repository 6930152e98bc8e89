//! Random histories against an oracle that keeps its own books: whatever customers, merchants and banks do, in whatever
//! order and whatever the clock does meanwhile, balances, states and notifications are those of the oracle, what is held,
//! captured and released is what was authorized, and a call that is repeated gets its first answer byte for byte.

mod books;
mod play;

use lunas_domain::virtual_account::Kind;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_oneof};
use proptest::test_runner::TestRunner;

use books::Product;
use play::Play;

/// The customers who take part, by their place in the sandbox's list: two in good order, one without money, one
/// blocked, one with nothing but credit.
const TAKING_PART: [usize; 5] = [0, 1, 6, 7, 9];
/// Histories, unless `PROPTEST_CASES` says how many, and the most steps of each.
const HISTORIES: u32 = 40;
const STEPS_MAX: usize = 60;
/// How many places of payments, accounts and calls a step can name.
const PLACES: usize = 14;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Something that somebody does. Places are counted from the first payment, account or call and behind the last from the
/// first again; as long as there is none, a step about one does nothing.
#[derive(Clone, Copy, Debug)]
enum Step {
    Open {
        product: Product,
        minor: i64,
    },
    /// The merchant charges a linked account.
    Charge {
        customer: usize,
        is_later: bool,
        minor: i64,
    },
    /// The merchant has money of a linked account reserved.
    Authorize {
        customer: usize,
        is_later: bool,
        minor: i64,
    },
    /// The merchant captures what is reserved, or tries to capture a part of it.
    Capture {
        payment: usize,
        is_whole: bool,
    },
    /// The customer or the merchant unlinks an account.
    Unlink {
        customer: usize,
        is_by_merchant: bool,
    },
    Pay {
        payment: usize,
        customer: usize,
        is_later: bool,
    },
    /// The merchant calls a payment off; what is reserved it gives back.
    Cancel {
        payment: usize,
    },
    Press {
        payment: usize,
        control: &'static str,
    },
    Refund {
        payment: usize,
        minor: Option<i64>,
    },
    AccountOpen {
        minor: i64,
    },
    Inquire {
        account: usize,
        is_due: bool,
    },
    Report {
        account: usize,
        by_minor: i64,
    },
    Delete {
        account: usize,
    },
    AccountExpire {
        account: usize,
    },
    /// Sends an earlier call again, under its own id or, where another id of the body counts, under a new one.
    Repeat {
        call: usize,
        has_new_id: bool,
    },
    Advance {
        seconds: u64,
    },
    /// More than a year passes, and what ended before is archived.
    Archive,
    /// The merchant's server refuses the next notifications.
    Refuse {
        count: usize,
    },
}

fn payments() -> impl Strategy<Value = Step> {
    let payment = 0..PLACES;
    let amount = prop_oneof![Just(100), Just(1_000), 100..2_000_i64, 100_000_000..900_000_000_i64];
    let customer = proptest::sample::select(TAKING_PART.to_vec());
    // Most of those whose accounts have money reserved have some, or credit.
    let owner = prop_oneof![
        3 => Just((0, false)),
        3 => Just((9, true)),
        1 => (customer.clone(), proptest::bool::weighted(0.3)),
    ];
    let product = proptest::sample::select(Product::OPENED.to_vec());
    let control = proptest::sample::select(vec!["expire", "deny", "fail"]);
    let part = proptest::option::weighted(0.8, amount.clone());
    // Around the amount from which on a charge asks for the PIN, too.
    let amount = prop_oneof![3 => amount, 1 => 9_999_000..10_001_000_i64];
    prop_oneof![
        4 => (product, amount.clone()).prop_map(|(product, minor)| Step::Open { product, minor }),
        2 => (customer.clone(), proptest::bool::weighted(0.3), amount.clone())
            .prop_map(|(customer, is_later, minor)| Step::Charge { customer, is_later, minor }),
        6 => (owner.clone(), amount)
            .prop_map(|((customer, is_later), minor)| Step::Authorize { customer, is_later, minor }),
        6 => (payment.clone(), proptest::bool::weighted(0.8))
            .prop_map(|(payment, is_whole)| Step::Capture { payment, is_whole }),
        3 => (owner, proptest::bool::ANY)
            .prop_map(|((customer, _), is_by_merchant)| Step::Unlink { customer, is_by_merchant }),
        6 => (payment.clone(), customer, proptest::bool::weighted(0.3))
            .prop_map(|(payment, customer, is_later)| Step::Pay { payment, customer, is_later }),
        2 => payment.clone().prop_map(|payment| Step::Cancel { payment }),
        3 => (payment.clone(), control).prop_map(|(payment, control)| Step::Press { payment, control }),
        4 => (payment, part).prop_map(|(payment, minor)| Step::Refund { payment, minor }),
    ]
}

fn accounts() -> impl Strategy<Value = Step> {
    let account = 0..PLACES / 2;
    // Most banks report what is due.
    let by = prop_oneof![3 => Just(0), 1 => -2_000..2_000_i64];
    prop_oneof![
        3 => (100..2_000_i64).prop_map(|minor| Step::AccountOpen { minor }),
        1 => (account.clone(), proptest::bool::ANY)
            .prop_map(|(account, is_due)| Step::Inquire { account, is_due }),
        5 => (account.clone(), by).prop_map(|(account, by_minor)| Step::Report { account, by_minor }),
        1 => account.clone().prop_map(|account| Step::Delete { account }),
        1 => account.prop_map(|account| Step::AccountExpire { account }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let span = prop_oneof![4 => 1..2 * MINUTE, 2 => MINUTE..HOUR, 1 => HOUR..DAY, 1 => DAY..20 * DAY];
    let repeat = (0..4 * PLACES, proptest::bool::weighted(0.3));
    prop_oneof![
        16 => payments(),
        8 => accounts(),
        4 => repeat.prop_map(|(call, has_new_id)| Step::Repeat { call, has_new_id }),
        2 => span.prop_map(|seconds| Step::Advance { seconds }),
        1 => Just(Step::Archive),
        1 => (1..8_usize).prop_map(|count| Step::Refuse { count }),
    ]
}

#[test]
fn whatever_happens_the_books_agree() {
    let default = ProptestConfig::default();
    let cases = std::env::var_os("PROPTEST_CASES").map_or(HISTORIES, |_| default.cases);
    let config = ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 60, ..default };
    let kind = proptest::sample::select(Kind::ALL.to_vec());
    let histories = (kind, proptest::collection::vec(step(), 1..=STEPS_MAX));
    let outcome = TestRunner::new(config).run(&histories, |(kind, steps)| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut play = Play::start(kind).await;
            for step in steps {
                play.take(step).await;
            }
            play.finish().await;
        });
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
