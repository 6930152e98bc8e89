//! `lunas trigger`: makes something happen in the sandbox, so that its notification comes.
//!
//! A scenario creates a payment as a merchant would and then moves it as a customer, an issuer or the clock would.

mod link;
mod order;
mod pre_auth;
mod va;

use clap::Args;
use lunas_client::{CallOptions, CancelRequest, Client, RefundRequest, StatusRequest, TransactionStatus, qr};
use lunas_gateway::env::{Env, HEX};
use lunas_vocab::{Money, PartnerReferenceNo, PartnerRefundNo, ReferenceNo, TrxId};
use serde_json::json;

use crate::output;
use crate::sandbox::{Sandbox, SandboxArgs};
use crate::verdict::{Error, Verdict};
use order::{REASON, charge, half, merchant_id};

/// Create a payment, a virtual account, a link or an authorization in the sandbox and bring it to a state
#[derive(Args, Debug)]
#[command(
    after_help = "Example: lunas trigger payment.paid\nExample: lunas trigger qris.paid\nExample: lunas trigger va.paid\nExample: lunas trigger preauth.captured\nExample: lunas trigger --list"
)]
pub(crate) struct Trigger {
    /// What should happen: payment.…, qris.…, va.…, link.… or preauth.…; --list shows the choice
    #[arg(value_parser = Choice::parse, required_unless_present = "list")]
    scenario: Option<Choice>,
    /// List the scenarios
    #[arg(long)]
    list: bool,
    /// Amount in rupiah
    #[arg(long, default_value = "10000.00", value_parser = amount)]
    amount: Money,
    /// The merchant's order id (default: a new one)
    #[arg(long)]
    order: Option<PartnerReferenceNo>,
    #[command(flatten)]
    sandbox: SandboxArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn amount(text: &str) -> Result<Money, String> {
    Money::parse_idr(text).map_err(|error| error.to_string())
}

macro_rules! outcomes {
    ($($variant:ident: $name:literal, $status:ident, $meaning:literal;)*) => {
        /// Something that can happen to a payment.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Outcome {
            $($variant,)*
        }

        impl Outcome {
            /// Every outcome, in the order of the list.
            const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// What it is called on the command line, behind the product.
            const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The state it brings the payment to.
            const fn status(self) -> TransactionStatus {
                match self { $(Self::$variant => TransactionStatus::$status,)* }
            }

            /// What happens, as a sentence.
            const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

outcomes! {
    Pending: "pending", Pending, "It is created and waits for its customer.";
    Paid: "paid", Success, "The customer pays.";
    Refunded: "refunded", Refunded, "The customer pays and the merchant gives everything back.";
    PartiallyRefunded: "partially-refunded", Refunded, "The customer pays and the merchant gives half of it back.";
    Denied: "denied", Rejected, "The customer or the issuer says no.";
    Failed: "failed", Failed, "Carrying the payment out fails.";
    Cancelled: "cancelled", Cancelled, "The merchant calls the payment off.";
    Expired: "expired", Expired, "Nobody pays in time.";
}

impl Outcome {
    /// The sandbox's control that makes it happen, if it is not the merchant who does.
    const fn control(self) -> Option<&'static str> {
        match self {
            Self::Pending | Self::Cancelled => None,
            Self::Paid | Self::Refunded | Self::PartiallyRefunded => Some("pay"),
            Self::Denied => Some("deny"),
            Self::Failed => Some("fail"),
            Self::Expired => Some("expire"),
        }
    }
}

/// What the payment is made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Product {
    /// Direct debit by redirect.
    DirectDebit,
    /// A QR code.
    Qris,
}

impl Product {
    const ALL: [Self; 2] = [Self::DirectDebit, Self::Qris];

    const fn name(self) -> &'static str {
        match self {
            Self::DirectDebit => "payment",
            Self::Qris => "qris",
        }
    }
}

/// One line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    /// A payment.
    Payment(Scenario),
    /// A virtual account.
    Account(va::Scenario),
    /// A linked account.
    Link(link::Scenario),
    /// Money of a linked account, reserved.
    Authorization(pre_auth::Scenario),
}

