//! The running sandbox: the gateway's parts, and what only a sandbox has.

use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::FromRef;
use lunas_gateway::app::App;
use lunas_vocab::MerchantId;

use crate::credentials::Credentials;
use crate::faults::Faults;
use crate::mini_apps::MiniApps;

/// What every route of the sandbox works on.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    /// The gateway's parts.
    pub(crate) app: Arc<App>,
    /// The sandbox's own.
    pub(crate) own: Arc<Own>,
}

/// What a sandbox has that no gateway has.
#[derive(Debug)]
pub(crate) struct Own {
    /// Its merchant.
    pub(crate) merchant: MerchantId,
    /// That merchant's keys, the customers and the bank.
    pub(crate) credentials: Credentials,
    /// Where `sandbox.json` lies.
    pub(crate) file: PathBuf,
    /// Faults that were promised to coming calls.
    pub(crate) faults: Faults,
    /// The mini apps that the container has opened.
    pub(crate) mini_apps: MiniApps,
}

/// Handlers that need nothing of the sandbox's own.
impl FromRef<Running> for Arc<App> {
    fn from_ref(running: &Running) -> Self {
        running.app.clone()
    }
}
