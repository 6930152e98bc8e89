//! Customers' pages from outside: what a browser sends and gets, without looking at it.

use std::time::Duration;

use crate::kit::{Answer, Gateway, Options, sample};
use serde_json::json;

use crate::linking::HAPPY;
use crate::world::{gateway, opened, options, standing};

const PIN: &str = "123456";
/// A number that no customer of the sandbox has, and how people write it.
const NOBODY: [&str; 3] = ["+6281299990000", "0812 9999 0000", "(0812) 9999-0000"];

/// A browser that has a page open.
struct Browser<'a> {
    gateway: &'a Gateway,
    path: String,
    cookie: String,
    token: String,
    /// What a proxy says of it.
    address: &'static str,
}

impl<'a> Browser<'a> {
    async fn open(gateway: &'a Gateway, path: &str) -> Self {
        let answer = gateway.get(path).await;
        assert_eq!(answer.status, 200, "{}", shown(&answer));
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        assert!(cookie.contains("; Path=/app; HttpOnly; SameSite=Lax"), "{cookie}");
        Self {
            gateway,
            path: path.to_owned(),
            cookie: cookie.split(';').next().unwrap().to_owned(),
            token: token(&answer),
            address: "198.51.100.1",
        }
    }

    async fn send(&self, action: &str, phone: &str, pin: &str) -> Answer {
        let fields =
            [("form_token", self.token.as_str()), ("action", action), ("phone", phone), ("pin", pin)];
        let headers = [("X-Forwarded-For", self.address)];
        self.gateway.form_from(&self.path, &self.cookie, &fields, &headers).await
    }

    /// What the page says is wrong.
    async fn told(&self, phone: &str, pin: &str) -> String {
        let answer = self.send("pay", phone, pin).await;
        let page = shown(&answer);
        let (_, error) =
            page.split_once("id=\"error\"").unwrap_or_else(|| panic!("{}: {page}", answer.status));
        let (_, sentence) = error.split_once("<p>").unwrap();
        sentence.split("</p>").next().unwrap().to_owned()
    }
}

