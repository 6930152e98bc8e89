//! Group commit: a few writers, each of which writes what queued up while its last batch was being made durable.
//!
//! Half of the writers take a batch and make its statements at a time, and the others commit theirs: two at once would
//! make two small batches of what one makes a large one of, which costs the database more. Where enough waits for a large
//! one, another writer makes it without a turn; and so it does when a writer is held up with its turn, by a row that
//! another gateway holds, by a server that went away, or by a standby that is far away.
//!
//! Order and failure. A batch is one transaction of independent changes. One whose changes only add rows is one
//! statement; when that fails, and for all others, it is several. When a guard of one change does not hold, the
//! transaction is rolled back; the members that are known to be at fault are made alone, one after the other, which
//! gives each its exact answer, and the rest is made again without them. When it is not known who is at fault, the
//! batch is halved. So a bad change never fails its neighbours, and nobody is answered before the commit that holds
//! the change, or the refusal of the change by itself.
//!
//! A connection that dies before `commit` was sent leaves nothing, and the batch is made again on a fresh one. One that
//! dies while `commit` or a statement that is a transaction is under way leaves a question, which is answered before
//! anybody is: each transaction writes its number into its connection's row of `committer`, so whoever deletes that row
//! either waits until the dead connection's transaction has ended or finds out that it can never end well, and reads the
//! number of the last one that did.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, Notify, OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
use tokio::time::Instant;

use super::address::Target;
use super::plan;
use super::reads::Tries;
use super::shards::{Part, Shards};
use super::version_vector::WHOLE;
use super::writing::{Ended, Writing};
use crate::step::Step;
use crate::tasks::{caught, sleep, spawn};
use crate::{CommitError, Unavailable};

/// The writers' name on the board.
const TASK: &str = "committer";
/// Changes that wait for a writer. Callers beyond that wait to be let into the queue.
const QUEUE_MAX: usize = 1_024;
/// Changes in one transaction. It bounds how long the first one of a batch waits for the last.
const BATCH_MAX: usize = 256;
/// Changes that are enough for a batch of their own: with so many waiting, a writer goes on without a turn.
const PLENTY: usize = 24;
/// How long a writer waits for its turn before it goes on without: many times what a batch takes where the database is
/// near.
const TURN_MAX: Duration = Duration::from_millis(5);
/// How long changes wait for a server that is away before they are told that it is; also how long a transaction is made
/// again because its connection was lost, or its server's to another one, for a server that lets us in and answers
/// nothing would otherwise be asked for ever.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a transaction is made again because another one came in between.
const AGAIN_MAX: u32 = 20;
/// The pause before that, at the first time; it grows with each.
const AGAIN_PAUSE: Duration = Duration::from_millis(2);

/// The queues to the writers.
pub(super) struct Committer {
    /// One to all of them, or where the store has shards one to each: so what lies in one shard comes to one writer, and
    /// many changes make one batch.
    queues: Vec<Entrance>,
    shards: Shards,
    running: watch::Receiver<()>,
}

/// Where changes are queued up.
struct Entrance {
    queue: mpsc::Sender<Message>,
    plenty: Arc<Notify>,
}

enum Message {
    Commit(Job),
    Close,
}

/// Changes and whoever waits for them.
pub(super) struct Job {
    pub(super) steps: Vec<Step>,
    part: Part,
    queued_at: Instant,
    answer: oneshot::Sender<Result<(), CommitError>>,
}

/// What the writers share.
struct Queue {
    messages: Mutex<mpsc::Receiver<Message>>,
    turns: Arc<Semaphore>,
    /// Told when enough has queued up for another batch.
    plenty: Arc<Notify>,
}

/// The right to take a batch and to make its statements, given back when the batch is ready to be committed, or is.
pub(super) type Turn = OwnedSemaphorePermit;

impl Queue {
    /// A turn, or none when there is plenty to do or whoever has the turn is held up.
    async fn turn(&self) -> Option<Turn> {
        tokio::select! {
            biased;
            turn = Arc::clone(&self.turns).acquire_owned() => turn.ok(),
            () = self.plenty.notified() => None,
            () = sleep(TURN_MAX) => None,
        }
    }
}

