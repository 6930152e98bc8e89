//! Whatever a message holds, it is read back as it was written.

use std::fmt::Debug;

use lunas_vocab::PointOfPurchaseId;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::*;
use crate::field::Sent;
use crate::message::NotificationText;
use crate::message::debit_payment::{
    Address, CustomerDetails, Item, LinkedAnswer, LinkedOption, PayOption, UrlParam,
};
use crate::message::notification_text::assert_verified;

pub(super) fn check<T: PartialEq + Debug>(
    message: &T,
    write: impl Fn(&T) -> Value,
    read: impl Fn(&Value) -> Result<T, FieldError>,
) -> Result<(), TestCaseError> {
    let text = write(message).to_compact();
    let parsed = json::parse(text.as_bytes()).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let read = read(&parsed);
    prop_assert_eq!(read.as_ref(), Ok(message), "{}", text);
    Ok(())
}

/// A text that no field treats as absent or refuses.
pub(super) fn text(max: usize) -> impl Strategy<Value = String> {
    let character = any::<char>().prop_map(|character| if character.is_control() { '\n' } else { character });
    vec(character, 1..=max).prop_map(|chars| chars.into_iter().collect())
}

/// That a notification survives the verifiers that each spelling is for. An object without members survives none.
pub(super) fn assert_verifiable(write: impl Fn(NotificationText) -> Value) {
    for text in NotificationText::ALL {
        let message = write(text);
        assert!(!has_empty_object(&message), "{message:?}");
        assert_verified(text, &text.bytes(&message));
    }
}

