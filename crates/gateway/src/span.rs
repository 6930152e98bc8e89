//! The spans of the log: one for each request, and one for each run of a background task and for each thing that it takes
//! up. What is known of the work at hand is noted in its span, once, and every line that is written meanwhile has it.
//!
//! They are of the level of errors, so that whatever lets a line through lets its span through. A filter that lets nothing
//! through makes no span, and then nothing is noted or formatted. Names of fields are those of the lines in
//! `event`; what is not for a log is not here either.

use std::future::Future;
use std::sync::OnceLock;

use lunas_domain::payment::Payment;
use lunas_store::NotificationRow;
use lunas_vocab::{ClientId, MerchantId, ReferenceNo};
use tokio::task::JoinHandle;
use tracing::field::Empty;
use tracing::{Instrument as _, Span, error_span};

/// The most bytes of what somebody sent that are noted. No id that is taken is longer.
const SENT_MAX: usize = 64;

/// What the span of a client's call is named.
const CALL: &str = "call";

tokio::task_local! {
    /// Why the request under way fails, where its answer does not say so.
    static REASON: OnceLock<String>;
}

/// The span of a client's call: what came with it, proven or not.
pub(crate) fn call(
    request_id: &str,
    service: Option<&str>,
    external_id: Option<&str>,
    client_id: Option<&str>,
) -> Span {
    error_span!(
        CALL,
        request_id,
        service,
        client_id = client_id.map(short),
        external_id = external_id.map(short),
        reference_no = Empty,
        partner_reference_no = Empty
    )
}

/// The span of any other request: for a page, a probe or a sandbox's control.
pub(crate) fn visit(request_id: &str) -> Span {
    error_span!(
        "visit",
        request_id,
        external_id = Empty,
        merchant_id = Empty,
        reference_no = Empty,
        partner_reference_no = Empty
    )
}

/// The span of one run of a background task.
pub(crate) fn task(name: &'static str) -> Span {
    error_span!("task", task = name)
}

/// The span of one thing that a background task takes up because its time is up.
pub(crate) fn due(task: &'static str, merchant_id: &MerchantId, reference_no: &ReferenceNo) -> Span {
    error_span!(
        "due",
        task,
        merchant_id = merchant_id.as_str(),
        reference_no = reference_no.as_str(),
        external_id = Empty,
        partner_reference_no = Empty
    )
}

/// The span of one notification, from its claim to what came of it.
pub(crate) fn notification(task: &'static str, row: &NotificationRow) -> Span {
    error_span!(
        "notification",
        task,
        notification_id = row.id.as_str(),
        merchant_id = row.merchant.as_str(),
        reference_no = row.notification.reference_no.as_str(),
        external_id = Empty,
        partner_reference_no = Empty
    )
}

/// Does the work of a request within its span.
pub(crate) async fn request<F: Future>(span: Span, work: F) -> F::Output {
    REASON.scope(OnceLock::new(), work).instrument(span).await
}

/// Whether a client's call is under way: then the lines within have the ids of that call, and not those of the call
/// that opened what it is about.
pub(crate) fn is_call() -> bool {
    is_of_call(&Span::current())
}

/// Notes whose the call under way says it is. A refusal is told with it as well, so it need not be proven.
pub(crate) fn note_client(client_id: &ClientId) {
    Span::current().record("client_id", client_id.as_str());
}

/// Notes by which ids the call under way says what it is about.
pub(crate) fn note_sent(reference_no: Option<&str>, partner_reference_no: Option<&str>) {
    let span = Span::current();
    if let Some(sent) = reference_no {
        span.record("reference_no", short(sent));
    }
    if let Some(sent) = partner_reference_no {
        span.record("partner_reference_no", short(sent));
    }
}

/// Notes which payment, virtual account or link the work at hand is about.
pub fn note_reference(reference_no: &ReferenceNo) {
    Span::current().record("reference_no", reference_no.as_str());
}

/// Notes whom the work at hand is done for.
pub(crate) fn note_merchant(merchant_id: &MerchantId) {
    Span::current().record("merchant_id", merchant_id.as_str());
}

/// Notes which payment the work at hand is about.
pub fn note_payment(payment: &Payment) {
    let span = Span::current();
    if span.is_disabled() {
        return;
    }
    span.record("reference_no", payment.reference_no.as_str());
    span.record("merchant_id", payment.merchant.as_str());
    span.record("partner_reference_no", payment.partner_reference_no.as_str());
    if !is_of_call(&span) {
        span.record("external_id", payment.external_id.as_str());
    }
}

/// Notes why the request under way fails, for the one line that tells of it. The first reason counts.
pub fn fails_for(reason: &str) {
    // A background task has no such line.
    let _ = REASON.try_with(|noted| noted.set(reason.to_owned()));
}

/// Why the request under way fails, if that was noted.
pub(crate) fn reason() -> Option<String> {
    REASON.try_with(|noted| noted.get().cloned()).ok().flatten()
}

/// Starts work beside the work at hand, within the same span.
#[expect(clippy::disallowed_methods, reason = "this is the room where tasks are started")]
pub(crate) fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(work.in_current_span())
}

/// Does what blocks beside the async threads, within the same span.
#[expect(clippy::disallowed_methods, reason = "this is the room where tasks are started")]
pub(crate) fn spawn_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    let span = Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(work))
}

fn is_of_call(span: &Span) -> bool {
    span.metadata().is_some_and(|metadata| metadata.name() == CALL)
}

/// So much of what was sent as lines have room for.
fn short(sent: &str) -> &str {
    &sent[..sent.floor_char_boundary(SENT_MAX)]
}