fn token(answer: &Answer) -> String {
    let page = shown(answer);
    let (_, rest) = page.split_once("name=\"form_token\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn shown(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// Opens a payment and gives its reference number and the path of its page.
async fn page_of(gateway: &Gateway, order: &str) -> (String, String) {
    let answer = gateway.pay(&sample::payment(order)).send().await;
    assert_eq!(answer.code(), "2005400", "{}", answer.verdict());
    gateway.receiver.next().await;
    let url = answer.text_at("/webRedirectUrl");
    (answer.text_at("/referenceNo"), url.strip_prefix(&gateway.base_url).unwrap().to_owned())
}

/// A gateway that believes what its proxy says of addresses.
async fn behind_a_proxy() -> Gateway {
    let mut options: Options = options();
    options.config.server.trusted_proxies = vec!["127.0.0.1".to_owned()];
    Gateway::start_with(options).await
}

#[tokio::test]
async fn m4_p4_a_known_and_an_unknown_number_get_one_sequence_of_answers() {
    let gateway = behind_a_proxy().await;
    let (_, path) = page_of(&gateway, "order-1").await;
    let wrong = "Nomor HP atau PIN salah.";
    let wait = "Demi keamanan akunmu, coba lagi setelah pukul 10.30 WIB.";
    let expected = [
        format!("{wrong} Sisa 2 percobaan."),
        format!("{wrong} Sisa 1 percobaan."),
        format!("{wrong} {wait}"),
        format!("Terlalu banyak percobaan. {wait}"),
        format!("Terlalu banyak percobaan. {wait}"),
    ];
    // However a number is written, it is one number.
    let known = [HAPPY, "08215023424", "62-821-5023-424", HAPPY, "0821 5023 424"];
    let unknown = [NOBODY[0], NOBODY[1], NOBODY[2], NOBODY[0], NOBODY[1]];
    for (address, numbers) in [("198.51.100.1", known), ("198.51.100.2", unknown)] {
        let browser = Browser { address, ..Browser::open(&gateway, &path).await };
        let mut told = Vec::new();
        for number in numbers {
            told.push(browser.told(number, "000000").await);
        }
        assert_eq!(told, expected, "{numbers:?}");
        assert_eq!(browser.told(numbers[0], PIN).await, expected[3], "also with the right PIN");
        assert!(browser.told("0812", PIN).await.starts_with("Nomor HP belum benar."));
    }
    gateway.finish().await;
}

#[tokio::test]
async fn m4_a_stranger_is_locked_out_before_the_customer_is() {
    let gateway = behind_a_proxy().await;
    let (reference_no, path) = page_of(&gateway, "order-1").await;
    let stranger = async |address: &'static str, guesses: usize| {
        let mut browser = Browser { address, ..Browser::open(&gateway, &path).await };
        for guess in 0..guesses {
            // A new browser for every guess: only its address stays.
            browser = Browser { address, ..Browser::open(&gateway, &path).await };
            let told = browser.told(HAPPY, &format!("00000{}", guess % 10)).await;
            assert_eq!(told.starts_with("Terlalu banyak"), guess >= 5, "{guess}: {told}");
        }
        browser
    };
    // One stranger, however often it tries, is stopped by its address, and what is refused does not count.
    stranger("203.0.113.7", 40).await;
    let customer = Browser { address: "198.51.100.1", ..Browser::open(&gateway, &path).await };
    assert!(customer.told(HAPPY, "999999").await.ends_with("Sisa 2 percobaan."));
    // Two of them, from two addresses, hold up the number itself. That is what a lock-out costs.
    let other = stranger("203.0.113.8", 4).await;
    assert!(customer.told(HAPPY, PIN).await.starts_with("Terlalu banyak"));
    assert!(other.told(HAPPY, PIN).await.starts_with("Terlalu banyak"));
    // Everybody else pays on that page meanwhile.
    assert_eq!(standing(&gateway, &reference_no).await, "03");
    let neighbour = Browser { address: "198.51.100.2", ..Browser::open(&gateway, &path).await };
    assert_eq!(neighbour.send("pay", "+628242974268", PIN).await.status, 303);
    gateway.receiver.next().await;
    gateway.advance(Duration::from_mins(30)).await;
    let (reference_no, path) = page_of(&gateway, "order-2").await;
    let customer = Browser { address: "198.51.100.1", ..Browser::open(&gateway, &path).await };
    assert_eq!(customer.send("pay", HAPPY, PIN).await.status, 303);
    gateway.receiver.next().await;
    assert_eq!(standing(&gateway, &reference_no).await, "00");
    gateway.finish().await;
}

/// A right PIN clears what was counted, for the browser, the address and the number.
#[tokio::test]
async fn m4_a_right_pin_starts_the_count_anew() {
    let gateway = behind_a_proxy().await;
    for order in ["order-1", "order-2", "order-3", "order-4"] {
        let (_, path) = page_of(&gateway, order).await;
        let browser = Browser::open(&gateway, &path).await;
        assert!(browser.told(HAPPY, "000000").await.ends_with("Sisa 2 percobaan."));
        assert!(browser.told(HAPPY, "000000").await.ends_with("Sisa 1 percobaan."));
        assert_eq!(browser.send("pay", HAPPY, PIN).await.status, 303);
        gateway.receiver.next().await;
    }
    gateway.finish().await;
}

#[tokio::test]
async fn m16_a_full_queue_says_so_at_once_and_counts_nothing() {
    let gateway = gateway().await;
    let (_, path) = page_of(&gateway, "order-1").await;
    let browser = Browser::open(&gateway, &path).await;
    let permits: Vec<_> = std::iter::from_fn(|| gateway.app.pin_checker.try_acquire()).collect();
    assert!(!permits.is_empty());
    for _ in 0..5 {
        let busy = browser.send("pay", HAPPY, PIN).await;
        assert_eq!((busy.status, busy.headers["retry-after"].to_str().unwrap()), (503, "2"));
        let page = shown(&busy);
        assert!(page.contains("Sedang ramai") && page.contains(HAPPY.trim_start_matches('+')), "{page}");
    }
    drop(permits);
    assert!(browser.told(HAPPY, "000000").await.ends_with("Sisa 2 percobaan."), "none of them counted");
    assert_eq!(browser.send("pay", HAPPY, PIN).await.status, 303);
    gateway.receiver.next().await;
    gateway.finish().await;
}

#[tokio::test]
async fn m5_a_link_for_scanning_pays_and_does_nothing_else() {
    let gateway = gateway().await;
    let code = gateway.qr_generate(&sample::qr("order-1")).send().await;
    assert_eq!(code.code(), "2004700", "{}", code.verdict());
    gateway.receiver.next().await;
    let reference_no = code.text_at("/referenceNo");
    let picture = code.text_at("/qrUrl");
    let tref = picture.rsplit_once('/').unwrap().1.replace(".png", "");
    let content = code.text_at("/qrContent");
    let led = gateway.form("/app/qris?lang=id", "", &[("qr", &content)]).await;
    let by_text = led.headers["location"].to_str().unwrap().to_owned();
    let of_picture = format!("/app/merchanttransfer?tref={tref}");
    assert_eq!(by_text, format!("{of_picture}&lang=id"), "the text leads where the picture does");
    for path in [by_text.as_str(), &of_picture, &format!("{of_picture}&host=container")] {
        let page = shown(&gateway.get(path).await);
        assert!(!page.contains("value=\"cancel\""), "{path} offers no refusal");
        assert!(page.contains("/app/qris?lang=id"), "{path} leads on to another code");
        let browser = Browser::open(&gateway, path).await;
        let refused = browser.send("cancel", "", "").await;
        assert_eq!(refused.status, 403);
        assert!(shown(&refused).contains("hanya bisa dipakai untuk membayar"), "{}", shown(&refused));
        let query = json!({"originalReferenceNo": reference_no, "serviceCode": "47"});
        assert_eq!(gateway.qr_query(&query).send().await.text_at("/latestTransactionStatus"), "03");
    }
    // It is no link of another kind, and none is made of it.
    for forged in [tref.replace(|c: char| c.is_ascii_digit(), "0"), tref[..tref.len() - 20].to_owned()] {
        assert_eq!(gateway.get(&format!("/app/merchanttransfer?tref={forged}")).await.status, 404);
    }
    let browser = Browser::open(&gateway, &of_picture).await;
    assert_eq!(browser.send("pay", HAPPY, PIN).await.status, 303);
    assert!(shown(&gateway.get(&of_picture).await).contains("Pembayaran berhasil"));
    gateway.receiver.next().await;
    gateway.finish().await;
}

/// The link that a merchant gave its customer still says no.
#[tokio::test]
async fn m5_the_customers_own_link_may_refuse() {
    let gateway = gateway().await;
    let (reference_no, path) = page_of(&gateway, "order-1").await;
    let browser = Browser::open(&gateway, &path).await;
    assert_eq!(browser.send("cancel", "", "").await.status, 303);
    gateway.receiver.next().await;
    assert_eq!(standing(&gateway, &reference_no).await, "09");
    gateway.finish().await;
}

#[tokio::test]
async fn r16_pages_that_open_together_do_not_take_each_others_cookie() {
    let gateway = gateway().await;
    let (first_reference, first) = page_of(&gateway, "order-1").await;
    let (_, second) = page_of(&gateway, "order-2").await;
    // Both come from another site at once: neither request has a cookie yet.
    let one = Browser::open(&gateway, &first).await;
    let other = Browser::open(&gateway, &second).await;
    let same = Browser::open(&gateway, &first).await;
    let jar = format!("{}; {}; {}", one.cookie, other.cookie, same.cookie);
    let names = [&one, &other, &same].map(|browser| browser.cookie.split('=').next().unwrap().to_owned());
    assert!(names[0] != names[1] && names[1] != names[2] && names[0] != names[2], "{names:?}");
    let pay =
        async |browser: Browser<'_>| Browser { cookie: jar.clone(), ..browser }.send("pay", HAPPY, PIN).await;
    assert_eq!(pay(one).await.status, 303);
    gateway.receiver.next().await;
    assert_eq!(standing(&gateway, &first_reference).await, "00");
    assert_eq!(pay(other).await.status, 303);
    gateway.receiver.next().await;
    // A page of the same payment shows that it is over; nothing is paid twice.
    assert_eq!(pay(same).await.status, 303);
    gateway.finish().await;
}

#[tokio::test]
async fn p6_a_customer_gets_a_page_and_a_program_a_body() {
    let gateway = gateway().await;
    let path = "/v1.0/get-auth-code";
    let ask = async |method: reqwest::Method, query: &str, accept: Option<&str>| {
        let url = format!("{}{path}{query}", gateway.base_url);
        let mut request = reqwest::Client::builder().no_proxy().build().unwrap().request(method, url);
        if let Some(accept) = accept {
            request = request.header("Accept", accept);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.text().await.unwrap())
    };
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let get = reqwest::Method::GET;
    let known = format!("?merchantId={}&lang=en", gateway.credentials.payment_handle);
    for (query, code, words) in [
        ("", "4001002", "Permintaan tidak bisa diproses"),
        ("?lang=en", "4001002", "This request cannot be processed"),
        ("?merchantId=G9&redirectUrl=https%3A%2F%2Fx.example", "4011000", "Permintaan tidak bisa diproses"),
        (&known, "4001002", "Go back to the merchant"),
    ] {
        let (status, headers, page) = ask(get.clone(), query, Some(browser)).await;
        assert_eq!(status.to_string(), code[..3], "{query}");
        assert_eq!(headers["content-type"], "text/html; charset=utf-8", "{query}");
        assert!(headers.contains_key("x-request-id") && headers.contains_key("content-security-policy"));
        assert!(page.contains(words) && page.contains(code) && page.contains("<main "), "{query}: {page}");
        let (status, headers, body) = ask(get.clone(), query, None).await;
        assert_eq!(status.to_string(), code[..3], "{query}");
        assert_eq!(headers["content-type"], "application/json");
        assert!(body.contains(&format!("\"responseCode\":\"{code}\"")), "{body}");
    }
    let (status, headers, page) = ask(reqwest::Method::HEAD, "", Some(browser)).await;
    assert_eq!((status, headers["allow"].to_str().unwrap(), page.as_str()), (405, "GET", ""));
    let (status, headers, body) = ask(reqwest::Method::POST, "", Some(browser)).await;
    assert_eq!((status, headers["allow"].to_str().unwrap()), (405, "GET"));
    assert!(body.contains("\"responseCode\":\"4051000\""), "{body}");
    gateway.finish().await;
}

#[tokio::test]
async fn p5_a_desktop_gets_a_code_and_hears_of_the_phone() {
    let gateway = gateway().await;
    let (_, path) = page_of(&gateway, "order-1").await;
    let query = path.split_once('?').unwrap().1;
    let page = shown(&gateway.get(&path).await);
    let (picture, state) =
        (format!("/app/merchanttransfer/qr.svg?{query}"), format!("/app/merchanttransfer/state?{query}"));
    assert!(
        page.contains(&format!("src=\"{picture}\"")) && page.contains(&format!("data-state=\"{state}\""))
    );
    let drawn = gateway.get(&picture).await;
    assert_eq!((drawn.status, drawn.headers["content-type"].to_str().unwrap()), (200, "image/svg+xml"));
    assert_eq!(drawn.headers["cache-control"], "no-store");
    assert!(drawn.body.starts_with(b"<svg "));
    assert_eq!(shown(&gateway.get(&state).await), "pending");
    let browser = Browser::open(&gateway, &path).await;
    assert_eq!(browser.send("pay", HAPPY, PIN).await.status, 303);
    gateway.receiver.next().await;
    assert_eq!(shown(&gateway.get(&state).await), "paid");
    for forged in [picture, state] {
        assert_eq!(gateway.get(&format!("{forged}0")).await.status, 404);
    }
    let (_, path) = page_of(&gateway, "order-2").await;
    let hosted = shown(&gateway.get(&format!("{path}&host=container")).await);
    assert!(!hosted.contains("qr.svg"), "a phone that hosts the page is the phone");
    gateway.finish().await;
}

/// The brand is on every page, and no page but a receipt says that anything is paid.
#[tokio::test]
async fn p1_every_page_is_the_operators_and_none_says_paid_by_its_heading() {
    let directory = tempfile::tempdir().unwrap();
    let logo = directory.path().join("logo");
    std::fs::write(&logo, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"></svg>").unwrap();
    for (brand, heading) in [
        ("", "Dompet Sandbox"),
        (&format!("name = \"Dompet Kita\"\nlogo_file = {logo:?}\nsupport = \"1500 123\""), "Dompet Kita"),
    ] {
        let mut options = options();
        options.config = lunas_gateway::config::Config::read(&format!("[brand]\n{brand}")).unwrap();
        options.config.worker.poll_ms = 20;
        let gateway = Gateway::start_with(options).await;
        let (_, review) = page_of(&gateway, "order-1").await;
        let paths =
            [review.as_str(), "/app/qris", "/app/merchanttransfer?tref=x", "/app/authorize", "/container"];
        for path in paths {
            let page = shown(&gateway.get(path).await);
            assert!(page.contains(heading), "{path}: {page}");
            let plain = page.to_lowercase();
            let is_said = plain.split(|c: char| !c.is_alphanumeric()).any(|word| word == "lunas");
            assert!(!is_said, "{path} says \"paid\": {page}");
            for link in page.split(['"', ' ']).filter(|word| word.starts_with("/assets/")) {
                let answer = gateway.get(link).await;
                assert_eq!(answer.status, 200, "{link}");
                assert!(answer.headers["cache-control"].to_str().unwrap().contains("immutable"), "{link}");
            }
        }
        let page = shown(&gateway.get(&review).await);
        let contact = if brand.is_empty() { "mailto:bantuan@sandbox.example" } else { "tel:1500123" };
        assert!(page.contains("Lupa PIN?") && page.contains(contact), "{page}");
        assert_eq!(page.contains("brand-logo.svg"), !brand.is_empty());
        gateway.finish().await;
    }
}

/// A receipt leads back by itself after a while, to a web page and to an app, and never by the browser's own refresh.
#[tokio::test]
async fn s9_p2_a_receipt_leads_back_to_pages_and_apps_alike() {
    let gateway = gateway().await;
    for (order, url, is_deeplink) in [
        ("order-1", "https://shop.example/thanks", "N"),
        ("order-2", "merchantapp://thanks", "Y"),
        ("order-3", "https://shop.example/app", "Y"),
    ] {
        let mut body = sample::payment(order);
        body["urlParam"] = json!({"url": url, "type": "PAY_RETURN", "isDeeplink": is_deeplink});
        let answer = gateway.pay(&body).send().await;
        assert_eq!(answer.code(), "2005400", "{}", answer.verdict());
        gateway.receiver.next().await;
        let path = answer.text_at("/webRedirectUrl").strip_prefix(&gateway.base_url).unwrap().to_owned();
        let browser = Browser::open(&gateway, &path).await;
        assert_eq!(browser.send("pay", HAPPY, PIN).await.status, 303);
        gateway.receiver.next().await;
        let page = shown(&gateway.get(&path).await);
        assert!(!page.contains("http-equiv"), "{page}");
        assert!(page.contains("id=\"leaving\" data-seconds=\"10\""), "{url}: {page}");
        assert!(page.contains(&format!("id=\"back\" href=\"{url}\"")), "{url}: {page}");
        let hosted = shown(&gateway.get(&format!("{path}&host=container")).await);
        assert!(!hosted.contains("id=\"leaving\""), "a container takes its customers back itself");
    }
    gateway.finish().await;
}

#[tokio::test]
async fn p7_no_page_asks_the_phone_for_a_code_in_place_of_a_pin() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    assert_eq!(standing(&gateway, &reference_no).await, "03");
    let (_, path) = page_of(&gateway, "order-2").await;
    let page = shown(&gateway.get(&path).await);
    assert!(!page.contains("one-time-code"), "{page}");
    assert!(page.contains("data-day=\"hari\" data-days=\"hari\""), "{page}");
    assert!(page.contains("id=\"pin\"") && page.contains("autocomplete=\"off\""), "{page}");
    gateway.finish().await;
}
