//! Three gateways on one store behind one balancer, each with a directory of its own and the same master key.

use crate::balancer::Balancer;
use crate::home::{Home, Process};
use crate::merchant::Merchant;
use crate::receiver::Receiver;

/// How many there are.
pub(crate) const COUNT: usize = 3;

/// The gateways.
pub(crate) struct Gateways {
    store: String,
    notify_url: String,
    homes: Vec<Home>,
    running: Vec<Option<Process>>,
    base_urls: Vec<String>,
    balancer: Balancer,
}

impl Gateways {
    /// Starts all of them at once, on an empty store.
    pub(crate) async fn start(store: String, receiver: &Receiver) -> Self {
        let homes: Vec<Home> = (0..COUNT).map(|_| Home::new()).collect();
        for home in &homes {
            std::fs::create_dir_all(home.file("")).unwrap();
            std::fs::write(home.file("master.key"), "5a".repeat(32)).unwrap();
        }
        let mut gateways = Self {
            store,
            notify_url: receiver.prefix.clone(),
            homes,
            running: Vec::new(),
            base_urls: vec![String::new(); COUNT],
            balancer: Balancer::start().await,
        };
        gateways.running = (0..COUNT).map(|at| Some(gateways.spawn(at))).collect();
        for at in 0..COUNT {
            gateways.ready(at).await;
        }
        gateways
    }

    fn spawn(&self, at: usize) -> Process {
        self.homes[at].dev(&["--store", &self.store, "--notify-url", &self.notify_url])
    }

    async fn ready(&mut self, at: usize) {
        self.base_urls[at] = self.running[at].as_mut().unwrap().ready().await;
        self.balancer.put(at, &self.base_urls[at]);
    }

    /// The merchant, whose calls go to any of them.
    pub(crate) async fn merchant(&self) -> Merchant {
        Merchant::connect(&self.homes[0].sandbox()).await.at(&self.balancer.base_url)
    }

    /// The same merchant at each of them.
    pub(crate) fn each(&self, merchant: &Merchant) -> Vec<Merchant> {
        self.base_urls.iter().map(|base_url| merchant.at(base_url)).collect()
    }

    /// What `sandbox.json` of one of them says.
    pub(crate) fn sandbox(&self, at: usize) -> serde_json::Value {
        self.homes[at].sandbox()
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self, at: usize) {
        self.running[at].take().unwrap().kill();
        self.balancer.take_out(at);
    }

    /// Starts one that was killed.
    pub(crate) async fn restart(&mut self, at: usize) {
        self.running[at] = Some(self.spawn(at));
        self.ready(at).await;
    }

    /// SIGSTOP: it stands still with everything that it holds, and the balancer gives it up.
    pub(crate) fn pause(&self, at: usize) {
        self.running[at].as_ref().unwrap().signal("STOP");
        self.balancer.take_out(at);
    }

    /// SIGCONT: it goes on where it stood, as if no time had passed.
    pub(crate) fn resume(&self, at: usize) {
        self.running[at].as_ref().unwrap().signal("CONT");
        self.balancer.put(at, &self.base_urls[at]);
    }

    /// Ends all of them, which they do well.
    pub(crate) async fn stop(self) {
        for process in self.running.into_iter().flatten() {
            process.stop().await;
        }
    }
}
