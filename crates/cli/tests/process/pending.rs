//! A payment that is let wait on purpose: whoever asks for one is shown where it is paid.

use crate::accounts::{json, lunas, words};
use crate::home::Home;

#[tokio::test]
async fn p10_a_pending_payment_is_shown_with_where_it_is_paid() {
    let home = Home::new();
    let mut process = home.dev(&[]);
    process.ready().await;
    let sandbox = home.file("sandbox.json").to_str().unwrap().to_owned();
    let trigger = async |more: &[&str]| {
        let arguments = [&["trigger"], more, &["--sandbox", &sandbox]].concat();
        lunas(words(&arguments)).await
    };
    let plain = trigger(&["payment.pending"]).await;
    assert_eq!(plain.status.code(), Some(0), "{}", String::from_utf8_lossy(&plain.stderr));
    let shown = String::from_utf8(plain.stdout).unwrap();
    let [line, url] = shown.lines().collect::<Vec<_>>()[..] else { panic!("{shown}") };
    let (reference_no, rest) = line.split_once(' ').unwrap();
    assert_eq!(rest, "03 payment.pending");
    let page = reqwest::get(url).await.unwrap();
    assert_eq!(page.status(), 200, "{url}");
    let told = json(&trigger(&["payment.pending", "--json"]).await);
    assert_ne!(told["referenceNo"], reference_no, "another payment");
    let url = told["webRedirectUrl"].as_str().unwrap();
    assert_eq!(reqwest::get(url).await.unwrap().status(), 200, "{url}");

    let code = trigger(&["qris.pending"]).await;
    let shown = String::from_utf8(code.stdout).unwrap();
    let [line, content] = shown.lines().collect::<Vec<_>>()[..] else { panic!("{shown}") };
    assert!(line.ends_with(" 03 qris.pending"), "{line}");
    assert!(content.starts_with("000201"), "{content}");

    // Of what is over nothing is left to be paid.
    let paid = trigger(&["payment.paid"]).await;
    assert_eq!(String::from_utf8(paid.stdout).unwrap().lines().count(), 1);
    process.stop().await;
}
