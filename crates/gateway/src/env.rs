//! Time and chance: the only place in the gateway that asks the machine for either.
//!
//! Everything else is handed an [`Env`], so that a sandbox can move its clock and a test can repeat itself.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use aws_lc_rs::{digest, rand};
use lunas_vocab::Timestamp;

/// Where the gateway gets its time and its random bytes from.
#[derive(Clone)]
pub struct Env {
    clock: Arc<Clock>,
    entropy: Arc<Entropy>,
}

/// A clock that can be moved ahead of the machine's.
#[derive(Debug)]
struct Clock {
    /// When it was made, by a clock that nobody sets.
    made: Stopwatch,
    /// How far ahead of the machine's clock this one is.
    ahead_ms: AtomicI64,
    /// If not zero the clock stands still at this time (plus `ahead_ms`): a test's clock.
    fixed_ms: AtomicI64,
    /// Counts on and on, so that two things of one instant can be told apart.
    ticks: AtomicU64,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            made: Stopwatch::start(),
            ahead_ms: AtomicI64::default(),
            fixed_ms: AtomicI64::default(),
            ticks: AtomicU64::default(),
        }
    }
}

enum Entropy {
    System,
    /// SHA-256 over a seed and a counter: repeatable, and of course not secret.
    Seeded {
        seed: u64,
        drawn: AtomicU64,
    },
}

impl Env {
    /// The machine's clock and its random numbers.
    pub fn system() -> Self {
        Self { clock: Arc::default(), entropy: Arc::new(Entropy::System) }
    }

    /// The machine's clock, and identifiers that follow from a seed. For a sandbox that repeats itself. Keys and secrets
    /// come from [`Env::secret_bytes`] and follow from nothing.
    pub fn seeded(seed: u64) -> Self {
        Self { clock: Arc::default(), entropy: Arc::new(Entropy::Seeded { seed, drawn: AtomicU64::new(0) }) }
    }

    /// A clock that stands still until it is moved, and numbers that follow from a seed. For tests.
    pub fn manual(start: Timestamp, seed: u64) -> Self {
        let env = Self::seeded(seed);
        env.clock.fixed_ms.store(start.ms(), Ordering::Relaxed);
        env
    }

    /// The gateway's time: what expiry, retries and tokens go by.
    pub fn now(&self) -> Timestamp {
        let ahead = self.clock.ahead_ms.load(Ordering::Relaxed);
        Timestamp::from_ms(self.wall().ms().saturating_add(ahead))
    }

    /// A number that is one more at every call.
    pub fn tick(&self) -> u64 {
        self.clock.ticks.fetch_add(1, Ordering::Relaxed)
    }

    /// The machine's time, whatever the sandbox did to [`Env::now`]. A merchant's own clock is compared with this one.
    #[expect(clippy::disallowed_methods, reason = "this is the room where the machine's clock is read")]
    pub fn wall(&self) -> Timestamp {
        let fixed = self.clock.fixed_ms.load(Ordering::Relaxed);
        if fixed != 0 {
            return Timestamp::from_ms(fixed);
        }
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_ms(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    /// How long the gateway has been there: time that passes whatever is done to the machine's clock, and moves ahead with
    /// [`Env::now`]. What is counted per second goes by it.
    pub fn uptime(&self) -> Duration {
        let stands_still = self.clock.fixed_ms.load(Ordering::Relaxed) != 0;
        let passed = if stands_still { Duration::ZERO } else { self.clock.made.elapsed() };
        passed + self.ahead()
    }

    /// Sets a clock that stands still to another time, as somebody sets a machine's clock. For tests.
    pub fn set_to(&self, at: Timestamp) {
        self.clock.fixed_ms.store(at.ms(), Ordering::Relaxed);
    }

    /// Moves [`Env::now`] ahead; it never goes back.
    pub fn advance(&self, span: Duration) {
        let ms = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        self.clock.ahead_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Moves [`Env::now`] until it is so far ahead of the machine's clock, unless it is already.
    pub fn advance_to(&self, ahead: Duration) {
        let ms = i64::try_from(ahead.as_millis()).unwrap_or(i64::MAX);
        self.clock.ahead_ms.fetch_max(ms, Ordering::Relaxed);
    }

    /// How far [`Env::now`] is ahead of the machine's clock.
    pub fn ahead(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.clock.ahead_ms.load(Ordering::Relaxed)).unwrap_or(0))
    }

    /// Starts measuring how long something takes.
    pub fn stopwatch(&self) -> Stopwatch {
        Stopwatch::start()
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// Random bytes for a key or a nonce. They are always the machine's: what follows from a seed is no secret, and a
    /// nonce that comes again with the next start breaks its cipher.
    pub fn secret_bytes<const N: usize>() -> [u8; N] {
        let mut bytes = [0; N];
        draw(&mut bytes);
        bytes
    }

    /// Random text for a secret. Always the machine's, as [`Env::secret_bytes`].
    pub fn secret_text(alphabet: &[u8], length: usize) -> String {
        Self::system().text(alphabet, length)
    }

    /// Random text of `length` characters out of `alphabet`, which has at most 256 of them.
    pub fn text(&self, alphabet: &[u8], length: usize) -> String {
        // Bytes past the last whole multiple of the alphabet are thrown away, so that no character is likelier.
        let fair = 256 - 256 % alphabet.len();
        let mut text = String::with_capacity(length);
        while text.len() < length {
            for byte in self.bytes::<32>() {
                let drawn = usize::from(byte);
                if drawn < fair && text.len() < length {
                    text.push(char::from(alphabet[drawn % alphabet.len()]));
                }
            }
        }
        text
    }
}

/// Letters and digits.
pub const ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits.
pub const DIGITS: &[u8] = b"0123456789";
/// Lower-case hexadecimal digits.
pub const HEX: &[u8] = b"0123456789abcdef";

impl Entropy {
    fn fill(&self, bytes: &mut [u8]) {
        match self {
            Self::System => POOL.with_borrow_mut(|pool| pool.fill(bytes)),
            Self::Seeded { seed, drawn } => {
                for chunk in bytes.chunks_mut(digest::SHA256_OUTPUT_LEN) {
                    let counter = drawn.fetch_add(1, Ordering::Relaxed);
                    let input = [seed.to_le_bytes(), counter.to_le_bytes()].concat();
                    let block = digest::digest(&digest::SHA256, &input);
                    chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
                }
            }
        }
    }
}

/// Random bytes that were drawn together and are given out once each. Drawing costs about the same for sixteen bytes and
/// for many, and a payment needs a handful of identifiers.
struct Pool {
    bytes: [u8; 1024],
    given: usize,
}

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { bytes: [0; 1024], given: 1024 }) };
}

