//! A batch: which changes go together, and which rows each stage makes of them.
//!
//! Members of one batch are independent. Two changes that touch a row of the same name are never in one batch, but for
//! balances, whose changes add up; so the order of members does not matter, and a stage may make its rows in the order
//! of their keys, in which every node takes them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::parameter::Cell;
use super::stage::{STAGES, Source, Stage, table_of};
use crate::render::{SANDBOX_RESET, ledger, notice};
use crate::step::Step;
use crate::table::Table;

/// A text's place in the program: an address and a length.
type Place = (usize, usize);

/// Which step belongs to which stage, found by where its text lies. Two texts that read the same and lie apart are
/// merely looked up twice.
#[derive(Default)]
pub(super) struct Catalogue {
    stages: HashMap<Place, Option<usize>>,
}

impl Catalogue {
    /// The stage of a step; none if it is made by itself.
    pub(super) fn stage(&mut self, step: &Step) -> Option<usize> {
        let (place, is_it): (Place, &dyn Fn(&Stage) -> bool) = match step {
            Step::Insert { into, .. } => {
                let place = (std::ptr::from_ref::<Table>(into).addr(), 0);
                (place, &|stage| matches!(stage.source, Source::Row(table) if std::ptr::eq(table, *into)))
            }
            Step::Run { sql, .. } => {
                let place = (sql.as_ptr().addr(), sql.len());
                (place, &|stage| matches!(stage.source, Source::Statement(text) if text == *sql))
            }
        };
        *self.stages.entry(place).or_insert_with(|| STAGES.iter().position(is_it))
    }
}

/// Who a row belongs to.
#[derive(Clone, Debug)]
pub(super) enum Owner {
    One(usize),
    Several(Vec<usize>),
}

impl Owner {
    /// The members, by their place in the batch.
    pub(super) fn members(&self) -> &[usize] {
        match self {
            Self::One(member) => std::slice::from_ref(member),
            Self::Several(members) => members,
        }
    }
}

/// A row of a stage and its owner.
pub(super) struct Line<'j> {
    pub(super) owner: Owner,
    pub(super) cells: Vec<Cell<'j>>,
}

/// What a batch does.
#[derive(Default)]
pub(super) struct Plan<'j> {
    /// The stages that have rows, in their order.
    pub(super) stages: Vec<(usize, Vec<Line<'j>>)>,
    /// The steps behind them, each with its member.
    pub(super) steps: Vec<(usize, &'j Step)>,
    /// What is held before anything is looked at.
    pub(super) holds: Holds<'j>,
}

/// Rows that are locked first, so that no two nodes take them in different orders, and so that what a statement finds
/// beside its own row stays as it is. SQLite, with its one writer, needs none of this.
#[derive(Default)]
pub(super) struct Holds<'j> {
    /// Accounts whose balances move.
    pub(super) accounts: Vec<&'j str>,
    /// What notices are told of that are looked at when one of them is added, judged or sent again.
    pub(super) told: Vec<&'j str>,
}

impl<'j> Holds<'j> {
    /// Whether nothing is held.
    pub(super) fn are_none(&self) -> bool {
        self.accounts.is_empty() && self.told.is_empty()
    }

    pub(super) fn add(&mut self, step: &'j Step) {
        let Step::Run { sql, values, .. } = step else { return };
        let first = match values.first().map(Cell::from) {
            Some(Cell::Text(text)) => Some(text),
            _ => None,
        };
        if *sql == ledger::BALANCE_MOVE {
            self.accounts.extend(first);
        } else if [notice::NOTICE_ADD, notice::NOTICE_JUDGE, notice::NOTICE_RESEND].contains(sql) {
            self.told.extend(first);
        }
    }
}

/// Whether the steps empty tables. They must see one state of all of them, and be alone.
pub(super) fn empties_tables(steps: &[Step]) -> bool {
    matches!(steps.first(), Some(Step::Run { sql, .. }) if SANDBOX_RESET.first() == Some(sql))
}

/// Which changes can go together: those that touch no row of the same name as one before them. The others wait for the
/// next batch.
pub(super) fn independent<'j>(
    catalogue: &mut Catalogue,
    changes: impl Iterator<Item = &'j [Step]>,
) -> Vec<bool> {
    let mut taken = HashSet::new();
    changes
        .map(|steps| {
            let mut own = Vec::new();
            for step in steps {
                let Some(stage) = catalogue.stage(step).map(|at| &STAGES[at]) else { continue };
                if !stage.adds_up {
                    own.push(name(stage, step));
                }
            }
            let is_free = own.iter().all(|name| !taken.contains(name));
            if is_free {
                taken.extend(own);
            }
            is_free
        })
        .collect()
}

