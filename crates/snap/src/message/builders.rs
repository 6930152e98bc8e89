//! How the requests of a merchant are put together: `new` takes what every such request has, and what it may have is added
//! by name. What was not added is left out of the message.

use lunas_vocab::{
    ExternalId, MerchantId, Money, PartnerReferenceNo, PartnerRefundNo, PartnerResolutionNo,
    PointOfPurchaseId, ReferenceNo, Secret, Timestamp, TrxId,
};

use super::account_binding::BindingRequest;
use super::account_unbinding::UnbindingRequest;
use super::auth_capture::CaptureRequest;
use super::auth_payment::{AuthOption, AuthPaymentRequest};
use super::auth_query::AuthQueryRequest;
use super::auth_void::VoidRequest;
use super::balance_inquiry::BalanceRequest;
use super::debit_payment::{CustomerDetails, Item, PayOption, PaymentRequest, UrlParam};
use super::qr_generate::{Acquirer, GenerateRequest};
use super::qr_query::QueryRequest;
use super::va_create::{CreateRequest, Details, FreeText, MandiriBill};
use super::va_delete::DeleteRequest;
use super::{
    CustomField, Holder, Original, auth_refund, debit_cancel, debit_refund, debit_status, qr_cancel,
    qr_refund, va_status,
};
use crate::field::{Sent, WithRest};
use crate::json::Value;
use crate::virtual_account::{Bank, Number};

/// A method for each thing that may be added: by itself where it may be absent, all of them where there may be several, and
/// whole otherwise.
macro_rules! additions {
    ($request:ty: $($may:ident: $may_type:ty),*; $($list:ident: $list_type:ty),*; $($whole:ident: $whole_type:ty),*) => {
        impl $request {
            $(
                #[doc = concat!("Adds [`", stringify!($may), "`](#structfield.", stringify!($may), ").")]
                #[must_use]
                pub fn $may(mut self, $may: impl Into<$may_type>) -> Self {
                    self.$may = Some($may.into());
                    self
                }
            )*
            $(
                #[doc = concat!("Sets [`", stringify!($list), "`](#structfield.", stringify!($list), ").")]
                #[must_use]
                pub fn $list(mut self, $list: impl IntoIterator<Item = impl Into<$list_type>>) -> Self {
                    self.$list = $list.into_iter().map(Into::into).collect();
                    self
                }
            )*
            $(
                #[doc = concat!("Sets [`", stringify!($whole), "`](#structfield.", stringify!($whole), ").")]
                #[must_use]
                pub fn $whole(mut self, $whole: $whole_type) -> Self {
                    self.$whole = $whole;
                    self
                }
            )*
        }
    };
}

/// A request that has to have something.
macro_rules! builder {
    (
        $request:ty: ($($must:ident: $must_type:ty),*);
        $($may:ident: $may_type:ty),*;
        $($list:ident: $list_type:ty),*;
        $($whole:ident: $whole_type:ty = $default:expr),*
    ) => {
        impl $request {
            /// One with what every such request has.
            pub fn new($($must: impl Into<$must_type>),*) -> Self {
                Self { $($must: $must.into(),)* $($may: None,)* $($list: Vec::new(),)* $($whole: $default,)* }
            }
        }
        additions! { $request: $($may: $may_type),*; $($list: $list_type),*; $($whole: $whole_type),* }
    };
}

