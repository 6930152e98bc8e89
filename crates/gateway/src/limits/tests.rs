//! Who counts as whom, when the next call is welcome, and a memory that stays as small as it is told to.

use std::net::Ipv4Addr;

use lunas_vocab::Timestamp;

use super::*;

const TWICE: Rate = Rate { calls: 2, seconds: 20 };

fn env() -> Env {
    Env::manual(Timestamp::from_ms(1_700_000_000_000), 1)
}

/// Every limit is two at once, then one in ten seconds.
fn settings() -> config::Limits {
    config::Limits {
        address: TWICE,
        page: TWICE,
        client: TWICE,
        named_phone: TWICE,
        phone: TWICE,
        ..config::Limits::none()
    }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn client(id: &str) -> ClientId {
    ClientId::new(id).unwrap()
}

fn phone(number: &str) -> Phone {
    Phone::new(number).unwrap()
}

fn merchant(id: &str) -> MerchantId {
    MerchantId::new(id).unwrap()
}

/// One call, however it is counted.
type Call<'a> = &'a dyn Fn(&Limits) -> Result<(), TooMany>;

#[test]
fn each_limit_stops_whom_it_is_about_and_nobody_else() {
    let check = |whose: Whose, one: Call<'_>, others: &[Call<'_>]| {
        let env = env();
        let limits = Limits::new(&settings(), &env);
        assert_eq!([one(&limits), one(&limits)], [Ok(()), Ok(())], "{whose:?}");
        let refused = |seconds| Err(TooMany { whose, retry_after_seconds: seconds });
        assert_eq!(one(&limits), refused(10));
        assert_eq!(one(&limits), refused(10), "what is refused does not count");
        for (place, other) in others.iter().enumerate() {
            assert_eq!(other(&limits), Ok(()), "{whose:?}, other {place}");
        }
        env.advance(Duration::from_millis(9_001));
        assert_eq!(one(&limits), refused(1), "a part of a second is one");
        env.advance(Duration::from_millis(999));
        assert_eq!(one(&limits), Ok(()));
        assert_eq!(one(&limits), refused(10));
    };
    let (here, there) = (ip("192.0.2.1"), ip("192.0.2.2"));
    check(Whose::Address, &|l| l.address(here), &[&|l| l.address(there), &|l| l.page(here)]);
    check(Whose::Page, &|l| l.page(here), &[&|l| l.page(there), &|l| l.address(here)]);
    check(
        Whose::Client,
        &|l| l.client(&client("a"), Service::DebitStatus),
        &[&|l| l.client(&client("b"), Service::DebitStatus)],
    );
    check(
        Whose::NamedPhone,
        &|l| l.named_phone(&merchant("m"), &phone("+628111111111")),
        &[
            &|l| l.named_phone(&merchant("n"), &phone("+628111111111")),
            &|l| l.named_phone(&merchant("m"), &phone("+628111111112")),
            &|l| l.phone(&phone("+628111111111")),
        ],
    );
    check(
        Whose::Phone,
        &|l| l.phone(&phone("+628111111111")),
        &[&|l| l.phone(&phone("+628111111112")), &|l| l.named_phone(&merchant("m"), &phone("+628111111111"))],
    );
}

#[test]
fn a_service_has_a_limit_within_the_clients() {
    for service in Service::ALL.iter().copied().filter(|service| service.inbound()) {
        let mut settings = settings();
        settings.client = Rate { calls: 3, seconds: 3 };
        settings.services.insert(service.code().to_owned(), TWICE);
        let limits = Limits::new(&settings, &env());
        let of_service = Err(TooMany { whose: Whose::Service(service), retry_after_seconds: 10 });
        let of_client = Err(TooMany { whose: Whose::Client, retry_after_seconds: 1 });
        let other =
            if service == Service::DebitStatus { Service::DebitPayment } else { Service::DebitStatus };
        let call = |service| limits.client(&client("a"), service);
        assert_eq!([call(service), call(service), call(service)], [Ok(()), Ok(()), of_service]);
        assert_eq!([call(other), call(other)], [Ok(()), of_client], "{service:?} took two of three");
        assert_eq!(limits.client(&client("b"), service), Ok(()));
    }
}

