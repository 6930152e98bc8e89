//! What a payment's QR code says, and which payment a scanned code means.

use lunas_domain::payment::Payment;
use lunas_snap::qris::{
    self, ACQUIRER_DOMAIN, AcquirerTemplate, Mcc, NationalTemplate, Payload, PayloadError, PointOfInitiation,
};
use lunas_vocab::ReferenceNo;

use crate::app::ids;

/// What a code says of goods that its merchant did not class.
const MCC_UNKNOWN: u16 = 0;

/// The text of a payment's code; the same at any time. Only payments by code have one.
pub(crate) fn content(payment: &Payment) -> Option<String> {
    let profile = payment.details.qris.as_ref()?;
    let payload = Payload {
        point_of_initiation: PointOfInitiation::Dynamic,
        acquirer: AcquirerTemplate {
            domain: ACQUIRER_DOMAIN.to_owned(),
            pan: profile.pan.clone(),
            merchant_id: profile.acquirer_merchant_id.clone(),
            criteria: profile.criteria.clone(),
        },
        national: Some(NationalTemplate { nmid: profile.nmid.clone(), criteria: profile.criteria.clone() }),
        mcc: Mcc::new(profile.mcc).or(Mcc::new(MCC_UNKNOWN))?,
        amount: Some(payment.amount),
        merchant_name: profile.name.clone(),
        city: profile.city.clone(),
        postal_code: Some(profile.postal_code.clone()),
        bill_number: Some(ids::bill_number(&payment.reference_no).to_owned()),
        terminal_label: Some(profile.terminal.clone()),
    };
    Some(payload.write())
}

/// The payment that a scanned text names; none if the text is a whole code of somebody else's.
pub(crate) fn reference_no(text: &str) -> Result<Option<ReferenceNo>, PayloadError> {
    qris::check_whole(text)?;
    let Ok(payload) = Payload::parse(text) else { return Ok(None) };
    let is_dynamic = payload.point_of_initiation == PointOfInitiation::Dynamic;
    let bill_number =
        payload.bill_number.filter(|_| is_dynamic && payload.acquirer.domain == ACQUIRER_DOMAIN);
    Ok(bill_number.and_then(|number| ids::of_bill_number(&number)))
}

/// Whether a scanned text is the payment's code in every part: who changes the amount, or the payee, has another code.
pub(crate) fn is_of(text: &str, payment: &Payment) -> bool {
    let ours = content(payment).map(|content| Payload::parse(&content));
    ours.is_some_and(|ours| ours.is_ok() && ours == Payload::parse(text))
}
