//! What a merchant looks back at: payments, virtual accounts with their first payment, and each later payment into one,
//! all of them in the order of their reference numbers.

use lunas_domain::notification::About;
use lunas_domain::payment::Status;
use lunas_vocab::{MerchantId, PartnerReferenceNo, ReferenceNo, Timestamp};

use crate::row::Row;
use crate::value::Value;
use crate::{LIST_MAX, Store, Unavailable};

/// Which of a merchant's transactions its history shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryFilter {
    /// Reference numbers from the first up to and without the second. Numbers grow with time, so this holds the rows
    /// that are looked at to about those of the times.
    pub references: (ReferenceNo, ReferenceNo),
    /// When they were opened; both ends count.
    pub opened: (Timestamp, Timestamp),
    /// Only those with this order id.
    pub partner_reference_no: Option<PartnerReferenceNo>,
    /// Only those that stand in one of these, if there is a list.
    pub statuses: Option<Vec<Status>>,
    /// Whether the oldest comes first, else the newest.
    pub oldest_first: bool,
    /// How many to leave out at the front.
    pub skip: u64,
    /// How many at the most; never more than [`LIST_MAX`].
    pub limit: u32,
}

/// One line of a history: where its record is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// What it is.
    pub about: About,
    /// Its reference number.
    pub reference_no: ReferenceNo,
}

/// What a merchant's history shows, but for its order. An account stands for the order that goes by its own ids, which
/// is paid once anybody has paid; each kind is read along an index of its own, and what was archived along one for all.
macro_rules! history {
    ($order:literal) => {
        concat!(
            "select 'payment' as about, p.reference_no as line_no
            from payment p where p.merchant_id = $1 and p.reference_no >= $2 and p.reference_no < $3
            and (cast($4 as text) is null or p.partner_reference_no = $4) and p.created_at between $5 and $6
            and (cast($7 as text) is null or $7 like '%' || p.status || '%')
            union all select 'virtual-account', v.reference_no
            from virtual_account v where v.merchant_id = $1 and v.reference_no >= $2 and v.reference_no < $3
            and (cast($4 as text) is null or v.trx_id = $4) and v.created_at between $5 and $6
            and (cast($7 as text) is null
                or $7 like '%' || case when v.payments > 0 then '00' else v.status end || '%')
            union all select 'transfer', t.payment_no
            from transfer t where t.merchant_id = $1 and t.payment_no >= $2 and t.payment_no < $3
            and t.payment_no <> t.reference_no and (cast($4 as text) is null or t.trx_id = $4)
            and t.at between $5 and $6 and (cast($7 as text) is null or $7 like '%00%')
            union all select a.about, a.number
            from archive a where a.merchant_id = $1 and a.number >= $2 and a.number < $3
            and a.about in ('payment', 'virtual-account', 'transfer')
            and (a.about <> 'transfer' or a.number <> a.belongs_to)
            and (cast($4 as text) is null or a.partner_no = $4) and a.at between $5 and $6
            and (cast($7 as text) is null or $7 like '%' || a.status || '%')
            order by line_no ",
            $order,
            " limit $8 offset $9"
        )
    };
}

const HISTORY: &str = history!("desc");

const HISTORY_OLDEST_FIRST: &str = history!("asc");

impl Store {
    /// A part of a merchant's transactions, in the order of their reference numbers.
    pub async fn history_list(
        &self,
        merchant: &MerchantId,
        filter: &HistoryFilter,
    ) -> Result<Vec<HistoryLine>, Unavailable> {
        let statuses = filter.statuses.as_ref();
        let statuses =
            statuses.map(|all| all.iter().map(|status| status.digits()).collect::<Vec<_>>().join(" "));
        let order_id = filter.partner_reference_no.as_ref().map(PartnerReferenceNo::as_str);
        let values = [
            Value::Text(merchant.as_str()),
            Value::Text(filter.references.0.as_str()),
            Value::Text(filter.references.1.as_str()),
            order_id.map_or(Value::Null, Value::Text),
            Value::Int(filter.opened.0.ms()),
            Value::Int(filter.opened.1.ms()),
            statuses.as_deref().map_or(Value::Null, Value::Text),
            Value::Int(i64::from(filter.limit.min(LIST_MAX))),
            Value::Int(i64::try_from(filter.skip).unwrap_or(i64::MAX)),
        ];
        let sql = if filter.oldest_first { HISTORY_OLDEST_FIRST } else { HISTORY };
        let line =
            |row: &Row<'_>| Ok(HistoryLine { about: row.word(0, About::parse)?, reference_no: row.id(1)? });
        self.rows(sql, &values, line).await
    }
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[HISTORY, HISTORY_OLDEST_FIRST];
