//! What the road of every service has in common: whose call it is, and what it is recognised by when it comes again.

use lunas_domain::replay::{ReplayKey, ReplayOwner};
use lunas_snap::code::Failure;
use lunas_snap::fingerprint;
use lunas_vocab::{ExternalId, MerchantId};

use crate::api::authenticate::{Authenticated, AuthenticatedBank};
use crate::api::call::Received;
use crate::flow::idempotency::IdempotentCall;
use crate::wire::refusal;

/// The merchant whose token came with the call; the body may not name another.
pub(super) fn own<'a>(
    principal: &'a Authenticated,
    named: Option<&MerchantId>,
) -> Result<&'a MerchantId, Failure> {
    let merchant = &principal.merchant().id;
    if named.is_none_or(|named| named == merchant) { Ok(merchant) } else { Err(refusal::other_merchant()) }
}

/// A merchant's call, as it is recognised when it comes again.
pub(in crate::api) fn call_of_merchant(principal: &Authenticated, call: &Received<'_>) -> IdempotentCall {
    let owner = ReplayOwner::Merchant(principal.merchant().id.clone());
    idempotent(owner, principal.external_id(), call)
}

/// A bank's call.
pub(super) fn call_of_bank(principal: &AuthenticatedBank, call: &Received<'_>) -> IdempotentCall {
    idempotent(ReplayOwner::Bank(principal.bank().id.clone()), principal.external_id(), call)
}

fn idempotent(owner: ReplayOwner, external_id: &ExternalId, call: &Received<'_>) -> IdempotentCall {
    let key = ReplayKey { owner, service: call.service.code(), external_id: external_id.clone() };
    IdempotentCall { key, request: fingerprint::of(call.body) }
}