impl Committer {
    /// Starts the writers, the first of them on a connection that is there already.
    pub(super) fn start(target: &Arc<Target>, first: Writing, shards: Shards) -> Self {
        let entrances = if shards.are_none() { 1 } else { target.writers };
        let (runs, running) = watch::channel(());
        let runs = Arc::new(runs);
        let mut first = Some(first);
        let mut queues = Vec::with_capacity(entrances);
        for _ in 0..entrances {
            let writers = target.writers / entrances;
            let (queue, queued) = mpsc::channel(QUEUE_MAX);
            let turns = Arc::new(Semaphore::new(writers.div_ceil(2)));
            let plenty = Arc::new(Notify::new());
            queues.push(Entrance { queue, plenty: Arc::clone(&plenty) });
            let queued = Arc::new(Queue { messages: Mutex::new(queued), turns, plenty });
            for _ in 0..writers {
                let (target, queued) = (Arc::clone(target), Arc::clone(&queued));
                spawn(keep_writing(target, first.take(), queued, Arc::clone(&runs)));
            }
        }
        Self { queues, shards, running }
    }

    /// Waits for a place in the queue, then for the answer.
    pub(super) async fn commit(&self, steps: Vec<Step>) -> Result<(), CommitError> {
        let (answer, answered) = oneshot::channel();
        let part = self.shards.part(&steps);
        let Entrance { queue, plenty } = &self.queues[self.shards.number(part) % self.queues.len()];
        let job = Message::Commit(Job { steps, part, queued_at: Instant::now(), answer });
        queue.send(job).await.map_err(|_| Unavailable::closed())?;
        if QUEUE_MAX - queue.capacity() >= PLENTY {
            plenty.notify_one();
        }
        // A writer that panicked may have sent its commit before.
        answered.await.unwrap_or(Err(CommitError::OutcomeUnknown))
    }

    /// How many changes wait.
    pub(super) fn queued(&self) -> usize {
        self.queues.iter().map(|Entrance { queue, .. }| queue.max_capacity() - queue.capacity()).sum()
    }

    /// Lets in nobody else, and returns when everything queued is durable and the connections are closed.
    pub(super) async fn close(&self) {
        for Entrance { queue, .. } in &self.queues {
            // An error means that the writers have ended already.
            let _ = queue.send(Message::Close).await;
        }
        let mut running = self.running.clone();
        // No value is ever sent: it ends when the last writer does.
        while running.changed().await.is_ok() {}
    }
}

struct Writer {
    target: Arc<Target>,
    writing: Option<Writing>,
    away_since: Option<Instant>,
    /// When changes were last told that nobody was waited for any longer.
    gave_up_at: Option<Instant>,
    turn: Option<Turn>,
}

/// Runs a writer to its end, and another one in its place when it panics. `_runs` is dropped when the last one ended.
async fn keep_writing(
    target: Arc<Target>,
    mut first: Option<Writing>,
    queue: Arc<Queue>,
    _runs: Arc<watch::Sender<()>>,
) {
    target.tasks.started(TASK);
    loop {
        let writer = Writer {
            target: Arc::clone(&target),
            writing: first.take(),
            away_since: None,
            gave_up_at: None,
            turn: None,
        };
        match caught(writer.run(Arc::clone(&queue))).await {
            Ok(()) => return,
            // Another one takes its place at once: everybody waits for it.
            Err(panic) => drop(target.tasks.panicked(TASK, &panic)),
        }
    }
}

/// What became of changes that were tried together.
enum Outcome {
    Made,
    /// Only of a single one.
    Refused(CommitError),
    /// These are at fault, by their places.
    AtFault(Vec<usize>),
    /// Somebody is.
    Unclear,
    /// Nobody is, and nothing was made.
    Failed(Unavailable),
    /// It cannot be known whether they were made.
    Unknown,
}

impl Writer {
    /// Serves until the queue is closed and empty.
    async fn run(mut self, queue: Arc<Queue>) {
        let mut messages = Vec::with_capacity(BATCH_MAX);
        let mut waiting: Vec<Job> = Vec::new();
        loop {
            self.turn = queue.turn().await;
            self.take(&queue.messages, &mut messages, &mut waiting).await;
            if waiting.is_empty() {
                break;
            }
            waiting = self.serve(std::mem::take(&mut waiting)).await;
            self.target.tasks.did_well(TASK);
            self.turn = None;
        }
        if let Some(writing) = self.writing.take() {
            writing.end().await;
        }
    }

