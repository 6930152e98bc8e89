//! Scenarios of authorizations: money of a linked account is reserved, and the merchant or the clock does the rest. Some
//! are refused, as a merchant has to expect.

use lunas_client::authorization::{
    AuthPaymentRequest, AuthQueryRequest, CaptureRequest, Original, RefundRequest, VoidRequest, request,
};
use lunas_client::{CallOptions, Client, Error as CallError, Refusal, TransactionStatus};
use lunas_gateway::env::{Env, HEX};
use lunas_sandbox::{CUSTOMERS, CustomerScenario};
use lunas_snap::code::Case;
use lunas_vocab::{
    ExternalId, MerchantId, Money, PartnerReferenceNo, PartnerRefundNo, PartnerResolutionNo, Secret,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::order::{REASON, half, merchant_id};
use crate::sandbox::Sandbox;
use crate::verdict::Error;

/// What the money is reserved of.
const OPTION: &str = "GOPAY_WALLET";
/// What the customer uses, by name.
const DEVICE: &str = "lunas";
/// The merchant's number of what is done to an authorization; it counts within that one.
const NUMBER: &str = "trigger-1";

macro_rules! scenarios {
    ($($variant:ident: $name:literal, $status:ident, $refusal:expr, $meaning:literal;)*) => {
        /// Something that can happen to an authorization.
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

            /// The state it brings the authorization to; of one that was refused, that there is none.
            pub(super) const fn status(self) -> TransactionStatus {
                match self { $(Self::$variant => TransactionStatus::$status,)* }
            }

            /// The code that the merchant is refused with, if it is.
            pub(super) const fn refusal(self) -> Option<&'static str> {
                match self { $(Self::$variant => $refusal,)* }
            }

            /// What happens, as a sentence.
            pub(super) const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

scenarios! {
    Authorized: "preauth.authorized", Initiated, None, "Money of a linked account is reserved.";
    Captured: "preauth.captured", Success, None, "The merchant takes what is reserved.";
    Voided: "preauth.voided", Cancelled, None, "The merchant gives back what is reserved.";
    Refunded: "preauth.refunded", Refunded, None, "The merchant takes what is reserved and gives everything back.";
    Expired: "preauth.expired", Cancelled, None, "Nobody takes in time what is reserved, and it goes back.";
    InsufficientFunds: "preauth.insufficient-funds", NotFound, Some("4036314"), "The wallet does not hold enough: 4036314, and nothing is reserved.";
    Blocked: "preauth.blocked", NotFound, Some("4036303"), "The account is blocked: 4036303, and nothing is reserved.";
    Unlinked: "preauth.unlinked", NotFound, Some("4016302"), "The customer unlinked the account before: 4016302, and nothing is reserved.";
    CapturedInPart: "preauth.captured-in-part", Initiated, Some("4036515"), "The merchant asks for half of it: 4036515, and it stays reserved.";
    CapturedLate: "preauth.captured-late", Cancelled, Some("4036515"), "The merchant takes it when its time is over: 4036515.";
    VoidedLate: "preauth.voided-late", Success, Some("4036715"), "The merchant takes it and then calls it off: 4036715; a refund is the way.";
    RefundedTooMuch: "preauth.refunded-too-much", Success, Some("4036902"), "The merchant takes it and gives back a rupiah more: 4036902.";
}

/// What a scenario came to.
pub(super) struct Outcome {
    /// Where the authorization stands now.
    pub(super) status: TransactionStatus,
    /// What the merchant was refused with.
    pub(super) refusal: Option<Refusal>,
    /// What is printed of it.
    pub(super) told: Value,
}

impl Outcome {
    /// The line for a person: the authorization, its state, what was played, and how the merchant was refused.
    pub(super) fn line(&self) -> String {
        let text = |name: &str| self.told[name].as_str().unwrap_or("-").to_owned();
        let line = format!("{} {} {}", text("referenceNo"), self.status.code(), text("scenario"));
        let refusal = self.refusal.as_ref().map(|refusal| format!(": {refusal}"));
        line + &refusal.unwrap_or_default()
    }

    /// Whether it came as the list says.
    pub(super) fn is_of(&self, scenario: Scenario) -> bool {
        let refusal = self.refusal.as_ref().map(|refusal| refusal.code.as_str());
        self.status == scenario.status() && refusal == scenario.refusal()
    }
}

impl Scenario {
    /// Links an account, reserves money of it, lets happen what is to happen, and asks how the authorization stands.
    pub(super) async fn play(
        self,
        sandbox: &Sandbox,
        client: &Client,
        order: &PartnerReferenceNo,
        amount: Money,
    ) -> Result<Outcome, Error> {
        let merchant_id = merchant_id(sandbox)?;
        let played = Played { scenario: self, sandbox, client, merchant_id, amount };
        let (original, refusal) = match self {
            Self::InsufficientFunds | Self::Blocked | Self::Unlinked => {
                let external_id = ExternalId::new(format!("trigger-{}", Env::system().text(HEX, 12)));
                let external_id =
                    external_id.map_err(|source| Error::because("no id could be made", source))?;
                let answer = played.reserve(order, Some(external_id.clone())).await?;
                let original = Original {
                    external_id: Some(external_id),
                    partner_reference_no: Some(order.clone()),
                    ..Original::default()
                };
                (original, Some(refused("the authorization", answer)?))
            }
            Self::Authorized
            | Self::Captured
            | Self::Voided
            | Self::Refunded
            | Self::Expired
            | Self::CapturedInPart
            | Self::CapturedLate
            | Self::VoidedLate
            | Self::RefundedTooMuch => {
                let answer = played.reserve(order, None).await?;
                let original = answer.map_err(|source| Error::because("no money was reserved", source))?;
                let refusal = played.go_on(&original).await?;
                (original, refusal)
            }
        };
        let status = played.standing(&original).await?;
        let told = json!({
            "scenario": self.name(),
            "referenceNo": original.reference_no.as_ref().map(ToString::to_string),
            "partnerReferenceNo": order.as_str(),
            "latestTransactionStatus": status.code(),
            "refusedWith": refusal.as_ref().map(|refusal| refusal.code.as_str()),
        });
        Ok(Outcome { status, refusal, told })
    }

    /// Whose account it is.
    fn customer(self) -> CustomerScenario {
        match self {
            Self::InsufficientFunds => CustomerScenario::Insufficient,
            Self::Blocked => CustomerScenario::Blocked,
            Self::Authorized
            | Self::Captured
            | Self::Voided
            | Self::Refunded
            | Self::Expired
            | Self::Unlinked
            | Self::CapturedInPart
            | Self::CapturedLate
            | Self::VoidedLate
            | Self::RefundedTooMuch => CustomerScenario::Happy,
        }
    }
}

/// A scenario under way.
struct Played<'a> {
    scenario: Scenario,
    sandbox: &'a Sandbox,
    client: &'a Client,
    merchant_id: MerchantId,
    amount: Money,
}

impl Played<'_> {
    /// Links the customer's account and asks for the amount to be reserved.
    async fn reserve(
        &self,
        order: &PartnerReferenceNo,
        external_id: Option<ExternalId>,
    ) -> Result<Result<Original, CallError>, Error> {
        let wanted = self.scenario.customer();
        let customer = CUSTOMERS.iter().find(|(_, _, scenario)| *scenario == wanted);
        let (phone, ..) = customer.ok_or_else(|| Error::failed("the sandbox has no such customer"))?;
        let consent = json!({"phone": phone, "bind": true});
        let linked = self.sandbox.control(Method::POST, "links", &consent).await?;
        let token = linked["accessToken"].as_str().ok_or_else(|| Error::failed("the link has no token"))?;
        let token = Secret::new(token.to_owned());
        let request = self.order(&token, order).await?;
        if self.scenario == Scenario::Unlinked {
            self.sandbox.control(Method::DELETE, &format!("links/{phone}"), &json!({})).await?;
        }
        let options = external_id.map_or_else(CallOptions::default, CallOptions::with_external_id);
        let options = options.on_device(DEVICE);
        let answer = self.client.authorize(&token, &request, options).await;
        let partner_reference_no = Some(order.clone());
        Ok(answer.map(|answer| Original {
            reference_no: answer.reference_no,
            partner_reference_no,
            ..Original::default()
        }))
    }

    /// An order for the account's wallet.
    async fn order(
        &self,
        token: &Secret<String>,
        order: &PartnerReferenceNo,
    ) -> Result<AuthPaymentRequest, Error> {
        let unknown = |source| Error::because("what the account can pay with is not known", source);
        let options = self.client.account(token).await.map_err(unknown)?.payment_options;
        let option = options.iter().find(|option| option.name == OPTION);
        let option = option.ok_or_else(|| Error::failed("the account has no wallet"))?;
        let order = request(order.clone(), self.merchant_id.clone(), option, self.amount);
        Ok(AuthPaymentRequest { title: Some(REASON.to_owned()), ..order })
    }

    /// What follows on the authorization: nothing, or the refusal that the merchant got.
    async fn go_on(&self, original: &Original) -> Result<Option<Refusal>, Error> {
        let done = |what: &str, answer: Result<(), CallError>| {
            answer.map(|()| None).map_err(|source| Error::because(format!("{what} failed"), source))
        };
        match self.scenario {
            Scenario::Authorized | Scenario::InsufficientFunds | Scenario::Blocked | Scenario::Unlinked => {
                Ok(None)
            }
            Scenario::Captured => done("the capture", self.capture(original, None).await),
            Scenario::Voided => done("the void", self.void(original).await),
            Scenario::Refunded => {
                done("the capture", self.capture(original, None).await)?;
                done("the refund", self.refund(original, None).await)
            }
            Scenario::Expired => self.expire(original).await.map(|()| None),
            Scenario::CapturedInPart => {
                refused("the capture", self.capture(original, Some(half(self.amount))).await).map(Some)
            }
            Scenario::CapturedLate => {
                self.expire(original).await?;
                refused("the capture", self.capture(original, None).await).map(Some)
            }
            Scenario::VoidedLate => {
                done("the capture", self.capture(original, None).await)?;
                refused("the void", self.void(original).await).map(Some)
            }
            Scenario::RefundedTooMuch => {
                done("the capture", self.capture(original, None).await)?;
                let more = self.amount.checked_add(Money::idr(1));
                let more = more.ok_or_else(|| Error::failed("there is no larger amount"))?;
                refused("the refund", self.refund(original, Some(more)).await).map(Some)
            }
        }
    }

    async fn capture(&self, original: &Original, amount: Option<Money>) -> Result<(), CallError> {
        let request = CaptureRequest {
            original: original.clone(),
            merchant_id: self.merchant_id.clone(),
            partner_capture_no: PartnerResolutionNo::new(NUMBER).expect("a constant"),
            amount,
            title: Some(REASON.to_owned()),
        };
        self.client.capture(&request, CallOptions::default()).await.map(drop)
    }

    async fn void(&self, original: &Original) -> Result<(), CallError> {
        let request = VoidRequest {
            original: original.clone(),
            merchant_id: self.merchant_id.clone(),
            partner_void_no: PartnerResolutionNo::new(NUMBER).expect("a constant"),
            reason: Some(REASON.to_owned()),
        };
        self.client.void(&request, CallOptions::default()).await.map(drop)
    }

    async fn refund(&self, original: &Original, amount: Option<Money>) -> Result<(), CallError> {
        let request = RefundRequest {
            original: original.clone(),
            partner_refund_no: PartnerRefundNo::new(NUMBER).expect("a constant"),
            amount,
            reason: Some(REASON.to_owned()),
        };
        self.client.refund_captured(&request, CallOptions::default()).await.map(drop)
    }

    /// The time of the authorization is over now.
    async fn expire(&self, original: &Original) -> Result<(), Error> {
        let missing = || Error::failed("the answer names no authorization");
        let reference_no = original.reference_no.as_ref().ok_or_else(missing)?;
        self.sandbox.payment(reference_no.as_str(), "expire", &json!({})).await.map(drop)
    }

    /// Asks the gateway, as a merchant would. One that was refused is not found.
    async fn standing(&self, original: &Original) -> Result<TransactionStatus, Error> {
        match self.client.authorization(&AuthQueryRequest { original: original.clone() }).await {
            Ok(answer) => Ok(answer.status),
            Err(error) if error.case() == Some(Case::TransactionNotFound) => Ok(TransactionStatus::NotFound),
            Err(error) => Err(Error::because("the authorization's status is not known", error)),
        }
    }
}

/// The refusal that was expected.
fn refused<A>(what: &str, answer: Result<A, CallError>) -> Result<Refusal, Error> {
    match answer {
        Err(CallError::Refused(refusal)) => Ok(refusal),
        Err(error) => Err(Error::because(format!("{what} failed"), error)),
        Ok(_) => Err(Error::failed(format!("{what} was not refused, as this scenario wants it"))),
    }
}
