//! Everything that can be made to happen in a sandbox happens, one after the other, whichever engine keeps the store.

use crate::accounts::{json, lunas, words};
use crate::home::Home;

#[tokio::test]
async fn every_scenario_comes_about() {
    let home = Home::of_the_run();
    let mut process = home.dev(&[]);
    process.ready().await;
    let sandbox = home.file("sandbox.json").to_str().unwrap().to_owned();
    let list = json(&lunas(words(&["trigger", "--list", "--json"])).await);
    let list = list.as_array().unwrap();
    assert!(list.len() > 30, "{}", list.len());
    for line in list {
        let name = line["scenario"].as_str().unwrap();
        let outcome = lunas(words(&["trigger", name, "--json", "--sandbox", &sandbox])).await;
        assert!(outcome.status.success(), "{name}: {}", String::from_utf8_lossy(&outcome.stderr));
    }
    process.stop().await;
    let proven = lunas(words(&["ledger", "check", "--store", &home.store()])).await;
    assert!(proven.status.success(), "{}", String::from_utf8_lossy(&proven.stderr));
}
