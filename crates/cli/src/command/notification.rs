//! `lunas notification`: what was told to merchants and what was not, and telling it again.

use clap::{Args, Subcommand};
use lunas_gateway::admin;
use lunas_gateway::env::Env;
use lunas_store::{CommitError, NotificationFilter, NotificationRow, NotificationState, Scope};
use lunas_vocab::{NotificationId, ReferenceNo};
use serde_json::json;

use crate::store::StoreArgs;
use crate::verdict::{Error, Verdict};
use crate::{admin_session, output};

/// List notifications, or send one again
#[derive(Subcommand, Debug)]
pub(crate) enum Notification {
    List(List),
    Resend(Resend),
}

/// List notifications, the newest first
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas notification list --state parked")]
pub(crate) struct List {
    /// Only those that are pending, waiting, delivered, parked or superseded
    #[arg(long, value_parser = state)]
    state: Option<NotificationState>,
    /// Only those of one payment
    #[arg(long, value_name = "REFERENCE")]
    payment: Option<ReferenceNo>,
    /// How many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON, with every attempt
    #[arg(long)]
    json: bool,
}

/// Make a notification due again; a running gateway sends it at its next look
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas notification resend 20261120000000000001")]
pub(crate) struct Resend {
    /// The notification's id, as the list shows it
    id: NotificationId,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn state(word: &str) -> Result<NotificationState, String> {
    NotificationState::parse(word).ok_or_else(|| {
        let words = NotificationState::ALL.map(NotificationState::word);
        format!("the states are {}", words.join(", "))
    })
}

impl Notification {
    /// Reads or writes the outbox.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        match self {
            Self::List(list) => list.run().await,
            Self::Resend(resend) => resend.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<Verdict, Error> {
        let unreadable = |source| Error::because("the notifications cannot be read", source);
        let store = self.store.open().await?;
        let filter = NotificationFilter {
            state: self.state,
            reference_no: self.payment,
            after: None,
            limit: self.limit,
        };
        let rows = store.notifications_list(Scope::System, &filter).await.map_err(unreadable)?;
        if !self.json {
            output::print_list(HEADER, rows.iter().map(columns).collect())?;
            return Ok(Verdict::Positive);
        }
        let mut listed = Vec::with_capacity(rows.len());
        for row in rows {
            let attempts = store.attempts_list(&row.id).await.map_err(unreadable)?;
            let attempts: Vec<_> = attempts
                .into_iter()
                .map(|attempt| {
                    json!({
                        "attemptNo": attempt.attempt_no,
                        "at": attempt.at.to_snap(),
                        "status": attempt.status,
                        "latencyMs": attempt.latency_ms,
                        "response": attempt.response,
                    })
                })
                .collect();
            listed.push(json!({
                "id": row.id.as_str(),
                "referenceNo": row.notification.reference_no.as_str(),
                "merchantId": row.merchant.as_str(),
                "state": row.state.word(),
                "createdTime": row.created_at.to_snap(),
                "nextAttemptTime": row.next_attempt_at.to_snap(),
                "attempts": attempts,
            }));
        }
        output::print_json(&listed.into())?;
        Ok(Verdict::Positive)
    }
}

const HEADER: [&str; 7] =
    ["NOTIFICATION", "REFERENCE", "MERCHANT", "STATE", "ATTEMPTS", "LAST ANSWER", "NEXT ATTEMPT"];

fn columns(row: &NotificationRow) -> [String; 7] {
    let next =
        if row.state == NotificationState::Pending { row.next_attempt_at.to_snap() } else { "-".to_owned() };
    [
        row.id.to_string(),
        row.notification.reference_no.to_string(),
        row.merchant.to_string(),
        row.state.word().to_owned(),
        row.attempts.to_string(),
        row.last_status.map_or("-".to_owned(), |status| status.to_string()),
        next,
    ]
}

impl Resend {
    async fn run(self) -> Result<Verdict, Error> {
        let store = self.store.open().await?;
        let result =
            admin::notification_resend(&store, &Env::system(), &admin_session::user(), &self.id).await;
        store.close().await;
        match result {
            Ok(()) => {}
            Err(CommitError::LostRace) => {
                let reason =
                    "there is no notification of that id, unless in the archive, from where none is sent";
                return Err(Error::failed(format!("{} is not sent: {reason}", self.id)));
            }
            Err(refused) => return Err(Error::because("the notification could not be made due", refused)),
        }
        if self.json {
            output::print_json(&json!({"id": self.id.as_str(), "state": "pending"}))?;
        } else {
            output::print(&format!("{} pending", self.id))?;
        }
        Ok(Verdict::Positive)
    }
}
