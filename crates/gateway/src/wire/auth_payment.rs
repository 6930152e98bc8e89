//! Auth payment (63): what a merchant asks to have reserved, and the answer that it is.

use lunas_domain::json_text::JsonText;
use lunas_domain::payment::{Details, Method, Order, Payment, Product};
use lunas_snap::code::{Case, Failure};
use lunas_snap::json::Value;
use lunas_snap::message::auth_payment::{AuthPaymentAnswer, AuthPaymentRequest};
use lunas_vocab::{Phone, Secret};

use super::debit_payment::{item, items_json};
use super::debit_status::{fraud_status, status, used_options};
use crate::flow::payment::open::OpenCommand;
use crate::flow::pre_auth::AuthorizeCommand;

/// Reads the request as a command on the account of that token. The option beside its token is a name and no more: the
/// contract's sample has one name with the tokens of two options, and the token says which it is.
pub(crate) fn command(body: &Value, customer_token: &str) -> Result<AuthorizeCommand, Failure> {
    let request = AuthPaymentRequest::read(body)?;
    let method = Method::parse(&request.pay_option.pay_method);
    let method = method.filter(|method| Product::PreAuth.methods().contains(method)).ok_or_else(|| {
        let detail = "additionalInfo.payOptionDetails[0].payMethod: only GOPAY accounts are linked";
        Failure::with(Case::InvalidFieldFormat, detail)
    })?;
    let customer = request.customer_details.as_ref();
    let details = Details {
        items_json: items_json(&request.items),
        customer_json: customer.map(|c| JsonText::new(c.as_sent().to_compact())),
        metadata_json: request.metadata.as_ref().map(|value| JsonText::new(value.to_compact())),
        ..Details::default()
    };
    let customer_phone = customer.and_then(|c| c.phone.as_deref()).and_then(Phone::normalise);
    let order = Order {
        partner_reference_no: request.partner_reference_no,
        amount: request.pay_option.amount,
        product: Product::PreAuth,
        method,
        valid_up_to: request.valid_up_to,
        items: request.items.iter().map(item).collect(),
        details,
    };
    Ok(AuthorizeCommand {
        open: OpenCommand { order, merchant_id: Some(request.merchant_id), customer_phone, linked: None },
        customer_token: Secret::new(customer_token.to_owned()),
        option_token: request.pay_option.payment_option_token,
    })
}

/// The answer for money that was just reserved.
pub(crate) fn answer(payment: &Payment) -> Value {
    AuthPaymentAnswer {
        reference_no: Some(payment.reference_no.clone()),
        partner_reference_no: Some(payment.partner_reference_no.clone()),
        transaction_at: Some(payment.created_at),
        amount: Some(payment.amount),
        status: Some(status(payment)),
        fraud_status: Some(fraud_status(payment).to_owned()),
        used_options: used_options(payment),
        payment_type: Some(payment.method.word().to_owned()),
        valid_up_to: Some(payment.valid_up_to),
    }
    .write()
}
