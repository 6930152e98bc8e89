//! What ended long ago and is still among what traffic works on, a slice at a time.
//!
//! A slice is a range of reference numbers, so it is found by the keys that are there. Everything of the range is read
//! table by table and put together here: few statements, however many payments there are.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use lunas_vocab::{ReferenceNo, Timestamp};

use crate::document::{Document, Ended, Named, named, text};
use crate::table::{self, Archive, Family, NOTIFICATION, TRANSFER, Table, statement};
use crate::value::Value;
use crate::{NotificationState, Store, Unavailable};

/// The most payments or accounts of one slice: all of them move in one commit, which live traffic waits for.
pub const ARCHIVE_SLICE_MAX: u32 = 50;
/// An account that was paid into more often stays where it is, because it moves as a whole.
pub const TRANSFERS_ARCHIVED_MAX: u32 = 250;
/// Rows that move in one commit, as long as one payment or account alone has not more.
const ROWS_MAX: usize = 500;

/// What a walk over old payments or accounts came to.
#[derive(Clone, Debug)]
pub struct EndedSlice {
    /// What can be archived now.
    pub ended: Vec<Ended>,
    /// Where the next slice begins; none at the end of the walk.
    pub up_to: Option<ReferenceNo>,
}

/// Which slice is looked for.
struct Range {
    after: String,
    up_to: String,
    ended_by: Timestamp,
}

const PAYMENT_SLICE: &str = "select reference_no from payment where reference_no > $1 and reference_no <= $2
    order by reference_no limit 1 offset $3";

const ACCOUNT_SLICE: &str =
    "select reference_no from virtual_account where reference_no > $1 and reference_no <= $2
    order by reference_no limit 1 offset $3";

/// The statements that read a slice of one family.
pub(crate) struct Reads {
    slice: &'static str,
    head: Part,
    parts: Vec<Part>,
    /// Notifications of what belongs to a head and has a number of its own.
    later_notifications: Option<Part>,
}

/// One table of a family and how its rows of a slice are read.
struct Part {
    table: &'static Table,
    sql: &'static str,
    /// Whether only what belongs to heads that are old enough is read.
    is_aged: bool,
}

impl Reads {
    /// Made once for each family.
    fn get(family: Family) -> &'static Self {
        static PAYMENTS: LazyLock<Reads> = LazyLock::new(|| Reads::of(Family::Payment, &table::ALL));
        static ACCOUNTS: LazyLock<Reads> = LazyLock::new(|| Reads::of(Family::Account, &table::ALL));
        match family {
            Family::Payment => &PAYMENTS,
            Family::Account => &ACCOUNTS,
        }
    }

    /// Those of a family that belong to it by the description of these tables.
    pub(crate) fn of(family: Family, tables: &[&'static Table]) -> Self {
        const RANGE: &str = "reference_no > $1 and reference_no <= $2";
        let accounts = format!(
            "select v.reference_no from virtual_account v where v.reference_no > $1 and v.reference_no <= $2
            and v.payments <= {TRANSFERS_ARCHIVED_MAX} and v.status <> '03' and v.changed_at <= $3"
        );
        let (slice, head, is_aged) = match family {
            Family::Payment => {
                (PAYMENT_SLICE, format!("{RANGE} and status not in ('01', '03') and changed_at <= $3"), false)
            }
            Family::Account => (ACCOUNT_SLICE, format!("{RANGE} and reference_no in ({accounts})"), true),
        };
        let part = if is_aged { head.as_str() } else { RANGE };
        let is_head = |table: &&&'static Table| table.archive == Archive::Head(family);
        let belongs =
            |table: &&&'static Table| matches!(table.archive, Archive::With(to) if to.contains(&family));
        let parts = tables.iter().filter(belongs).map(|table| Part::of(table, part, is_aged)).collect();
        let later = format!(
            "reference_no in (select t.payment_no from transfer t
            where t.payment_no <> t.reference_no and t.reference_no in ({accounts}))"
        );
        let notifications = tables.iter().find(|table| table.name == NOTIFICATION.name).filter(|_| is_aged);
        let heads = tables.iter().find(is_head).expect("a family has a head");
        Self {
            slice,
            head: Part::of(heads, &head, true),
            parts,
            later_notifications: notifications.map(|table| Part::of(table, &later, true)),
        }
    }
}

#[cfg(test)]
impl Reads {
    /// The statements by which tables are read.
    pub(crate) fn texts(&self) -> Vec<&'static str> {
        let parts = [&self.head].into_iter().chain(&self.parts).chain(&self.later_notifications);
        parts.map(|part| part.sql).collect()
    }
}

impl Part {
    fn of(table: &'static Table, condition: &str, is_aged: bool) -> Self {
        let order = if table.names().contains(&"version") { ", version" } else { "" };
        let sql = format!("select {{}} from {} where {condition} order by reference_no{order}", table.name);
        Self { table, sql: statement(&sql, &[table.columns()]), is_aged }
    }
}

impl Store {
    /// The next payments after a mark that can be archived: those up to `last` that have stood where they end since
    /// `ended_by` or longer, and of which nothing has to be told any more.
    pub async fn payments_ended(
        &self,
        after: Option<&ReferenceNo>,
        last: &ReferenceNo,
        ended_by: Timestamp,
    ) -> Result<EndedSlice, Unavailable> {
        self.ended(Reads::get(Family::Payment), after, last, ended_by).await
    }