impl Choice {
    /// Every choice, in the order of the list.
    fn all() -> impl Iterator<Item = Self> {
        let links = link::Scenario::ALL.into_iter().map(Self::Link);
        let accounts = va::Scenario::ALL.iter().copied().map(Self::Account);
        let authorizations = pre_auth::Scenario::ALL.iter().copied().map(Self::Authorization);
        Scenario::all().map(Self::Payment).chain(accounts).chain(links).chain(authorizations)
    }

    /// What it is called on the command line.
    fn name(self) -> String {
        match self {
            Self::Payment(scenario) => scenario.name(),
            Self::Account(scenario) => scenario.name().to_owned(),
            Self::Link(scenario) => scenario.name().to_owned(),
            Self::Authorization(scenario) => scenario.name().to_owned(),
        }
    }

    /// The state it ends in: two digits, or a word of a link.
    fn standing(self) -> &'static str {
        match self {
            Self::Payment(scenario) => scenario.outcome.status().code(),
            Self::Account(scenario) => scenario.status().code(),
            Self::Link(scenario) => scenario.standing(),
            Self::Authorization(scenario) => scenario.status().code(),
        }
    }

    /// What happens, as a sentence.
    fn meaning(self) -> &'static str {
        match self {
            Self::Payment(scenario) => scenario.outcome.meaning(),
            Self::Account(scenario) => scenario.meaning(),
            Self::Link(scenario) => scenario.meaning(),
            Self::Authorization(scenario) => scenario.meaning(),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        Self::all().find(|choice| choice.name() == text).ok_or_else(|| {
            let names: Vec<String> = Self::all().map(Self::name).collect();
            format!("the scenarios are {}", names.join(", "))
        })
    }
}

/// What happens to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scenario {
    product: Product,
    outcome: Outcome,
}

impl Scenario {
    /// Every scenario, in the order of the list.
    fn all() -> impl Iterator<Item = Self> {
        Product::ALL
            .into_iter()
            .flat_map(|product| Outcome::ALL.iter().map(move |&outcome| Self { product, outcome }))
    }

    /// What it is called on the command line.
    fn name(self) -> String {
        format!("{}.{}", self.product.name(), self.outcome.name())
    }
}

impl Trigger {
    /// Lists the scenarios, or plays one.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        if self.list {
            list(self.json)?;
            return Ok(Verdict::Positive);
        }
        let choice = self.scenario.ok_or_else(|| Error::Usage("a scenario is missing".to_owned()))?;
        let sandbox = self.sandbox.read()?;
        let client = sandbox.client()?;
        let order = order::order(self.order)?;
        let scenario = match choice {
            Choice::Payment(scenario) => scenario,
            Choice::Link(scenario) => {
                let told = scenario.play(&sandbox).await?;
                if self.json {
                    output::print_json(&told)?;
                } else {
                    let phone = told["phone"].as_str().unwrap_or_default();
                    output::print(&format!("{phone} {} {}", scenario.standing(), scenario.name()))?;
                }
                return Ok(Verdict::Positive);
            }
            Choice::Authorization(scenario) => {
                let outcome = scenario.play(&sandbox, &client, &order, self.amount).await?;
                if self.json {
                    output::print_json(&outcome.told)?;
                } else {
                    output::print(&outcome.line())?;
                }
                return Ok(Verdict::from(outcome.is_of(scenario)));
            }
            Choice::Account(scenario) => {
                let trx_id = TrxId::new(order.as_str())
                    .map_err(|source| Error::because("the order id cannot name a virtual account", source))?;
                let outcome = scenario.play(&sandbox, &client, trx_id, self.amount).await?;
                if self.json {
                    output::print_json(&outcome.told)?;
                } else {
                    let number = outcome.told["virtualAccountNo"].as_str().unwrap_or_default();
                    output::print(&format!("{number} {} {}", outcome.status.code(), scenario.name()))?;
                }
                return Ok(Verdict::from(outcome.status == scenario.status()));
            }
        };
        let played = Played { scenario, sandbox: &sandbox, client: &client, amount: self.amount };
        let opened = played.open(&order).await?;
        let status = played.play(&opened.reference_no).await?;
        if self.json {
            let (place, value) = opened.customer;
            output::print_json(&json!({
                "scenario": scenario.name(),
                "referenceNo": opened.reference_no.as_str(),
                "partnerReferenceNo": order.as_str(),
                "latestTransactionStatus": status.code(),
                place: value,
            }))?;
        } else {
            output::print(&format!("{} {} {}", opened.reference_no, status.code(), scenario.name()))?;
            if scenario.outcome == Outcome::Pending {
                // Somebody who lets a payment wait wants to pay it, or to look at it.
                output::print(&opened.customer.1)?;
            }
        }
        Ok(Verdict::from(status == scenario.outcome.status()))
    }
}

