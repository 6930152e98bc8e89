//! What the edges over HTTP share: routes that know their paths, who is at the other end, how a body arrives, and the
//! forms of an answer. It knows no page, no service's rule, and none of the edges.

pub(crate) mod arrival;
pub(crate) mod near;
pub(crate) mod peer;
pub(crate) mod person;
pub(crate) mod reply;
mod roads;
pub(crate) mod too_many;

pub use roads::Roads;
