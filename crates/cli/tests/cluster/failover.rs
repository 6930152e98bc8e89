//! The database's primary dies under load. Three servers under Patroni, of which one standby always has what was
//! committed: it becomes the primary, the third takes its place, and nothing that was answered is lost or doubled.

use lunas_cluster::Group;
use lunas_store::{LIST_MAX, Store};

use crate::chance::Chance;
use crate::gateways::Gateways;
use crate::home::until;
use crate::load::Load;
use crate::receiver::Receiver;

/// With strict synchronous replication two servers would stop taking writes when one of them dies.
const SERVERS: usize = 3;
/// Orders that must get done before and after.
const ORDERS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_with_the_primary() {
    let (receiver, mut chance) = (Receiver::start().await, Chance::printed());
    let mut group = Group::start(SERVERS).unwrap();
    until("the servers agree", async || group.is_whole()).await;
    let address = format!("{}&replica={}&replica_for=history,status", group.address(), group.servers());
    let gateways = Gateways::start(address.clone(), &receiver).await;
    let merchant = gateways.merchant().await;
    let mut load = Load::start(&merchant, &mut chance);
    load.goes_on(ORDERS).await;
    let store = Store::open(&address).await.unwrap();
    until("a standby is read", async || standby_is_read(&store).await).await;

    let first = group.primary().expect("the group is whole");
    group.kill(first).unwrap();
    let outage = load.goes_on(ORDERS).await;
    println!("after the primary's death no order was done for {outage:?}");
    assert_ne!(group.primary(), Some(first));

    // The old primary comes back as a standby, and brings back nothing that nobody was told.
    group.restart(first).unwrap();
    until("the servers agree again", async || group.is_whole()).await;
    assert_ne!(group.primary(), Some(first));
    load.goes_on(ORDERS).await;
    until("a standby is read again", async || standby_is_read(&store).await).await;
    store.close().await;
    load.prove(gateways, &merchant, &receiver, &group.address()).await;
}

/// Whether a snapshot of a standby is verified while payments go on.
async fn standby_is_read(store: &Store) -> bool {
    let Some(snapshot) = store.replica_snapshot().await else { return false };
    let audits = snapshot.store().audits_list(LIST_MAX).await;
    snapshot.verified().await && audits.is_ok()
}
