//! `lunas dev`: a whole gateway on a laptop, with a merchant, customers and money to try it with.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use lunas_gateway::sandbox::{self, Credentials, DevOptions, Sandbox};
use lunas_gateway::server;

use crate::shutdown;

/// Run a complete sandbox gateway, creating whatever is missing
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas dev --notify-url http://127.0.0.1:3000/payments")]
pub(crate) struct Dev {
    /// Address and port to listen on; port 0 takes any free one
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Directory for the database, the keys and sandbox.json
    #[arg(long, default_value = ".lunas")]
    data_dir: PathBuf,
    /// URL prefix that notification paths are appended to (default: the built-in demo shop)
    #[arg(long)]
    notify_url: Option<String>,
    /// Another store than the database in the data directory, such as postgres://user:password@host/database
    #[arg(long)]
    store: Option<String>,
    /// Make identifiers repeat themselves from run to run
    #[arg(long)]
    seed: Option<u64>,
}

impl Dev {
    /// Prepares the sandbox, says how to use it, and serves until Ctrl-C or SIGTERM.
    pub(crate) async fn run(self) -> Result<(), Box<dyn std::error::Error>> {
        // Listened for from the start, so that a signal during the preparation is not lost.
        let shutdown = shutdown::signal()?;
        let sandbox = sandbox::prepare(DevOptions {
            listen: self.listen,
            data_dir: self.data_dir,
            notify_url: self.notify_url,
            store: self.store,
            seed: self.seed,
            ..DevOptions::default()
        })
        .await?;
        print(&sandbox);
        server::serve(sandbox.app, sandbox.listener, shutdown).await?;
        Ok(())
    }
}

/// The table ends with the line `ready`, which scripts wait for.
#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
fn print(sandbox: &Sandbox) {
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
    println!("Lunas sandbox");
    println!();
    println!("  gateway        {base_url}");
    println!("  demo shop      {base_url}/demo");
    println!("  mini app       {container_url}?url={base_url}/demo");
    println!("  notifications  {notify_base_url}/v1.0/debit/notify");
    println!("  credentials    {}", sandbox.file.display());
    println!();
    println!("  client id      {client_id}");
    println!("  client secret  {}", client_secret.expose());
    println!("  partner id     {partner_id}");
    println!("  merchant id    {merchant_id}");
    println!();
    println!("  customer       PIN     balance         scenario");
    for customer in customers {
        println!(
            "  {:<14} {:<7} {:<15} {}",
            customer.phone, customer.pin, customer.balance, customer.scenario
        );
    }
    println!();
    println!("ready");
}
