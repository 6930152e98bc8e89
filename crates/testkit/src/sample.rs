//! Bodies of calls, in the strict form of the contract; a test changes what it is about.

use serde_json::{Value, json};

/// A payment of 10 000 rupiah by redirect.
pub fn payment(partner_reference_no: &str) -> Value {
    json!({
        "partnerReferenceNo": partner_reference_no,
        "chargeToken": "",
        "merchantId": "G000000001",
        "urlParam": [{"url": "https://shop.example/return", "type": "PAY_RETURN", "isDeeplink": "N"}],
        "payOptionDetails": [{
            "payMethod": "GOPAY",
            "payOption": "GOPAY_WALLET",
            "transAmount": {"value": "10000.00", "currency": "IDR"},
        }],
    })
}

/// A charge of that many rupiah, `"2500.00"` say, on a linked account: by its token, and by an option and its token.
pub fn linked_payment(
    partner_reference_no: &str,
    value: &str,
    customer_token: &str,
    option: &str,
    option_token: &str,
) -> Value {
    json!({
        "partnerReferenceNo": partner_reference_no,
        "chargeToken": customer_token,
        "urlParams": [{"url": "https://shop.example/return", "type": "PAY_RETURN", "isDeeplink": "N"}],
        "payOptionDetails": [{
            "payMethod": "GOPAY",
            "payOption": option,
            "transAmount": {"value": value, "currency": "IDR"},
            "additionalInfo": {"paymentOptionToken": option_token, "recurring": "N"},
        }],
    })
}

/// The payment by redirect, of another amount: `"2500.00"`, say.
pub fn payment_of(partner_reference_no: &str, value: &str) -> Value {
    let mut body = payment(partner_reference_no);
    body["payOptionDetails"][0]["transAmount"]["value"] = value.into();
    body
}

/// A status or cancel call for a payment by the gateway's reference.
pub fn original(reference_no: &str) -> Value {
    json!({"originalReferenceNo": reference_no})
}

/// A status call for a QR code by the gateway's reference.
pub fn qr_original(reference_no: &str) -> Value {
    json!({"originalReferenceNo": reference_no, "serviceCode": "47"})
}

/// A query about an authorization of the order `order-1` by the gateway's reference.
pub fn auth_original(reference_no: &str) -> Value {
    json!({"originalReferenceNo": reference_no, "originalPartnerReferenceNo": "order-1"})
}

/// A refund of that many rupiah, `"2500.00"` say, under the merchant's number.
pub fn refund(reference_no: &str, partner_refund_no: &str, value: &str) -> Value {
    json!({
        "originalReferenceNo": reference_no,
        "partnerRefundNo": partner_refund_no,
        "refundAmount": {"value": value, "currency": "IDR"},
        "reason": "tidak cocok",
    })
}

/// A status or cancel call for a payment by the `X-EXTERNAL-ID` of the call that opened it.
pub fn original_by_external_id(external_id: &str) -> Value {
    json!({"originalExternalId": external_id})
}

/// A QR code of 10 000 rupiah.
pub fn qr(partner_reference_no: &str) -> Value {
    json!({
        "partnerReferenceNo": partner_reference_no,
        "amount": {"value": "10000.00", "currency": "IDR"},
        "merchantId": "G000000001",
        "additionalInfo": {"acquirer": "gopay"},
    })
}

/// A cancellation of a QR code by the gateway's reference.
pub fn qr_cancel(reference_no: &str) -> Value {
    json!({"originalReferenceNo": reference_no, "merchantId": "G000000001", "reason": "salah pesan"})
}

/// A refund of that many rupiah of a QR code, under the merchant's number.
pub fn qr_refund(reference_no: &str, partner_refund_no: &str, value: &str) -> Value {
    let mut body = refund(reference_no, partner_refund_no, value);
    body["merchantId"] = "G000000001".into();
    body
}

