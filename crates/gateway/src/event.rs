//! What the log says of business: one line when something has happened to money or to who may move it, with the ids by
//! which it is found again. It is written when it is durable, and of what the store took, so none is forgotten.
//!
//! Which call or page brought it about stands in the span that it happens in ([`crate::span`]). What is not for a log is
//! not here: names, numbers of phones, codes, what customers typed.

use lunas_domain::link::{self, Link};
use lunas_domain::payment::{Payment, Product, ResolutionKind, Status};
use lunas_domain::pin_attempt::Subject;
use lunas_domain::virtual_account::{self, Transfer, VirtualAccount};
use lunas_store::{Changes, CommitError, Write};

use crate::app::App;
use crate::span;

/// What a filter names to have these lines or not.
const TARGET: &str = "lunas_gateway::event";

impl App {
    /// Makes the changes durable, and says in the log what they are to people.
    pub(crate) async fn commit(&self, changes: Changes) -> Result<(), CommitError> {
        let events = if tracing::enabled!(target: "lunas_gateway::event", tracing::Level::INFO) {
            Event::all_of(&changes)
        } else {
            Vec::new()
        };
        self.store.commit(changes).await?;
        events.iter().for_each(Event::log);
        Ok(())
    }
}

/// One thing that has happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Event {
    what: &'static str,
    merchant: Option<String>,
    reference_no: Option<String>,
    /// The merchant's own id of it.
    partner_reference_no: Option<String>,
    external_id: Option<String>,
    amount: Option<String>,
    /// What else tells it from others.
    detail: Option<String>,
}

impl Event {
    fn all_of(changes: &Changes) -> Vec<Self> {
        let moved = changes.writes.iter().find_map(|write| {
            let Write::PaymentMove(payment) = write else { return None };
            Some(&**payment)
        });
        let is_closed = changes.writes.iter().any(|write| matches!(write, Write::ResolutionAdd(_)));
        let mut events: Vec<Self> =
            changes.writes.iter().filter_map(|write| Self::of(write, moved)).collect();
        if let Some(payment) = moved.filter(|payment| {
            payment.product == Product::PreAuth && payment.status == Status::Cancelled && !is_closed
        }) {
            events.push(Self::of_payment("authorization lapsed", payment));
        }
        events
    }

    /// What a write is to people, if it is anything. `moved` is the payment that is moved with it.
    fn of(write: &Write, moved: Option<&Payment>) -> Option<Self> {
        match write {
            Write::PaymentOpen(payment) => Some(Self::of_payment(opened(payment), payment)),
            Write::PaymentMove(payment) => moved_to(payment).map(|what| Self::of_payment(what, payment)),
            Write::ResolutionAdd(resolution) => {
                let what = match resolution.kind {
                    ResolutionKind::Capture => "authorization captured",
                    ResolutionKind::Void => "authorization voided",
                };
                moved.map(|payment| Self {
                    detail: Some(format!(
                        "{} {}",
                        resolution.resolution_no, resolution.partner_resolution_no
                    )),
                    ..Self::of_payment(what, payment)
                })
            }
            Write::RefundAdd(refund) => Some(Self {
                amount: Some(refund.amount.to_decimal()),
                reference_no: Some(refund.reference_no.to_string()),
                detail: Some(format!("refund {} {}", refund.refund_no, refund.partner_refund_no)),
                ..moved.map(|payment| Self::of_payment("payment refunded", payment)).unwrap_or_default()
            }),
            Write::AccountOpen { account, .. } => Some(Self::of_account("virtual account opened", account)),
            Write::AccountMove(account) => match account.status {
                virtual_account::Status::Deleted => {
                    Some(Self::of_account("virtual account deleted", account))
                }
                virtual_account::Status::Expired => {
                    Some(Self::of_account("virtual account expired", account))
                }
                // The transfer tells it.
                virtual_account::Status::Paid | virtual_account::Status::Pending => None,
            },
            Write::TransferAdd(transfer) => Some(Self::of_transfer(transfer)),
            Write::LinkOpen(link) | Write::LinkMove(link) => Some(Self::of_link(link)),
            Write::ReplayClaim { .. }
            | Write::QrReferenceClaim { .. }
            | Write::CancellationAdd { .. }
            | Write::RefundTally(_)
            | Write::JournalPost(_)
            | Write::BalanceOpen { .. }
            | Write::CheckpointMove(_)
            | Write::NotificationAdd { .. }
            | Write::NotificationLease { .. }
            | Write::AttemptRecord { .. }
            | Write::NotificationResend { .. }
            | Write::PinAttemptTake { .. }
            | Write::PinAttemptClear { .. }
            | Write::MerchantPut(_)
            | Write::BankPut(_)
            | Write::OwnerHold { .. }
            | Write::ClientPut(_)
            | Write::ClientSecretAdd { .. }
            | Write::ClientSecretRevoke { .. }
            | Write::ClientKeyAdd { .. }
            | Write::ClientKeyRevoke { .. }
            | Write::CustomerPut(_)
            | Write::KeyAdd { .. }
            | Write::SettingPut { .. }
            | Write::AuditAdd { .. }
            | Write::ReplaysForget { .. }
            | Write::AttemptsForget { .. }
            | Write::PinAttemptsForget { .. }
            | Write::AheadMend { .. }
            | Write::Archive(_)
            | Write::Probe
            | Write::SandboxReset => None,
        }
    }

