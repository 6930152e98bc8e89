//! What a later version will do: it adds a column to every table, by `alter table` in stores that are in use and by a line
//! in each description. What is written into that column must not be lost, whatever becomes of the row.
//!
//! The rows are written by the steps that writes make today, with one value more, and read, archived and copied by the
//! functions that do so today, which are handed the later description.

use std::ops::ControlFlow;
use std::time::Duration;

use lunas_cluster::Database;
use lunas_domain::payment::{Details, Method, Payment, Product, Status};
use lunas_vocab::{ExternalId, MerchantId, Money, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::{IN_POSTGRES, IN_SQLITE, described, found, sqlite};
use crate::copy::Walk;
use crate::read::ended::Reads;
use crate::statement::{Deed, Statement};
use crate::step::Step;
use crate::table::describe::{Change, Column};
use crate::table::{ACCOUNT, ALL, Archive, Family, Kind, PAYMENT, TRANSFER, TRANSITION, Table, statement};
use crate::value::{Owned, Value};
use crate::{Changes, HistoryFilter, Scope, Store, Write, render};

const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

#[tokio::test]
async fn a_column_that_is_added_is_kept_on_sqlite() {
    let ((store, one), (target, other)) = (sqlite().await, sqlite().await);
    for directory in [&one, &other] {
        let connection = rusqlite::Connection::open(directory.path().join("lunas.db")).unwrap();
        connection.execute_batch(&alterations(&store)).unwrap();
    }
    a_column_that_is_added_is_kept(&store, &target, IN_SQLITE).await;
}

#[tokio::test]
async fn a_column_that_is_added_is_kept_on_postgres() {
    let (one, other) = (Database::create(), Database::create());
    let store = Store::open(&one.address()).await.unwrap();
    let target = Store::open(&other.address()).await.unwrap();
    for database in [&one, &other] {
        database.sql(&alterations(&store));
    }
    a_column_that_is_added_is_kept(&store, &target, IN_POSTGRES).await;
    store.close().await;
    target.close().await;
}

/// The migration that adds the column, in the words of the store's engine.
fn alterations(store: &Store) -> String {
    let alter = |table: &&Table| {
        store.db.migration(&format!("alter table {}\n    add column note text;\n", table.name))
    };
    ALL.iter().map(alter).collect()
}

async fn a_column_that_is_added_is_kept(store: &Store, target: &Store, columns: &'static str) {
    let later = Later(ALL.iter().map(|table| with_note(table)).collect());
    // Whoever forgets the description hears of it.
    let found = found(store, columns).await;
    assert_ne!(found, described(&ALL));
    assert_eq!(found, described(&later.0));

    later.commit(store, Write::PaymentOpen(Box::new(opened("P1"))), "opened").await;
    assert_eq!(later.notes(store, &PAYMENT, "P1").await, ["opened"]);
    later.commit(store, Write::PaymentMove(Box::new(expired("P1"))), "moved").await;
    assert_eq!(later.notes(store, &PAYMENT, "P1").await, ["moved"]);
    assert_eq!(later.notes(store, &TRANSITION, "P1").await, ["moved"]);
    assert_eq!(later.note_then(store, "P1", 2).await, "moved");
    later.commit(store, Write::PaymentOpen(Box::new(opened("P2"))), "stays").await;

    later.fill(store, Family::Payment, "P1").await;
    later.archived(store, Family::Payment, "P1", "moved").await;
    let found = store.payment_find(Scope::System, &reference("P1")).await.unwrap();
    assert_eq!(found, Some(expired("P1")), "whoever does not know of the column reads the rest");
    assert_eq!(store.cancellation_find(&reference("P1")).await.unwrap().as_deref(), Some("1"));
    assert_eq!(history(store).await, ["P1", "P2"]);

    let walks: Vec<Walk> = later.0.iter().map(|table| Walk::of(table)).collect();
    store.copy_walks_to(target, &walks, |_| ControlFlow::Continue(())).await.unwrap();
    assert_eq!(later.notes(target, &PAYMENT, "P2").await, ["stays"]);
    assert_eq!(later.archived_notes(target, &PAYMENT, "P1").await, ["moved"]);
    assert_eq!(history(target).await, ["P1", "P2"]);

    let account = later.row(&ACCOUNT, "A1");
    store.commit_steps(vec![account]).await.unwrap();
    later.fill(store, Family::Account, "A1").await;
    later.archived(store, Family::Account, "A1", "kept").await;
    assert_eq!(later.archived_notes(store, &TRANSFER, "A1").await, ["kept"]);
}

/// The tables as a later version describes them, in the order of [`ALL`].
struct Later(Vec<&'static Table>);

impl Later {
    fn of(&self, table: &Table) -> &'static Table {
        self.0.iter().find(|later| later.name == table.name).unwrap()
    }

    /// Commits what a write makes, with a note in every row that it writes.
    async fn commit(&self, store: &Store, write: Write, note: &str) {
        let steps = render::steps(Changes::from(write)).unwrap();
        let steps = steps.into_iter().map(|step| self.step(step, note)).collect();
        store.commit_steps(steps).await.unwrap();
    }

    /// The step with one value more: the note.
    fn step(&self, step: Step, note: &str) -> Step {
        let and_note = |mut values: Vec<Owned>| {
            values.push(note.to_owned().into());
            values
        };
        if matches!(step.statement.deed, Deed::Delete) {
            return step;
        }
        let Step { statement, mut values, bucket } = step;
        // It comes anew.
        if bucket.is_some() {
            values.pop();
        }
        Step::new(statement.on(self.of(statement.table)), and_note(values))
    }

    /// A row of a table with something in every column: a note, and the number of its head.
    fn row(&self, table: &Table, number: &str) -> Step {
        let table = self.of(table);
        let value = |column: &Column| -> Owned {
            match (column.name, column.kind) {
                ("note", _) => "kept".into(),
                ("reference_no", _) => number.to_owned().into(),
                ("merchant_id", _) => "G1".into(),
                ("status", _) => Status::Expired.digits().into(),
                ("state", _) => "parked".into(),
                (_, Kind::Text) => "1".into(),
                (_, Kind::Int) => 1_i64.into(),
                (_, Kind::Blob) => vec![1].into(),
            }
        };
        Step::new(Statement::row(table).on(table), table.columns.iter().map(value).collect())
    }

    /// Puts a row of that head into every table that goes with it and has none.
    async fn fill(&self, store: &Store, family: Family, number: &str) {
        for table in parts(family) {
            if self.notes(store, table, number).await.is_empty() {
                store.commit_steps(vec![self.row(table, number)]).await.unwrap();
            }
        }
    }

    /// Moves what ended into the archive, and finds every note there.
    async fn archived(&self, store: &Store, family: Family, number: &str, of_head: &str) {
        let reads = Reads::of(family, &self.0);
        let slice =
            store.ended(&reads, None, &reference("Z"), NOW.plus(Duration::from_secs(99))).await.unwrap();
        assert_eq!(slice.ended.len(), 1);
        for ended in slice.ended {
            let head = ended.head;
            self.commit(store, Write::Archive(Box::new(ended)), "archived").await;
            assert_eq!(self.archived_notes(store, head, number).await, [of_head]);
        }
        for table in parts(family) {
            assert!(self.notes(store, table, number).await.is_empty(), "{} was emptied", table.name);
            let expected = if table.name == TRANSITION.name { "moved" } else { "kept" };
            assert_eq!(self.archived_notes(store, table, number).await, [expected], "{}", table.name);
        }
    }

    /// The notes in the rows of a table that have a number.
    async fn notes(&self, store: &Store, table: &Table, number: &str) -> Vec<String> {
        let table = self.of(table);
        let sql = format!("select {{}} from {} where reference_no = $1", table.name);
        let sql = statement(&sql, &[table.columns()]);
        store.rows(sql, &[Value::Text(number)], |row| row.text(table.place("note"))).await.unwrap()
    }

    /// The note of a payment in one of its states.
    async fn note_then(&self, store: &Store, number: &str, version: i64) -> String {
        let table = self.of(&PAYMENT);
        let sql = statement(
            "select {} from transition t join payment p on p.reference_no = t.reference_no
            where t.reference_no = $1 and t.version = $2",
            &[table.as_of("p", "t")],
        );
        let key = [Value::Text(number), Value::Int(version)];
        store.row(sql, &key, |row| row.text(table.place("note"))).await.unwrap().unwrap()
    }

    /// The notes in the rows of a table that were archived under a number.
    async fn archived_notes(&self, store: &Store, table: &Table, number: &str) -> Vec<String> {
        let table = self.of(table);
        let read = |row: &crate::row::Row<'_>| row.text(table.place("note"));
        store.archived_rows(&reference(number), table, read).await.unwrap()
    }
}

/// The table with one column more, which changes where others do.
fn with_note(table: &Table) -> &'static Table {
    let is_fixed = table.columns.iter().all(Column::is_fixed);
    let change = if is_fixed { Change::Fixed } else { Change::Changing };
    let mut columns = table.columns.to_vec();
    columns.push(Column { name: "note", kind: Kind::Text, is_key: false, or_null: true, change });
    Box::leak(Box::new(Table { columns: columns.leak(), ..table.clone() }))
}

