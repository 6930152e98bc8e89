//! From the merchant's request (10) over the page where the customer consents to the code at the merchant's URL.

use std::time::Duration;

use crate::kit::{Answer, Gateway, sample};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::linking::{HAPPY, told};
use crate::world::gateway;

const PATH: &str = "/v1.0/get-auth-code";
const RETURN_URL: &str = "https://shop.example/linked?x=1";
const OTP: &str = "987654";
/// The PIN that the public documentation of tokenization has.
const PIN: &str = "112233";

/// The parameters of a request that has nothing wrong with it.
fn query(gateway: &Gateway, phone: &str) -> Vec<(&'static str, String)> {
    let data = format!("mobileNumber={}&paymentType=gopay", phone.trim_start_matches('+'));
    vec![
        ("redirectUrl", RETURN_URL.to_owned()),
        ("scopes", "DEFAULT".to_owned()),
        ("state", "state-1".to_owned()),
        ("merchantId", gateway.credentials.payment_handle.clone()),
        ("lang", "id".to_owned()),
        ("seamlessSign", gateway.merchant.private_key.sign(&data)),
        ("seamlessData", data),
    ]
}

fn path(query: &[(&str, String)]) -> String {
    format!("{PATH}?{}", Serializer::new(String::new()).extend_pairs(query).finish())
}

fn location(answer: &Answer) -> String {
    answer.headers["location"].to_str().unwrap().to_owned()
}

/// The consent page's path for a customer.
async fn page_of(gateway: &Gateway, phone: &str) -> String {
    let answer = gateway.get(&path(&query(gateway, phone))).await;
    assert_eq!((answer.status, answer.code().as_str()), (302, "2001000"));
    let location = location(&answer);
    location.strip_prefix(&gateway.base_url).expect("the page is the gateway's").to_owned()
}

/// A browser that has the page open.
struct Browser<'a> {
    gateway: &'a Gateway,
    path: String,
    cookie: String,
    token: String,
    page: String,
}

impl<'a> Browser<'a> {
    async fn open(gateway: &'a Gateway, path: &str) -> Self {
        let answer = gateway.get(path).await;
        assert_eq!(answer.status, 200);
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("form-action 'self' https://shop.example;"), "{policy}");
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let page = String::from_utf8(answer.body).unwrap();
        let (_, rest) = page.split_once("name=\"form_token\" value=\"").unwrap();
        let token = rest.split('"').next().unwrap().to_owned();
        Self { gateway, path: path.to_owned(), cookie, token, page }
    }

    async fn send(&self, action: &str, otp: &str, pin: &str) -> Answer {
        let fields = [("form_token", self.token.as_str()), ("action", action), ("otp", otp), ("pin", pin)];
        self.gateway.form(&self.path, &self.cookie, &fields).await
    }
}

fn shown(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

#[tokio::test]
async fn a_customer_consents_and_the_merchant_gets_a_code() {
    let gateway = gateway().await;
    let browser = Browser::open(&gateway, &page_of(&gateway, HAPPY).await).await;
    for words in ["Hubungkan akun", "Kopi Senja", "+628••••••424", "Kode OTP"] {
        assert!(browser.page.contains(words), "{words}: {}", browser.page);
    }
    let english = gateway.get(&format!("{}&lang=en", browser.path)).await;
    assert!(shown(&english).contains("Link your account"));

    let done = browser.send("link", OTP, PIN).await;
    assert_eq!(done.status, 303, "{}", shown(&done));
    let url = Url::parse(&location(&done)).unwrap();
    let parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let names: Vec<&str> = parameters.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["x", "authCode", "success", "state"]);
    assert_eq!((parameters[2].1.as_str(), parameters[3].1.as_str()), ("true", "state-1"));
    let body = sample::binding(&gateway.credentials.payment_handle, &parameters[1].1);
    let bound = gateway.bind(&body).send().await;
    assert_eq!(bound.code(), "2000700", "{}", bound.verdict());
    assert_eq!(told(&gateway).await.1, "ENABLED Account linked");

    let own = Browser::open(&gateway, &page_of(&gateway, HAPPY).await).await;
    assert_eq!(own.send("link", OTP, "123456").await.status, 303, "the wallet's own PIN");
    gateway.finish().await;
}

