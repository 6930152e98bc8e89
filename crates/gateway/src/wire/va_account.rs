//! What the messages of virtual accounts share: numbers and holders, in the wire's terms and in the domain's.

use lunas_domain::virtual_account::{Number, Status, VirtualAccount};
use lunas_snap::field::WithRest;
use lunas_snap::json;
use lunas_snap::message::Holder;
use lunas_snap::message::TransactionStatus;
use lunas_snap::message::va_create::Details;
use lunas_snap::virtual_account::Number as SnapNumber;

/// A number as the domain has it.
pub(super) fn number(number: &SnapNumber) -> Number {
    Number {
        company: number.partner_service_id().to_owned(),
        customer_no: number.customer_no().to_owned(),
        whole: number.virtual_account_no().to_owned(),
    }
}

/// The account's number as the wire has it.
pub(super) fn number_of(account: &VirtualAccount) -> SnapNumber {
    let Number { company, customer_no, whole } = &account.number;
    SnapNumber::of_parts(company, customer_no, whole)
}

/// Whose account it is.
pub(super) fn holder_of(account: &VirtualAccount) -> Holder {
    let details = &account.details;
    Holder { name: details.name.clone(), email: details.email.clone(), phone: details.phone.clone() }
}

/// What the merchant said of the account beyond its number and its amount.
pub(super) fn sent(account: &VirtualAccount) -> Option<WithRest<Details>> {
    let text = account.details.info_json.as_deref()?;
    WithRest::parse(&json::parse(text.as_bytes()).ok()?)
}

/// A status in the wire's terms.
pub(super) fn status(status: Status) -> TransactionStatus {
    TransactionStatus::parse(status.digits()).expect("the wire knows every status of an account")
}
