//! The three published documents, held against the running gateway: what answers say, what requests have to say, and
//! which codes there are. The facts stand beside, as Markdown that a person can read next to the document.

mod answers;
mod codes;
mod described;
mod requests;
mod sheet;
