//! Payment host to host (54): what a merchant asks for, and the answer that sends its customer on.
//!
//! A call that carries a customer's token charges a linked account; every other one leads to a page on which somebody
//! pays.

use lunas_domain::json_text::JsonText;
use lunas_domain::payment::{self, Details, Method, Order, Product, ReturnUrl};
use lunas_snap::code::{Case, Failure};
use lunas_snap::field::Sent;
use lunas_snap::json::Value;
use lunas_snap::message::debit_payment::{Item, LinkedAnswer, PaymentAnswer, PaymentRequest, UrlKind};
use lunas_vocab::{Phone, Secret};

use super::debit_status::{status, used_options};
use crate::flow::link::charge::Asked;
use crate::flow::payment::open::OpenCommand;

/// Reads the request as a command. `customer_token` is that of the header, if there is one.
pub(crate) fn command(body: &Value, customer_token: Option<&str>) -> Result<OpenCommand, Failure> {
    let request = PaymentRequest::read(body)?;
    let linked = linked(&request, customer_token)?;
    let offered = Product::DirectDebit.methods();
    let method = Method::parse(&request.pay_option.pay_method).filter(|method| offered.contains(method));
    let method = method.ok_or_else(|| {
        let known: Vec<_> = offered.iter().map(|method| method.word()).collect();
        let known = known.join(", ");
        Failure::with(
            Case::InvalidFieldFormat,
            format!("payOptionDetails[0].payMethod: this gateway offers {known}"),
        )
    })?;
    let returns = request.url_params.iter().find(|param| param.kind == UrlKind::PayReturn);
    let customer = request.customer_details.as_ref();
    let details = Details {
        return_url: returns.map(|p| ReturnUrl { url: p.url.clone(), is_deeplink: p.is_deeplink }),
        point_of_purchase: request.point_of_purchase_id.as_ref().map(ToString::to_string),
        lang: request.language.clone(),
        items_json: items_json(&request.items),
        linked: None,
        qris: None,
        customer_json: customer.map(|c| JsonText::new(c.as_sent().to_compact())),
        metadata_json: request.metadata.as_ref().map(|value| JsonText::new(value.to_compact())),
    };
    let customer_phone = customer.and_then(|c| c.phone.as_deref()).and_then(Phone::normalise);
    let order = Order {
        partner_reference_no: request.partner_reference_no,
        amount: request.pay_option.amount,
        product: Product::DirectDebit,
        method,
        valid_up_to: request.valid_up_to,
        items: request.items.iter().map(item).collect(),
        details,
    };
    Ok(OpenCommand { order, merchant_id: request.merchant_id, customer_phone, linked })
}

/// The linked account that the request charges, if it charges one.
fn linked(request: &PaymentRequest, customer_token: Option<&str>) -> Result<Option<Asked>, Failure> {
    let option = &request.pay_option;
    let Some(customer_token) = customer_token else {
        // Only a linked account has such a token, so the customer's is what is missing.
        return if option.linked.is_some() {
            Err(Failure::with(Case::InvalidCustomerToken, "Authorization-Customer is missing"))
        } else {
            Ok(None)
        };
    };
    let charge_token = request.charge_token.expose();
    if !charge_token.is_empty() && charge_token != customer_token {
        return Err(Failure::with(
            Case::InvalidCustomerToken,
            "chargeToken is another token than that of Authorization-Customer",
        ));
    }
    let missing = |name: &str| Failure::with(Case::InvalidMandatoryField, name);
    if request.url_params.is_empty() {
        return Err(missing("urlParams"));
    }
    let asked = option.linked.as_ref();
    let asked = asked.ok_or_else(|| missing("payOptionDetails[0].additionalInfo.paymentOptionToken"))?;
    if !option.pay_method.eq_ignore_ascii_case(Method::Gopay.word()) {
        let reason = "payOptionDetails[0].payMethod: linked accounts are GOPAY's";
        return Err(Failure::with(Case::InvalidFieldFormat, reason));
    }
    Ok(Some(Asked {
        customer_token: Secret::new(customer_token.to_owned()),
        option_token: asked.payment_option_token.clone(),
        option: option.pay_option.clone(),
        is_recurring: asked.recurring,
    }))
}

pub(super) fn item(item: &Sent<Item>) -> payment::Item {
    payment::Item { quantity: item.quantity.as_str().to_owned(), price: item.price }
}

pub(super) fn items_json(items: &[Sent<Item>]) -> Option<JsonText> {
    (!items.is_empty()).then(|| JsonText::new(Item::list_to_json(items)))
}

/// The answer for an opened payment. One that is paid at once leads to no page.
pub(crate) fn answer(payment: &payment::Payment, web_redirect_url: String) -> Value {
    let is_pending = payment.status == payment::Status::Pending;
    let linked = payment.details.linked.as_ref();
    PaymentAnswer {
        reference_no: payment.reference_no.clone(),
        partner_reference_no: Some(payment.partner_reference_no.clone()),
        web_redirect_url: if is_pending { web_redirect_url } else { String::new() },
        app_redirect_url: String::new(),
        amount: Some(payment.amount),
        payment_type: Some(payment.method.word().to_owned()),
        transaction_at: Some(payment.created_at),
        valid_up_to: Some(payment.valid_up_to),
        linked: linked.map(|_| LinkedAnswer {
            amount: Some(payment.amount),
            valid_up_to: Some(payment.valid_up_to),
            used_options: used_options(payment),
            status: status(payment),
        }),
    }
    .write()
}
