//! A line between a client and a server, which fails when it is told to: at the moment at which it hurts most.

#![expect(
    clippy::disallowed_methods,
    reason = "a cluster's threads end with the processes and lines that they serve"
)]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;

use crate::Database;

/// How a client asks for a commit.
const COMMIT: &[u8] = b"commit\0";
/// How a statement begins that is its own transaction, and so a commit whenever it is run.
const SINGLE_STATEMENT: &[u8] = b"\0with advanced as (";

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Fault {
    /// Nothing.
    None,
    /// The next commit is swallowed with its connection, and the line is whole again.
    BeforeCommit,
    /// The next commit is made and its answer is swallowed with its connection; the line is whole again.
    AfterCommit,
    /// The same, and then the line is down.
    AfterCommitForGood,
    /// Every connection is taken, and nothing that is sent on any of them arrives, in neither direction.
    Silent,
    /// Every connection ends at once.
    Down,
}

impl Fault {
    const ALL: [Self; 6] = [
        Self::None,
        Self::BeforeCommit,
        Self::AfterCommit,
        Self::AfterCommitForGood,
        Self::Silent,
        Self::Down,
    ];

    /// Its place among all.
    #[expect(clippy::as_conversions, reason = "the number of a fieldless variant has no other name")]
    fn number(self) -> u8 {
        self as u8
    }
}

/// A proxy in front of a database's server.
#[derive(Debug)]
pub struct Line {
    address: String,
    state: State,
}

#[derive(Clone, Debug, Default)]
struct State(Arc<AtomicU8>);

impl State {
    fn now(&self) -> Fault {
        Fault::ALL[usize::from(self.0.load(Ordering::SeqCst))]
    }

    fn set(&self, fault: Fault) {
        self.0.store(fault.number(), Ordering::SeqCst);
    }

    /// Whether this commit is the one that is cut, and if so, how.
    fn at_commit(&self) -> Option<Fault> {
        let then = |fault| match fault {
            Fault::AfterCommitForGood => Fault::Down,
            Fault::None | Fault::BeforeCommit | Fault::AfterCommit | Fault::Silent | Fault::Down => {
                Fault::None
            }
        };
        let is_one = |fault: Fault| {
            let (now, then) = (fault.number(), then(fault).number());
            self.0.compare_exchange(now, then, Ordering::SeqCst, Ordering::SeqCst).is_ok()
        };
        [Fault::BeforeCommit, Fault::AfterCommit, Fault::AfterCommitForGood].into_iter().find(|f| is_one(*f))
    }
}

impl Line {
    /// A line to a database's server, with nothing wrong with it.
    ///
    /// # Panics
    ///
    /// When there is no port to be had, or the database's address names none.
    pub fn to(database: &Database) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("this machine has free ports");
        let port = listener.local_addr().expect("a listener has an address").port();
        let address = database.address();
        let server: u16 = address
            .split([':', '/'])
            .find_map(|part| part.parse().ok())
            .expect("a database's address names its port");
        let state = State::default();
        let shared = state.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                serve(client, server, &shared);
            }
        });
        Self { address: address.replace(&format!(":{server}/"), &format!(":{port}/")), state }
    }

    /// The database's address, at the near end.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Makes something be wrong from now on, or nothing.
    pub fn fault(&self, fault: Fault) {
        self.state.set(fault);
    }

    /// What is wrong now. A commit that was to be cut is not any more once it was.
    pub fn is(&self) -> Fault {
        self.state.now()
    }
}

/// Takes a connection.
fn serve(client: TcpStream, server: u16, state: &State) {
    if state.now() == Fault::Down {
        return;
    }
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { return };
    let (Ok(client_too), Ok(server_too)) = (client.try_clone(), server.try_clone()) else { return };
    let (asking, answering) = (state.clone(), state.clone());
    thread::spawn(move || carry(client, server, &asking, true));
    thread::spawn(move || carry(server_too, client_too, &answering, false));
}

/// Whether a client asks for a commit. `single_statements` is how the server is told to run the statements that were
/// prepared so far and are transactions of their own.
fn is_commit(said: &[u8], single_statements: &mut Vec<Vec<u8>>) -> bool {
    let has = |wanted: &[u8]| said.windows(wanted.len()).any(|window| window == wanted);
    let is_one = has(COMMIT) || single_statements.iter().any(|run| has(run));
    for (at, window) in said.windows(SINGLE_STATEMENT.len()).enumerate() {
        if window == SINGLE_STATEMENT {
            // The driver names its statements `s` and a number, and a name stands between two zeros when it is run.
            let begin = said[..at].iter().rposition(|byte| *byte == b's').unwrap_or(at);
            single_statements.push([b"\0", &said[begin..at], b"\0"].concat());
        }
    }
    is_one
}

/// Carries what one end says to the other one, until either ends.
fn carry(mut from: TcpStream, mut to: TcpStream, state: &State, is_asking: bool) {
    let mut bytes = vec![0; 256 * 1024];
    let mut single_statements = Vec::new();
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        let said = &bytes[..read];
        let is_commit = is_asking && is_commit(said, &mut single_statements);
        let cut = if is_commit { state.at_commit() } else { None };
        match (cut, state.now()) {
            (Some(Fault::BeforeCommit), _) => break,
            (Some(_), _) => {
                // The answer has nobody to go to. The server hears the commit to its end and acts on it.
                let _ = from.shutdown(Shutdown::Both);
                let _ = to.write_all(said);
                return;
            }
            (None, Fault::Down) => break,
            (None, Fault::Silent) => {}
            (None, _) => {
                if to.write_all(said).is_err() {
                    break;
                }
            }
        }
    }
    // Either may have ended by itself.
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
