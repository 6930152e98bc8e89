//! One order of the merchant: what it wants, what it was answered, and what must therefore be so.

use lunas_client::gopay_request;
use lunas_snap::service::Service;
use lunas_vocab::{Money, PartnerReferenceNo};
use serde_json::json;

use crate::chance::Chance;
use crate::merchant::{Answer, Merchant};

/// Customers in good order with full wallets.
pub(super) const PAYERS: [&str; 6] =
    ["+628215023424", "+628242974268", "+380441234567", "+380441234568", "+918877661234", "+918877661235"];

/// What is to become of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// This customer pays it.
    Pay(&'static str),
    /// The merchant cancels it.
    Cancel,
    /// Nobody does anything, and it expires.
    Leave,
}

/// An order and the answers it got.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// The external id of the call that opens it.
    pub(super) external_id: String,
    /// What it costs.
    pub(super) amount: Money,
    /// What is to become of it.
    pub(super) plan: Plan,
    /// The gateway's id of it, once it is known, be it from the answer or from a look.
    pub(super) reference_no: Option<String>,
    body: String,
    opened: Option<Answer>,
    moved: Option<Answer>,
    /// Whether the move was tried before without an answer.
    is_move_in_doubt: bool,
}

impl Order {
    pub(super) fn new(number: usize, chance: &mut Chance) -> Self {
        let amount = Money::idr(i32::try_from(chance.between(100, 999)).unwrap());
        let plan = match chance.between(1, 10) {
            1..=5 => Plan::Pay(chance.pick::<&str>(&PAYERS)),
            6..=8 => Plan::Cancel,
            _ => Plan::Leave,
        };
        let partner_reference_no = PartnerReferenceNo::new(format!("order-{number}")).unwrap();
        Self {
            external_id: format!("open-{number}"),
            amount,
            plan,
            reference_no: None,
            body: gopay_request(partner_reference_no, amount).write().to_compact(),
            opened: None,
            moved: None,
            is_move_in_doubt: false,
        }
    }

    /// Makes the calls that were not answered yet. False when one was not answered this time either.
    pub(super) async fn go_on(&mut self, merchant: &Merchant) -> bool {
        if self.opened.is_none() {
            let Some(answer) = self.open(merchant).await else { return false };
            assert_eq!(answer.status, 200, "{}: {}", self.external_id, answer.text());
            let reference_no = answer.field("referenceNo");
            if let Some(seen) = &self.reference_no {
                assert_eq!(*seen, reference_no, "a repeated call gives the payment that the first one made");
            }
            self.reference_no = Some(reference_no);
            self.opened = Some(answer);
        }
        match self.make_move(merchant).await {
            None => {
                self.is_move_in_doubt = true;
                false
            }
            Some(answer) => {
                // Paying has no external id: what was paid before is refused, and a look shows that it is paid.
                let is_second = matches!(self.plan, Plan::Pay(_)) && self.is_move_in_doubt;
                assert!(
                    answer.status == 200 || is_second && answer.status == 409,
                    "{}: {}",
                    self.external_id,
                    answer.text()
                );
                self.moved = Some(answer);
                true
            }
        }
    }

    async fn open(&self, merchant: &Merchant) -> Option<Answer> {
        merchant.call(Service::DebitPayment, &self.external_id, &self.body).await
    }

    async fn make_move(&self, merchant: &Merchant) -> Option<Answer> {
        let reference_no = self.reference_no.as_deref().expect("it is open");
        match self.plan {
            Plan::Pay(phone) => {
                merchant.control(&format!("payments/{reference_no}/pay"), &json!({"phone": phone})).await
            }
            Plan::Cancel => {
                let body = json!({"originalReferenceNo": reference_no}).to_string();
                merchant.call(Service::DebitCancel, &self.external_id.replace("open", "cancel"), &body).await
            }
            Plan::Leave => self.opened.clone(),
        }
    }

    /// Where it stands once everything was answered, before any time passes.
    pub(super) fn end(&self) -> &'static str {
        match self.plan {
            Plan::Pay(_) => "00",
            Plan::Cancel => "05",
            Plan::Leave => "03",
        }
    }

    /// Asks for its status and sees that it is one of those that the answers allow. Gives the reference number.
    pub(super) async fn look(&self, merchant: &Merchant) -> Option<String> {
        let body = json!({"originalExternalId": self.external_id, "serviceCode": "54"}).to_string();
        let answer = merchant.call(Service::DebitStatus, "look", &body).await.expect("nobody kills it now");
        let what = format!("{self:?}: {}", answer.text());
        if self.opened.is_none() && answer.status == 404 {
            return None;
        }
        assert_eq!(answer.status, 200, "{what}");
        let status = answer.field("latestTransactionStatus");
        match (&self.opened, &self.moved) {
            (None, _) => assert_eq!(status, "03", "{what}"),
            (Some(_), None) => assert!(["03", self.end()].contains(&&*status), "{what}"),
            (Some(_), Some(_)) => assert_eq!(status, self.end(), "{what}"),
        }
        assert_eq!(answer.json()["transAmount"]["value"], self.amount.to_decimal(), "{what}");
        let reference_no = answer.field("originalReferenceNo");
        assert!(self.reference_no.as_ref().is_none_or(|known| *known == reference_no), "{what}");
        Some(reference_no)
    }

    /// Makes every call of a done order again: the answers are those of the first time, and nothing is paid twice.
    pub(super) async fn repeat(&self, merchant: &Merchant) {
        let again = self.open(merchant).await;
        assert_eq!(again, self.opened, "{}", self.external_id);
        let again = self.make_move(merchant).await.expect("nobody kills it now");
        match self.plan {
            Plan::Pay(_) => assert_eq!(again.status, 409, "{}: {}", self.external_id, again.text()),
            Plan::Cancel | Plan::Leave => assert_eq!(Some(again), self.moved, "{}", self.external_id),
        }
    }
}
