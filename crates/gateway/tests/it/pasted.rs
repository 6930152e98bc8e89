//! What people type and paste: phone numbers and the texts of codes, at every door where one is read.

use std::time::Duration;

use crate::kit::{Gateway, sample};
use serde_json::json;

use crate::world::gateway;

/// The first customer's number and the blocked one's, as people write them.
fn spellings(national: &str) -> Vec<String> {
    let (operator, rest) = national.split_at(3);
    let wide: String =
        national.chars().map(|c| char::from_u32(u32::from(c) - u32::from('0') + 0xFF10).unwrap()).collect();
    vec![
        format!("+62{national}"),
        format!("0{national}"),
        format!("0062{national}"),
        format!("+62 0{national}"),
        format!("+62 (0){operator} {rest}"),
        format!("+62\u{a0}{operator}\u{a0}{rest}"),
        format!("\u{202a}+62 {operator}-{rest}\u{202c}"),
        format!("0{operator}\u{200b}{rest}"),
        format!("\u{ff10}{wide}"),
        format!("0{operator}.{rest}"),
    ]
}

async fn pending(gateway: &Gateway) -> String {
    let answer = gateway.pay(&sample::payment("order-1")).send().await;
    assert_eq!(answer.code(), "2005400", "{}", answer.verdict());
    answer.text_at("/webRedirectUrl").strip_prefix(&gateway.base_url).unwrap().to_owned()
}

/// Fills in the review page as a browser would, and gives the answer's status: 303 leads on, 422 asks again.
async fn paid_on_the_page(gateway: &Gateway, phone: &str) -> u16 {
    let page = gateway.get(&pending(gateway).await).await;
    let html = String::from_utf8_lossy(&page.body).into_owned();
    let between = |before: &str| {
        let rest = html.split_once(before).unwrap_or_else(|| panic!("{before} in {html}")).1;
        rest.split_once('"').unwrap().0.replace("&amp;", "&").replace("&#38;", "&")
    };
    let cookie = page.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let token = between("name=\"form_token\" value=\"");
    let action = between("action=\"");
    let fields = [("form_token", token.as_str()), ("action", "pay"), ("phone", phone), ("pin", "123456")];
    gateway.form(&action, &cookie, &fields).await.status
}

#[tokio::test]
async fn r12_a_customer_is_known_however_the_number_is_typed() {
    let mut gateway = gateway().await;
    gateway.may_owe_notifications();
    for phone in spellings("8215023424") {
        assert_eq!(paid_on_the_page(&gateway, &phone).await, 303, "{phone:?}");
        let linked = gateway.control_with("/links", &json!({"phone": phone})).await;
        assert_eq!((linked.status, linked.text_at("/phone").as_str()), (200, "+628215023424"), "{phone:?}");
        let reference_no = gateway.pay(&sample::payment("order-2")).send().await.text_at("/referenceNo");
        let paid =
            gateway.control_with(&format!("/payments/{reference_no}/pay"), &json!({"phone": phone})).await;
        assert_eq!(paid.text_at("/latestTransactionStatus"), "00", "{phone:?}");
    }
    assert_eq!(paid_on_the_page(&gateway, "0821 5023 42").await, 422, "another number is another customer");
    gateway.settle().await;
    gateway.finish().await;
}

#[tokio::test]
async fn r12_a_blocked_customer_is_blocked_however_the_number_is_typed() {
    let mut gateway = gateway().await;
    gateway.may_owe_notifications();
    for phone in spellings("8271939753") {
        let mut body = sample::payment("order-1");
        body["additionalInfo"] = json!({"customerDetails": {"phone": phone}});
        assert_eq!(gateway.pay(&body).send().await.code(), "4035403", "{phone:?}");
    }
    gateway.finish().await;
}

#[tokio::test]
async fn r14_a_code_of_somebody_else_is_whole_and_not_a_bill_of_ours() {
    let gateway = gateway().await;
    let foreign = [
        // Another issuer; ours without a merchant's id; the fewest fields; one of another country.
        sealed(
            "00020101021126360016ID.CO.SHOPEE.WWW0112936009180000520458125303360540510.005802ID5906WARUNG6007JAKARTA",
        ),
        sealed(
            "00020101021226400014COM.GO-JEK.WWW0118936009143000000012520454995303360540810000.005802ID5911TOKO CONTOH6007JAKARTA",
        ),
        sealed("000201010211"),
        sealed("00020101021129370016A000000677010111011300668123456785802TH5303764"),
    ];
    for text in foreign {
        let page = gateway.form("/app/qris?lang=en", "", &[("qr", &text)]).await;
        let html = String::from_utf8_lossy(&page.body).into_owned();
        assert_eq!(page.status, 404, "{text}: {html}");
        let control = gateway.control_with("/qr/pay", &json!({"qrContent": text})).await;
        let said = (control.status, control.text_at("/error"));
        assert_eq!(said, (404, "qrContent is not a code that this gateway made".to_owned()), "{text}");
    }
    let page = gateway.form("/app/qris?lang=en", "", &[("qr", "000201010211")]).await;
    assert_eq!(page.status, 422, "what has no checksum is not whole");
    gateway.finish().await;
}

#[tokio::test]
async fn r15_our_own_code_is_read_as_it_was_pasted() {
    let gateway = gateway().await;
    let made = gateway.qr_generate(&sample::qr("order-1")).send().await;
    let text = made.text_at("/qrContent");
    let lines: Vec<String> =
        text.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let pasted = [
        lines.join("\n"),
        lines.join("\r\n"),
        format!("\u{feff}\u{a0}\r\n{}\r\n\u{a0}", lines.join("\r\n")),
        text.replace(' ', "\u{a0}"),
        text.replace(' ', "\r\n"),
        format!("  {text}\n\n"),
    ];
    for pasted in pasted {
        let page = gateway.form("/app/qris?lang=en", "", &[("qr", &pasted)]).await;
        assert_eq!(page.status, 303, "{pasted:?}");
    }
    let paid = gateway.control_with("/qr/pay", &json!({"qrContent": lines.join("\r\n")})).await;
    assert_eq!(paid.text_at("/latestTransactionStatus"), "00");
    gateway.all_told().await;
    gateway.advance(Duration::from_secs(1)).await;
    gateway.finish().await;
}

/// The text with the checksum it ought to have.
fn sealed(text: &str) -> String {
    let text = format!("{text}6304");
    format!("{text}{:04X}", lunas_snap::qris::crc16(text.as_bytes()))
}