impl Pool {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.given == self.bytes.len() {
                draw(&mut self.bytes);
                self.given = 0;
            }
            *byte = std::mem::take(&mut self.bytes[self.given]);
            self.given += 1;
        }
    }
}

/// Bytes of the machine's own.
fn draw(bytes: &mut [u8]) {
    let source = rand::SystemRandom::new();
    rand::SecureRandom::fill(&source, bytes).expect("the machine's random numbers do not run out");
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Env").field("clock", &self.clock).finish_non_exhaustive()
    }
}

/// Waits for so long, by the machine's clock and not by a sandbox's: for limits of time and for pauses.
#[expect(clippy::disallowed_methods, reason = "this is the room where timers are set")]
pub(crate) fn sleep(span: Duration) -> tokio::time::Sleep {
    tokio::time::sleep(span)
}

/// Measures one span of real time.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "this is the room where durations are measured")]
    fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// The time since the start in whole milliseconds.
    pub fn elapsed_ms(self) -> i64 {
        i64::try_from(self.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// The time since the start in whole microseconds.
    pub fn elapsed_us(self) -> u64 {
        u64::try_from(self.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let env = Env::manual(Timestamp::from_ms(1_000), 7);
        assert_eq!(env.now(), Timestamp::from_ms(1_000));
        env.advance(Duration::from_secs(2));
        assert_eq!(env.now(), Timestamp::from_ms(3_000));
        assert_eq!(env.wall(), Timestamp::from_ms(1_000));
        assert_eq!(env.ahead(), Duration::from_secs(2));
        env.advance_to(Duration::from_secs(1));
        assert_eq!(env.ahead(), Duration::from_secs(2), "it never goes back");
        env.advance_to(Duration::from_secs(3));
        assert_eq!(env.now(), Timestamp::from_ms(4_000));
        env.set_to(Timestamp::from_ms(500));
        assert_eq!(env.uptime(), Duration::from_secs(3), "it passes whatever a clock is set to");
    }

    #[test]
    fn a_seed_repeats_itself_and_the_machine_does_not() {
        let start = Timestamp::from_ms(1);
        let draw = |env: Env| (env.text(ALPHANUMERIC, 40), env.bytes::<70>());
        assert_eq!(draw(Env::manual(start, 7)), draw(Env::manual(start, 7)));
        assert_ne!(draw(Env::manual(start, 7)), draw(Env::manual(start, 8)));
        assert_ne!(draw(Env::system()), draw(Env::system()));
    }

    #[test]
    fn text_keeps_to_its_alphabet_and_length() {
        let env = Env::seeded(1);
        for length in [0, 1, 31, 32, 33, 100] {
            let text = env.text(DIGITS, length);
            assert_eq!(text.len(), length);
            assert!(text.bytes().all(|b| b.is_ascii_digit()));
        }
    }
}