/// Whoever names somebody else's client, without its token, spends only what that name has at that address.
#[test]
fn a_claim_uses_up_nothing_of_the_client_that_it_names() {
    let mut settings = settings();
    settings.services.insert("73".to_owned(), TWICE);
    let limits = Limits::new(&settings, &env());
    let claim = |claim, address| limits.claimed_client(claim, ip(address), Service::AccessTokenB2b);
    assert_eq!([claim("a", "192.0.2.1"), claim("a", "192.0.2.1")], [Ok(()), Ok(())]);
    assert!(claim("a", "192.0.2.1").is_err());
    assert_eq!(claim("a", "192.0.2.2"), Ok(()));
    assert_eq!(claim("b", "192.0.2.1"), Ok(()));
    assert_eq!(limits.client(&client("a"), Service::DebitStatus), Ok(()));
    assert_eq!(limits.client(&client("a"), Service::AccessTokenB2b), Ok(()));
    let unlimited = limits.claimed_client("a", ip("192.0.2.1"), Service::AuthCode);
    assert_eq!(unlimited, Ok(()));
}

#[test]
fn nothing_is_counted_where_there_is_no_limit() {
    let limits = Limits::new(&config::Limits::none(), &env());
    for number in 0..10_000 {
        assert_eq!(limits.address(ip("192.0.2.1")), Ok(()), "{number}");
        assert_eq!(limits.client(&client("a"), Service::DebitPayment), Ok(()), "{number}");
        assert_eq!(limits.phone(&phone("+628111111111")), Ok(()), "{number}");
    }
    assert_eq!(limits.keys(), 0);
    assert!(!limits.counts_clients(Service::DebitPayment));
}

#[test]
fn an_address_of_version_6_counts_by_its_network() {
    let check = |address: &str, expected: &str| assert_eq!(network(ip(address)), ip(expected), "{address}");
    check("192.0.2.7", "192.0.2.7");
    check("::ffff:192.0.2.7", "192.0.2.7");
    check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
    check("2001:db8:1:2::", "2001:db8:1:2::");
    check("2001:db8:1:3::1", "2001:db8:1:3::");
}

/// A flood of ever new keys is forgotten again, and whoever calls steadily meanwhile is not.
#[test]
fn a_flood_of_new_keys_stays_below_the_cap_and_pushes_out_its_own() {
    const FLOOD: u32 = 100_000;
    const KEYS_MAX: usize = 1_000;
    let mut settings = settings();
    settings.keys_max = KEYS_MAX;
    settings.services.insert("73".to_owned(), TWICE);
    let limits = Limits::new(&settings, &env());
    let steady = ip("192.0.2.1");
    let number = |n: u32| phone(&format!("+6281{n:08}"));
    assert_eq!([limits.address(steady), limits.address(steady)], [Ok(()), Ok(())]);
    for n in 0..FLOOD {
        let (v4, v6) = (Ipv4Addr::from(n | 0x0A00_0000), Ipv6Addr::from(u128::from(n) << 64));
        assert_eq!([limits.address(v4.into()), limits.page(v6.into())], [Ok(()), Ok(())]);
        assert_eq!(limits.phone(&number(n)), Ok(()));
        assert_eq!(limits.named_phone(&merchant("m"), &number(n)), Ok(()));
        assert_eq!(limits.client(&client(&format!("c{n}")), Service::DebitStatus), Ok(()));
        assert_eq!(limits.claimed_client(&format!("c{n}"), v4.into(), Service::AccessTokenB2b), Ok(()));
        if n % 100 == 0 {
            assert!(limits.address(steady).is_err(), "it was forgotten after {n}");
        }
    }
    assert_eq!(limits.keys(), 6 * KEYS_MAX);
}
