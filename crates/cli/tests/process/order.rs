//! One order of the merchant: what it wants, what it was answered, and what must therefore be so.

use lunas_client::gopay_request;
use lunas_snap::service::Service;
use lunas_vocab::{Money, PartnerReferenceNo};
use serde_json::json;

use crate::chance::Chance;
use crate::merchant::{Answer, Merchant};

/// Customers in good order with full wallets.
pub(crate) const PAYERS: [&str; 6] =
    ["+628215023424", "+628242974268", "+380441234567", "+380441234568", "+918877661234", "+918877661235"];

/// What a merchant gives back of an order.
const GIVEN_BACK: Money = Money::idr(40);

/// What is to become of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// This customer pays it.
    Pay(&'static str),
    /// This customer pays it, and the merchant gives a part back.
    GiveBack(&'static str),
    /// The merchant cancels it.
    Cancel,
    /// Nobody does anything, and it expires.
    Leave,
}

/// An order and the answers it got.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// The external id of the call that opens it.
    pub(crate) external_id: String,
    /// What it costs.
    pub(crate) amount: Money,
    /// What is to become of it.
    pub(crate) plan: Plan,
    /// The gateway's id of it, once it is known, be it from the answer or from a look.
    pub(crate) reference_no: Option<String>,
    body: String,
    opened: Option<Answer>,
    is_paid: bool,
    /// Whether paying was tried before without an answer.
    is_pay_in_doubt: bool,
    moved: Option<Answer>,
}

impl Order {
    pub(crate) fn new(number: usize, chance: &mut Chance) -> Self {
        let amount = Money::idr(i32::try_from(chance.between(100, 999)).unwrap());
        let plan = match chance.between(1, 10) {
            1..=4 => Plan::Pay(chance.pick::<&str>(&PAYERS)),
            5..=6 => Plan::GiveBack(chance.pick::<&str>(&PAYERS)),
            7..=8 => Plan::Cancel,
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
            is_paid: false,
            is_pay_in_doubt: false,
            moved: None,
        }
    }

    /// Makes the calls that were not answered yet. False when one was not answered this time either.
    pub(crate) async fn go_on(&mut self, merchant: &Merchant) -> bool {
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
        if let Plan::Pay(phone) | Plan::GiveBack(phone) = self.plan
            && !self.is_paid
        {
            let Some(answer) = self.pay(merchant, phone).await else {
                self.is_pay_in_doubt = true;
                return false;
            };
            // Paying has no external id: what was paid before is refused, and a look shows that it is paid.
            let is_second = self.is_pay_in_doubt && answer.status == 409;
            assert!(answer.status == 200 || is_second, "{}: {}", self.external_id, answer.text());
            self.is_paid = true;
        }
        self.moved = self.make_move(merchant).await;
        let Some(answer) = &self.moved else { return false };
        assert_eq!(answer.status, 200, "{}: {}", self.external_id, answer.text());
        true
    }

    async fn open(&self, merchant: &Merchant) -> Option<Answer> {
        merchant.call(Service::DebitPayment, &self.external_id, &self.body).await
    }

    async fn pay(&self, merchant: &Merchant, phone: &str) -> Option<Answer> {
        let path = format!("payments/{}/pay", self.gateways_id());
        merchant.control(&path, &json!({"phone": phone})).await
    }

    /// The merchant's last call about it, if there is one beside the first.
    async fn make_move(&self, merchant: &Merchant) -> Option<Answer> {
        let reference_no = self.gateways_id();
        match self.plan {
            Plan::GiveBack(_) => {
                let number = self.external_id.replace("open", "refund");
                let body = json!({
                    "originalReferenceNo": reference_no,
                    "partnerRefundNo": number,
                    "refundAmount": {"value": GIVEN_BACK.to_decimal(), "currency": "IDR"},
                });
                merchant.call(Service::DebitRefund, &number, &body.to_string()).await
            }
            Plan::Cancel => {
                let body = json!({"originalReferenceNo": reference_no}).to_string();
                merchant.call(Service::DebitCancel, &self.external_id.replace("open", "cancel"), &body).await
            }
            Plan::Pay(_) | Plan::Leave => self.opened.clone(),
        }
    }

    fn gateways_id(&self) -> &str {
        self.reference_no.as_deref().expect("it is open")
    }

    /// What it took from its payer in the end.
    pub(crate) fn taken_from(&self, phone: &str) -> Money {
        match self.plan {
            Plan::Pay(by) if by == phone => self.amount,
            Plan::GiveBack(by) if by == phone => self.amount.checked_sub(GIVEN_BACK).unwrap(),
            _ => Money::ZERO_IDR,
        }
    }

    /// The statuses it goes through once everything was answered and time has passed.
    pub(crate) fn statuses(&self) -> &'static [&'static str] {
        match self.plan {
            Plan::Pay(_) => &["03", "00"],
            Plan::GiveBack(_) => &["03", "00", "04"],
            Plan::Cancel => &["03", "05"],
            Plan::Leave => &["03", "08"],
        }
    }

    /// Where it stands once everything was answered, before any time passes.
    fn end(&self) -> &'static str {
        match self.plan {
            Plan::Pay(_) => "00",
            Plan::GiveBack(_) => "04",
            Plan::Cancel => "05",
            Plan::Leave => "03",
        }
    }

    /// Asks for its status and sees that it is one of those that the answers allow. Gives the reference number.
    pub(crate) async fn look(&self, merchant: &Merchant) -> Option<String> {
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
            (Some(_), None) => assert!(self.statuses().contains(&&*status), "{what}"),
            (Some(_), Some(_)) => assert_eq!(status, self.end(), "{what}"),
        }
        assert_eq!(answer.json()["transAmount"]["value"], self.amount.to_decimal(), "{what}");
        let reference_no = answer.field("originalReferenceNo");
        assert!(self.reference_no.as_ref().is_none_or(|known| *known == reference_no), "{what}");
        Some(reference_no)
    }

    /// Makes every call of a done order again: the answers are those of the first time, and nothing is paid twice.
    pub(crate) async fn repeat(&self, merchant: &Merchant) {
        let again = self.open(merchant).await;
        assert_eq!(again, self.opened, "{}", self.external_id);
        let again = self.make_move(merchant).await;
        assert_eq!(again, self.moved, "{}", self.external_id);
        if let Plan::Pay(phone) | Plan::GiveBack(phone) = self.plan {
            let again = self.pay(merchant, phone).await.expect("nobody kills it now");
            assert_eq!(again.status, 409, "{}: {}", self.external_id, again.text());
        }
    }
}
