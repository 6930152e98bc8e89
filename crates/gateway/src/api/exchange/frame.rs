//! What the road of every service has in common: whose call it is, what it is recognised by when it comes again, and how
//! the caller is told why a flow refused it.

use lunas_domain::replay::ReplayKey;
use lunas_snap::code::Failure;
use lunas_snap::fingerprint;
use lunas_vocab::{ExternalId, MerchantId};

use crate::api::authenticate::Authenticated;
use crate::api::call::Received;
use crate::flow::Refusal;
use crate::flow::idempotency::Repeatable;
use crate::span;
use crate::wire::refusal;

/// The merchant whose token came with the call; the body may not name another.
pub(super) fn own<'a>(
    principal: &'a Authenticated,
    call: &Received<'_>,
    named: Option<&MerchantId>,
) -> Result<&'a MerchantId, Failure> {
    let merchant = &principal.merchant().id;
    match named {
        Some(named) if named != merchant => Err(failure(call, &Refusal::OtherMerchant)),
        _ => Ok(merchant),
    }
}

/// What a merchant's call is recognised by when it comes again.
pub(in crate::api) fn repeatable(principal: &Authenticated, call: &Received<'_>) -> Repeatable {
    repeatable_by(principal.merchant().id.clone(), principal.external_id(), call)
}

/// What anybody's call is recognised by.
pub(super) fn repeatable_by(owner: MerchantId, external_id: &ExternalId, call: &Received<'_>) -> Repeatable {
    let external_id = external_id.clone();
    let key = ReplayKey { merchant: owner, service: call.service.code(), external_id };
    Repeatable { key, request: fingerprint::of(call.body) }
}

/// What the caller is told says nothing of the inside; the call's line of the log does.
pub(super) fn failure(call: &Received<'_>, refused: &Refusal) -> Failure {
    if let Refusal::Inconsistent(first) = refused {
        return refusal::inconsistent(call.service, &fingerprint::difference(first, call.body));
    }
    if let Refusal::Unavailable(reason) = refused {
        span::fails_for(reason);
    }
    refusal::failure(call.service, refused)
}
