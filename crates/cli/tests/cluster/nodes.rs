//! Three gateways on one PostgreSQL, any of which is killed or stands still at any time.

use std::time::Duration;

use lunas_client::gopay_request;
use lunas_cluster::Database;
use lunas_snap::service::Service;
use lunas_vocab::{Money, PartnerReferenceNo};
use serde_json::json;

use crate::chance::Chance;
use crate::gateways::{COUNT, Gateways};
use crate::home::until;
use crate::load::Load;
use crate::merchant::Merchant;
use crate::receiver::Receiver;
use crate::told::{Told, advance};

const ROUNDS: usize = 8;
/// Orders that must get done while one of them is away.
const ORDERS: usize = 20;
/// Longer than a notification is leased, in the sandbox's time.
const PAST_LEASE_SECONDS: u64 = 40;
/// Longer than a payment waits.
const PAST_LIFE_SECONDS: u64 = 16 * 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "a process is killed at a moment by chance")]
async fn any_of_them_may_die_or_stand_still() {
    let (database, receiver, mut chance) = (Database::create(), Receiver::start().await, Chance::printed());
    let mut gateways = Gateways::start(database.address(), &receiver).await;
    let merchant = gateways.merchant().await;
    let mut load = Load::start(&merchant, &mut chance);
    load.goes_on(ORDERS).await;
    for _ in 0..ROUNDS {
        let at = *chance.pick(&[0, 1, 2]);
        let other = gateways.each(&merchant)[(at + 1) % COUNT].clone();
        // The moment has nothing to do with what the gateway is at.
        tokio::time::sleep(Duration::from_millis(chance.between(0, 300))).await;
        if chance.between(1, 2) == 1 {
            gateways.kill(at);
            println!("gateway {at} killed: nothing for {:?}", load.goes_on(ORDERS).await);
            gateways.restart(at).await;
        } else {
            gateways.pause(at);
            println!("gateway {at} stopped: nothing for {:?}", load.goes_on(ORDERS).await);
            advance(&other, PAST_LEASE_SECONDS).await;
            load.goes_on(ORDERS).await;
            gateways.resume(at);
        }
        load.goes_on(ORDERS).await;
    }
    load.prove(gateways, &merchant, &receiver, &database.address()).await;
}

/// Opens an order and gives its reference.
async fn opened(merchant: &Merchant, name: &str) -> String {
    let body = gopay_request(PartnerReferenceNo::new(name).unwrap(), Money::idr(1_000)).write().to_compact();
    let answer = merchant.call(Service::DebitPayment, name, &body).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.field("referenceNo")
}

/// How far the sandbox's clock is ahead at one of them.
async fn ahead_seconds(merchant: &Merchant) -> u64 {
    merchant.look("clock").await.unwrap().json()["aheadSeconds"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_is_told_the_others_know() {
    let (database, receiver) = (Database::create(), Receiver::start().await);
    let mut gateways = Gateways::start(database.address(), &receiver).await;
    let merchant = gateways.merchant().await;
    let each = gateways.each(&merchant);
    let [a, b, c] = &each[..] else { panic!("three of them") };

    // They started together on an empty store, and have the same keys and the same merchant.
    for at in 0..COUNT {
        let merchant = Merchant::connect(&gateways.sandbox(at)).await;
        for (to, url) in gateways.each(&merchant).iter().enumerate() {
            opened(url, &format!("token-{at}-{to}")).await;
        }
    }
    let paid = opened(a, "paid").await;
    let path = format!("payments/{paid}/pay");
    let pay = json!({"phone": "+628215023424"});
    assert_eq!(b.control(&path, &pay).await.unwrap().status, 200);
    assert_eq!(c.control(&path, &pay).await.unwrap().status, 409);

    // Where notifications go is known to all of them a second later.
    let moved = Receiver::start().await;
    let answer = a.control_put("notify-url", &json!({"url": moved.prefix})).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut count = 0;
    let mut told = Told::new(&gateways.sandbox(0));
    until("the others send to the new address", async || {
        count += 1;
        let reference_no = opened(&each[1 + count % 2], &format!("moved-{count}")).await;
        moved.at_rest().await;
        told.hear(&moved);
        !told.statuses_of(&reference_no).is_empty()
    })
    .await;

    // The clock is moved at one, which dies at once: the others go by it, expire what is due, and tell of it.
    let left = opened(c, "left").await;
    advance(a, PAST_LIFE_SECONDS).await;
    gateways.kill(0);
    for other in [b, c] {
        until("the others know the time", async || ahead_seconds(other).await == PAST_LIFE_SECONDS).await;
    }
    until("its end is told", async || {
        // The one that died may have claimed the notification, and what the merchant does not take comes again minutes
        // later.
        advance(b, PAST_LEASE_SECONDS).await;
        moved.at_rest().await;
        told.hear(&moved);
        told.statuses_of(&left).contains(&"08")
    })
    .await;
    gateways.stop().await;
}
