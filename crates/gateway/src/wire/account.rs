//! Linked accounts (07, 08, 09), and what a merchant is told of them (88).

use lunas_domain::link::{Cause, Link, Status};
use lunas_domain::merchant::{Merchant, PointOfPurchaseKind};
use lunas_snap::code::{Case, Failure, ResponseCode};
use lunas_snap::json::{Object, Value};
use lunas_snap::message::account_binding::{BindingAnswer, BindingRequest};
use lunas_snap::message::account_inquiry::{InquiryAnswer, InquiryRequest, PaymentOption};
use lunas_snap::message::account_notify::{AccountEvent, Notification};
use lunas_snap::message::account_unbinding::{UnbindingAnswer, UnbindingRequest};
use lunas_snap::message::error::ErrorAnswer;
use lunas_snap::service::Service;
use lunas_vocab::Secret;

use crate::flow::link::charge::OptionStanding;

/// Reads a binding.
pub(crate) fn binding(body: &Value) -> Result<BindingRequest, Failure> {
    Ok(BindingRequest::read(body)?)
}

/// Reads an inquiry.
pub(crate) fn inquiry(body: &Value) -> Result<InquiryRequest, Failure> {
    Ok(InquiryRequest::read(body)?)
}

/// Reads an unbinding.
pub(crate) fn unbinding(body: &Value) -> Result<UnbindingRequest, Failure> {
    Ok(UnbindingRequest::read(body)?)
}

/// The body beside the redirect to the consent page.
pub(crate) fn asked(trace: &str) -> Value {
    Object::new()
        .with("responseCode", ResponseCode::new(Service::AuthCode, Case::Successful).as_str())
        .with("responseMessage", Case::Successful.message())
        .with("referenceNo", trace)
        .into()
}

/// The body beside the redirect back to the merchant.
pub(crate) fn not_asked(failure: &Failure, trace: &str) -> Value {
    let answer = ErrorAnswer::new(Service::AuthCode, failure);
    ErrorAnswer { reference_no: Some(trace.to_owned()), ..answer }.write()
}

/// The answer with the account's token.
pub(crate) fn bound(trace: &str, access_token: Secret<String>) -> Value {
    BindingAnswer { reference_no: trace.to_owned(), access_token }.write()
}

/// The answer with what the account can pay with.
pub(crate) fn inquired(trace: &str, access_token: Secret<String>, options: Vec<OptionStanding>) -> Value {
    let payment_options = options.into_iter().map(|standing| PaymentOption {
        name: standing.option.word().to_owned(),
        active: standing.is_active,
        balance: Some(standing.balance),
        token: standing.token,
    });
    InquiryAnswer {
        reference_no: trace.to_owned(),
        access_token: Some(access_token),
        payment_options: payment_options.collect(),
    }
    .write()
}

/// The answer that nothing is linked any more.
pub(crate) fn unbound(trace: &str) -> Value {
    UnbindingAnswer { reference_no: trace.to_owned() }.write()
}

/// What a merchant is told of a link as it was in one of its states: the path that is appended to its prefix, and the
/// body.
pub(crate) fn notification(
    link: &Link,
    merchant: &Merchant,
    access_token: Secret<String>,
) -> (&'static str, Vec<u8>) {
    let event = match (link.status, link.cause) {
        (Status::Pending | Status::Enabled, _) => AccountEvent::Linked,
        (Status::Disabled, Cause::PhoneChanged) => AccountEvent::PhoneChanged,
        (Status::Disabled, _) => AccountEvent::Unlinked,
    };
    let points = &merchant.points_of_purchase;
    let usual = points.iter().find(|point| point.kind == PointOfPurchaseKind::Standard);
    let notification = Notification {
        access_token,
        merchant_id: Some(link.merchant.clone()),
        point_of_purchase_id: usual.or(points.first()).map(|point| point.id.clone()),
        event,
    };
    (
        Service::AccountNotify.path(),
        super::spelling::spelled(merchant.notify_text).bytes(&notification.write()),
    )
}