/// A scenario under way.
struct Played<'a> {
    scenario: Scenario,
    sandbox: &'a Sandbox,
    client: &'a Client,
    amount: Money,
}

/// A payment that waits, and what its customer needs: the answer's field and its value.
struct Opened {
    reference_no: ReferenceNo,
    customer: (&'static str, String),
}

impl Played<'_> {
    async fn open(&self, order: &PartnerReferenceNo) -> Result<Opened, Error> {
        let refused = |source| Error::because("the payment was not created", source);
        let options = CallOptions::default();
        match self.scenario.product {
            Product::DirectDebit => {
                let request = charge(self.sandbox, order, self.amount)?;
                let answer = self.client.pay(&request, options).await.map_err(refused)?;
                let customer = ("webRedirectUrl", answer.web_redirect_url);
                Ok(Opened { reference_no: answer.reference_no, customer })
            }
            Product::Qris => {
                let request = qr::GenerateRequest {
                    partner_reference_no: Some(order.clone()),
                    amount: self.amount,
                    merchant_id: Some(merchant_id(self.sandbox)?),
                    valid_up_to: None,
                    acquirer: None,
                    metadata: None,
                };
                let answer = self.client.qr_generate(&request, options).await.map_err(refused)?;
                let missing = || Error::failed("the answer names no transaction");
                let reference_no = answer.reference_no.ok_or_else(missing)?;
                Ok(Opened { reference_no, customer: ("qrContent", answer.content) })
            }
        }
    }

    /// Moves the payment and asks the gateway, as a merchant would, where it stands.
    async fn play(&self, reference_no: &ReferenceNo) -> Result<TransactionStatus, Error> {
        let outcome = self.scenario.outcome;
        if let Some(control) = outcome.control() {
            self.sandbox.payment(reference_no.as_str(), control, &json!({})).await?;
        }
        match outcome {
            Outcome::Cancelled => self.cancel(reference_no).await?,
            Outcome::Refunded => self.refund(reference_no, None).await?,
            Outcome::PartiallyRefunded => self.refund(reference_no, Some(half(self.amount))).await?,
            Outcome::Pending | Outcome::Paid | Outcome::Denied | Outcome::Failed | Outcome::Expired => {}
        }
        let unknown = |source| Error::because("the payment's status is not known", source);
        match self.scenario.product {
            Product::DirectDebit => {
                let question = StatusRequest {
                    original_reference_no: Some(reference_no.clone()),
                    original_external_id: None,
                    service_code: None,
                };
                Ok(self.client.status(&question).await.map_err(unknown)?.status)
            }
            Product::Qris => {
                let original = original(reference_no);
                let question = qr::QueryRequest { original, merchant_id: None, service_code: None };
                Ok(self.client.qr_query(&question).await.map_err(unknown)?.status)
            }
        }
    }

    async fn cancel(&self, reference_no: &ReferenceNo) -> Result<(), Error> {
        let options = CallOptions::default();
        let cancelled = match self.scenario.product {
            Product::DirectDebit => {
                let request = CancelRequest {
                    original_reference_no: Some(reference_no.clone()),
                    original_external_id: None,
                    original_partner_reference_no: None,
                };
                self.client.cancel(&request, options).await.map(drop)
            }
            Product::Qris => {
                let request = qr::CancelRequest {
                    original: original(reference_no),
                    merchant_id: merchant_id(self.sandbox)?,
                    sub_merchant_id: None,
                    external_store_id: None,
                    reason: REASON.to_owned(),
                    amount: None,
                };
                self.client.qr_cancel(&request, options).await.map(drop)
            }
        };
        cancelled.map_err(|source| Error::because("the payment was not cancelled", source))
    }

