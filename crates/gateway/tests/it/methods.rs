//! The flavours of 54 beside GoPay: how long they wait, what their page says, and what they were paid with.

use lunas_testkit::sample;
use serde_json::json;

use crate::world::{after, gateway};

#[tokio::test]
async fn every_method_pays_and_is_refunded_under_its_own_words() {
    let gateway = gateway().await;
    let check = async |method: &str, days: u64, option: &str, page_says: &str, has_pay_later: bool| {
        let mut body = sample::payment("order-1");
        body["payOptionDetails"][0]["payMethod"] = json!(method);
        body["payOptionDetails"][0]["payOption"] = json!(method);
        body["validUpTo"] = json!(after(days * 86_400 + 1));
        let late = gateway.pay(&body).send().await;
        assert_eq!(late.code(), "4005401", "{method}");
        assert!(late.text_at("/responseMessage").contains("validUpTo"), "{}", late.verdict());
        body["validUpTo"] = json!(after(days * 86_400));
        let opened = gateway.pay(&body).send().await;
        assert_eq!(opened.text_at("/additionalInfo/paymentType"), method.to_uppercase());
        let reference_no = opened.text_at("/referenceNo");
        assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "03");

        let url = opened.text_at("/webRedirectUrl");
        let page = gateway.get(&format!("{}&lang=en", url.trim_start_matches(&gateway.base_url))).await;
        let page = String::from_utf8(page.body).unwrap();
        assert!(page.contains(page_says), "{method}: {page}");
        assert_eq!(page.contains("PAY_LATER"), has_pay_later, "{method}");
        assert_eq!(page.contains("GoPay"), has_pay_later, "{method}");

        let pay = format!("/payments/{reference_no}/pay");
        if !has_pay_later {
            let later = json!({"phone": "+628103001242", "payOption": "PAY_LATER"});
            let refused = gateway.control_with(&pay, &later).await;
            assert_eq!(
                (refused.status, refused.text_at("/error").as_str()),
                (409, "the payment's method has no pay-later")
            );
        }
        assert_eq!(gateway.control(&pay).await.status, 200);
        let told = gateway.receiver.next().await;
        assert_eq!(told.text_at("/additionalInfo/userPaymentDetails/0/payMethod"), method.to_lowercase());
        assert_eq!(told.text_at("/additionalInfo/userPaymentDetails/0/payOption"), option);

        let refunded = gateway.refund(&sample::refund(&reference_no, "refund-1", "4000")).send().await;
        assert_eq!(refunded.code(), "2005800", "{}", refunded.verdict());
        assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "04");
        let status = gateway.status(&sample::original(&reference_no)).send().await;
        assert_eq!(status.text_at("/additionalInfo/userPaymentDetails/0/payOption"), option);
    };
    check("GOPAY", 180, "GOPAY_WALLET", "Your GoPay account", true).await;
    check("ShopeePay", 5, "SHOPEEPAY", "Your ShopeePay account", false).await;
    check("dana", 1, "DANA", "Your DANA account", false).await;
    gateway.finish().await;
}
