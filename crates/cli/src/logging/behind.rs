//! Where lines go: to stderr, but not from the threads that serve requests. Each line is a write to a file, a pipe or a
//! terminal under one lock, and at fifteen thousand payments a second the threads waited for one another there.
//!
//! What is only informative is written a moment later, many lines at a time; a warning or an error at once, with all that
//! came before it. A process that is killed can lose what it informed of in its last moment, and nothing else: the ledger
//! and the audit are elsewhere.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long lines are held back, at the most.
const HELD: Duration = Duration::from_millis(10);
/// How many bytes are held back. Where stderr does not take them, whoever writes the next line waits.
const HELD_BYTES_MAX: usize = 256 * 1024;

/// Takes lines and has them written.
#[derive(Debug)]
pub(super) struct Behind<W>(Arc<Shared<W>>);

#[derive(Debug)]
struct Shared<W> {
    held: Mutex<Held>,
    changed: Condvar,
    /// Locked before `held` is emptied, so that lines stay in their order.
    output: Mutex<W>,
}

#[derive(Debug, Default)]
struct Held {
    lines: Vec<u8>,
    is_over: bool,
}

/// Writes what is held back, in the end.
#[derive(Debug)]
pub(crate) struct Rest<W: Write = io::Stderr>(Arc<Shared<W>>);

impl<W: Write + Send + 'static> Behind<W> {
    /// Starts the thread that writes.
    pub(super) fn start(output: W) -> io::Result<(Self, Rest<W>)> {
        let shared = Shared { held: Mutex::default(), changed: Condvar::new(), output: Mutex::new(output) };
        let shared = Arc::new(shared);
        let writing = Arc::clone(&shared);
        std::thread::Builder::new().name("lunas-log".to_owned()).spawn(move || writing.run())?;
        Ok((Self(Arc::clone(&shared)), Rest(shared)))
    }
}

impl<W: Write> Shared<W> {
    fn run(&self) {
        let mut held = lock(&self.held);
        while !held.is_over {
            let waited = self.changed.wait_while(held, |held| held.lines.is_empty() && !held.is_over);
            held = waited.unwrap_or_else(PoisonError::into_inner);
            let waited = self.changed.wait_timeout_while(held, HELD, |held| !held.is_over);
            drop(waited);
            self.write_held();
            held = lock(&self.held);
        }
    }

    fn write_held(&self) {
        let mut output = lock(&self.output);
        let lines = std::mem::take(&mut lock(&self.held).lines);
        // There is nobody to tell that nobody reads.
        let _ = output.write_all(&lines).and_then(|()| output.flush());
    }
}

impl<W: Write> Drop for Rest<W> {
    fn drop(&mut self) {
        let Self(shared) = self;
        lock(&shared.held).is_over = true;
        shared.changed.notify_all();
        shared.write_held();
    }
}

/// One line on its way.
#[derive(Debug)]
pub(super) struct Passing<'a, W: Write> {
    shared: &'a Shared<W>,
    is_urgent: bool,
}

impl<'a, W: Write + 'a> MakeWriter<'a> for Behind<W> {
    type Writer = Passing<'a, W>;

    fn make_writer(&'a self) -> Passing<'a, W> {
        Passing { shared: &self.0, is_urgent: true }
    }

    fn make_writer_for(&'a self, metadata: &Metadata<'_>) -> Passing<'a, W> {
        Passing { shared: &self.0, is_urgent: *metadata.level() <= Level::WARN }
    }
}

impl<W: Write> Write for Passing<'_, W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut held = lock(&self.shared.held);
        let is_first = held.lines.is_empty();
        held.lines.extend_from_slice(line);
        let is_due = self.is_urgent || held.is_over || held.lines.len() > HELD_BYTES_MAX;
        drop(held);
        if is_due {
            self.shared.write_held();
        } else if is_first {
            self.shared.changed.notify_all();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.shared.write_held();
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Hands on whatever is written, each time.
    struct Seen(mpsc::Sender<String>);

    impl Write for Seen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if !bytes.is_empty() {
                self.0.send(String::from_utf8_lossy(bytes).into_owned()).map_err(io::Error::other)?;
            }
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn write(behind: &Behind<Seen>, is_urgent: bool, line: &str) {
        Passing { shared: &behind.0, is_urgent }.write_all(line.as_bytes()).unwrap();
    }

    #[test]
    fn every_line_is_written_once_and_in_order_by_whatever_road() {
        let (sender, seen) = mpsc::channel();
        let (behind, rest) = Behind::start(Seen(sender)).unwrap();
        let mut expected = String::new();
        for number in 0..2000 {
            let line = format!("{number}\n");
            write(&behind, number % 7 == 3, &line);
            expected.push_str(&line);
        }
        drop(rest);
        write(&behind, false, "after the end\n");
        expected.push_str("after the end\n");
        drop(behind);
        assert_eq!(seen.iter().collect::<String>(), expected);
    }

    #[test]
    fn a_line_alone_is_written_without_another_one() {
        let (sender, seen) = mpsc::channel();
        let (behind, _rest) = Behind::start(Seen(sender)).unwrap();
        for _ in 0..3 {
            write(&behind, false, "paid\n");
            assert_eq!(seen.recv().unwrap(), "paid\n");
        }
    }

    #[test]
    fn an_error_is_written_before_its_thread_goes_on_with_all_that_came_before() {
        let (sender, seen) = mpsc::channel();
        let (behind, _rest) = Behind::start(Seen(sender)).unwrap();
        write(&behind, false, "paid\n");
        write(&behind, true, "failed\n");
        let written: String = seen.try_iter().collect();
        assert_eq!(written, "paid\nfailed\n");
    }

    #[test]
    fn what_is_held_back_is_bounded() {
        let (sender, seen) = mpsc::channel();
        let (behind, _rest) = Behind::start(Seen(sender)).unwrap();
        write(&behind, false, &"x".repeat(HELD_BYTES_MAX + 1));
        assert_eq!(seen.try_iter().map(|lines| lines.len()).sum::<usize>(), HELD_BYTES_MAX + 1);
    }
}
