//! The outbox: notices, the attempts at them, and which of them are due.

use lunas_domain::notice::{About, Notice};
use lunas_vocab::{MerchantId, NoticeId, ReferenceNo, Timestamp};

use super::archive::Lookup;
use crate::record::LAST;
use crate::row::Row;
use crate::table::{ATTEMPT, NOTICE, at, sql};
use crate::value::Value;
use crate::{AttemptRow, LIST_MAX, NoticeRow, NoticeState, Scope, Store, Unavailable};

/// How many due notices of one merchant are given out at a time.
pub const DUE_PER_MERCHANT_MAX: usize = 128;

/// Which notices a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeFilter {
    /// Only those that stand so.
    pub state: Option<NoticeState>,
    /// Only those of one payment.
    pub reference_no: Option<ReferenceNo>,
    /// Only those further down the list than this one: the last one of the page before.
    pub after: Option<NoticeId>,
    /// How many at the most; never more than [`LIST_MAX`].
    pub limit: u32,
}

/// The first hundred, of any state.
impl Default for NoticeFilter {
    fn default() -> Self {
        Self { state: None, reference_no: None, after: None, limit: 100 }
    }
}

const NOTICE_FIND: &str = sql!("select {} from notice n where n.id = $1", NOTICE.of("n"));

/// The merchants that have anything pending, each found by one look into the index: a merchant with a million notices
/// costs no more than one with a single one, and so delays nobody else.
const MERCHANTS_PENDING: &str = "with recursive pending (id) as (
        select (select n.merchant_id from notice n where n.state = 'pending' order by n.merchant_id limit 1)
        union all
        select (select n.merchant_id from notice n where n.state = 'pending' and n.merchant_id > pending.id
            order by n.merchant_id limit 1)
        from pending where pending.id is not null
    ) select id from pending where id is not null";

const NOTICES_DUE: &str = sql!(
    "select {} from notice n where n.state = 'pending' and n.merchant_id = $1 and n.next_attempt_at <= $2
    and n.lease_until <= $2 order by n.next_attempt_at, n.id limit $3",
    NOTICE.of("n")
);

const NOTICES_LIST: &str = sql!(
    "select {} from notice n where n.id < $1 and (cast($2 as text) is null or n.merchant_id = $2)
    and (cast($3 as text) is null or n.state = $3) order by n.id desc limit $4",
    NOTICE.of("n")
);

const NOTICES_LIST_OF_PAYMENT: &str = sql!(
    "select {} from notice n where n.id < $1 and (cast($2 as text) is null or n.merchant_id = $2)
    and (cast($3 as text) is null or n.state = $3) and n.reference_no = $4 order by n.id desc limit $5",
    NOTICE.of("n")
);

const ATTEMPTS_LIST: &str =
    sql!("select {} from attempt where notice_id = $1 order by attempt_no", ATTEMPT.columns());

impl Store {
    /// The notice of that id.
    pub async fn notice_find(&self, id: &NoticeId) -> Result<Option<NoticeRow>, Unavailable> {
        self.row(NOTICE_FIND, &[Value::Text(id.as_str())], notice).await
    }

    /// Notices that may be sent at `now`: pending, due and leased to nobody. Every merchant has its turn with as many of
    /// them as there is `room` for, up to [`DUE_PER_MERCHANT_MAX`], until there are `limit`; what has been due for longest
    /// comes first.
    pub async fn notices_due(
        &self,
        now: Timestamp,
        limit: u32,
        room: impl Fn(&MerchantId) -> usize,
    ) -> Result<Vec<NoticeRow>, Unavailable> {
        let all = usize::try_from(limit.min(LIST_MAX)).unwrap_or(usize::MAX);
        let merchants: Vec<MerchantId> = self.rows(MERCHANTS_PENDING, &[], |row| row.id(0)).await?;
        let mut due = Vec::new();
        for merchant in merchants {
            let turn = room(&merchant).min(all - due.len()).min(DUE_PER_MERCHANT_MAX);
            if turn == 0 {
                continue;
            }
            let turn = Value::Int(i64::try_from(turn).unwrap_or(i64::MAX));
            let values = [Value::Text(merchant.as_str()), Value::Int(now.ms()), turn];
            due.extend(self.rows(NOTICES_DUE, &values, notice).await?);
        }
        due.sort_by_key(|row| row.next_attempt_at);
        Ok(due)
    }

