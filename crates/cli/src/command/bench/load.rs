//! The load itself: many keep-alive connections, each with one request under way, over bare sockets.
//!
//! The client shares its cores with what it measures, so it does no more than it must: one write per request, and a
//! reader that knows `Content-Length` and no other way to end an answer.

use std::sync::Arc;
use std::time::Duration;

use hdrhistogram::Histogram;
use lunas_gateway::env::{Env, Stopwatch};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::stock::Stock;
use crate::verdict::Error;

/// The longest latency that is told apart from longer ones: a minute, in microseconds.
const LATENCY_US_MAX: u64 = 60_000_000;
/// How long one answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// The most bytes of an answer.
const ANSWER_MAX: usize = 1 << 16;
/// What an answer has to hold to count.
const SUCCESS: &[u8] = br#""responseCode":"2005400""#;

/// One turn.
pub(super) struct Load {
    /// Host and port.
    pub(super) address: String,
    /// Connections.
    pub(super) connections: u16,
    /// Time that does not count.
    pub(super) warm_up: Duration,
    /// Time that counts.
    pub(super) measured: Duration,
}

/// What was counted.
pub(super) struct Tally {
    /// Latency of each success, in microseconds.
    pub(super) latencies_us: Histogram<u64>,
    /// Requests that were not answered with success, also while warming up.
    pub(super) failures: u64,
    /// What the first failure was answered with, or why it was not.
    pub(super) sample: Option<String>,
    seconds: u64,
}

impl Tally {
    /// Nothing counted yet.
    pub(super) fn new() -> Self {
        let latencies_us = Histogram::new_with_bounds(1, LATENCY_US_MAX, 3).expect("the bounds are in order");
        Self { latencies_us, failures: 0, sample: None, seconds: 0 }
    }

    /// Adds another turn.
    pub(super) fn add(&mut self, turn: Self) {
        self.seconds += turn.seconds;
        self.merge(turn);
    }

    /// Payments per second of the time that counted.
    pub(super) fn rate(&self) -> u64 {
        self.successes().checked_div(self.seconds).unwrap_or(0)
    }

    /// Payments that counted.
    pub(super) fn successes(&self) -> u64 {
        self.latencies_us.len()
    }

    fn merge(&mut self, part: Self) {
        self.latencies_us += part.latencies_us;
        self.failures += part.failures;
        self.sample = self.sample.take().or(part.sample);
    }

    fn fail(&mut self, sample: String) {
        self.failures += 1;
        self.sample.get_or_insert(sample);
    }
}

impl Load {
    /// Runs the turn. The error is about not getting a single connection.
    pub(super) async fn run(self, stock: Arc<Stock>) -> Result<Tally, Error> {
        let load = Arc::new(self);
        let cannot = |source| Error::because(format!("{} cannot be reached", load.address), source);
        drop(TcpStream::connect(&load.address).await.map_err(cannot)?);
        let env = Env::system();
        let clock = env.stopwatch();
        let connections: Vec<_> = (0..load.connections)
            .map(|_| tokio::spawn(connection(Arc::clone(&load), Arc::clone(&stock), env.clone(), clock)))
            .collect();
        let mut tally = Tally::new();
        for connection in connections {
            tally.merge(connection.await.map_err(|source| Error::because("a connection broke", source))?);
        }
        tally.seconds = load.measured.as_secs();
        Ok(tally)
    }
}

/// One connection until the end of the turn; after a failure a new one takes its place.
async fn connection(load: Arc<Load>, stock: Arc<Stock>, env: Env, clock: Stopwatch) -> Tally {
    let mut tally = Tally::new();
    let mut request = Vec::new();
    let end = load.warm_up + load.measured;
    while clock.elapsed() < end {
        let mut wire = match Wire::open(&load.address).await {
            Ok(wire) => wire,
            Err(error) => {
                tally.fail(error.to_string());
                // Nobody there: as many attempts as fit into the turn would say nothing more.
                return tally;
            }
        };
        while clock.elapsed() < end {
            stock.next(&mut request);
            let watch = env.stopwatch();
            match tokio::time::timeout(ANSWER_TIMEOUT, wire.exchange(&request)).await {
                Ok(Ok(Answer::Success)) => {
                    let done = clock.elapsed();
                    if done >= load.warm_up && done < end {
                        let us = u64::try_from(watch.elapsed().as_micros()).unwrap_or(LATENCY_US_MAX);
                        tally.latencies_us.saturating_record(us);
                    }
                }
                Ok(Ok(Answer::Other(answer))) => tally.fail(answer),
                Ok(Err(error)) => {
                    tally.fail(error.to_string());
                    break;
                }
                Err(_) => {
                    tally.fail("no answer in time".to_owned());
                    break;
                }
            }
        }
    }
    tally
}

/// What was answered.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// 200, and the response code of success.
    Success,
    /// Anything else, as it came.
    Other(String),
}

/// A connection and what was read of it.
struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    async fn open(address: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    async fn exchange(&mut self, request: &[u8]) -> std::io::Result<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if let Some(length) = answer_length(&self.buffer)?
                && self.buffer.len() >= length
            {
                return Ok(read(&self.buffer[..length]));
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(std::io::Error::other("the connection was closed before the answer"));
            }
        }
    }
}

/// The length of the answer that the bytes begin with, once its head is there.
fn answer_length(bytes: &[u8]) -> std::io::Result<Option<usize>> {
    let Some(head_end) = find(bytes, b"\r\n\r\n") else {
        let is_endless = bytes.len() > ANSWER_MAX;
        return if is_endless {
            Err(std::io::Error::other("the head of an answer has no end"))
        } else {
            Ok(None)
        };
    };
    let length = bytes[..head_end].split(|byte| *byte == b'\n').find_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        let value =
            name.eq_ignore_ascii_case(b"content-length").then(|| std::str::from_utf8(value).ok())??;
        value.trim().parse::<usize>().ok()
    });
    match length {
        Some(length) if length <= ANSWER_MAX => Ok(Some(head_end + 4 + length)),
        Some(_) => Err(std::io::Error::other("an answer is too long")),
        None => Err(std::io::Error::other("an answer has no Content-Length")),
    }
}

fn read(answer: &[u8]) -> Answer {
    if answer.starts_with(b"HTTP/1.1 200 ") && find(answer, SUCCESS).is_some() {
        Answer::Success
    } else {
        Answer::Other(String::from_utf8_lossy(answer).into_owned())
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_head_says() {
        let check = |bytes: &str, expected: Option<usize>| {
            assert_eq!(answer_length(bytes.as_bytes()).ok().flatten(), expected, "{bytes:?}");
        };
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Some(40));
        check("HTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\n", Some(39));
        check("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n", None);
        check("HTTP/1.1 200 OK\r\n\r\n", None);
        check("HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n", None);
    }

    #[test]
    fn only_the_code_of_success_counts() {
        let check = |answer: &str, counts: bool| {
            assert_eq!(read(answer.as_bytes()) == Answer::Success, counts, "{answer}");
        };
        check("HTTP/1.1 200 OK\r\n\r\n{\"responseCode\":\"2005400\"}", true);
        check("HTTP/1.1 200 OK\r\n\r\n{\"responseCode\":\"2025400\"}", false);
        check("HTTP/1.1 500 X\r\n\r\n{\"responseCode\":\"2005400\"}", false);
    }
}
