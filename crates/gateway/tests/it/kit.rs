//! The kit as merchants have it, and the inside of its gateway beside it, which is nobody's but these tests'.
//!
//! A sandbox is prepared once and copied for every test. Its store is a file, unless `LUNAS_TEST_STORE` says `postgres`:
//! then it is a database in the cluster that `lunas_cluster` knows of. So one suite proves both engines.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;

use lunas_cluster::Database;
use lunas_gateway::admin::Operator;
use lunas_gateway::app::App;
use lunas_gateway::config::{Config, Limits};
use lunas_gateway::env::Env;
use lunas_gateway::flow::upkeep::Walk;
use lunas_gateway::site::Site;
use lunas_sandbox::DevOptions;
pub(crate) use lunas_testkit::{Answer, Call, Merchant, Notification, Receiver, Reply, sample, until};
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
struct Home {
    directory: TempDir,
    /// The store, if it is no file there.
    database: Option<Database>,
    /// The store, if it is the test's own.
    own: Option<String>,
}

/// How a gateway is started.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The time at which the clock stands still until it is moved; without one the machine's clock counts.
    pub(crate) clock: Option<Timestamp>,
    /// The configuration.
    pub(crate) config: Config,
    /// The address of an empty store of the test's own, where it needs one.
    pub(crate) store: Option<String>,
}

/// The machine's clock, and the defaults with workers that look often.
impl Default for Options {
    fn default() -> Self {
        let mut config = Config::defaults();
        config.worker.poll_ms = 20;
        config.limits = Limits::none();
        Self { clock: None, config, store: None }
    }
}

/// The kit's gateway, and what is inside.
#[derive(Debug)]
pub(crate) struct Gateway {
    kit: lunas_testkit::Gateway,
    /// Its inside, for moving the clock and looking at what is stored.
    pub(crate) app: Arc<App>,
    /// What it answers.
    pub(crate) site: Site,
    home: Home,
}

impl Deref for Gateway {
    type Target = lunas_testkit::Gateway;

    fn deref(&self) -> &Self::Target {
        &self.kit
    }
}

impl DerefMut for Gateway {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.kit
    }
}

impl Gateway {
    /// Starts one with options.
    pub(crate) async fn start_with(options: Options) -> Self {
        let home = match options.store {
            None => Home::new().await,
            Some(store) => Home::in_store(store),
        };
        let env = options.clock.map_or_else(Env::system, |at| Env::manual(at, 1));
        Self::start_in(home, env, options.config, None).await
    }

    async fn start_in(home: Home, env: Env, config: Config, public_url: Option<String>) -> Self {
        let receiver = Receiver::start().await;
        let dev = DevOptions {
            listen: ([127, 0, 0, 1], 0).into(),
            public_url,
            data_dir: home.directory.path().to_owned(),
            store: home.store(),
            notify_url: Some(receiver.url().to_owned()),
            env: Some(env),
            config: Some(config),
            ..DevOptions::default()
        };
        let sandbox = lunas_sandbox::prepare(dev).await.unwrap_or_else(|error| panic!("no sandbox: {error}"));
        let (app, site) = (sandbox.app.clone(), sandbox.site.clone());
        Self { kit: lunas_testkit::Gateway::over(sandbox, receiver), app, site, home }
    }

    /// An operator at work on this gateway. What it changed counts after [`Gateway::operated`].
    pub(crate) fn operator(&self) -> Operator<'_> {
        let App { store, keys, env, .. } = &*self.app;
        Operator { store, sealer: &keys.sealer, env, name: "the test" }
    }

    /// Lets what an operator changed count at once.
    pub(crate) fn operated(&self) {
        self.app.directory.forget();
    }

    /// Where its keys lie, for another gateway of the same sandbox.
    pub(crate) fn data_dir(&self) -> &Path {
        self.home.directory.path()
    }

    /// Forgets and archives what is old enough, as the gateway's worker does from time to time.
    pub(crate) async fn clear_up(&self) {
        let mut walk = Walk::default();
        while walk.step(&self.app).await.unwrap() {}
    }

    /// Ends the gateway, and proves that nothing was lost.
    pub(crate) async fn finish(self) {
        self.kit.finish().await;
    }

    /// Ends the gateway, and starts it anew at the same time under another public URL.
    pub(crate) async fn moved_to(self, public_url: &str) -> Self {
        let Self { kit, app, site, home } = self;
        kit.finish().await;
        let env = Env::manual(app.env.wall(), 2);
        env.advance_to(app.env.ahead());
        let config = app.config.clone();
        app.store.clone().close().await;
        drop((app, site));
        Self::start_in(home, env, config, Some(public_url.to_owned())).await
    }

    /// Ends a gateway of which nothing can be proven any more, because the test broke its store.
    pub(crate) async fn abandon(self) {
        self.kit.abandon().await;
    }
}

impl Home {
    /// One with nothing in it yet, whose store is somewhere else.
    fn in_store(own: String) -> Self {
        Self { directory: tempfile::tempdir().unwrap(), database: None, own: Some(own) }
    }

    /// A copy of a prepared sandbox.
    async fn new() -> Self {
        let template = TEMPLATE.get_or_init(prepare).await;
        let directory = tempfile::tempdir().unwrap();
        for (name, bytes) in &template.files {
            std::fs::write(directory.path().join(name), bytes).unwrap();
        }
        Self { directory, database: template.database.as_ref().map(Database::copy_of), own: None }
    }

    /// The store's address, if it is none that follows from the directory.
    fn store(&self) -> Option<String> {
        self.own.clone().or_else(|| self.database.as_ref().map(Database::address))
    }
}

async fn prepare() -> Template {
    let database = Database::if_chosen();
    let directory = tempfile::tempdir().unwrap();
    let options = DevOptions {
        listen: ([127, 0, 0, 1], 0).into(),
        data_dir: directory.path().to_owned(),
        store: database.as_ref().map(Database::address),
        env: Some(Env::manual(PREPARED_AT, 1)),
        ..DevOptions::default()
    };
    let prepared = lunas_sandbox::prepare(options).await.unwrap();
    prepared.app.store.clone().close().await;
    drop(prepared);
    let files = std::fs::read_dir(directory.path()).unwrap().map(|file| {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read(&path).unwrap())
    });
    Template { files: files.collect(), database }
}
