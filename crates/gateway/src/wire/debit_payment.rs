//! Payment host to host (54): what a merchant asks for, and the answer that sends its customer on.

use lunas_domain::payment::{self, Details, Method, Product, ReturnUrl};
use lunas_snap::code::{Case, Failure};
use lunas_snap::json::Value;
use lunas_snap::message::debit_payment::{Item, PaymentAnswer, PaymentRequest, UrlKind};
use lunas_vocab::Phone;

use crate::flow::payment::OpenCommand;

/// Reads the request as a command.
pub(crate) fn command(body: &Value) -> Result<OpenCommand, Failure> {
    let request = PaymentRequest::read(body)?;
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
        items: request.items.iter().map(item).collect(),
        qris: None,
        customer_json: customer.map(|c| c.write().to_compact()),
        metadata_json: request.metadata.as_ref().map(Value::to_compact),
    };
    Ok(OpenCommand {
        partner_reference_no: request.partner_reference_no,
        merchant_id: request.merchant_id,
        amount: request.pay_option.amount,
        product: Product::DirectDebit,
        method,
        valid_up_to: request.valid_up_to,
        customer_phone: customer.and_then(|c| c.phone.as_deref()).and_then(Phone::normalise),
        details,
    })
}

fn item(item: &Item) -> payment::Item {
    payment::Item {
        name: item.name.clone(),
        quantity: item.quantity.clone(),
        price_minor: item.price.minor(),
        sent_json: item.write().to_compact(),
    }
}

/// The answer for an opened payment.
pub(crate) fn answer(payment: &payment::Payment, web_redirect_url: String) -> Value {
    PaymentAnswer {
        reference_no: payment.reference_no.clone(),
        partner_reference_no: Some(payment.partner_reference_no.clone()),
        web_redirect_url,
        app_redirect_url: String::new(),
        amount: Some(payment.amount),
        payment_type: Some(payment.method.word().to_owned()),
        transaction_at: Some(payment.created_at),
        valid_up_to: Some(payment.valid_up_to),
    }
    .write()
}
