//! Virtual account create (27): what a merchant asks for, and the account that came of it.

use lunas_domain::virtual_account::{self, VirtualAccount};
use lunas_snap::code::Failure;
use lunas_snap::field::WithRest;
use lunas_snap::json::Value;
use lunas_snap::message::va_create::{CreateAnswer, CreateRequest, Details};
use lunas_snap::virtual_account::{assign, assign_random};

use super::va_account;
use crate::flow::virtual_account::{CreateCommand, NumberOf};

/// Reads the request as a command; beside it what the answer gives back.
pub(crate) fn command(body: &Value) -> Result<(CreateCommand, WithRest<Details>), Failure> {
    let request = CreateRequest::read(body)?;
    let command = CreateCommand {
        trx_id: request.trx_id.clone(),
        merchant_id: request.details.merchant_id.clone(),
        bank: request.details.bank.as_str().to_owned(),
        company: request.number.partner_service_id().to_owned(),
        number_of: number_of(&request),
        amount: request.amount,
        valid_up_to: request.expires_at,
        has_items: !request.details.items.is_empty(),
        details: virtual_account::Details {
            name: request.holder.name,
            email: request.holder.email,
            phone: request.holder.phone,
            external_id: None,
            custom: request.details.custom_field.0.clone(),
            info_json: Some(request.details.write().to_compact()),
        },
    };
    Ok((command, request.details))
}

/// First the number that was asked for, as the bank has it; then, or when any will do, one by chance.
fn number_of(request: &CreateRequest) -> NumberOf {
    let (bank, asked) = (request.details.bank, request.number.clone());
    let any_will_do = request.should_randomize;
    Box::new(move |attempt, random| {
        let company = asked.partner_service_id();
        let number = if any_will_do || attempt > 0 {
            assign_random(bank, company, random)
        } else {
            assign(bank, company, asked.customer_no(), random)
        };
        va_account::number(&number)
    })
}

/// The answer for an opened account.
pub(crate) fn answer(account: &VirtualAccount, details: &WithRest<Details>) -> Value {
    CreateAnswer {
        number: va_account::number_of(account),
        holder: va_account::holder_of(account),
        trx_id: account.trx_id.clone(),
        amount: Some(account.amount),
        expires_at: (!account.kind.takes_many()).then_some(account.valid_up_to),
        details: Some(details.clone()),
    }
    .write()
}
