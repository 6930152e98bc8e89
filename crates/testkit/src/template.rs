//! A sandbox that was prepared once and is copied for every test: making RSA keys and hashing ten PINs takes most of a
//! second, copying a file takes nothing.

use std::path::Path;

use lunas_gateway::env::Env;
use lunas_gateway::sandbox::{self, DevOptions};
use lunas_vocab::Timestamp;
use tokio::sync::OnceCell;

/// The files of a data directory, by name.
static FILES: OnceCell<Vec<(String, Vec<u8>)>> = OnceCell::const_new();

/// When the sandbox of every test was set up.
const PREPARED_AT: Timestamp = Timestamp::from_ms(1_790_000_000_000);

/// Fills `directory` with a prepared sandbox's data.
pub(crate) async fn copy_to(directory: &Path) {
    for (name, bytes) in FILES.get_or_init(prepare).await {
        let path = directory.join(name);
        std::fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

async fn prepare() -> Vec<(String, Vec<u8>)> {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let options = DevOptions {
        listen: ([127, 0, 0, 1], 0).into(),
        data_dir: directory.path().to_owned(),
        env: Some(Env::manual(PREPARED_AT, 1)),
        ..DevOptions::default()
    };
    let prepared = sandbox::prepare(options).await.expect("an empty directory becomes a sandbox");
    prepared.app.store.clone().close().await;
    drop(prepared);
    let files = std::fs::read_dir(directory.path()).expect("the directory was just filled");
    let files = files.map(|file| {
        let path = file.expect("the directory can be listed").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("plain names").to_owned();
        (name, std::fs::read(&path).expect("the file was just written"))
    });
    files.collect()
}