#[tokio::test]
async fn a_customer_says_no_or_cannot_prove_to_be_one() {
    let gateway = gateway().await;
    let path = page_of(&gateway, HAPPY).await;
    let browser = Browser::open(&gateway, &path).await;
    let no = browser.send("cancel", "", "").await;
    assert_eq!(no.status, 303);
    let back = Url::parse(&location(&no)).unwrap();
    let found = |name: &str| back.query_pairs().find(|(known, _)| known == name).unwrap().1.into_owned();
    assert_eq!((found("errorCode"), found("state")), ("4041004".to_owned(), "state-1".to_owned()));

    let check = async |otp: &str, pin: &str, sentence: &str| {
        let refused = browser.send("link", otp, pin).await;
        assert_eq!(refused.status, 422, "{otp} {pin}");
        let page = shown(&refused);
        assert!(page.contains(sentence), "{sentence}: {page}");
        assert!(!page.contains(pin) || pin.is_empty(), "what was typed is never shown again");
    };
    check("", PIN, "Isi kode OTP dan PIN").await;
    check(OTP, "12345", "Isi kode OTP dan PIN").await;
    check("000000", PIN, "Kode OTP atau PIN salah").await;
    check(OTP, "000000", "Kode OTP atau PIN salah").await;
    check("111111", "000000", "Kode OTP atau PIN salah").await;
    check(OTP, PIN, "Terlalu banyak percobaan").await;
    let elsewhere = Browser::open(&gateway, &page_of(&gateway, HAPPY).await).await;
    for left in ["Sisa 1 percobaan", "coba lagi setelah pukul 10.30 WIB"] {
        assert!(shown(&elsewhere.send("link", OTP, "000000").await).contains(left), "{left}");
    }
    let third = Browser::open(&gateway, &page_of(&gateway, HAPPY).await).await;
    let locked = third.send("link", OTP, PIN).await;
    assert!(shown(&locked).contains("Terlalu banyak percobaan"), "the address is locked, not the page");
    gateway.advance(Duration::from_mins(31)).await;
    let late = gateway.get(&path).await;
    assert_eq!(late.status, 404);
    assert!(shown(&late).contains("Permintaan tidak berlaku"));
    let again = Browser::open(&gateway, &page_of(&gateway, HAPPY).await).await;
    assert_eq!(again.send("link", OTP, PIN).await.status, 303);
    gateway.finish().await;
}

#[tokio::test]
async fn a_form_counts_only_from_the_browser_that_has_the_page() {
    let gateway = gateway().await;
    let path = page_of(&gateway, HAPPY).await;
    let browser = Browser::open(&gateway, &path).await;
    let other = Browser::open(&gateway, &path).await;
    let stranger = Browser { cookie: other.cookie, ..Browser::open(&gateway, &path).await };
    assert_eq!(stranger.send("link", OTP, PIN).await.status, 422, "another's cookie");
    let bare = Browser { cookie: String::new(), ..Browser::open(&gateway, &path).await };
    assert_eq!(bare.send("link", OTP, PIN).await.status, 422, "no cookie");
    let other_page = page_of(&gateway, HAPPY).await;
    let moved = Browser { path: other_page, ..Browser::open(&gateway, &path).await };
    assert_eq!(moved.send("link", OTP, PIN).await.status, 422, "another request's page");
    assert_eq!(browser.send("link", OTP, PIN).await.status, 303);
    for forged in [format!("{path}x"), path.replace("referenceId=", "referenceId=A"), "/app/authorize".into()]
    {
        assert_eq!(gateway.get(&forged).await.status, 404, "{forged}");
    }
    gateway.finish().await;
}

