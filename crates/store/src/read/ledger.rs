//! Balances, statements, and the proof that the ledger holds together.

mod confirmed;

use lunas_domain::ledger::{Account, Payable, Recipe};
use lunas_vocab::{AccountId, MerchantId, Money, Timestamp};

use crate::bucket::by_account;
use crate::db::Query;
use crate::record::stored;
use crate::row::Row;
use crate::value::Value;
use crate::{Checkpoint, LIST_MAX, Store, Unavailable};

/// One line of an account's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLine {
    /// The journal entry it belongs to.
    pub journal_id: String,
    /// What moved the money.
    pub recipe: Recipe,
    /// When.
    pub at: Timestamp,
    /// Positive credits the account, negative debits it.
    pub amount: Money,
}

/// What was found when the ledger was proven from its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerReport {
    /// How many journal entries there are.
    pub journals: u64,
    /// How many lines they have.
    pub postings: u64,
    /// How many accounts have a balance row.
    pub balances: u64,
    /// How many payments are paid, those that were refunded since included.
    pub paid_payments: u64,
    /// How many payments and virtual accounts are in the archive.
    pub archived: u64,
    /// The sum of all lines; anything but zero means that money was made or lost.
    pub total: Money,
    /// What does not hold, at most [`OFFENDERS_MAX`] of each kind.
    pub offenders: Vec<Offender>,
}

impl LedgerReport {
    /// Whether everything holds.
    pub fn is_sound(&self) -> bool {
        self.offenders.is_empty() && self.total == Money::ZERO_IDR
    }
}

/// Something in the ledger that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Offender {
    /// A journal entry whose postings do not sum to zero.
    #[error("journal entry {journal_id} sums to {sum} instead of zero")]
    Unbalanced {
        /// The journal entry.
        journal_id: String,
        /// What its lines sum to.
        sum: Money,
    },
    /// A journal entry without postings, or postings without a journal entry.
    #[error("journal entry {journal_id} is torn: its head or its postings are missing")]
    Torn {
        /// The journal entry's id.
        journal_id: String,
    },
    /// An account whose balance row is not the sum of its lines.
    #[error("account {account_id} has {kept} in its balance row but {posted} in its lines")]
    BalanceDiffers {
        /// The account's id.
        account_id: String,
        /// What the balance row says.
        kept: Money,
        /// What the lines sum to.
        posted: Money,
    },
    /// An account whose checkpoint is not the sum of the lines up to its time.
    #[error("account {account_id} has {kept} in its checkpoint but {posted} in its lines up to then")]
    CheckpointDiffers {
        /// The account's id.
        account_id: String,
        /// What the checkpoint says.
        kept: Money,
        /// What the lines sum to.
        posted: Money,
    },
    /// An account below its floor.
    #[error("account {account_id} has {amount}, below its floor of {floor}")]
    BelowFloor {
        /// The account's id.
        account_id: String,
        /// Its balance.
        amount: Money,
        /// What it may not fall below.
        floor: Money,
    },
    /// A paid payment whose journal entry is missing, or does not credit its merchant with its amount.
    #[error("payment {reference_no} is paid, but no journal entry credits its merchant with its amount")]
    PaidWithoutJournal {
        /// The payment's reference number.
        reference_no: String,
    },
    /// A payment whose refunds do not add up: what it says was given back is not what was moved, is more than was paid,
    /// or does not go with its status.
    #[error("payment {reference_no} has {kept} refunded, but its refunds moved {moved}")]
    RefundsDiffer {
        /// The payment's reference number.
        reference_no: String,
        /// What the payment says.
        kept: Money,
        /// What its refunds took from its merchant.
        moved: Money,
    },
    /// A journal entry of a refund that is not there.
    #[error("journal entry {journal_id} belongs to no refund")]
    JournalWithoutRefund {
        /// The journal entry's id.
        journal_id: String,
    },
    /// A journal entry of a payment that is not there or not paid.
    #[error("journal entry {journal_id} belongs to no paid payment")]
    JournalWithoutPayment {
        /// The journal entry's id.
        journal_id: String,
    },
    /// An authorization of which not everything is where its status says: held, captured or released.
    #[error(
        "authorization {reference_no} is of {authorized}, but {held} is held, {captured} captured and {released} released"
    )]
    AuthorizationDiffers {
        /// The authorization's reference number.
        reference_no: String,
        /// What was to be reserved.
        authorized: Money,
        /// What is still reserved.
        held: Money,
        /// What was taken.
        captured: Money,
        /// What was given back.
        released: Money,
    },
    /// A journal entry of an authorization that is not there.
    #[error("journal entry {journal_id} belongs to no authorization")]
    JournalWithoutAuthorization {
        /// The journal entry's id.
        journal_id: String,
    },
    /// An authorization that did not end as its merchant's call says, or a call that ended none.
    #[error("authorization {reference_no} does not stand as its capture or void says")]
    ResolutionDiffers {
        /// The authorization's reference number.
        reference_no: String,
    },
    /// A payment into a virtual account whose journal entry is missing or credits another amount, or a paid account
    /// without a payment.
    #[error(
        "{reference_no} was paid into a virtual account, but no journal entry credits its merchant with it"
    )]
    TransferWithoutJournal {
        /// The payment's number, or the account's.
        reference_no: String,
    },
    /// A payment or a virtual account that is in the archive and was not taken from where it was.
    #[error("{reference_no} is in the archive and also where it was before")]
    ArchivedTwice {
        /// Its reference number.
        reference_no: String,
    },
    /// A virtual account that waits and does not hold its number, or holds it and does not wait.
    #[error(
        "virtual account {reference_no} waits without holding its number, holds it without waiting, or stands under \
         another merchant's"
    )]
    NumberDiffers {
        /// The account's reference number.
        reference_no: String,
    },
    /// A journal entry of a payment into a virtual account that is not there.
    #[error("journal entry {journal_id} belongs to no transfer")]
    JournalWithoutTransfer {
        /// The journal entry's id.
        journal_id: String,
    },
}

