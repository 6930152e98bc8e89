//! How many connections are kept at once, and which of them goes when there is no room for the next.
//!
//! How many is for [`crate::descriptors`] to say. When all places are taken, the connection that has waited for its client longest is closed. One whose request is being carried out is
//! never closed: its client would not know what became of a payment.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The places for connections.
#[derive(Debug)]
pub(super) struct Slots {
    max: usize,
    kept: Mutex<Kept>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    /// Every connection by its number; the lowest is the oldest.
    lines: BTreeMap<u64, Arc<Line>>,
    next: u64,
    /// Whether it was said that there is no room.
    is_told: bool,
}

/// What is known of one connection.
#[derive(Debug, Default)]
pub(super) struct Line {
    is_busy: AtomicBool,
    /// A request has been handed on and there is no answer yet.
    is_open: AtomicBool,
    is_answered: AtomicBool,
    is_sent_away: AtomicBool,
    has_unread: AtomicBool,
    leave: Notify,
}

impl Line {
    /// A request is being carried out: nothing is waited for that the client owes.
    pub(super) fn works(&self) {
        self.is_busy.store(true, Ordering::Relaxed);
    }

    /// The client is waited for.
    pub(super) fn waits(&self) {
        self.is_busy.store(false, Ordering::Relaxed);
    }

    /// A request has begun; nothing is waited for until its body is.
    pub(super) fn begins(&self) {
        self.is_open.store(true, Ordering::Relaxed);
        self.works();
    }

    /// The answer is there; when it has been written, the client's next request is waited for.
    pub(super) fn answers(&self) {
        self.works();
        self.is_answered.store(true, Ordering::Relaxed);
        self.is_open.store(false, Ordering::Relaxed);
    }

    /// The client does not take what is written. That may be the answer before the one that is being worked out.
    pub(super) fn stalls(&self) {
        if !self.is_open.load(Ordering::Relaxed) {
            self.waits();
        }
    }

    /// Everything that was to be written has been.
    pub(super) fn wrote(&self) {
        if self.is_answered.swap(false, Ordering::Relaxed) {
            self.waits();
        }
    }

    /// Its last request was answered before it had arrived.
    pub(super) fn leaves_unread(&self) {
        self.has_unread.store(true, Ordering::Relaxed);
    }

    /// Whether the client may still be sending what nobody reads.
    pub(super) fn has_unread(&self) -> bool {
        self.has_unread.load(Ordering::Relaxed)
    }

    /// Resolves when the connection has to make room.
    pub(super) async fn sent_away(&self) {
        self.leave.notified().await;
    }
}

/// A connection's place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Arc<Slots>,
    number: u64,
    pub(super) line: Arc<Line>,
}

impl Slots {
    pub(super) fn new(max: usize) -> Self {
        Self { max, kept: Mutex::default(), freed: Notify::new() }
    }

    /// A place for one more connection. Where there is none, the one that waits longest for its client has to go; where
    /// all are at work, the first that is done makes room.
    pub(super) async fn take(self: &Arc<Self>) -> Slot {
        loop {
            if let Some(slot) = self.try_take() {
                return slot;
            }
            self.freed.notified().await;
        }
    }

    fn try_take(self: &Arc<Self>) -> Option<Slot> {
        let mut kept = self.kept();
        if kept.lines.len() < self.max {
            let (number, line) = (kept.next, Arc::<Line>::default());
            kept.next += 1;
            kept.lines.insert(number, line.clone());
            return Some(Slot { slots: self.clone(), number, line });
        }
        if !kept.is_told {
            kept.is_told = true;
            tracing::warn!(
                connections = self.max,
                "all connections are taken; those that wait longest for their clients are closed for newcomers"
            );
        }
        let oldest = kept
            .lines
            .values()
            .find(|line| !line.is_busy.load(Ordering::Relaxed) && !line.is_sent_away.load(Ordering::Relaxed));
        if let Some(line) = oldest {
            line.is_sent_away.store(true, Ordering::Relaxed);
            line.leave.notify_one();
        }
        None
    }

    /// Resolves when no connection is left.
    pub(super) async fn emptied(&self) {
        while !self.kept().lines.is_empty() {
            self.freed.notified().await;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut kept = self.slots.kept();
        kept.lines.remove(&self.number);
        if kept.lines.len() <= self.slots.max / 2 {
            kept.is_told = false;
        }
        drop(kept);
        // One permit is enough: whoever takes places or waits for the last one is one task, and looks again each time.
        self.slots.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;

    /// What polling `future` once gives.
    async fn once<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> Poll<T> {
        let mut future = future;
        std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
    }

    #[tokio::test]
    async fn m7_whoever_waits_longest_makes_room_and_whoever_works_never_does() {
        let slots = Arc::new(Slots::new(3));
        let (first, second, third) = (slots.take().await, slots.take().await, slots.take().await);
        first.line.works();
        let mut fourth = std::pin::pin!(slots.take());
        assert!(once(fourth.as_mut()).await.is_pending(), "there is no room yet");
        assert!(once(std::pin::pin!(second.line.sent_away())).await.is_ready(), "the oldest that waits goes");
        for stays in [&first, &third] {
            assert!(once(std::pin::pin!(stays.line.sent_away())).await.is_pending());
        }
        drop(second);
        let Poll::Ready(fourth) = once(fourth).await else { panic!("there is room") };

        for slot in [&third, &fourth] {
            slot.line.works();
        }
        let mut fifth = std::pin::pin!(slots.take());
        assert!(once(fifth.as_mut()).await.is_pending(), "all are at work");
        third.line.begins();
        third.line.stalls();
        assert!(
            once(std::pin::pin!(third.line.sent_away())).await.is_pending(),
            "its answer is not there yet"
        );
        third.line.answers();
        third.line.wrote();
        drop(third);
        let Poll::Ready(fifth) = once(fifth).await else { panic!("one is done") };

        let mut emptied = std::pin::pin!(slots.emptied());
        drop((first, fourth));
        assert!(once(emptied.as_mut()).await.is_pending());
        drop(fifth);
        assert!(once(emptied).await.is_ready());
    }
}