// The charge token stays empty, as the official SDKs leave it: a body that repeats the access token would change from one
// call to the next, and the same id must come with the same body.
builder! { PaymentRequest: (partner_reference_no: PartnerReferenceNo, pay_option: PayOption);
    merchant_id: MerchantId, valid_up_to: Timestamp, cross_reference_id: String, language: String,
    customer_details: Sent<CustomerDetails>, metadata: Value, payment_provider_metadata: Value,
    point_of_purchase_id: PointOfPurchaseId;
    url_params: UrlParam, items: Sent<Item>;
    charge_token: Secret<String> = Secret::new(String::new())
}
additions! { debit_status::StatusRequest: original_reference_no: ReferenceNo, original_external_id: ExternalId,
    service_code: String;;
}
additions! { debit_cancel::CancelRequest: original_reference_no: ReferenceNo, original_external_id: ExternalId,
    original_partner_reference_no: PartnerReferenceNo;;
}
additions! { debit_refund::RefundRequest: original_reference_no: ReferenceNo, original_external_id: ExternalId,
    original_partner_reference_no: PartnerReferenceNo, partner_refund_no: PartnerRefundNo, amount: Money,
    reason: String, payment_provider_metadata: Value;;
}
additions! { Original: reference_no: ReferenceNo, partner_reference_no: PartnerReferenceNo, external_id: ExternalId;; }

additions! { BalanceRequest: partner_reference_no: PartnerReferenceNo, account_no: MerchantId; balance_types: String; }

builder! { GenerateRequest: (amount: Money);
    partner_reference_no: PartnerReferenceNo, merchant_id: MerchantId, valid_up_to: Timestamp, acquirer: Acquirer,
    metadata: Value;;
}
builder! { QueryRequest: (original: Original); merchant_id: MerchantId, service_code: String;; }
builder! { qr_cancel::CancelRequest: (original: Original, merchant_id: MerchantId, reason: String);
    sub_merchant_id: String, external_store_id: String, amount: Money;;
}
builder! { qr_refund::RefundRequest:
    (original: Original, merchant_id: MerchantId, partner_refund_no: PartnerRefundNo);
    sub_merchant_id: String, external_store_id: String, amount: Money, reason: String;;
}

builder! { CreateRequest: (number: Number, trx_id: TrxId, amount: Money, details: WithRest<Details>);
    expires_at: Timestamp;;
    holder: Holder = Holder::default(), should_randomize: bool = false
}
builder! { Details: (bank: Bank, merchant_id: MerchantId);
    sub_company_code: String, mandiri: WithRest<MandiriBill>, customer_details: Sent<CustomerDetails>;
    free_texts: Sent<FreeText>, items: Sent<Item>;
    custom_field: CustomField = CustomField::default()
}
builder! { va_status::StatusRequest: (number: Number, merchant_id: MerchantId);
    inquiry_request_id: TrxId, payment_request_id: TrxId, bank: Bank, page: u32, page_size: u32;;
}
builder! { DeleteRequest: (number: Number, trx_id: TrxId, merchant_id: MerchantId);;; }

builder! { BindingRequest: (payment_handle: String, auth_code: Secret<String>);;; }
builder! { UnbindingRequest: (payment_handle: String);;; }
builder! { AuthPaymentRequest:
    (partner_reference_no: PartnerReferenceNo, merchant_id: MerchantId, pay_option: AuthOption);
    title: String, cross_reference_id: String, customer_details: Sent<CustomerDetails>, valid_up_to: Timestamp,
    metadata: Value;
    items: Sent<Item>;
}
builder! { AuthQueryRequest: (original: Original);;; }
builder! { CaptureRequest: (original: Original, merchant_id: MerchantId, partner_capture_no: PartnerResolutionNo);
    amount: Money, title: String;;
}
builder! { VoidRequest: (original: Original, merchant_id: MerchantId, partner_void_no: PartnerResolutionNo);
    reason: String;;
}
builder! { auth_refund::RefundRequest: (original: Original, partner_refund_no: PartnerRefundNo);
    amount: Money, reason: String;;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_added_is_left_out() {
        let original = Original::default().reference_no(ReferenceNo::new("A1").unwrap());
        let number = PartnerRefundNo::new("refund-1").unwrap();
        let request = auth_refund::RefundRequest::new(original.clone(), number.clone());
        assert_eq!((request.amount, request.reason.as_deref()), (None, None));
        let request = request.amount(Money::idr(500)).reason("too cold");
        let whole = auth_refund::RefundRequest {
            original,
            partner_refund_no: number,
            amount: Some(Money::idr(500)),
            reason: Some("too cold".to_owned()),
        };
        assert_eq!(request, whole);
    }
}