    /// Notices by id, the greatest first: ids that grow with time make these the newest.
    pub async fn notices_list(
        &self,
        scope: Scope<'_>,
        filter: &NoticeFilter,
    ) -> Result<Vec<NoticeRow>, Unavailable> {
        // The last character there is sorts behind every id.
        let after = Value::Text(filter.after.as_ref().map_or(LAST, NoticeId::as_str));
        let state = filter.state.map_or(Value::Null, |state| Value::Text(state.word()));
        let limit = Value::Int(i64::from(filter.limit.min(LIST_MAX)));
        match &filter.reference_no {
            None => self.rows(NOTICES_LIST, &[after, scope.value(), state, limit], notice).await,
            Some(reference_no) => {
                let values = [after, scope.value(), state, Value::Text(reference_no.as_str()), limit];
                let found = self.rows(NOTICES_LIST_OF_PAYMENT, &values, notice).await?;
                if found.is_empty() {
                    self.archived_notices(scope, reference_no, filter).await
                } else {
                    Ok(found)
                }
            }
        }
    }

    /// The notices of an archived payment, account or transfer, the newest first. Nobody sends them any more.
    async fn archived_notices(
        &self,
        scope: Scope<'_>,
        reference_no: &ReferenceNo,
        filter: &NoticeFilter,
    ) -> Result<Vec<NoticeRow>, Unavailable> {
        let number = reference_no.as_str();
        let mut found = self.archived(Lookup::Number(scope, number)).await?;
        if found.is_none() {
            found = self.archived(Lookup::Transfer(scope, number)).await?;
        }
        let Some(document) = found else { return Ok(Vec::new()) };
        let mut notices = document.rows(&NOTICE, notice)?;
        notices.retain(|row| {
            row.notice.reference_no == *reference_no
                && filter.state.is_none_or(|state| row.state == state)
                && filter.after.as_ref().is_none_or(|after| row.id < *after)
        });
        notices.sort_by(|a, b| b.id.cmp(&a.id));
        notices.truncate(filter.limit.min(LIST_MAX).try_into().unwrap_or(usize::MAX));
        Ok(notices)
    }

    /// The attempts at a notice, the first one first.
    pub async fn attempts_list(&self, id: &NoticeId) -> Result<Vec<AttemptRow>, Unavailable> {
        self.rows(ATTEMPTS_LIST, &[Value::Text(id.as_str())], |row| {
            Ok(AttemptRow {
                attempt_no: row.count(at!(ATTEMPT.attempt_no))?,
                at: row.time(at!(ATTEMPT.at))?,
                latency_ms: row.int(at!(ATTEMPT.latency_ms))?,
                status: row.http_status_or_null(at!(ATTEMPT.status))?,
                response: row.text(at!(ATTEMPT.response))?,
            })
        })
        .await
    }
}

fn notice(row: &Row<'_>) -> Result<NoticeRow, Unavailable> {
    Ok(NoticeRow {
        id: row.id(at!(NOTICE.id))?,
        notice: Notice {
            about: row.word(at!(NOTICE.about), About::parse)?,
            reference_no: row.id(at!(NOTICE.reference_no))?,
            version: row.count(at!(NOTICE.version))?,
        },
        merchant: row.id(at!(NOTICE.merchant_id))?,
        created_at: row.time(at!(NOTICE.created_at))?,
        state: row.word(at!(NOTICE.state), NoticeState::parse)?,
        attempts: row.count(at!(NOTICE.attempts))?,
        round_attempts: row.count(at!(NOTICE.round_attempts))?,
        next_attempt_at: row.time(at!(NOTICE.next_attempt_at))?,
        lease_until: row.time(at!(NOTICE.lease_until))?,
        holds_back_later: row.int(at!(NOTICE.holds_back))? != 0,
        last_status: row.http_status_or_null(at!(NOTICE.last_status))?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[NOTICE_FIND, MERCHANTS_PENDING, NOTICES_DUE, NOTICES_LIST, NOTICES_LIST_OF_PAYMENT, ATTEMPTS_LIST];
