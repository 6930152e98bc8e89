//! Scenarios of virtual accounts: a merchant opens one, and a bank, the merchant or the clock does the rest.

use lunas_client::{CallOptions, Client, TransactionStatus, va};
use lunas_gateway::env::{DIGITS, Env};
use lunas_vocab::{Money, TrxId};
use serde_json::{Value, json};

use super::order::{half, merchant_id};
use crate::sandbox::Sandbox;
use crate::verdict::Error;

/// The company's code at the bank: one of the sandbox merchant's.
const COMPANY: &str = "70012";
/// What a bank hears that reports another amount than is due.
const WRONG_AMOUNT: &str = "4042513";
/// How many digits a customer's number has; Mandiri takes six to twelve.
const CUSTOMER_NO_LEN: usize = 10;

macro_rules! scenarios {
    ($($variant:ident: $name:literal, $kind:literal, $status:ident, $payments:literal, $meaning:literal;)*) => {
        /// Something that can happen to a virtual account.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Scenario {
            $($variant,)*
        }

        impl Scenario {
            /// Every scenario, in the order of the list.
            pub(super) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// What it is called on the command line.
            pub(super) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What the sandbox's merchant agrees on for the account.
            const fn kind(self) -> &'static str {
                match self { $(Self::$variant => $kind,)* }
            }

            /// The state it brings the account, or the newest order of it, to.
            pub(super) const fn status(self) -> TransactionStatus {
                match self { $(Self::$variant => TransactionStatus::$status,)* }
            }

            /// How many payments are made into the account.
            const fn payments(self) -> u32 {
                match self { $(Self::$variant => $payments,)* }
            }

            /// What happens, as a sentence.
            pub(super) const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

scenarios! {
    Pending: "va.pending", "single", Pending, 0, "It is opened and waits for a payment.";
    Paid: "va.paid", "single", Success, 1, "A bank reports that the customer paid.";
    Underpaid: "va.underpaid", "single", Pending, 0, "A bank reports half of the amount, and is refused.";
    Deleted: "va.deleted", "single", Cancelled, 0, "The merchant deletes it.";
    Expired: "va.expired", "single", Expired, 0, "Nobody pays in time.";
    PaidOpen: "va.paid-open", "single-open", Success, 1, "It takes any amount, and a customer pays half of the one named.";
    PaidTwice: "va.paid-twice", "multi", Success, 2, "It takes many payments, and two are made.";
}

/// What a scenario came to.
pub(super) struct Outcome {
    /// Where the account, or its newest order, stands now.
    pub(super) status: TransactionStatus,
    /// What is printed of it.
    pub(super) told: Value,
}

impl Scenario {
    /// Opens an account as the merchant would, lets happen what is to happen, and asks how it stands.
    pub(super) async fn play(
        self,
        sandbox: &Sandbox,
        client: &Client,
        trx_id: TrxId,
        amount: Money,
    ) -> Result<Outcome, Error> {
        // The merchant's terms are the sandbox's: put back as they were, whatever becomes of the call.
        let before = sandbox.va_terms(self.kind()).await?;
        let opened = client.va_create(&order(sandbox, &trx_id, amount)?, CallOptions::default()).await;
        sandbox.va_terms(&before).await?;
        let opened = opened.map_err(|source| Error::because("the virtual account was not opened", source))?;
        let number = &opened.number;
        let typed = number.virtual_account_no();
        match self {
            Self::Pending => {}
            Self::Underpaid => underpaid(sandbox, typed, amount).await?,
            Self::Expired => drop(sandbox.va(typed, "expire", &json!({})).await?),
            Self::Deleted => {
                let request = va::DeleteRequest {
                    number: number.clone(),
                    trx_id: trx_id.clone(),
                    merchant_id: merchant_id(sandbox)?,
                };
                let deleted = client.va_delete(&request, CallOptions::default()).await;
                deleted.map_err(|source| Error::because("the virtual account was not deleted", source))?;
            }
            Self::Paid | Self::PaidOpen | Self::PaidTwice => {
                let paid = if self == Self::Paid { amount } else { half(amount) };
                for _ in 0..self.payments() {
                    sandbox.va(typed, "pay", &json!({"amount": paid.to_decimal()})).await?;
                }
            }
        }
        let question = va::StatusRequest {
            number: number.clone(),
            inquiry_request_id: Some(trx_id.clone()),
            payment_request_id: None,
            merchant_id: merchant_id(sandbox)?,
            bank: Some(va::Bank::Mandiri),
            page: None,
            page_size: None,
        };
        let answer = client.va_status(&question).await;
        let answer = answer.map_err(|source| Error::because("the account's status is not known", source))?;
        let (status, payments) = standing(&answer.state);
        Ok(Outcome {
            status,
            told: json!({
                "scenario": self.name(),
                "virtualAccountNo": typed,
                "trxId": trx_id.as_str(),
                "paymentFlagStatus": status.code(),
                "paymentRequestIds": payments,
            }),
        })
    }
}

/// The bank reports half, and is to be refused.
async fn underpaid(sandbox: &Sandbox, number: &str, amount: Money) -> Result<(), Error> {
    let order = json!({"amount": half(amount).to_decimal()});
    match sandbox.va(number, "pay", &order).await {
        Ok(_) => Err(Error::failed("half of the amount was taken")),
        Err(refusal) if refusal.to_string().contains(WRONG_AMOUNT) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The state of an account, or of its newest order, and the gateway's ids of the payments into it.
fn standing(state: &va::State) -> (TransactionStatus, Vec<String>) {
    let unknown = TransactionStatus::NotFound;
    match state {
        va::State::Single(single) => {
            let payments = single.payment_request_id.iter().map(ToString::to_string).collect();
            (single.status.unwrap_or(unknown), payments)
        }
        va::State::Multi(multi) => {
            let ids = multi.payments.iter().filter_map(|payment| payment.payment_request_id.as_ref());
            let status = multi.payments.first().map_or(unknown, |payment| payment.status);
            (status, ids.map(ToString::to_string).collect())
        }
    }
}

/// An account at Mandiri under a number by chance.
fn order(sandbox: &Sandbox, trx_id: &TrxId, amount: Money) -> Result<va::CreateRequest, Error> {
    let mut bill = va::MandiriBill::default();
    bill.0[0] = Some("Order".to_owned());
    bill.0[1] = Some(trx_id.to_string());
    Ok(va::CreateRequest {
        number: va::Number::new(COMPANY, &Env::system().text(DIGITS, CUSTOMER_NO_LEN)),
        holder: va::Holder { name: Some("lunas trigger".to_owned()), ..va::Holder::default() },
        trx_id: trx_id.clone(),
        amount,
        expires_at: None,
        details: va::Details {
            bank: va::Bank::Mandiri,
            merchant_id: merchant_id(sandbox)?,
            sub_company_code: None,
            free_texts: Vec::new(),
            mandiri: Some(bill.into()),
            customer_details: None,
            items: Vec::new(),
            custom_field: va::CustomField::default(),
        }
        .into(),
        should_randomize: false,
    })
}
