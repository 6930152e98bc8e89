//! Payments, their timelines and the states they had.

use lunas_domain::ledger::PayOption;
use lunas_domain::payment::{Method, Payment, Product, Status};
use lunas_domain::replay::ReplayKey;
use lunas_vocab::{CustomerId, MerchantId, Money, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::archive::Lookup;
use crate::bucket::numbered;
use crate::db::{Through, through};
use crate::record::{FIRST, LAST};
use crate::row::Row;
use crate::table::{PAYMENT, TRANSITION, at, sql};
use crate::value::Value;
use crate::{LIST_MAX, Scope, Store, Unavailable};

/// Which payments a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentFilter {
    /// Only those that stand so.
    pub status: Option<Status>,
    /// Only those further down the list than this one: the last one of the page before.
    pub after: Option<ReferenceNo>,
    /// How many at the most; never more than [`LIST_MAX`].
    pub limit: u32,
}

/// The first hundred, of any status.
impl Default for PaymentFilter {
    fn default() -> Self {
        Self { status: None, after: None, limit: 100 }
    }
}

/// One line of a payment's timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// Which of the payment's states; the first is 1.
    pub version: u32,
    /// What it came to be.
    pub status: Status,
    /// When.
    pub at: Timestamp,
    /// Who paid, or was denied, or whose money is reserved.
    pub payer: Option<CustomerId>,
    /// What it was paid with.
    pub option: Option<PayOption>,
    /// What had been given back by then.
    pub refunded: Money,
}

const PAYMENT_FIND: &str = sql!(
    "select {} from payment p where p.reference_no = $1 and p.bucket = $2
    and (cast($3 as text) is null or p.merchant_id = $3)",
    PAYMENT.of("p")
);

const PAYMENT_FIND_BY_KEY: Through = through!(
    "select r.opened from replay r where r.owner = $1 and r.service = $2 and r.external_id = $3 and r.bucket = $4",
    "select {} from payment p where p.reference_no = ",
    PAYMENT.of("p")
);

const PAYMENT_FIND_BY_QR_REFERENCE: Through = through!(
    "select q.reference_no from qr_reference q where q.merchant_id = $1 and q.partner_reference_no = $2",
    "select {} from payment p where p.reference_no = ",
    PAYMENT.of("p")
);

const PAYMENTS_DUE: &str = "select merchant_id, reference_no from payment
    where status in ('01', '03') and valid_up_to <= $1 order by valid_up_to limit $2";

const PAYMENTS_LIST_OF_PARTNER: &str = sql!(
    "select {} from payment p where p.merchant_id = $1 and p.reference_no < $2
    and (cast($3 as text) is null or p.status = $3) order by p.reference_no desc limit $4",
    PAYMENT.of("p")
);

const PAYMENTS_LIST: &str = sql!(
    "select {} from payment p where p.reference_no < $1
    and (cast($2 as text) is null or p.status = $2) order by p.reference_no desc limit $3",
    PAYMENT.of("p")
);

const TRANSITION_FIND: &str = sql!(
    "select {} from transition t join payment p on p.reference_no = t.reference_no and p.bucket = t.bucket
    where t.reference_no = $1 and t.bucket = $2 and t.version = $3",
    PAYMENT.as_of("p", "t")
);

const TRANSITIONS_LIST: &str = sql!(
    "select {} from transition where reference_no = $1 and bucket = $2 order by version",
    TRANSITION.columns()
);

impl Store {
    /// The payment of that reference number, as it stands.
    pub async fn payment_find(
        &self,
        scope: Scope<'_>,
        reference_no: &ReferenceNo,
    ) -> Result<Option<Payment>, Unavailable> {
        let [number, bucket] = numbered(reference_no);
        let found = self.row(PAYMENT_FIND, &[number, bucket, scope.value()], payment).await?;
        self.or_archived(found, Lookup::Number(scope, reference_no.as_str())).await
    }

    /// The payment that the call with this key opened. A key that was used again after its life names the newer one.
    pub async fn payment_find_by_key(&self, key: &ReplayKey) -> Result<Option<Payment>, Unavailable> {
        let (owner, external_id) = (key.owner.as_str(), key.external_id.as_str());
        let values = [owner, key.service, external_id, key.bucket().as_str()].map(Value::Text);
        let found = self.row_through(&PAYMENT_FIND_BY_KEY, &values, payment).await?;
        self.or_archived(found, Lookup::Key(key)).await
    }

    /// The newest payment by QR code of a merchant's order.
    pub async fn payment_find_by_qr_reference(
        &self,
        merchant: &MerchantId,
        partner_reference_no: &PartnerReferenceNo,
    ) -> Result<Option<Payment>, Unavailable> {
        let order = [Value::Text(merchant.as_str()), Value::Text(partner_reference_no.as_str())];
        let found = self.row_through(&PAYMENT_FIND_BY_QR_REFERENCE, &order, payment).await?;
        let lookup = Lookup::QrReference(merchant.as_str(), partner_reference_no.as_str());
        self.or_archived(found, lookup).await
    }

    /// What was found, or else what the archive has.
    async fn or_archived(
        &self,
        found: Option<Payment>,
        lookup: Lookup<'_>,
    ) -> Result<Option<Payment>, Unavailable> {
        if found.is_some() {
            return Ok(found);
        }
        let Some(document) = self.archived(lookup).await? else { return Ok(None) };
        Ok(document.rows(&PAYMENT, payment)?.pop())
    }