/// How many offenders of one kind a report names.
pub const OFFENDERS_MAX: u32 = 100;

/// A checkpoint's sum beyond that is left as it is: what comes next might not fit.
const CHECKPOINT_MAX: u64 = 6_000_000_000_000_000_000;

const BALANCE_KEPT: &str = "select amount from balance where account_id = $1 and bucket = $2";

/// A sum of amounts that no number of them makes overflow, as two columns: the upper half of each amount, and the lower.
/// SQLite gives up when a sum leaves 64 bits, and PostgreSQL when what it comes to is read.
macro_rules! wide_sum {
    ($amount:literal) => {
        concat!(
            "cast(coalesce(sum(",
            $amount,
            " >> 32), 0) as bigint) as upper_half, cast(coalesce(sum(",
            $amount,
            " & 4294967295), 0) as bigint) as lower_half"
        )
    };
}

/// The checkpoint and what came after it.
macro_rules! posted {
    () => {
        concat!(
            "select ",
            wide_sum!("l.amount"),
            " from (
        select c.amount from balance_checkpoint c where c.account_id = $1
        union all select p.amount from posting p where p.account_id = $1
        and p.at > coalesce((select c.up_to from balance_checkpoint c where c.account_id = $1), -1)) l"
        )
    };
}

const BALANCE_POSTED: &str = posted!();

/// One statement, because a capture moves money from the second sum to the first: it is seen in one of them.
const PAYABLE: &str = concat!(
    "select o.upper_half, o.lower_half, r.upper_half, r.lower_half from (",
    posted!(),
    ") o, (select ",
    wide_sum!("amount"),
    " from payment where merchant_id = $2 and status = '01') r"
);

const CHECKPOINT_FIND: &str = "select up_to, amount from balance_checkpoint where account_id = $1";

const POSTING_SLICE: &str =
    "select at from posting where account_id = $1 and at > $2 and at <= $3 order by at limit 1 offset $4";

const POSTINGS_SUM: &str =
    concat!("select ", wide_sum!("amount"), " from posting where account_id = $1 and at > $2 and at <= $3");

const POSTINGS_LIST: &str = "select journal_id, at, amount from posting where account_id = $1
    order by at desc, journal_id desc limit $2";

// What is joined by something else than the column that its table is distributed by stands in a subquery of its own,
// which Citus makes first; elsewhere it is the table. For the same reason what is not there is looked for by an outer
// join: it can make no question of each row.

/// What the proof reads of payments, wherever they are.
macro_rules! payments {
    () => {
        "(select reference_no, merchant_id, product, amount, status, refunded from payment
        union all select number, merchant_id, kind, amount, status, refunded from archive where about = 'payment')"
    };
}

