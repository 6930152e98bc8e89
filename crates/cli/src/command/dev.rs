//! `lunas dev`: a whole gateway on a laptop, with a merchant, customers and money to try it with.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use lunas_gateway::server;
use lunas_sandbox::{Credentials, DevOptions, Sandbox, SandboxCustomer};

use crate::store::StoreArgs;
use crate::{output, shutdown};

/// Run a complete sandbox gateway, creating whatever is missing
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas dev --notify-url http://127.0.0.1:3000/payments")]
pub(crate) struct Dev {
    /// Address and port to listen on; port 0 takes any free one
    #[arg(long, default_value = "127.0.0.1:8080", env = "LUNAS_LISTEN")]
    listen: SocketAddr,
    /// How others reach it, such as `http://sandbox.example:8080` (default: where it listens); it answers to this name too
    #[arg(long, value_name = "URL", env = "LUNAS_PUBLIC_URL")]
    public_url: Option<String>,
    /// Directory for the database, the keys and sandbox.json (or the variable LUNAS_DATA_DIR; default: .lunas)
    #[arg(long, value_name = "DIRECTORY")]
    data_dir: Option<PathBuf>,
    /// URL prefix that notification paths are appended to (default: the built-in demo shop)
    #[arg(long, value_name = "URL", env = "LUNAS_NOTIFY_URL")]
    notify_url: Option<String>,
    /// Another store than the database in the data directory, such as postgres://user:password@host/database (or the
    /// variable LUNAS_STORE, which is the place for a password)
    #[arg(long, value_name = "ADDRESS")]
    store: Option<String>,
    /// Make identifiers repeat themselves from run to run
    #[arg(long)]
    seed: Option<u64>,
    /// Print what sandbox.json holds, in one line, when it is ready
    #[arg(long)]
    json: bool,
}

impl Dev {
    /// Prepares the sandbox, says how to use it, and serves until Ctrl-C or SIGTERM.
    pub(crate) async fn run(self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        // Listened for from the start, so that a signal during the preparation is not lost.
        let shutdown = shutdown::signal()?;
        let place =
            StoreArgs { config: None, store: self.store, data_dir: self.data_dir }.place_of_sandbox()?;
        place.announce();
        let sandbox = lunas_sandbox::prepare(DevOptions {
            listen: self.listen,
            public_url: self.public_url,
            data_dir: place.data_dir,
            notify_url: self.notify_url,
            store: Some(place.url),
            seed: self.seed,
            ..DevOptions::default()
        })
        .await?;
        if self.json {
            output::print_json(&sandbox.credentials.exposed())?;
        } else {
            output::print_raw(&table(&sandbox))?;
        }
        server::serve(sandbox.site, sandbox.listener, shutdown).await?;
        Ok(())
    }
}

/// The table ends with the line `ready`, which scripts wait for.
fn table(sandbox: &Sandbox) -> String {
    let Credentials {
        base_url,
        client_id,
        client_secret,
        partner_id,
        merchant_id,
        notify_base_url,
        container_url,
        customers,
        ..
    } = &sandbox.credentials;
    let mut text = format!(
        "Lunas sandbox

  gateway        {base_url}
  demo shop      {base_url}/demo
  mini app       {container_url}?url={base_url}/demo
  notifications  {notify_base_url}/v1.0/debit/notify
  credentials    {}

  client id      {client_id}
  client secret  {}
  partner id     {partner_id}
  merchant id    {merchant_id}

  customer       PIN     balance         scenario
",
        sandbox.file.display(),
        client_secret.expose(),
    );
    for customer in customers {
        let SandboxCustomer { phone, pin, balance, scenario, .. } = customer;
        text.push_str(&format!("  {phone:<14} {pin:<7} {balance:<15} {scenario}\n"));
    }
    text.push_str("\nready\n");
    text
}
