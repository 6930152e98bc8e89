//! QR generate (47): what a merchant asks for, and the answer with the code as text, as a link and as a picture.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use lunas_domain::json_text::JsonText;
use lunas_domain::payment::{Details, Method, Order, Payment, Product};
use lunas_snap::code::{Case, Failure};
use lunas_snap::json::Value;
use lunas_snap::message::qr_generate::{Acquirer, GenerateAnswer, GenerateRequest};
use lunas_vocab::{ExternalId, PartnerReferenceNo};

use crate::flow::payment::open::OpenCommand;
use crate::qr::{code, image};

/// Reads the request as a command. The order id is the call's own id, unless the body names another.
pub(crate) fn command(body: &Value, external_id: &ExternalId) -> Result<OpenCommand, Failure> {
    let request = GenerateRequest::read(body)?;
    if !request.amount.is_positive() {
        return Err(Failure::with(Case::InvalidAmount, "amount.value: it must be more than zero"));
    }
    let partner_reference_no = match request.partner_reference_no {
        Some(named) => named,
        None => order_of(external_id)?,
    };
    let order = Order {
        partner_reference_no,
        amount: request.amount,
        product: Product::Qris,
        method: match request.acquirer {
            None | Some(Acquirer::Gopay) => Method::Gopay,
            Some(Acquirer::AirpayShopee) => Method::Shopeepay,
        },
        valid_up_to: request.valid_up_to,
        items: Vec::new(),
        details: Details {
            metadata_json: request.metadata.map(|value| JsonText::new(value.to_compact())),
            ..Details::default()
        },
    };
    Ok(OpenCommand { order, merchant_id: request.merchant_id, customer_phone: None, linked: None })
}

fn order_of(external_id: &ExternalId) -> Result<PartnerReferenceNo, Failure> {
    let is_symbol = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~' | b'.');
    let text = Some(external_id.as_str()).filter(|text| text.bytes().all(is_symbol));
    text.and_then(|text| PartnerReferenceNo::new(text).ok())
        .ok_or_else(|| Failure::with(Case::InvalidMandatoryField, "partnerReferenceNo"))
}

/// The acquirer as the request spells it, if it names one.
pub(crate) fn acquirer_sent(body: &Value) -> Option<&str> {
    let sent = body.get("additionalInfo")?.get("acquirer")?.as_str();
    sent.filter(|text| !text.is_empty())
}

/// The answer for an opened payment, with the acquirer as the request spelled it.
pub(crate) fn answer(payment: &Payment, url: String, acquirer_sent: Option<&str>) -> Value {
    let content = code::content(payment).expect("a payment by code opens with all that a code says");
    let acquirer = acquirer(payment);
    GenerateAnswer {
        reference_no: Some(payment.reference_no.clone()),
        partner_reference_no: Some(payment.partner_reference_no.clone()),
        image: BASE64.encode(image::png(&content)),
        content,
        url,
        acquirer: Some(acquirer),
    }
    .write_as(Some(acquirer_sent.unwrap_or(acquirer.as_str())))
}

/// The acquirer in the wire's terms.
pub(super) fn acquirer(payment: &Payment) -> Acquirer {
    match payment.method {
        Method::Gopay | Method::Dana => Acquirer::Gopay,
        Method::Shopeepay => Acquirer::AirpayShopee,
    }
}