/// The same of refunds, each with its merchant.
macro_rules! refunds {
    () => {
        "(select r.reference_no, q.merchant_id, r.refund_no, r.amount from refund r
        join payment q on q.reference_no = r.reference_no and q.bucket = r.bucket
        union all select belongs_to, merchant_id, number, amount from archive where about = 'refund')"
    };
}

/// The posting `x` on a merchant's account that belongs to a journal entry `j`.
macro_rules! of_merchant {
    ($merchant:literal, $amount:literal) => {
        concat!(
            " join (select account_id, at, journal_id, amount from posting) x on x.account_id = 'merchant:' || ",
            $merchant,
            " and x.at = j.at and x.journal_id = j.id and x.amount = ",
            $amount
        )
    };
}

/// The same of captures and voids.
macro_rules! resolutions {
    () => {
        "(select reference_no, kind, amount from resolution
        union all select belongs_to, kind, amount from archive where about = 'resolution')"
    };
}

const LEDGER_COUNTS: &str = concat!(
    "select (select count(*) from journal), (select count(*) from posting), (select count(*) from balance),
    (select count(*) from ",
    payments!(),
    " p where p.status in ('00', '04')),
    (select count(*) from archive where about in ('payment', 'virtual-account')), upper_half, lower_half
    from (select ",
    wide_sum!("amount"),
    " from posting) s"
);

const LEDGER_UNBALANCED: &str = concat!(
    "select journal_id, upper_half, lower_half from (select journal_id, ",
    wide_sum!("amount"),
    " from posting group by journal_id) s
    where upper_half + (lower_half >> 32) <> 0 or (lower_half & 4294967295) <> 0 order by journal_id limit $1"
);

const LEDGER_TORN: &str = "select id from journal where id not in (select journal_id from posting)
    union select journal_id from posting where journal_id not in (select id from journal)
    order by 1 limit $1";

/// Where a row `b` does not have the sum `s`, in halves.
macro_rules! differs {
    () => {
        " on s.account_id = b.account_id
        where (b.amount >> 32) <> coalesce(s.upper_half + (s.lower_half >> 32), 0)
        or (b.amount & 4294967295) <> coalesce(s.lower_half & 4294967295, 0) order by b.account_id limit $1"
    };
}

const LEDGER_BALANCE_DIFFERS: &str = concat!(
    "select b.account_id, b.amount, coalesce(s.upper_half, 0), coalesce(s.lower_half, 0) from balance b
    left join (select account_id, ",
    wide_sum!("amount"),
    " from posting group by account_id) s",
    differs!()
);

const LEDGER_CHECKPOINT_DIFFERS: &str = concat!(
    "select b.account_id, b.amount, coalesce(s.upper_half, 0), coalesce(s.lower_half, 0) from balance_checkpoint b
    left join (select p.account_id, ",
    wide_sum!("p.amount"),
    " from posting p join (select account_id, up_to from balance_checkpoint) d on d.account_id = p.account_id
        where p.at <= d.up_to group by p.account_id) s",
    differs!()
);

const LEDGER_BELOW_FLOOR: &str = "select account_id, amount, floor from balance where amount < floor
    order by account_id limit $1";

const LEDGER_PAID_WITHOUT_JOURNAL: &str = concat!(
    "select p.reference_no from ",
    payments!(),
    " p left join (select id, recipe, at from journal) j
    on j.id = case p.product when 'pre-auth' then 'capture:' else 'payment:' end || p.reference_no
    and j.recipe = case p.product when 'pre-auth' then 'capture' else 'payment' end
    left",
    of_merchant!("p.merchant_id", "p.amount"),
    " where p.status in ('00', '04') and x.journal_id is null order by p.reference_no limit $1"
);

const LEDGER_JOURNAL_WITHOUT_PAYMENT: &str = "select j.id from journal j
    left join (select reference_no from payment where status in ('00', '04') and product <> 'pre-auth') p
    on p.reference_no = substr(j.id, 9)
    left join (
        select number from archive where about = 'payment' and status in ('00', '04') and kind <> 'pre-auth') a
    on a.number = substr(j.id, 9)
    where j.recipe = 'payment' and p.reference_no is null and a.number is null order by j.id limit $1";

const LEDGER_REFUNDS_DIFFER: &str = concat!(
    "select p.reference_no, p.refunded, cast(coalesce(m.moved, 0) as bigint) from ",
    payments!(),
    " p left join (
        select r.reference_no, sum(r.amount) as moved from ",
    refunds!(),
    " r join (select id, at from journal where recipe = 'refund') j on j.id = 'refund:' || r.refund_no",
    of_merchant!("r.merchant_id", "-r.amount"),
    " group by r.reference_no) m
    on m.reference_no = p.reference_no
    where p.refunded <> coalesce(m.moved, 0) or p.refunded > p.amount or (p.refunded > 0) <> (p.status = '04')
    order by p.reference_no limit $1"
);

const LEDGER_JOURNAL_WITHOUT_REFUND: &str = "select j.id from journal j
    left join (select refund_no from refund) r on r.refund_no = substr(j.id, 8)
    left join (select number from archive where about = 'refund') a on a.number = substr(j.id, 8)
    where j.recipe = 'refund' and r.refund_no is null and a.number is null order by j.id limit $1";

const LEDGER_AUTHORIZATION_DIFFERS: &str = concat!(
    "select p.reference_no, p.amount, cast(coalesce(m.held, 0) as bigint),
    cast(coalesce(m.captured, 0) as bigint), cast(coalesce(m.released, 0) as bigint)
    from ",
    payments!(),
    " p left join (
        select x.account_id, sum(x.amount) as held,
        sum(case j.recipe when 'capture' then -x.amount else 0 end) as captured,
        sum(case j.recipe when 'release' then -x.amount else 0 end) as released
        from posting x join (select id, recipe from journal) j on j.id = x.journal_id
        where x.account_id like 'hold:%' group by x.account_id) m
    on m.account_id = 'hold:' || p.reference_no
    where p.product = 'pre-auth' and (
        coalesce(m.held, 0) <> case when p.status = '01' then p.amount else 0 end
        or coalesce(m.captured, 0) <> case when p.status in ('00', '04') then p.amount else 0 end
        or coalesce(m.released, 0) <> case when p.status in ('05', '06') then p.amount else 0 end)
    order by p.reference_no limit $1"
);

const LEDGER_JOURNAL_WITHOUT_AUTHORIZATION: &str = "select j.id from journal j
    left join (select reference_no from payment where product = 'pre-auth') p
    on p.reference_no = substr(j.id, length(j.recipe) + 2)
    left join (select number from archive where about = 'payment' and kind = 'pre-auth') a
    on a.number = substr(j.id, length(j.recipe) + 2)
    where j.recipe in ('hold', 'capture', 'release') and p.reference_no is null and a.number is null
    order by j.id limit $1";

const LEDGER_RESOLUTION_DIFFERS: &str = concat!(
    "select p.reference_no from ",
    payments!(),
    " p left join ",
    resolutions!(),
    " c on c.reference_no = p.reference_no
    where p.product = 'pre-auth' and ((p.status in ('00', '04')) <> (
        c.kind is not null and c.kind = 'capture' and c.amount = p.amount)
        or (c.kind = 'void' and p.status <> '05'))
    union select c.reference_no from resolution c where not exists (
        select 1 from payment p
        where p.reference_no = c.reference_no and p.bucket = c.bucket and p.product = 'pre-auth')
    union select c.belongs_to from archive c
    left join (select number from archive where about = 'payment' and kind = 'pre-auth') p
    on p.number = c.belongs_to
    where c.about = 'resolution' and p.number is null
    order by 1 limit $1"
);

/// An archived payment's merchant is that of its head, as it was that of its account before.
const LEDGER_TRANSFER_WITHOUT_JOURNAL: &str = concat!(
    "select t.payment_no from transfer t
    left join (select reference_no, merchant_id from virtual_account) v on v.reference_no = t.reference_no
    left join (select id, at from journal where recipe = 'transfer') j on j.id = 'transfer:' || t.payment_no
    left",
    of_merchant!("v.merchant_id", "t.amount"),
    " where x.journal_id is null
    union select v.reference_no from virtual_account v left join (
        select reference_no, count(*) as made from transfer group by reference_no) t
    on t.reference_no = v.reference_no
    where v.payments <> coalesce(t.made, 0)
    union select t.number from archive t
    left join (select number, merchant_id from archive where about = 'virtual-account') v on v.number = t.belongs_to
    left join (select id, at from journal where recipe = 'transfer') j on j.id = 'transfer:' || t.number
    left",
    of_merchant!("v.merchant_id", "t.amount"),
    " where t.about = 'transfer' and x.journal_id is null
    union select v.number from archive v left join (
        select belongs_to, count(*) as made from archive where about = 'transfer' group by belongs_to) t
    on t.belongs_to = v.number
    where v.about = 'virtual-account' and v.payments <> coalesce(t.made, 0)
    order by 1 limit $1"
);

const LEDGER_JOURNAL_WITHOUT_TRANSFER: &str = "select j.id from journal j
    left join (select payment_no from transfer) t on t.payment_no = substr(j.id, 10)
    left join (select number from archive where about = 'transfer') a on a.number = substr(j.id, 10)
    where j.recipe = 'transfer' and t.payment_no is null and a.number is null order by j.id limit $1";

const LEDGER_NUMBER_DIFFERS: &str = "select v.reference_no from virtual_account v
    left join (select number, bank, merchant_id, reference_no, rests_until from virtual_account_number) n
    on n.number = v.number and n.bank = v.bank and n.merchant_id = v.merchant_id
    and (v.status <> '03' or (n.reference_no = v.reference_no and n.rests_until is null))
    where n.number is null
    union select n.reference_no from virtual_account_number n
    left join (select reference_no, number, bank from virtual_account where status = '03') v
    on v.reference_no = n.reference_no and v.number = n.number and v.bank = n.bank
    where n.rests_until is null and v.reference_no is null
    order by 1 limit $1";

const LEDGER_ARCHIVED_TWICE: &str = "select p.reference_no from payment p
    join archive a on a.number = p.reference_no and a.bucket = p.bucket
    union select v.reference_no from virtual_account v
    join archive a on a.number = v.reference_no and a.bucket = v.bucket
    order by 1 limit $1";

impl Store {
    /// What the account holds. An account with a floor that was never opened holds nothing. A sum beyond what an amount
    /// can say, which takes a million of the largest journal entries, reads as the most that can be said.
    pub async fn balance_find(&self, account: &Account) -> Result<Money, Unavailable> {
        let id = account.id();
        let (id, bucket) = (Value::Text(id.as_str()), by_account(id.as_str()));
        let found = match bucket.filter(|_| account.has_floor()) {
            Some(bucket) => self.row(BALANCE_KEPT, &[id, bucket], |row| row.money(0)).await?,
            None => self.row(BALANCE_POSTED, &[id], |row| row.money_sum(0)).await?,
        };
        Ok(found.unwrap_or(Money::ZERO_IDR))
    }

    /// What there is for a merchant.
    pub async fn payable_find(&self, merchant: &MerchantId) -> Result<Payable, Unavailable> {
        let account = Account::Merchant(merchant.clone()).id();
        let values = [Value::Text(account.as_str()), Value::Text(merchant.as_str())];
        let read = |row: &Row<'_>| Ok(Payable { owed: row.money_sum(0)?, reserved: row.money_sum(2)? });
        let nothing = Payable { owed: Money::ZERO_IDR, reserved: Money::ZERO_IDR };
        Ok(self.row(PAYABLE, &values, read).await?.unwrap_or(nothing))
    }

    /// The time at which that many lines end that came after the account's checkpoint and not after `horizon`, if there
    /// are as many: where the checkpoint may go next. None where its sum is close to what can be kept.
    pub async fn balance_slice(
        &self,
        account: &Account,
        horizon: Timestamp,
        lines: u32,
    ) -> Result<Option<Timestamp>, Unavailable> {
        let (since, amount) = self.checkpoint_find(account).await?;
        if amount.minor().unsigned_abs() > CHECKPOINT_MAX {
            return Ok(None);
        }
        let id = account.id();
        let offset = Value::Int(i64::from(lines.max(1)) - 1);
        let values = [Value::Text(id.as_str()), Value::Int(stored(since)), Value::Int(horizon.ms()), offset];
        self.row(POSTING_SLICE, &values, |row| row.time(0)).await
    }

    /// The account's checkpoint as it would be at that time; none if it is there already, or the sum is more than can be
    /// kept.
    pub async fn checkpoint_next(
        &self,
        account: &Account,
        up_to: Timestamp,
    ) -> Result<Option<Checkpoint>, Unavailable> {
        let (since, amount) = self.checkpoint_find(account).await?;
        if since.is_some_and(|since| up_to <= since) {
            return Ok(None);
        }
        let id = account.id();
        let values = [Value::Text(id.as_str()), Value::Int(stored(since)), Value::Int(up_to.ms())];
        let sum = self.row(POSTINGS_SUM, &values, |row| row.money_sum(0)).await?;
        let amount = amount.checked_add(sum.unwrap_or(Money::ZERO_IDR));
        let is_exact = sum.is_none_or(|sum| sum.minor() != i64::MAX && sum.minor() != i64::MIN);
        Ok(amount.filter(|_| is_exact).map(|amount| Checkpoint {
            account: account.clone(),
            since,
            up_to,
            amount,
        }))
    }

    /// Up to when the account is summed up, and to what.
    async fn checkpoint_find(&self, account: &Account) -> Result<(Option<Timestamp>, Money), Unavailable> {
        let id = account.id();
        let values = [Value::Text(id.as_str())];
        let read = |row: &Row<'_>| Ok((row.int(0)?, row.money(1)?));
        let (up_to, amount) =
            self.row(CHECKPOINT_FIND, &values, read).await?.unwrap_or((stored(None), Money::ZERO_IDR));
        Ok(((up_to >= 0).then(|| Timestamp::from_ms(up_to)), amount))
    }

    /// The newest lines of an account's statement, the newest first.
    pub async fn postings_list(
        &self,
        account: &AccountId,
        limit: u32,
    ) -> Result<Vec<StatementLine>, Unavailable> {
        let values = [Value::Text(account.as_str()), Value::Int(i64::from(limit.min(LIST_MAX)))];
        self.rows(POSTINGS_LIST, &values, |row| {
            let journal_id = row.text(0)?;
            let recipe = Recipe::of_entry(&journal_id)
                .ok_or_else(|| Unavailable::corrupt("journal entry", journal_id.clone()))?;
            Ok(StatementLine { journal_id, recipe, at: row.time(1)?, amount: row.money(2)? })
        })
        .await
    }

    /// Proves the ledger from its rows, all of them, in one snapshot: journal entries sum to zero, balances are the
    /// sums of their postings and not below their floors, and what is paid, refunded or reserved is what was moved.
    /// Reads everything, so it runs beside the async threads and takes its time.
    ///
    /// On a store that is distributed a change becomes visible on one machine before the other, and may look like an
    /// offender meanwhile. There whatever is found is looked at again, and reported if it is found every time.
    pub async fn ledger_check(&self) -> Result<LedgerReport, Unavailable> {
        let mut report = self.ledger_read().await?;
        let looks = if self.is_distributed() { confirmed::LOOKS } else { 1 };
        for _ in 1..looks {
            if report.is_sound() {
                break;
            }
            // An offender that outlasts this is one that stays.
            self.settle().await?;
            report = self.ledger_read().await?.confirming(&report);
        }
        Ok(report)
    }

    /// One look at all of it.
    async fn ledger_read(&self) -> Result<LedgerReport, Unavailable> {
        let mut queries = vec![Query { sql: LEDGER_COUNTS, values: Vec::new(), read: counts }];
        queries.extend(QUERIES.iter().map(|&(sql, read)| Query {
            sql,
            values: vec![i64::from(OFFENDERS_MAX).into()],
            read,
        }));
        let mut report = None;
        for finding in self.snapshot(queries).await? {
            match finding {
                Finding::Counts(counts) => report = Some(counts),
                Finding::Offender(offender) => {
                    if let Some(report) = &mut report {
                        report.offenders.push(offender);
                    }
                }
            }
        }
        report.ok_or_else(|| Unavailable::new("counting gave no row"))
    }
}

/// What one row of the proof says.
enum Finding {
    /// How much there is. This row comes first.
    Counts(LedgerReport),
    /// Something that does not hold.
    Offender(Offender),
}

fn counts(row: &Row<'_>) -> Result<Finding, Unavailable> {
    Ok(Finding::Counts(LedgerReport {
        journals: row.total(0)?,
        postings: row.total(1)?,
        balances: row.total(2)?,
        paid_payments: row.total(3)?,
        archived: row.total(4)?,
        total: row.money_sum(5)?,
        offenders: Vec::new(),
    }))
}

/// A statement that finds offenders of one kind, and how one of its rows is read.
type OffenderQuery = (&'static str, fn(&Row<'_>) -> Result<Finding, Unavailable>);

const QUERIES: [OffenderQuery; 16] = [
    (LEDGER_UNBALANCED, |row| {
        offender(Offender::Unbalanced { journal_id: row.text(0)?, sum: row.money_sum(1)? })
    }),
    (LEDGER_TORN, |row| offender(Offender::Torn { journal_id: row.text(0)? })),
    (LEDGER_BALANCE_DIFFERS, |row| {
        let (kept, posted) = (row.money(1)?, row.money_sum(2)?);
        offender(Offender::BalanceDiffers { account_id: row.text(0)?, kept, posted })
    }),
    (LEDGER_CHECKPOINT_DIFFERS, |row| {
        let (kept, posted) = (row.money(1)?, row.money_sum(2)?);
        offender(Offender::CheckpointDiffers { account_id: row.text(0)?, kept, posted })
    }),
    (LEDGER_BELOW_FLOOR, |row| {
        let (amount, floor) = (row.money(1)?, row.money(2)?);
        offender(Offender::BelowFloor { account_id: row.text(0)?, amount, floor })
    }),
    (LEDGER_PAID_WITHOUT_JOURNAL, |row| {
        offender(Offender::PaidWithoutJournal { reference_no: row.text(0)? })
    }),
    (LEDGER_JOURNAL_WITHOUT_PAYMENT, |row| {
        offender(Offender::JournalWithoutPayment { journal_id: row.text(0)? })
    }),
    (LEDGER_REFUNDS_DIFFER, |row| {
        let (kept, moved) = (row.money(1)?, row.money(2)?);
        offender(Offender::RefundsDiffer { reference_no: row.text(0)?, kept, moved })
    }),
    (LEDGER_JOURNAL_WITHOUT_REFUND, |row| {
        offender(Offender::JournalWithoutRefund { journal_id: row.text(0)? })
    }),
    (LEDGER_AUTHORIZATION_DIFFERS, |row| {
        let (authorized, held) = (row.money(1)?, row.money(2)?);
        let (captured, released) = (row.money(3)?, row.money(4)?);
        let reference_no = row.text(0)?;
        offender(Offender::AuthorizationDiffers { reference_no, authorized, held, captured, released })
    }),
    (LEDGER_JOURNAL_WITHOUT_AUTHORIZATION, |row| {
        offender(Offender::JournalWithoutAuthorization { journal_id: row.text(0)? })
    }),
    (LEDGER_RESOLUTION_DIFFERS, |row| offender(Offender::ResolutionDiffers { reference_no: row.text(0)? })),
    (LEDGER_TRANSFER_WITHOUT_JOURNAL, |row| {
        offender(Offender::TransferWithoutJournal { reference_no: row.text(0)? })
    }),
    (LEDGER_JOURNAL_WITHOUT_TRANSFER, |row| {
        offender(Offender::JournalWithoutTransfer { journal_id: row.text(0)? })
    }),
    (LEDGER_NUMBER_DIFFERS, |row| offender(Offender::NumberDiffers { reference_no: row.text(0)? })),
    (LEDGER_ARCHIVED_TWICE, |row| offender(Offender::ArchivedTwice { reference_no: row.text(0)? })),
];

fn offender(offender: Offender) -> Result<Finding, Unavailable> {
    Ok(Finding::Offender(offender))
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    BALANCE_KEPT,
    BALANCE_POSTED,
    PAYABLE,
    CHECKPOINT_FIND,
    POSTING_SLICE,
    POSTINGS_SUM,
    POSTINGS_LIST,
    LEDGER_COUNTS,
    LEDGER_UNBALANCED,
    LEDGER_TORN,
    LEDGER_BALANCE_DIFFERS,
    LEDGER_CHECKPOINT_DIFFERS,
    LEDGER_BELOW_FLOOR,
    LEDGER_PAID_WITHOUT_JOURNAL,
    LEDGER_JOURNAL_WITHOUT_PAYMENT,
    LEDGER_REFUNDS_DIFFER,
    LEDGER_JOURNAL_WITHOUT_REFUND,
    LEDGER_AUTHORIZATION_DIFFERS,
    LEDGER_JOURNAL_WITHOUT_AUTHORIZATION,
    LEDGER_RESOLUTION_DIFFERS,
    LEDGER_TRANSFER_WITHOUT_JOURNAL,
    LEDGER_JOURNAL_WITHOUT_TRANSFER,
    LEDGER_NUMBER_DIFFERS,
    LEDGER_ARCHIVED_TWICE,
];