    /// Adds what is queued, and waits for something only if nothing is left over from the last batch. Leaves nothing
    /// when the queue is closed.
    async fn take(
        &self,
        queue: &Mutex<mpsc::Receiver<Message>>,
        messages: &mut Vec<Message>,
        waiting: &mut Vec<Job>,
    ) {
        while waiting.is_empty() {
            let mut queued = queue.lock().await;
            if queued.recv_many(messages, BATCH_MAX).await == 0 {
                return;
            }
            sort(messages, waiting, &mut queued);
        }
        let room = BATCH_MAX.saturating_sub(waiting.len());
        // Whoever holds the queue is waiting for it to fill, so it is empty.
        if room > 0
            && let Ok(mut queued) = queue.try_lock()
        {
            while messages.len() < room
                && let Ok(message) = queued.try_recv()
            {
                messages.push(message);
            }
            sort(messages, waiting, &mut queued);
        }
    }

    /// Makes the changes and answers them, but for those that must wait for the next batch, which it gives back.
    async fn serve(&mut self, jobs: Vec<Job>) -> Vec<Job> {
        self.target.tasks.begins(TASK);
        let free = plan::independent(jobs.iter().map(|job| job.steps.as_slice()));
        let (mut together, mut deferred) = (BTreeMap::<_, Vec<Job>>::new(), Vec::new());
        let (mut units, begun) = (VecDeque::new(), Instant::now());
        let figures = Arc::clone(&self.target.figures);
        let taken = |job: &Job| figures.waits.add_time(begun.duration_since(job.queued_at));
        for (job, is_free) in jobs.into_iter().zip(free) {
            if plan::empties_tables(&job.steps) {
                taken(&job);
                units.push_back(vec![job]);
            } else if is_free {
                taken(&job);
                // What lies apart goes together, wherever it is.
                let shard = job.part.is_whole.then_some(job.part);
                together.entry(shard).or_default().push(job);
            } else {
                deferred.push(job);
            }
        }
        for unit in together.into_values() {
            units.push_front(unit);
        }
        while let Some(mut unit) = units.pop_front() {
            let begun = Instant::now();
            match self.make(&unit).await {
                Outcome::Made => {
                    figures.batch(unit.len(), begun.elapsed());
                    answer(unit, &Ok(()));
                }
                Outcome::Refused(refused) => answer(unit, &Err(refused)),
                Outcome::Failed(unavailable) => {
                    tracing::error!(error = %unavailable, changes = unit.len(), "a batch was not written");
                    answer(unit, &Err(unavailable.into()));
                }
                Outcome::Unknown => {
                    tracing::error!(changes = unit.len(), "it is not known whether a batch was written");
                    answer(unit, &Err(CommitError::OutcomeUnknown));
                }
                Outcome::AtFault(members) => {
                    for (at, job) in std::mem::take(&mut unit).into_iter().enumerate() {
                        if members.contains(&at) {
                            units.push_back(vec![job]);
                        } else {
                            unit.push(job);
                        }
                    }
                    if !unit.is_empty() {
                        units.push_front(unit);
                    }
                }
                Outcome::Unclear => {
                    let second = unit.split_off(unit.len() / 2);
                    units.push_front(second);
                    units.push_front(unit);
                }
            }
        }
        deferred
    }