fn parts(family: Family) -> impl Iterator<Item = &'static Table> {
    ALL.into_iter().filter(move |table| matches!(table.archive, Archive::With(to) if to.contains(&family)))
}

async fn history(store: &Store) -> Vec<String> {
    let filter = HistoryFilter {
        references: (reference("P"), reference("Q")),
        opened: (NOW, NOW),
        partner_reference_no: None,
        statuses: None,
        oldest_first: true,
        skip: 0,
        limit: 10,
    };
    let lines = store.history_list(&MerchantId::new("G1").unwrap(), &filter).await.unwrap();
    lines.into_iter().map(|line| line.reference_no.into_string()).collect()
}

fn reference(name: &str) -> ReferenceNo {
    ReferenceNo::new(name).unwrap()
}

fn opened(name: &str) -> Payment {
    Payment {
        reference_no: reference(name),
        merchant: MerchantId::new("G1").unwrap(),
        partner_reference_no: PartnerReferenceNo::new("order-1").unwrap(),
        external_id: ExternalId::new("ext-1").unwrap(),
        amount: Money::idr(10),
        product: Product::PreAuth,
        method: Method::Gopay,
        created_at: NOW,
        valid_up_to: NOW.plus(Duration::from_secs(900)),
        details: Details::default(),
        status: Status::Pending,
        version: 1,
        changed_at: NOW,
        payer: None,
        option: None,
        paid_at: None,
        refunded: Money::ZERO_IDR,
    }
}

fn expired(name: &str) -> Payment {
    Payment { status: Status::Expired, version: 2, ..opened(name) }
}