/// A virtual account of 10 000 rupiah at Mandiri.
pub fn account(trx_id: &str) -> Value {
    json!({
        "partnerServiceId": "   70012",
        "customerNo": "6280123456",
        "virtualAccountNo": "   700126280123456",
        "virtualAccountName": "Jokul Doe",
        "trxId": trx_id,
        "totalAmount": {"value": "10000.00", "currency": "IDR"},
        "additionalInfo": {
            "merchantId": "G000000001",
            "bank": "mandiri",
            "mandiri": {"billInfo1": "Order", "billInfo2": "0200"},
        },
    })
}

/// A status call for the virtual account of that id, under the number that [`account`] asks for.
pub fn account_status(trx_id: &str) -> Value {
    json!({
        "partnerServiceId": "   70012",
        "customerNo": "6280123456",
        "virtualAccountNo": "   700126280123456",
        "inquiryRequestId": trx_id,
        "additionalInfo": {"merchantId": "G000000001"},
    })
}

/// A delete call for the virtual account of that id, under the number that [`account`] asks for.
pub fn account_delete(trx_id: &str) -> Value {
    json!({
        "partnerServiceId": "   70012",
        "customerNo": "6280123456",
        "virtualAccountNo": "   700126280123456",
        "trxId": trx_id,
        "additionalInfo": {"merchantId": "G000000001"},
    })
}

/// A body about another number at the company of these samples: the company's code and that customer's number.
pub fn under(mut body: Value, customer_no: &str) -> Value {
    body["customerNo"] = customer_no.into();
    body["virtualAccountNo"] = format!("   70012{customer_no}").into();
    body
}

/// A binding (07) of that code by the merchant of that payment handle.
pub fn binding(payment_handle: &str, auth_code: &str) -> Value {
    json!({"merchantId": payment_handle, "authCode": auth_code, "grantType": "AUTHORIZATION_CODE"})
}

/// An unbinding (09) by the merchant of that payment handle.
pub fn unbinding(payment_handle: &str) -> Value {
    json!({"merchantId": payment_handle})
}

/// An authorization of 10 000 rupiah of the option with that token.
pub fn authorization(partner_reference_no: &str, option_token: &str) -> Value {
    let amount = json!({"value": "10000.00", "currency": "IDR"});
    json!({
        "partnerReferenceNo": partner_reference_no,
        "merchantId": "G000000001",
        "amount": amount,
        "title": "Kopi susu",
        "additionalInfo": {
            "payOptionDetails": [{
                "payMethod": "GOPAY",
                "payOption": "GOPAY_WALLET",
                "transAmount": amount,
                "additionalInfo": {"paymentOptionToken": option_token},
            }],
        },
    })
}

/// A capture of all of an authorization of the order `order-1`, under the merchant's number.
pub fn capture(reference_no: &str, partner_capture_no: &str) -> Value {
    json!({
        "originalReferenceNo": reference_no,
        "originalPartnerReferenceNo": "order-1",
        "merchantId": "G000000001",
        "partnerCaptureNo": partner_capture_no,
        "title": "Kopi susu",
    })
}

/// A void of an authorization, under the merchant's number.
pub fn void(reference_no: &str, partner_void_no: &str) -> Value {
    json!({
        "originalReferenceNo": reference_no,
        "merchantId": "G000000001",
        "partnerVoidNo": partner_void_no,
        "reason": "pembeli pergi",
    })
}

/// A bank's question about the number that [`account`] asks for.
pub fn bank_inquiry(request_id: &str) -> Value {
    json!({
        "partnerServiceId": "   70012",
        "customerNo": "6280123456",
        "virtualAccountNo": "   700126280123456",
        "inquiryRequestId": request_id,
    })
}

/// A bank's report of a payment of that many rupiah, `"10000.00"` say, to the number that [`account`] asks for.
pub fn bank_report(request_id: &str, value: &str) -> Value {
    json!({
        "partnerServiceId": "   70012",
        "customerNo": "6280123456",
        "virtualAccountNo": "   700126280123456",
        "paymentRequestId": request_id,
        "paidAmount": {"value": value, "currency": "IDR"},
        "trxDateTime": "20201231T235959Z",
        "referenceNo": "00113696201",
    })
}