    /// Makes changes in one transaction, again and again if nothing but the circumstances are against it.
    async fn make(&mut self, unit: &[Job]) -> Outcome {
        let (mut again, mut lost) = (0, None);
        let part = unit.first().map_or(WHOLE, |job| job.part.bucket);
        loop {
            if let Err(unavailable) = self.connect().await {
                return Outcome::Failed(unavailable);
            }
            let Some(writing) = &mut self.writing else { continue };
            let plan = plan::plan(part, unit.iter().map(|job| job.steps.as_slice()));
            let is_citus = writing.is_citus();
            let plan = if is_citus { plan.in_halves() } else { plan };
            let ended = match (writing.make_single_statement(&plan).await, unit) {
                (Some(ended), _) => ended,
                (None, [job]) => writing.make_individually(&job.steps, part, &mut self.turn).await,
                (None, _) => writing.make_batch(&plan, &mut self.turn).await,
            };
            match ended {
                Ended::Durable => return Outcome::Made,
                Ended::Refused(refused) => return Outcome::Refused(refused),
                Ended::AtFault(members) => return Outcome::AtFault(members),
                Ended::Blocked(unavailable) if unit.len() < 2 => return Outcome::Failed(unavailable),
                Ended::Unclear | Ended::Blocked(_) => return Outcome::Unclear,
                Ended::Failed(unavailable) => return Outcome::Failed(unavailable),
                Ended::Again if again == AGAIN_MAX => {
                    return Outcome::Failed(Unavailable::new("other transactions keep coming in between"));
                }
                Ended::Again => {
                    again += 1;
                    sleep(AGAIN_PAUSE * again).await;
                }
                Ended::Lost(unavailable) => {
                    self.writing = None;
                    // One machine of several may stay away: the parts on the others do not wait for it time and again.
                    let has_waited = is_citus && lost.is_some() && self.gave_up_at.is_some_and(is_recent);
                    if has_waited || !once_more(&mut lost).await {
                        self.gave_up_at = Some(Instant::now());
                        return Outcome::Failed(unavailable);
                    }
                    tracing::warn!(error = %unavailable, "a writer lost its connection; it makes its batch again");
                    self.away_since.get_or_insert_with(Instant::now);
                }
                Ended::Unknown => match self.inquire().await {
                    Some(true) => return Outcome::Made,
                    Some(false) if !once_more(&mut lost).await => {
                        return Outcome::Failed(Unavailable::new("its connection is lost again and again"));
                    }
                    Some(false) => {}
                    None => return Outcome::Unknown,
                },
            }
        }
    }

    /// Makes the connection anew if it is gone. A server that has been away for long is asked once; one that has just
    /// gone away is given time to come back.
    async fn connect(&mut self) -> Result<(), Unavailable> {
        if self.writing.as_ref().is_some_and(Writing::is_gone) {
            self.writing = None;
        }
        if self.writing.is_none() {
            let away_since = *self.away_since.get_or_insert_with(Instant::now);
            let mut tries = Tries::within(PATIENCE.saturating_sub(away_since.elapsed()));
            loop {
                match Writing::begin(&self.target).await {
                    Ok(writing) => {
                        self.away_since = None;
                        self.writing = Some(writing);
                        break;
                    }
                    Err(_) if tries.another().await => {}
                    Err(unavailable) => return Err(unavailable),
                }
            }
        }
        Ok(())
    }

    /// Whether the transaction that was being committed when its connection died is durable; none if nobody answers.
    /// That transaction has ended by then, or can never end well.
    async fn inquire(&mut self) -> Option<bool> {
        let lost = self.writing.take()?.position();
        tracing::warn!("a connection was lost during a commit; asking whether it was made");
        let mut tries = Tries::within(self.target.outcome_max);
        loop {
            let asked = async {
                let writing = Writing::begin(&self.target).await?;
                let last = writing.settle(&lost).await?;
                Ok::<_, Unavailable>((writing, last))
            };
            match asked.await {
                Ok((writing, last)) => {
                    self.writing = Some(writing);
                    return Some(last == Some(lost.batch));
                }
                Err(_) if tries.another().await => {}
                Err(error) => {
                    tracing::error!(%error, "nobody says whether a commit was made");
                    return None;
                }
            }
        }
    }
}

/// Whether something was so short a time ago that it is still so.
fn is_recent(at: Instant) -> bool {
    at.elapsed() < PATIENCE
}

/// Whether a transaction is made again after a loss: at once the first time, then after longer and longer pauses.
async fn once_more(lost: &mut Option<Tries>) -> bool {
    match lost {
        Some(tries) => tries.another().await,
        None => {
            *lost = Some(Tries::within(PATIENCE));
            true
        }
    }
}

/// Sorts messages into changes to be made and the wish to end.
fn sort(messages: &mut Vec<Message>, waiting: &mut Vec<Job>, queued: &mut mpsc::Receiver<Message>) {
    for message in messages.drain(..) {
        match message {
            Message::Commit(job) => waiting.push(job),
            Message::Close => queued.close(),
        }
    }
}

fn answer(unit: Vec<Job>, answer: &Result<(), CommitError>) {
    for job in unit {
        // Whoever asked may have stopped waiting; the change is durable all the same.
        let _ = job.answer.send(answer.clone());
    }
}
