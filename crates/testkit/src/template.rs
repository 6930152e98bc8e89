//! A sandbox that was prepared once and is copied for every test: making RSA keys and hashing ten PINs takes most of a
//! second, copying a file or a small database takes nothing.
//!
//! Its store is a file, unless `LUNAS_TEST_STORE` says `postgres`: then it is a database in the cluster that
//! `lunas_cluster` knows of. So one suite proves both engines.

use lunas_cluster::Database;
use lunas_gateway::env::Env;
use lunas_sandbox::DevOptions;
use lunas_vocab::Timestamp;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// What every test's sandbox is a copy of.
static TEMPLATE: OnceCell<Template> = OnceCell::const_new();

/// When the sandbox of every test was set up.
const PREPARED_AT: Timestamp = Timestamp::from_ms(1_790_000_000_000);

struct Template {
    /// The files of a data directory, by name.
    files: Vec<(String, Vec<u8>)>,
    /// Its store, if that is no file.
    database: Option<Database>,
}

/// A prepared sandbox's data, which goes away with this.
#[derive(Debug)]
pub(crate) struct Home {
    /// The data directory.
    pub(crate) directory: TempDir,
    /// The store, if it is no file there.
    database: Option<Database>,
    /// The store, if it is the test's own.
    own: Option<String>,
}

impl Home {
    /// One with nothing in it yet, whose store is somewhere else.
    pub(crate) fn in_store(own: String) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        Self { directory, database: None, own: Some(own) }
    }

    /// A copy of a prepared sandbox.
    pub(crate) async fn new() -> Self {
        let template = TEMPLATE.get_or_init(prepare).await;
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        for (name, bytes) in &template.files {
            let path = directory.path().join(name);
            std::fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        Self { directory, database: template.database.as_ref().map(Database::copy_of), own: None }
    }

    /// The store's address, if it is none that follows from the directory.
    pub(crate) fn store(&self) -> Option<String> {
        self.own.clone().or_else(|| self.database.as_ref().map(Database::address))
    }
}

async fn prepare() -> Template {
    let database = Database::if_chosen();
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let options = DevOptions {
        listen: ([127, 0, 0, 1], 0).into(),
        data_dir: directory.path().to_owned(),
        store: database.as_ref().map(Database::address),
        env: Some(Env::manual(PREPARED_AT, 1)),
        ..DevOptions::default()
    };
    let prepared = lunas_sandbox::prepare(options).await.expect("an empty directory becomes a sandbox");
    prepared.app.store.clone().close().await;
    drop(prepared);
    let files = std::fs::read_dir(directory.path()).expect("the directory was just filled");
    let files = files.map(|file| {
        let path = file.expect("the directory can be listed").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("plain names").to_owned();
        (name, std::fs::read(&path).expect("the file was just written"))
    });
    Template { files: files.collect(), database }
}