fn has_empty_object(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.is_empty() || object.iter().any(|(_, value)| has_empty_object(value)),
        Value::Array(elements) => elements.iter().any(has_empty_object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

pub(super) fn word() -> impl Strategy<Value = String> {
    "[A-Z][A-Z_]{0,20}"
}

pub(super) fn order_id() -> impl Strategy<Value = PartnerReferenceNo> {
    "[A-Za-z0-9._~-]{1,64}".prop_map(|id| PartnerReferenceNo::new(id).expect("an id"))
}

pub(super) fn reference_no() -> impl Strategy<Value = ReferenceNo> {
    "[A-Za-z0-9]{1,64}".prop_map(|id| ReferenceNo::new(id).expect("an id"))
}

pub(super) fn external_id() -> impl Strategy<Value = ExternalId> {
    "[ -~é]{1,36}".prop_map(|id| ExternalId::new(id).expect("an id"))
}

pub(super) fn amount() -> impl Strategy<Value = Money> {
    (100..=9_999_999_999_900i64).prop_map(Money::idr_minor)
}

/// The wire has whole seconds.
pub(super) fn time() -> impl Strategy<Value = Timestamp> {
    (0..=253_402_250_000i64).prop_map(|second| Timestamp::from_ms(second * 1000))
}

pub(super) fn metadata() -> impl Strategy<Value = Value> {
    vec(text(4), 0..3).prop_map(|texts| {
        let members = texts.into_iter().enumerate();
        Value::Object(members.map(|(at, text)| (format!("k{at}"), Value::from(text))).collect())
    })
}

fn used_options() -> impl Strategy<Value = Vec<UsedOption>> {
    vec((word(), word()).prop_map(|(method, option)| UsedOption::new(&method, &option)), 0..3)
}

pub(super) fn refunds(reason: &'static str) -> impl Strategy<Value = Vec<RefundEntry>> {
    let entry = (word(), word(), amount(), time(), reason, any::<bool>()).prop_map(
        |(refund_no, partner_refund_no, amount, refunded_at, reason, failed)| {
            let status = if failed { TransactionStatus::Failed } else { TransactionStatus::Success };
            RefundEntry { refund_no, partner_refund_no, amount, status, refunded_at, reason }
        },
    );
    vec(entry, 0..3)
}

pub(super) fn status() -> impl Strategy<Value = TransactionStatus> {
    proptest::sample::select(TransactionStatus::ALL)
}

fn address() -> impl Strategy<Value = Address> {
    (of(text(20)), of(text(20)), of(text(15)), of(text(20)), of(text(20)), of(text(9)), of(text(3))).prop_map(
        |(first_name, last_name, phone, address, city, postal_code, country_code)| Address {
            first_name,
            last_name,
            phone,
            address,
            city,
            postal_code,
            country_code,
        },
    )
}

pub(super) fn customer() -> impl Strategy<Value = CustomerDetails> {
    (of(text(15)), of(text(20)), of(text(20)), of(text(20)), of(address()), of(address())).prop_map(
        |(phone, email, first_name, last_name, billing_address, shipping_address)| CustomerDetails {
            phone,
            email,
            first_name,
            last_name,
            billing_address,
            shipping_address,
        },
    )
}

pub(super) fn item() -> impl Strategy<Value = Item> {
    let texts = (of(text(32)), of(text(64)), of(text(64)), of(text(64)), of(text(64)), of(text(64)));
    (texts, amount(), "[0-9]{1,4}(\\.[0-9])?").prop_map(
        |((id, name, merchant_name, brand, category, url), price, quantity)| Item {
            id,
            price,
            quantity: quantity.into(),
            name,
            merchant_name,
            brand,
            category,
            url,
        },
    )
}

fn url_param() -> impl Strategy<Value = UrlParam> {
    let url = prop_oneof![
        "https?://[a-z]{1,9}/[ -~&&[^ ]]{0,9}".prop_map(|url| (url, false)),
        "shop[a-z]{0,4}://[a-z]{0,9}/[ -~&&[^ ]]{0,9}".prop_map(|url| (url, true)),
    ];
    let kind = prop_oneof![Just(UrlKind::PayReturn), Just(UrlKind::PayNotify)];
    (url, kind).prop_map(|((url, is_deeplink), kind)| UrlParam { url, kind, is_deeplink })
}

fn pay_option() -> impl Strategy<Value = PayOption> {
    let linked =
        (text(40), any::<bool>(), vec(text(9), 0..3)).prop_map(|(token, recurring, promotion_ids)| {
            LinkedOption { payment_option_token: Secret::new(token), recurring, promotion_ids }
        });
    (word(), word(), amount(), of(linked)).prop_map(|(pay_method, pay_option, amount, linked)| PayOption {
        pay_method,
        pay_option,
        amount,
        linked,
    })
}

fn payment_request() -> impl Strategy<Value = PaymentRequest> {
    let ids = (order_id(), of("[A-Z0-9]{1,64}"), of("[a-f0-9-]{36}"), of(text(64)));
    let flow = ("[ -~]{0,60}", of(time()), vec(url_param(), 0..3), pay_option());
    let info = (of("en|id"), of(customer()), vec(item(), 0..3), of(metadata()), of(metadata()));
    (ids, flow, info).prop_map(|(ids, flow, info)| {
        let (partner_reference_no, merchant_id, point_of_purchase_id, cross_reference_id) = ids;
        let (charge_token, valid_up_to, url_params, pay_option) = flow;
        let (language, customer_details, items, metadata, payment_provider_metadata) = info;
        PaymentRequest {
            partner_reference_no,
            charge_token: Secret::new(charge_token),
            merchant_id: merchant_id.map(|id| MerchantId::new(id).expect("an id")),
            valid_up_to,
            url_params,
            pay_option,
            cross_reference_id,
            language,
            customer_details: customer_details.map(Sent::from),
            items: items.into_iter().map(Sent::from).collect(),
            metadata,
            payment_provider_metadata,
            point_of_purchase_id: point_of_purchase_id.map(|id| PointOfPurchaseId::new(id).expect("an id")),
        }
    })
}

fn payment_answer() -> impl Strategy<Value = PaymentAnswer> {
    let texts = (text(40), "[ -~]{0,20}", of(text(10)));
    let linked = of((of(amount()), of(time()), used_options(), status()).prop_map(
        |(amount, valid_up_to, used_options, status)| LinkedAnswer {
            amount,
            valid_up_to,
            used_options,
            status,
        },
    ));
    (reference_no(), of(order_id()), texts, of(amount()), (of(time()), of(time())), linked).prop_map(
        |(reference_no, partner_reference_no, texts, amount, (transaction_at, valid_up_to), linked)| {
            let (web_redirect_url, app_redirect_url, payment_type) = texts;
            PaymentAnswer {
                reference_no,
                partner_reference_no,
                web_redirect_url,
                app_redirect_url,
                amount,
                payment_type,
                transaction_at,
                valid_up_to,
                linked,
            }
        },
    )
}

fn status_answer() -> impl Strategy<Value = StatusAnswer> {
    let ids = (reference_no(), of(order_id()), of(external_id()), "[0-9]{2}");
    let state = (status(), of(amount()), of(time()), of(time()), refunds("[ -~é]{0,20}"));
    let info = (of("accept|deny"), used_options(), of(metadata()));
    (ids, state, info).prop_map(|(ids, state, info)| {
        let (original_reference_no, original_partner_reference_no, original_external_id, service_code) = ids;
        let (status, amount, paid_at, valid_up_to, refund_history) = state;
        let (fraud_status, used_options, metadata) = info;
        StatusAnswer {
            original_reference_no,
            original_partner_reference_no,
            original_external_id,
            service_code,
            status,
            amount,
            paid_at,
            refund_history,
            fraud_status,
            valid_up_to,
            used_options,
            metadata,
        }
    })
}

fn notification() -> impl Strategy<Value = Notification> {
    let ids = (reference_no(), of(order_id()), of("[a-z0-9-]{1,36}"), of("[A-Z0-9]{1,10}"));
    let state = (status(), of(amount()), of(time()), of(time()));
    (ids, state, refunds("[a-z_]{0,20}"), of(amount()), used_options()).prop_map(
        |(ids, state, refund_history, total_refunded, used_options)| {
            let (original_reference_no, original_partner_reference_no, external_id, merchant_id) = ids;
            let (status, amount, created_at, finished_at) = state;
            Notification {
                original_reference_no,
                original_partner_reference_no,
                original_external_id: external_id.map(|id| ExternalId::new(id).expect("an id")),
                merchant_id: merchant_id.map(|id| MerchantId::new(id).expect("an id")),
                amount,
                status,
                created_at,
                finished_at,
                refund_history,
                total_refunded,
                used_options,
            }
        },
    )
}

/// At least one of the two ids of a charge.
fn original_ids() -> impl Strategy<Value = (Option<ReferenceNo>, Option<ExternalId>)> {
    prop_oneof![
        reference_no().prop_map(|id| (Some(id), None)),
        external_id().prop_map(|id| (None, Some(id))),
        (reference_no(), external_id()).prop_map(|(reference, external)| (Some(reference), Some(external))),
    ]
}

proptest! {
    #[test]
    fn payments(request in payment_request(), answer in payment_answer()) {
        check(&request, PaymentRequest::write, PaymentRequest::read)?;
        check(&answer, PaymentAnswer::write, PaymentAnswer::read)?;
    }

    #[test]
    fn statuses(ids in original_ids(), answer in status_answer()) {
        let (original_reference_no, original_external_id) = ids;
        let service_code = Some("54".to_owned());
        let request = StatusRequest { original_reference_no, original_external_id, service_code };
        check(&request, StatusRequest::write, StatusRequest::read)?;
        check(&answer, StatusAnswer::write, StatusAnswer::read)?;
    }

    #[test]
    fn cancels(ids in original_ids(), order in of(order_id()), id in reference_no(), time in of(time())) {
        let (original_reference_no, original_external_id) = ids;
        let original_partner_reference_no = order;
        let request =
            CancelRequest { original_reference_no, original_external_id, original_partner_reference_no };
        check(&request, CancelRequest::write, CancelRequest::read)?;
        let answer = CancelAnswer { original_reference_no: id, cancelled_at: time };
        check(&answer, CancelAnswer::write, CancelAnswer::read)?;
    }

    #[test]
    fn refunds_of_charges(
        ids in original_ids(),
        order in of(order_id()),
        number in "[A-Za-z0-9_-]{1,64}",
        details in (of(amount()), of(text(256)), of(metadata()), any::<bool>()),
        time in of(time()),
    ) {
        let (original_reference_no, original_external_id) = ids;
        let (amount, reason, payment_provider_metadata, is_numbered) = details;
        let partner_refund_no = PartnerRefundNo::new(number).expect("an id");
        let request = RefundRequest {
            original_reference_no,
            original_external_id,
            original_partner_reference_no: order,
            partner_refund_no: is_numbered.then(|| partner_refund_no.clone()),
            amount,
            reason,
            payment_provider_metadata,
        };
        check(&request, RefundRequest::write, RefundRequest::read)?;
        let answer = RefundAnswer {
            original_reference_no: reference(),
            refund_no: RefundNo::new("R1").expect("an id"),
            partner_refund_no,
            amount,
            refunded_at: time,
        };
        check(&answer, RefundAnswer::write, RefundAnswer::read)?;
    }

    #[test]
    fn notifications(notification in notification()) {
        check(&notification, |notification| notification.write(NotificationText::Exact), Notification::read)?;
        assert_verifiable(|text| notification.write(text));
    }

    #[test]
    fn tokens(token in text(40), expires_in_s in any::<u32>()) {
        check(&TokenRequest, TokenRequest::write, TokenRequest::read)?;
        let answer = TokenAnswer { access_token: Secret::new(token), expires_in_s };
        check(&answer, TokenAnswer::write, TokenAnswer::read)?;
    }

    #[test]
    fn errors(case in proptest::sample::select(Case::ALL), detail in of(text(20)), trace in of(text(36))) {
        let failure = Failure { case, detail, retry_after_seconds: None };
        let answer = ErrorAnswer { reference_no: trace, ..ErrorAnswer::new(Service::DebitPayment, &failure) };
        check(&answer, ErrorAnswer::write, ErrorAnswer::read)?;
        let answer = NotificationAnswer::failure(&failure);
        check(&answer, NotificationAnswer::write, NotificationAnswer::read)?;
    }

    #[test]
    fn no_json_makes_a_message_panic(text in "[{}\\[\\]:,\"a-z0-9]{0,40}") {
        if let Ok(body) = json::parse(text.as_bytes()) {
            let _ = PaymentRequest::read(&body);
            let _ = RefundRequest::read(&body);
            let _ = StatusAnswer::read(&body);
            let _ = Notification::read(&body);
            let _ = TokenRequest::read(&body);
        }
    }
}