/// A hash of the row's table and key. Two rows that share one are taken for the same row, which merely defers one.
fn name(stage: &Stage, step: &Step) -> u64 {
    let mut hasher = DefaultHasher::new();
    stage.table().hash(&mut hasher);
    for value in step.values().iter().take(stage.key) {
        value.hash(&mut hasher);
    }
    hasher.finish()
}

/// The plan for changes that can go together.
pub(super) fn plan<'j>(catalogue: &mut Catalogue, changes: impl Iterator<Item = &'j [Step]>) -> Plan<'j> {
    let mut plan = Plan::default();
    let mut stages: BTreeMap<usize, Vec<Line<'j>>> = BTreeMap::new();
    let mut sums: BTreeMap<&'j str, (i128, Vec<usize>)> = BTreeMap::new();
    for (member, steps) in changes.enumerate() {
        let is_staged = keeps_order(catalogue, steps);
        for step in steps {
            plan.holds.add(step);
            match catalogue.stage(step).filter(|_| is_staged) {
                None => plan.steps.push((member, step)),
                Some(at) if STAGES[at].adds_up => add(&mut sums, member, step),
                Some(at) => {
                    let cells = step.values().iter().map(Cell::from).collect();
                    stages.entry(at).or_default().push(Line { owner: Owner::One(member), cells });
                }
            }
        }
    }
    if let Some(at) = STAGES.iter().position(|stage| stage.adds_up).filter(|_| !sums.is_empty()) {
        stages.insert(at, sums.into_iter().map(summed).collect());
    }
    for (at, mut lines) in stages {
        let key = STAGES[at].key;
        lines.sort_by(|a, b| a.cells[..key].cmp(&b.cells[..key]));
        plan.stages.push((at, lines));
    }
    plan
}

/// A movement of a balance is its account and its amount.
fn add<'j>(sums: &mut BTreeMap<&'j str, (i128, Vec<usize>)>, member: usize, step: &'j Step) {
    let mut cells = step.values().iter().map(Cell::from);
    if let (Some(Cell::Text(account)), Some(Cell::Int(amount))) = (cells.next(), cells.next()) {
        let (sum, members) = sums.entry(account).or_default();
        *sum += i128::from(amount);
        members.push(member);
    }
}

/// A sum beyond what a balance can hold is written as the most it can hold, which the floor or the column refuses.
fn summed<'j>((account, (sum, members)): (&'j str, (i128, Vec<usize>))) -> Line<'j> {
    let bound = if sum < 0 { i64::MIN } else { i64::MAX };
    let cells = vec![Cell::Text(account), Cell::Int(i64::try_from(sum).unwrap_or(bound))];
    Line { owner: Owner::Several(members), cells }
}

/// Whether the stages make the steps of one change in its own order, as far as that matters: no two steps on the same
/// table change places, and none of them is about a row that another of the same stage is about.
fn keeps_order(catalogue: &mut Catalogue, steps: &[Step]) -> bool {
    let places: Vec<(usize, &str)> = steps
        .iter()
        .map(|step| match catalogue.stage(step) {
            Some(at) => (at, STAGES[at].table()),
            None => (STAGES.len(), step.table()),
        })
        .collect();
    for (at, (stage, table)) in places.iter().enumerate() {
        for (before, (earlier, other)) in places[..at].iter().enumerate() {
            if table != other {
                continue;
            }
            if earlier > stage {
                return false;
            }
            let is_twice = earlier == stage
                && STAGES.get(*stage).is_some_and(|stage| {
                    let key = stage.key;
                    let (one, other) = (steps[before].values().iter(), steps[at].values().iter());
                    !stage.adds_up && one.take(key).eq(other.take(key))
                });
            if is_twice {
                return false;
            }
        }
    }
    true
}

impl Step {
    /// Its values.
    pub(super) fn values(&self) -> &[crate::value::Owned] {
        match self {
            Self::Insert { values, .. } | Self::Run { values, .. } => values,
        }
    }

    /// The table that it writes to.
    fn table(&self) -> &str {
        match self {
            Self::Insert { into, .. } => into.name,
            Self::Run { sql, .. } => table_of(sql),
        }
    }
}
