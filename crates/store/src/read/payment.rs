//! Payments, their timelines and the states they had.

use lunas_domain::ledger::PayOption;
use lunas_domain::payment::{Method, Payment, Product, Status};
use lunas_domain::replay::ReplayKey;
use lunas_vocab::{CustomerId, MerchantId, Money, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::archive::Lookup;
use crate::record::{FIRST, LAST};
use crate::render::payment::PAYMENT;
use crate::row::Row;
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

/// The columns that never change, then those that a transition changes, of the table named first or second.
macro_rules! columns {
    ($changing:literal) => {
        concat!(
            "p.reference_no, p.merchant_id, p.partner_reference_no, p.external_id, p.amount, p.product, p.method, ",
            "p.created_at, p.valid_up_to, p.details, ",
            $changing,
            ".status, ",
            $changing,
            ".version, ",
            $changing,
            ".changed_at, ",
            $changing,
            ".payer, ",
            $changing,
            ".pay_option, ",
            $changing,
            ".paid_at, ",
            $changing,
            ".refunded"
        )
    };
}

const PAYMENT_FIND: &str = concat!(
    "select ",
    columns!("p"),
    " from payment p where p.reference_no = $1 and (cast($2 as text) is null or p.merchant_id = $2)"
);

const PAYMENT_FIND_BY_KEY: &str = concat!(
    "select ",
    columns!("p"),
    " from replay r join payment p on p.reference_no = r.opened
    where r.merchant_id = $1 and r.service = $2 and r.external_id = $3"
);

const PAYMENT_FIND_BY_QR_REFERENCE: &str = concat!(
    "select ",
    columns!("p"),
    " from qr_reference q join payment p on p.reference_no = q.reference_no
    where q.merchant_id = $1 and q.partner_reference_no = $2"
);

const PAYMENTS_DUE: &str = "select merchant_id, reference_no from payment
    where status in ('01', '03') and valid_up_to <= $1 order by valid_up_to limit $2";

const PAYMENTS_LIST_OF_PARTNER: &str = concat!(
    "select ",
    columns!("p"),
    " from payment p where p.merchant_id = $1 and p.reference_no < $2
    and (cast($3 as text) is null or p.status = $3) order by p.reference_no desc limit $4"
);

const PAYMENTS_LIST: &str = concat!(
    "select ",
    columns!("p"),
    " from payment p where p.reference_no < $1
    and (cast($2 as text) is null or p.status = $2) order by p.reference_no desc limit $3"
);

const TRANSITION_FIND: &str = concat!(
    "select ",
    columns!("t"),
    " from transition t join payment p on p.reference_no = t.reference_no
    where t.reference_no = $1 and t.version = $2"
);

const TRANSITIONS_LIST: &str =
    "select version, status, changed_at, payer, pay_option, refunded from transition
    where reference_no = $1 order by version";

/// The same columns, for lines that were archived.
const TRANSITION_COLUMNS: [&str; 6] = ["version", "status", "changed_at", "payer", "pay_option", "refunded"];

impl Store {
    /// The payment of that reference number, as it stands.
    pub async fn payment_find(
        &self,
        scope: Scope<'_>,
        reference_no: &ReferenceNo,
    ) -> Result<Option<Payment>, Unavailable> {
        let found =
            self.row(PAYMENT_FIND, &[Value::Text(reference_no.as_str()), scope.value()], payment).await?;
        self.or_archived(found, Lookup::Number(scope, reference_no.as_str())).await
    }

    /// The payment that the call with this key opened. A key that was used again after its life names the newer one.
    pub async fn payment_find_by_key(&self, key: &ReplayKey) -> Result<Option<Payment>, Unavailable> {
        let (merchant, external_id) = (key.merchant.as_str(), key.external_id.as_str());
        let values = [Value::Text(merchant), Value::Text(key.service), Value::Text(external_id)];
        let found = self.row(PAYMENT_FIND_BY_KEY, &values, payment).await?;
        self.or_archived(found, Lookup::Key(merchant, key.service, external_id)).await
    }

    /// The newest payment by QR code of a merchant's order.
    pub async fn payment_find_by_qr_reference(
        &self,
        merchant: &MerchantId,
        partner_reference_no: &PartnerReferenceNo,
    ) -> Result<Option<Payment>, Unavailable> {
        let order = [Value::Text(merchant.as_str()), Value::Text(partner_reference_no.as_str())];
        let found = self.row(PAYMENT_FIND_BY_QR_REFERENCE, &order, payment).await?;
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
        Ok(document.rows("payment", PAYMENT.columns, payment)?.pop())
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
            Scope::Partner(merchant) => {
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
        let system = [Value::Text(reference_no.as_str()), Scope::System.value()];
        let Some(now) = self.row(PAYMENT_FIND, &system, payment).await? else { return Ok(None) };
        // Most are asked for while they are the latest.
        if now.version == version {
            return Ok(Some(now));
        }
        let key = [Value::Text(reference_no.as_str()), Value::Int(i64::from(version))];
        let then = self.row(TRANSITION_FIND, &key, payment).await?;
        Ok(then.or_else(|| (version == FIRST).then(|| now.as_opened())))
    }

    /// A payment's timeline, from its opening on.
    pub async fn transitions_list(&self, reference_no: &ReferenceNo) -> Result<Vec<Transition>, Unavailable> {
        let mut lines =
            self.rows(TRANSITIONS_LIST, &[Value::Text(reference_no.as_str())], transition).await?;
        if lines.is_empty()
            && let Some(document) =
                self.archived(Lookup::Number(Scope::System, reference_no.as_str())).await?
        {
            lines = document.rows("transition", &TRANSITION_COLUMNS, transition)?;
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
        version: row.count(0)?,
        status: row.word(1, Status::parse)?,
        at: row.time(2)?,
        payer: row.id_or_null(3)?,
        option: row.word_or_null(4, PayOption::parse)?,
        refunded: row.money(5)?,
    })
}

fn payment(row: &Row<'_>) -> Result<Payment, Unavailable> {
    let details = row.text(9)?;
    Ok(Payment {
        reference_no: row.id(0)?,
        merchant: row.id(1)?,
        partner_reference_no: row.id(2)?,
        external_id: row.id(3)?,
        amount: row.money(4)?,
        product: row.word(5, Product::parse)?,
        method: row.word(6, Method::parse)?,
        created_at: row.time(7)?,
        valid_up_to: row.time(8)?,
        details: serde_json::from_str(&details)
            .map_err(|error| Unavailable::corrupt("payment's details", error.to_string()))?,
        status: row.word(10, Status::parse)?,
        version: row.count(11)?,
        changed_at: row.time(12)?,
        payer: row.id_or_null(13)?,
        option: row.word_or_null(14, PayOption::parse)?,
        paid_at: row.time_or_null(15)?,
        refunded: row.money(16)?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    PAYMENT_FIND,
    PAYMENT_FIND_BY_KEY,
    PAYMENT_FIND_BY_QR_REFERENCE,
    PAYMENTS_DUE,
    PAYMENTS_LIST_OF_PARTNER,
    PAYMENTS_LIST,
    TRANSITION_FIND,
    TRANSITIONS_LIST,
];