    /// Gives that much back, or everything.
    async fn refund(&self, reference_no: &ReferenceNo, amount: Option<Money>) -> Result<(), Error> {
        let options = CallOptions::default();
        let refunded = match self.scenario.product {
            Product::DirectDebit => {
                let request = RefundRequest {
                    original_reference_no: Some(reference_no.clone()),
                    original_external_id: None,
                    original_partner_reference_no: None,
                    partner_refund_no: None,
                    amount,
                    reason: Some(REASON.to_owned()),
                    payment_provider_metadata: None,
                };
                self.client.refund(&request, options).await.map(drop)
            }
            Product::Qris => {
                let number = PartnerRefundNo::new(format!("trigger-{}", Env::system().text(HEX, 12)));
                let request = qr::RefundRequest {
                    merchant_id: merchant_id(self.sandbox)?,
                    sub_merchant_id: None,
                    external_store_id: None,
                    original: original(reference_no),
                    partner_refund_no: number
                        .map_err(|source| Error::because("no refund number could be made", source))?,
                    amount,
                    reason: Some(REASON.to_owned()),
                };
                self.client.qr_refund(&request, options).await.map(drop)
            }
        };
        refunded.map_err(|source| Error::because("the payment was not refunded", source))
    }
}

fn original(reference_no: &ReferenceNo) -> qr::Original {
    qr::Original { reference_no: Some(reference_no.clone()), ..qr::Original::default() }
}

fn list(json: bool) -> Result<(), Error> {
    if json {
        let row = |choice: Choice| {
            json!({
                "scenario": choice.name(),
                "latestTransactionStatus": choice.standing(),
                "meaning": choice.meaning(),
            })
        };
        output::print_json(&Choice::all().map(row).collect())?;
    } else {
        let row = |choice: Choice| [choice.name(), choice.standing().to_owned(), choice.meaning().to_owned()];
        output::print_list(["SCENARIO", "STATUS", "MEANING"], Choice::all().map(row).collect())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_and_what_is_played_agree() {
        let check = |name: &str, code: &str, control: Option<&str>| {
            for product in Product::ALL {
                let choice = Choice::parse(&format!("{}.{name}", product.name())).unwrap();
                let Choice::Payment(scenario) = choice else { panic!("{name} is of a payment") };
                let outcome = scenario.outcome;
                assert_eq!((outcome.status().code(), outcome.control()), (code, control), "{name}");
                assert_eq!(scenario.product, product);
            }
        };
        check("pending", "03", None);
        check("paid", "00", Some("pay"));
        check("refunded", "04", Some("pay"));
        check("partially-refunded", "04", Some("pay"));
        check("denied", "09", Some("deny"));
        check("failed", "06", Some("fail"));
        check("cancelled", "05", None);
        check("expired", "08", Some("expire"));
        assert_eq!(Outcome::ALL.len(), 8, "each scenario of the list is checked above");
        for scenario in va::Scenario::ALL {
            assert_eq!(Choice::parse(scenario.name()), Ok(Choice::Account(*scenario)));
        }
        for scenario in pre_auth::Scenario::ALL {
            assert_eq!(Choice::parse(scenario.name()), Ok(Choice::Authorization(*scenario)));
        }
        assert!(Choice::parse("payment.lost").is_err());
    }

    /// Only the two refunds share a state: how much went back does not show in it.
    #[test]
    fn each_outcome_ends_in_a_state_of_its_own() {
        for (at, outcome) in Outcome::ALL.iter().enumerate() {
            let others = &Outcome::ALL[at + 1..];
            let is_shared = others.iter().any(|other| other.status() == outcome.status());
            assert_eq!(is_shared, *outcome == Outcome::Refunded, "{outcome:?}");
        }
    }
}
