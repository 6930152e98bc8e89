//! A batch: which changes go together, and which rows each stage makes of them.
//!
//! Members of one batch are independent. Two changes that touch a row of the same name are never in one batch, but for
//! balances, whose changes add up; so the order of members does not matter, and a stage may make its rows in the order
//! of their keys, in which every node takes them.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::parameter::Cell;
use super::stage::{STAGES, Stage, stage_of};
use crate::statement::{Deed, Held};
use crate::step::Step;

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
    /// The part of the store in which the number of the batch is written.
    pub(super) part: &'static str,
}

impl Plan<'_> {
    /// The same with stages that have one of a few numbers of rows, where a statement is made for each number.
    pub(super) fn in_halves(mut self) -> Self {
        let mut stages = Vec::with_capacity(self.stages.len());
        for (at, mut lines) in self.stages {
            while STAGES[at].only_adds() && !lines.len().is_power_of_two() {
                let rest = lines.split_off(1 << lines.len().ilog2());
                stages.push((at, std::mem::replace(&mut lines, rest)));
            }
            stages.push((at, lines));
        }
        self.stages = stages;
        self
    }
}

/// Rows that are locked first, so that no two nodes take them in different orders, and so that what a statement finds
/// beside its own row stays as it is. SQLite, with its one writer, needs none of this.
#[derive(Default)]
pub(super) struct Holds<'j> {
    /// Accounts whose balances move, each with its bucket.
    pub(super) accounts: Vec<(&'j str, &'static str)>,
    /// What notifications are told of that are looked at when one of them is added, judged or sent again, with its bucket.
    pub(super) told: Vec<(&'j str, &'static str)>,
}

impl<'j> Holds<'j> {
    /// Whether nothing is held.
    pub(super) fn are_none(&self) -> bool {
        self.accounts.is_empty() && self.told.is_empty()
    }

    pub(super) fn add(&mut self, step: &'j Step) {
        let held = match step.statement.holds {
            Some(Held::Balance) => &mut self.accounts,
            Some(Held::Notifications) => &mut self.told,
            None => return,
        };
        if let (Some(Cell::Text(first)), Some(bucket)) = (step.values.first().map(Cell::from), step.bucket) {
            held.push((first, bucket));
        }
    }
}

/// Whether the steps empty tables. They must see one state of all of them, and be alone.
pub(super) fn empties_tables(steps: &[Step]) -> bool {
    steps.iter().any(|step| matches!(step.statement.deed, Deed::Empty))
}

/// Which changes can go together: those that touch no row of the same name as one before them. The others wait for the
/// next batch.
pub(super) fn independent<'j>(changes: impl Iterator<Item = &'j [Step]>) -> Vec<bool> {
    let mut taken = HashSet::new();
    changes
        .map(|steps| {
            let mut own = Vec::new();
            for step in steps {
                let Some(stage) = stage_of(&step.statement).map(|at| &STAGES[at]) else { continue };
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
    stage.statement.table.name.hash(&mut hasher);
    for value in step.values.iter().take(stage.key()) {
        value.hash(&mut hasher);
    }
    hasher.finish()
}

/// The plan for changes that can go together, whose number is written in that part of the store.
pub(super) fn plan<'j>(part: &'static str, changes: impl Iterator<Item = &'j [Step]>) -> Plan<'j> {
    let mut plan = Plan { part, ..Plan::default() };
    let mut stages: BTreeMap<usize, Vec<Line<'j>>> = BTreeMap::new();
    let mut sums: BTreeMap<&'j str, Sum<'j>> = BTreeMap::new();
    for (member, steps) in changes.enumerate() {
        let is_staged = keeps_order(steps);
        for step in steps {
            plan.holds.add(step);
            match stage_of(&step.statement).filter(|_| is_staged) {
                None => plan.steps.push((member, step)),
                Some(at) if STAGES[at].adds_up => add(&mut sums, member, step),
                Some(at) => {
                    let cells = step.values.iter().map(Cell::from).collect();
                    stages.entry(at).or_default().push(Line { owner: Owner::One(member), cells });
                }
            }
        }
    }
    if let Some(at) = STAGES.iter().position(|stage| stage.adds_up).filter(|_| !sums.is_empty()) {
        stages.insert(at, sums.into_iter().map(summed).collect());
    }
    for (at, mut lines) in stages {
        let key = STAGES[at].key();
        lines.sort_by(|a, b| a.cells[..key].cmp(&b.cells[..key]));
        plan.stages.push((at, lines));
    }
    plan
}

/// What an account's changes come to, where it lies, and whose they are.
#[derive(Default)]
struct Sum<'j> {
    amount: i128,
    bucket: Option<Cell<'j>>,
    members: Vec<usize>,
}

/// A change of a balance is its account, its amount and where the account lies.
fn add<'j>(sums: &mut BTreeMap<&'j str, Sum<'j>>, member: usize, step: &'j Step) {
    let mut cells = step.values.iter().map(Cell::from);
    if let (Some(Cell::Text(account)), Some(Cell::Int(amount))) = (cells.next(), cells.next()) {
        let sum = sums.entry(account).or_default();
        sum.amount += i128::from(amount);
        sum.bucket = cells.next();
        sum.members.push(member);
    }
}

/// A sum beyond what a balance can hold is written as the most it can hold, which the floor or the column refuses.
fn summed<'j>((account, sum): (&'j str, Sum<'j>)) -> Line<'j> {
    let bound = if sum.amount < 0 { i64::MIN } else { i64::MAX };
    let amount = Cell::Int(i64::try_from(sum.amount).unwrap_or(bound));
    let cells = [Cell::Text(account), amount].into_iter().chain(sum.bucket).collect();
    Line { owner: Owner::Several(sum.members), cells }
}

/// Whether the stages make the steps of one change in its own order, as far as that matters: no two steps on the same
/// table change places, and none of them is about a row that another of the same stage is about.
fn keeps_order(steps: &[Step]) -> bool {
    let places: Vec<(usize, &str)> = steps
        .iter()
        .map(|step| (stage_of(&step.statement).unwrap_or(STAGES.len()), step.statement.table.name))
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
                    let key = stage.key();
                    let (one, other) = (steps[before].values.iter(), steps[at].values.iter());
                    !stage.adds_up && one.take(key).eq(other.take(key))
                });
            if is_twice {
                return false;
            }
        }
    }
    true
}