    /// The same for virtual accounts, whose payments move with them.
    pub async fn accounts_ended(
        &self,
        after: Option<&ReferenceNo>,
        last: &ReferenceNo,
        ended_by: Timestamp,
    ) -> Result<EndedSlice, Unavailable> {
        self.ended(Reads::get(Family::Account), after, last, ended_by).await
    }

    /// The same for any family.
    pub(crate) async fn ended(
        &self,
        reads: &Reads,
        after: Option<&ReferenceNo>,
        last: &ReferenceNo,
        ended_by: Timestamp,
    ) -> Result<EndedSlice, Unavailable> {
        let (range, up_to) = self.range(reads.slice, after, last, ended_by).await?;
        let heads = self.part(&reads.head, &range).await?;
        if heads.is_empty() {
            return Ok(EndedSlice { ended: Vec::new(), up_to });
        }
        let mut parts = Parts::default();
        for part in &reads.parts {
            parts.add(part.table, self.part(part, &range).await?, |row| text(row, "reference_no"))?;
        }
        // The first payment into an account goes by the account's number, and so do its notifications.
        let heads_of_later = parts.heads_of_later()?;
        if let Some(notifications) = reads.later_notifications.as_ref().filter(|_| !heads_of_later.is_empty())
        {
            parts.add(notifications.table, self.part(notifications, &range).await?, |row| {
                let payment_no = text(row, "reference_no")?;
                Ok(heads_of_later.get(&payment_no).cloned().unwrap_or(payment_no))
            })?;
        }
        cut(reads.head.table, heads, parts, up_to)
    }

    async fn range(
        &self,
        sql: &'static str,
        after: Option<&ReferenceNo>,
        last: &ReferenceNo,
        ended_by: Timestamp,
    ) -> Result<(Range, Option<ReferenceNo>), Unavailable> {
        let after = after.map_or("", ReferenceNo::as_str);
        let offset = Value::Int(i64::from(ARCHIVE_SLICE_MAX) - 1);
        let values = [Value::Text(after), Value::Text(last.as_str()), offset];
        let end: Option<ReferenceNo> = self.row(sql, &values, |row| row.id(0)).await?;
        let up_to = end.as_ref().unwrap_or(last).as_str().to_owned();
        Ok((Range { after: after.to_owned(), up_to, ended_by }, end))
    }

    async fn part(&self, part: &Part, range: &Range) -> Result<Vec<Named>, Unavailable> {
        let (bounds, aged) = (range.bounds(), range.aged());
        let values = if part.is_aged { aged.as_slice() } else { bounds.as_slice() };
        self.rows(part.sql, values, |row| named(part.table, row)).await
    }
}

impl Range {
    fn bounds(&self) -> [Value<'_>; 2] {
        [Value::Text(&self.after), Value::Text(&self.up_to)]
    }

    fn aged(&self) -> [Value<'_>; 3] {
        [Value::Text(&self.after), Value::Text(&self.up_to), Value::Int(self.ended_by.ms())]
    }
}

/// Rows that belong to heads, by the number of those.
#[derive(Default)]
struct Parts(BTreeMap<String, Document>);

impl Parts {
    fn add(
        &mut self,
        table: &Table,
        rows: Vec<Named>,
        of: impl Fn(&Named) -> Result<String, Unavailable>,
    ) -> Result<(), Unavailable> {
        for row in rows {
            self.0.entry(of(&row)?).or_default().put(table.name, vec![row]);
        }
        Ok(())
    }

    /// The heads of transfers that have a number of their own, by those numbers.
    fn heads_of_later(&self) -> Result<BTreeMap<String, String>, Unavailable> {
        let mut heads = BTreeMap::new();
        for transfer in self.0.values().flat_map(|document| document.named(TRANSFER.name)) {
            let (payment_no, reference_no) = (text(transfer, "payment_no")?, text(transfer, "reference_no")?);
            if payment_no != reference_no {
                heads.insert(payment_no, reference_no);
            }
        }
        Ok(heads)
    }
}

/// Puts heads and their parts together, leaves out those of which something is still to be told, and ends the slice early
/// where it has enough rows.
fn cut(
    head_table: &'static Table,
    heads: Vec<Named>,
    mut parts: Parts,
    up_to: Option<ReferenceNo>,
) -> Result<EndedSlice, Unavailable> {
    let (mut ended, mut rows): (Vec<Ended>, usize) = (Vec::new(), 0);
    for head in heads {
        let mut document = parts.0.remove(&text(&head, "reference_no")?).unwrap_or_default();
        if !document.named(NOTIFICATION.name).iter().all(is_settled) {
            continue;
        }
        document.put(head_table.name, vec![head]);
        rows += document.len();
        if let (Some(last), true) = (ended.last(), rows > ROWS_MAX) {
            let up_to = Some(last.reference_no()?);
            return Ok(EndedSlice { ended, up_to });
        }
        ended.push(Ended { head: head_table, document });
    }
    Ok(EndedSlice { ended, up_to })
}

/// Whether nobody will send a notification any more, unless an operator says so.
fn is_settled(notification: &Named) -> bool {
    let state = text(notification, "state").ok().and_then(|word| NotificationState::parse(&word));
    matches!(
        state,
        Some(NotificationState::Delivered | NotificationState::Parked | NotificationState::Superseded)
    )
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[PAYMENT_SLICE, ACCOUNT_SLICE];
