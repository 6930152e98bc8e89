//! A batch as one statement: what most batches are, changes that only add rows.
//!
//! Each stage's insert is a branch of one `with`, the advance of the connection's position is another, and the
//! statement is a transaction of its own: one round trip, begun and committed once for all stages. The branches see one
//! state, so a stage that looks at rows beside its own, or changes rows, cannot be one of them.
//!
//! It goes well or fails as a whole. A claim has no way out of a conflict here: a key that is taken is an error, whether
//! it has expired or not. A position that is not there divides by zero. A batch that fails so is made again stage by
//! stage, which tells whose fault it is.

use std::fmt::Write;

use super::parameter::Kind;
use super::plan::Plan;
use super::stage::STAGES;
use super::version_vector;

/// The stages that have rows, in their order: what tells one such statement from another.
pub(super) type Shape = Vec<usize>;

/// How many parameters the position takes, which come first.
const MARK_PARAMETERS: usize = 3;

/// The shape of a batch that one statement can make.
pub(super) fn shape(plan: &Plan<'_>) -> Option<Shape> {
    let only_adds = plan.steps.is_empty()
        && plan.holds.are_none()
        && plan.stages.iter().all(|(at, _)| STAGES[*at].only_adds());
    only_adds.then(|| plan.stages.iter().map(|(at, _)| *at).collect())
}

/// The statement of a shape. Its parameters are the position's, and then the columns of each stage, whose kinds are
/// given.
///
/// PostgreSQL makes the branches from the last to the first, so they are written in that order: claims, which fail most
/// often, come first.
pub(super) fn text(shape: &Shape, kinds: &[Vec<Kind>]) -> String {
    let mut branches = Vec::with_capacity(shape.len());
    let mut first = MARK_PARAMETERS + 1;
    for (at, kinds) in shape.iter().zip(kinds) {
        branches.push((at, STAGES[*at].added(kinds, first)));
        first += kinds.len();
    }
    let mut sql = format!("with advanced as ({} returning batch)", version_vector::ADVANCE);
    for (at, branch) in branches.into_iter().rev() {
        // Writing to a string does not fail.
        let _ = write!(sql, ", stage_{at} as ({branch})");
    }
    sql.push_str(" select 1 / count(*) from advanced");
    sql
}
