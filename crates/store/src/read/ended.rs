//! What ended long ago and is still among what traffic works on, a slice at a time.
//!
//! A slice is a range of reference numbers, so it is found by the keys that are there. Everything of the range is read
//! table by table and put together here: few statements, however many payments there are.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use lunas_vocab::{ReferenceNo, Timestamp};

use crate::document::{Document, Ended, Named, named, text};
use crate::shape::{Shape, kept};
use crate::value::Value;
use crate::{NoticeState, Store, Unavailable};

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

/// The tables whose rows go by the number of their payment.
const OF_PAYMENTS: [&str; 4] = ["transition", "refund", "cancellation", "closing"];

/// The statements that read a slice.
struct Reads {
    payments: &'static str,
    accounts: &'static str,
    transfers: &'static str,
    later_notices: &'static str,
    of_range: BTreeMap<&'static str, &'static str>,
}

impl Reads {
    /// Made once, from the tables as the migrations make them.
    fn get() -> Result<&'static Self, Unavailable> {
        static READS: OnceLock<Reads> = OnceLock::new();
        if let Some(reads) = READS.get() {
            return Ok(reads);
        }
        let range = "reference_no > $1 and reference_no <= $2";
        let mut of_range = BTreeMap::new();
        for table in OF_PAYMENTS.into_iter().chain(["virtual_account_transition", "notice"]) {
            of_range.insert(table, select(table, range)?);
        }
        let many = format!(
            "select v.reference_no from virtual_account v where v.reference_no > $1 and v.reference_no <= $2
            and v.payments <= {TRANSFERS_ARCHIVED_MAX} and v.status <> '03' and v.changed_at <= $3"
        );
        let later = format!(
            "select t.payment_no from transfer t where t.payment_no <> t.reference_no and t.reference_no in ({many})"
        );
        let reads = Self {
            payments: select(
                "payment",
                &format!("{range} and status not in ('01', '03') and changed_at <= $3"),
            )?,
            accounts: select("virtual_account", &format!("{range} and reference_no in ({many})"))?,
            transfers: select("transfer", &format!("{range} and reference_no in ({many})"))?,
            later_notices: select("notice", &format!("reference_no in ({later})"))?,
            of_range,
        };
        Ok(READS.get_or_init(|| reads))
    }
}

fn select(table: &str, condition: &str) -> Result<&'static str, Unavailable> {
    let columns = Shape::of(table)?.table.columns;
    let order = if columns.contains(&"version") { ", version" } else { "" };
    let columns = columns.join(", ");
    Ok(kept(format!("select {columns} from {table} where {condition} order by reference_no{order}")))
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
        let (range, up_to) = self.range(PAYMENT_SLICE, after, last, ended_by).await?;
        let reads = Reads::get()?;
        let heads = self.read("payment", reads.payments, &range.aged()).await?;
        if heads.is_empty() {
            return Ok(EndedSlice { ended: Vec::new(), up_to });
        }
        let mut parts = Parts::default();
        for table in OF_PAYMENTS.into_iter().chain(["notice"]) {
            let rows = self.read(table, reads.of_range[table], &range.bounds()).await?;
            parts.add(table, rows, |row| text(row, "reference_no"))?;
        }
        cut("payment", heads, parts, up_to)
    }

    /// The same for virtual accounts, whose payments move with them.
    pub async fn accounts_ended(
        &self,
        after: Option<&ReferenceNo>,
        last: &ReferenceNo,
        ended_by: Timestamp,
    ) -> Result<EndedSlice, Unavailable> {
        let (range, up_to) = self.range(ACCOUNT_SLICE, after, last, ended_by).await?;
        let reads = Reads::get()?;
        let heads = self.read("virtual_account", reads.accounts, &range.aged()).await?;
        if heads.is_empty() {
            return Ok(EndedSlice { ended: Vec::new(), up_to });
        }
        let mut parts = Parts::default();
        for table in ["virtual_account_transition", "notice"] {
            let rows = self.read(table, reads.of_range[table], &range.bounds()).await?;
            parts.add(table, rows, |row| text(row, "reference_no"))?;
        }
        let transfers = self.read("transfer", reads.transfers, &range.aged()).await?;
        let mut accounts = BTreeMap::new();
        for row in &transfers {
            accounts.insert(text(row, "payment_no")?, text(row, "reference_no")?);
        }
        parts.add("transfer", transfers, |row| text(row, "reference_no"))?;
        // The first payment into an account goes by the account's number, and so do its notices.
        if accounts.iter().any(|(payment_no, reference_no)| payment_no != reference_no) {
            let notices = self.read("notice", reads.later_notices, &range.aged()).await?;
            parts.add("notice", notices, |row| {
                let payment_no = text(row, "reference_no")?;
                Ok(accounts.get(&payment_no).cloned().unwrap_or(payment_no))
            })?;
        }
        cut("virtual_account", heads, parts, up_to)
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

    async fn read(
        &self,
        table: &str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<Named>, Unavailable> {
        let shape = Shape::of(table)?;
        self.rows(sql, values, |row| named(shape, row)).await
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
        table: &str,
        rows: Vec<Named>,
        of: impl Fn(&Named) -> Result<String, Unavailable>,
    ) -> Result<(), Unavailable> {
        for row in rows {
            self.0.entry(of(&row)?).or_default().put(table, vec![row]);
        }
        Ok(())
    }
}

/// Puts heads and their parts together, leaves out those of which something is still to be told, and ends the slice early
/// where it has enough rows.
fn cut(
    table: &'static str,
    heads: Vec<Named>,
    mut parts: Parts,
    up_to: Option<ReferenceNo>,
) -> Result<EndedSlice, Unavailable> {
    let (mut ended, mut rows): (Vec<Ended>, usize) = (Vec::new(), 0);
    for head in heads {
        let mut document = parts.0.remove(&text(&head, "reference_no")?).unwrap_or_default();
        if !document.named("notice").iter().all(is_settled) {
            continue;
        }
        document.put(table, vec![head]);
        rows += document.len();
        if let (Some(last), true) = (ended.last(), rows > ROWS_MAX) {
            let up_to = Some(last.reference_no()?);
            return Ok(EndedSlice { ended, up_to });
        }
        ended.push(Ended { head: table, document });
    }
    Ok(EndedSlice { ended, up_to })
}

/// Whether nobody will send a notice any more, unless an operator says so.
fn is_settled(notice: &Named) -> bool {
    let state = text(notice, "state").ok().and_then(|word| NoticeState::parse(&word));
    matches!(state, Some(NoticeState::Delivered | NoticeState::Parked | NoticeState::Superseded))
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[PAYMENT_SLICE, ACCOUNT_SLICE];