/// Whoever can be sent back to the merchant is, with the code in the URL; everybody else is told here.
#[tokio::test]
async fn a_request_with_something_wrong_goes_back_to_its_merchant() {
    let gateway = gateway().await;
    let right = query(&gateway, HAPPY);
    let with = |name: &str, value: &str| {
        let mut query = right.clone();
        query.retain(|(known, _)| *known != name || !value.is_empty());
        for (known, old) in &mut query {
            if *known == name {
                value.clone_into(old);
            }
        }
        query
    };
    let signed = |data: &str| {
        let mut query = with("seamlessData", data);
        query.retain(|(name, _)| *name != "seamlessSign");
        query.push(("seamlessSign", gateway.merchant.private_key.sign(data)));
        query
    };
    let check = async |what: &str, query: Vec<(&str, String)>, expected: &str| {
        let answer = gateway.get(&path(&query)).await;
        assert_eq!(answer.status, 302, "{what}: {}", shown(&answer));
        let url = Url::parse(&location(&answer)).unwrap();
        assert!(url.as_str().starts_with(RETURN_URL), "{what}: {url}");
        let told: Vec<String> = url.query_pairs().skip(1).map(|(_, value)| value.into_owned()).collect();
        assert_eq!(told.join(" "), expected, "{what}");
    };
    check("no state", with("state", ""), "4001002 Invalid Mandatory Field state").await;
    check("no language", with("lang", ""), "4001002 Invalid Mandatory Field lang").await;
    check("no scopes", with("scopes", ""), "4001002 Invalid Mandatory Field scopes").await;
    check("no signature", with("seamlessSign", ""), "4001002 Invalid Mandatory Field seamlessSign").await;
    check("no number", signed("paymentType=gopay"), "4001002 Invalid Mandatory Field mobileNumber").await;
    let no_number = "4001001 Invalid Field Format mobileNumber: a country code and a number were expected";
    check("no number at all", signed("mobileNumber=x&paymentType=gopay"), no_number).await;
    let unsigned = "4011000 Unauthorized. seamlessSign is not the merchant's signature over seamlessData";
    let another = with("seamlessData", "mobileNumber=628242974268&paymentType=gopay");
    check("another number than the signed one", another, unsigned).await;
    let nobody = signed("mobileNumber=62899999999&paymentType=gopay");
    check("nobody's number", nobody, "4041012 Invalid Bill/Virtual Account. mobileNumber is not registered")
        .await;

    // Some sign what stands in the query.
    let encoded = "mobileNumber%3D628215023424%26paymentType%3Dgopay";
    let mut as_sent = with("seamlessSign", &gateway.merchant.private_key.sign(encoded));
    as_sent.retain(|(name, _)| *name != "seamlessData");
    let answer = gateway.get(&format!("{}&seamlessData={encoded}", path(&as_sent))).await;
    assert_eq!(answer.code(), "2001000");

    let here = async |query: Vec<(&str, String)>| gateway.get(&path(&query)).await.verdict();
    let unregistered = "4001001 Invalid Field Format redirectUrl: it is not one that the merchant registered";
    assert_eq!(here(with("redirectUrl", "https://shop.example.evil.example/")).await, unregistered);
    assert_eq!(here(with("redirectUrl", "//evil.example")).await, unregistered);
    assert_eq!(here(with("redirectUrl", "javascript:alert(1)")).await, unregistered);
    assert_eq!(here(with("redirectUrl", "")).await, "4001002 Invalid Mandatory Field redirectUrl");
    assert_eq!(
        here(with("merchantId", "G000000001")).await,
        "4011000 Unauthorized. Incorrect merchantId value"
    );
    assert_eq!(here(with("merchantId", "")).await, "4001002 Invalid Mandatory Field merchantId");
    gateway.finish().await;
}

/// Older callers sign the whole request as well, and use its id once.
#[tokio::test]
async fn a_signed_request_has_to_be_right_and_counts_once() {
    let gateway = gateway().await;
    let right = path(&query(&gateway, HAPPY));
    let call = || gateway.get_auth_code(&right);
    let first = call().external_id("e-1").send().await;
    assert_eq!(first.code(), "2001000", "{}", first.text_at("/responseMessage"));
    let told = |answer: &Answer| answer.text_at("/responseCode");
    assert_eq!(told(&call().external_id("e-1").send().await), "4091000");
    assert_eq!(told(&call().secret("wrong").send().await), "4011000");
    assert_eq!(told(&call().token("none").send().await), "4011001");
    let other = gateway.add_merchant("G2", None).await;
    let by_other = gateway.get_auth_code_as(&other, &right).send().await;
    assert_eq!(told(&by_other), "4011000");
    gateway.finish().await;
}

#[tokio::test]
async fn r20_indonesian_may_be_asked_for_by_its_old_name() {
    let gateway = gateway().await;
    for (lang, expected) in [("id", "id"), ("in", "id"), ("IN", "id"), ("en", "en")] {
        let mut query = query(&gateway, HAPPY);
        query.iter_mut().filter(|(name, _)| *name == "lang").for_each(|(_, value)| *value = lang.to_owned());
        let answer = gateway.get(&path(&query)).await;
        assert_eq!(answer.code(), "2001000", "{lang}: {}", answer.verdict());
        let page = location(&answer);
        let page = gateway.get(page.strip_prefix(&gateway.base_url).unwrap()).await;
        let page = String::from_utf8(page.body).unwrap();
        assert!(page.contains(&format!("<html lang=\"{expected}\"")), "{lang}: {page}");
    }
    gateway.finish().await;
}