    /// Payments that are pending or authorized and whose time is up at `now`, the one that has waited longest first.
    pub async fn payments_due(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(MerchantId, ReferenceNo)>, Unavailable> {
        let limit = Value::Int(i64::from(limit.min(LIST_MAX)));
        self.rows(PAYMENTS_DUE, &[Value::Int(now.ms()), limit], |row| Ok((row.id(0)?, row.id(1)?))).await
    }

    /// Payments by reference number, the greatest first: reference numbers grow with time, so these are the newest. Those
    /// that are archived are left out.
    pub async fn payments_list(
        &self,
        scope: Scope<'_>,
        filter: &PaymentFilter,
    ) -> Result<Vec<Payment>, Unavailable> {
        // The last character there is sorts behind every reference number.
        let after = Value::Text(filter.after.as_ref().map_or(LAST, ReferenceNo::as_str));
        let status = filter.status.map_or(Value::Null, |status| Value::Text(status.digits()));
        let limit = Value::Int(i64::from(filter.limit.min(LIST_MAX)));
        match scope {
            Scope::Merchant(merchant) => {
                let merchant = Value::Text(merchant.as_str());
                self.rows(PAYMENTS_LIST_OF_PARTNER, &[merchant, after, status, limit], payment).await
            }
            Scope::System => self.rows(PAYMENTS_LIST, &[after, status, limit], payment).await,
        }
    }

    /// The payment as it was in one of its states, for as long as it is not archived: of those nothing is told any more.
    pub async fn transition_find(
        &self,
        reference_no: &ReferenceNo,
        version: u32,
    ) -> Result<Option<Payment>, Unavailable> {
        let [number, bucket] = numbered(reference_no);
        let system = [number, bucket, Scope::System.value()];
        let Some(now) = self.row(PAYMENT_FIND, &system, payment).await? else { return Ok(None) };
        // Most are asked for while they are the latest.
        if now.version == version {
            return Ok(Some(now));
        }
        let key = [number, bucket, Value::Int(i64::from(version))];
        let then = self.row(TRANSITION_FIND, &key, payment).await?;
        Ok(then.or_else(|| (version == FIRST).then(|| now.as_opened())))
    }

    /// A payment's timeline, from its opening on.
    pub async fn transitions_list(&self, reference_no: &ReferenceNo) -> Result<Vec<Transition>, Unavailable> {
        let mut lines = self.rows(TRANSITIONS_LIST, &numbered(reference_no), transition).await?;
        if lines.is_empty()
            && let Some(document) =
                self.archived(Lookup::Number(Scope::System, reference_no.as_str())).await?
        {
            lines = document.rows(&TRANSITION, transition)?;
        }
        if lines.first().is_none_or(|line: &Transition| line.version != FIRST)
            && let Some(payment) = self.payment_find(Scope::System, reference_no).await?
        {
            lines.insert(0, Transition::of(payment.as_opened()));
        }
        Ok(lines)
    }
}

impl Transition {
    fn of(payment: Payment) -> Self {
        let Payment { version, status, changed_at: at, payer, option, refunded, .. } = payment;
        Self { version, status, at, payer, option, refunded }
    }
}

fn transition(row: &Row<'_>) -> Result<Transition, Unavailable> {
    Ok(Transition {
        version: row.count(at!(TRANSITION.version))?,
        status: row.word(at!(TRANSITION.status), Status::parse)?,
        at: row.time(at!(TRANSITION.changed_at))?,
        payer: row.id_or_null(at!(TRANSITION.payer))?,
        option: row.word_or_null(at!(TRANSITION.pay_option), PayOption::parse)?,
        refunded: row.money(at!(TRANSITION.refunded))?,
    })
}

fn payment(row: &Row<'_>) -> Result<Payment, Unavailable> {
    let details = row.text(at!(PAYMENT.details))?;
    Ok(Payment {
        reference_no: row.id(at!(PAYMENT.reference_no))?,
        merchant: row.id(at!(PAYMENT.merchant_id))?,
        partner_reference_no: row.id(at!(PAYMENT.partner_reference_no))?,
        external_id: row.id(at!(PAYMENT.external_id))?,
        amount: row.money(at!(PAYMENT.amount))?,
        product: row.word(at!(PAYMENT.product), Product::parse)?,
        method: row.word(at!(PAYMENT.method), Method::parse)?,
        created_at: row.time(at!(PAYMENT.created_at))?,
        valid_up_to: row.time(at!(PAYMENT.valid_up_to))?,
        details: serde_json::from_str(&details)
            .map_err(|error| Unavailable::corrupt("payment's details", error.to_string()))?,
        status: row.word(at!(PAYMENT.status), Status::parse)?,
        version: row.count(at!(PAYMENT.version))?,
        changed_at: row.time(at!(PAYMENT.changed_at))?,
        payer: row.id_or_null(at!(PAYMENT.payer))?,
        option: row.word_or_null(at!(PAYMENT.pay_option), PayOption::parse)?,
        paid_at: row.time_or_null(at!(PAYMENT.paid_at))?,
        refunded: row.money(at!(PAYMENT.refunded))?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[PAYMENT_FIND, PAYMENTS_DUE, PAYMENTS_LIST_OF_PARTNER, PAYMENTS_LIST, TRANSITION_FIND, TRANSITIONS_LIST];

#[cfg(test)]
pub(crate) const THROUGH: &[Through] = &[PAYMENT_FIND_BY_KEY, PAYMENT_FIND_BY_QR_REFERENCE];