    fn of_payment(what: &'static str, payment: &Payment) -> Self {
        let option = payment.option.map(|option| format!(" {}", option.word())).unwrap_or_default();
        let payer = payment.payer.as_ref().map(|payer| format!(" customer {payer}")).unwrap_or_default();
        Self {
            what,
            merchant: Some(payment.merchant.to_string()),
            reference_no: Some(payment.reference_no.to_string()),
            partner_reference_no: Some(payment.partner_reference_no.to_string()),
            external_id: Some(payment.external_id.to_string()),
            amount: Some(payment.amount.to_decimal()),
            detail: Some(format!("{} {}{option}{payer}", payment.product.word(), payment.method.word())),
        }
    }

    fn of_account(what: &'static str, account: &VirtualAccount) -> Self {
        Self {
            what,
            merchant: Some(account.merchant.to_string()),
            reference_no: Some(account.reference_no.to_string()),
            partner_reference_no: Some(account.trx_id.to_string()),
            amount: Some(account.amount.to_decimal()),
            detail: Some(format!("{} {}", account.bank, account.kind.word())),
            ..Self::default()
        }
    }

    fn of_transfer(transfer: &Transfer) -> Self {
        Self {
            what: "virtual account paid",
            merchant: Some(transfer.merchant.to_string()),
            reference_no: Some(transfer.payment_no.to_string()),
            partner_reference_no: Some(transfer.trx_id.to_string()),
            amount: Some(transfer.amount.to_decimal()),
            detail: Some(format!("bank {} {}", transfer.bank, transfer.request_id)),
            ..Self::default()
        }
    }

    fn of_link(link: &Link) -> Self {
        Self {
            what: match link.status {
                link::Status::Pending => "account link consented",
                link::Status::Enabled => "account linked",
                link::Status::Disabled => "account unlinked",
            },
            merchant: Some(link.merchant.to_string()),
            reference_no: Some(link.reference_no.to_string()),
            detail: Some(format!("customer {} {}", link.customer, link.cause.word())),
            ..Self::default()
        }
    }

    /// Writes the line. A call's own id comes before that of the call which opened what it is about.
    fn log(&self) {
        let external_id = self.external_id.as_deref().filter(|_| !span::is_call());
        tracing::info!(
            target: TARGET,
            external_id,
            merchant_id = self.merchant,
            reference_no = self.reference_no,
            partner_reference_no = self.partner_reference_no,
            amount = self.amount,
            detail = self.detail,
            "{}",
            self.what
        );
    }
}

/// What it is called that a payment begins where it stands.
fn opened(payment: &Payment) -> &'static str {
    match payment.status {
        Status::Authorized => "authorization made",
        Status::Paid => "payment opened and paid",
        Status::Pending
        | Status::Refunded
        | Status::Cancelled
        | Status::Failed
        | Status::Expired
        | Status::Denied => "payment opened",
    }
}

/// What it is called that a payment was moved to where it stands, unless something else tells it.
fn moved_to(payment: &Payment) -> Option<&'static str> {
    let is_authorization = payment.product == Product::PreAuth;
    match payment.status {
        // The capture, the void, the refund.
        Status::Paid if is_authorization => None,
        Status::Cancelled if is_authorization => None,
        Status::Refunded | Status::Pending | Status::Authorized => None,
        Status::Paid => Some("payment paid"),
        Status::Cancelled => Some("payment cancelled"),
        Status::Failed => Some("payment failed"),
        Status::Expired => Some("payment expired"),
        Status::Denied => Some("payment denied"),
    }
}

/// Says that somebody typed a wrong PIN or one-time password; what was typed is said nowhere.
pub(crate) fn wrong_credentials(what: &'static str, customer_id: Option<&str>, about: &str) {
    tracing::info!(target: TARGET, customer_id, about, "{what}");
}

/// Says that too many wrong ones were typed, on a payment's page or on a request for consent.
pub(crate) fn locked(subject: &Subject) {
    let about = subject.key();
    tracing::info!(target: TARGET, about, "locked for too many attempts");
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    /// Every source file below a directory.
    fn sources(directory: &Path, to: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, to);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                to.push(path);
            }
        }
    }

    /// What stands between the parentheses of each line that is logged.
    fn logged(source: &str) -> impl Iterator<Item = &str> {
        source.split("tracing::").skip(1).filter_map(|rest| {
            let level = ["error!(", "warn!(", "info!(", "debug!("];
            let rest = level.into_iter().find_map(|start| rest.strip_prefix(start))?;
            let mut depth = 1;
            let end = rest.find(|c| {
                depth += i32::from(c == '(') - i32::from(c == ')');
                depth == 0
            });
            end.map(|end| &rest[..end])
        })
    }

    #[test]
    fn p11_lines_have_plain_values_and_one_message() {
        let mut files = Vec::new();
        for name in ["gateway", "store", "cli", "domain", "client"] {
            let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
            sources(&crates.join(name).join("src"), &mut files);
        }
        let mut count = 0;
        for file in files {
            let source = std::fs::read_to_string(&file).unwrap();
            for line in logged(&source) {
                count += 1;
                let fields = line.split('"').next().unwrap_or_default();
                let names =
                    fields.split(',').map(|field| field.trim().split([' ', '=']).next().unwrap_or_default());
                for name in names {
                    assert!(!name.starts_with('?'), "{}: Rust's own words for {name}", file.display());
                    assert_ne!(name, "message", "{}: the sentence is the message", file.display());
                }
                assert!(!fields.contains("= ?"), "{}: Rust's own words in {fields}", file.display());
            }
        }
        assert!(count > 50, "only {count} lines were found");
    }
}
