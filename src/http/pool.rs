//! An ordered pool: work on threads of its own, whose results are taken in the
//! order in which the work was begun.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How many results may be kept behind one that is late, for each job that may
/// run at once. A limit for the memory, and enough that a slow answer delays no
/// other.
const KEPT: usize = 8;

type Work<R> = (u64, Box<dyn FnOnce() -> R + Send>);

/// A result with the number of its job; none if the job panicked.
type Report<R> = (u64, Option<R>);

/// Jobs, each with a tag that stays on the caller's thread. The pool's threads
/// are started as they are needed, and end with the pool, once the jobs that
/// they have are done.
pub struct Pool<T, R> {
    queue: VecDeque<Job<T, R>>,
    next: u64,
    work: Sender<Work<R>>,
    waiting: Arc<Mutex<Receiver<Work<R>>>>,
    reports: Receiver<Report<R>>,
    report: Sender<Report<R>>,
    threads: usize,
    running: usize,
}

struct Job<T, R> {
    number: u64,
    tag: T,
    state: State<R>,
}

enum State<R> {
    Running,
    /// The result; none if the job panicked.
    Done(Option<R>),
}

impl<T, R: Send + 'static> Default for Pool<T, R> {
    fn default() -> Self {
        let (work, waiting) = channel();
        let (report, reports) = channel();
        Self {
            queue: VecDeque::new(),
            next: 0,
            work,
            waiting: Arc::new(Mutex::new(waiting)),
            reports,
            report,
            threads: 0,
            running: 0,
        }
    }
}

impl<T, R: Send + 'static> Pool<T, R> {
    /// Whether no job is left, running or done.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Whether one more job may start, where `most` may run at once.
    pub fn has_room(&self, most: usize) -> bool {
        self.running < most && self.queue.len() < most * KEPT
    }

    /// The jobs in order, with the results that are there: none of a job that panicked.
    pub fn iter(&self) -> impl Iterator<Item = (&T, Option<Option<&R>>)> {
        self.queue.iter().map(|job| match &job.state {
            State::Running => (&job.tag, None),
            State::Done(result) => (&job.tag, Some(result.as_ref())),
        })
    }

    /// The number of the next job.
    pub fn next_number(&self) -> u64 {
        self.next
    }

    /// Starts a job, on a thread that no other job uses by then.
    pub fn start(&mut self, tag: T, job: impl FnOnce() -> R + Send + 'static) {
        let number = self.next;
        self.next += 1;
        self.queue.push_back(Job {
            number,
            tag,
            state: State::Running,
        });
        self.running += 1;
        if self.threads < self.running {
            let (waiting, report) = (Arc::clone(&self.waiting), self.report.clone());
            let thread = thread::Builder::new().spawn(move || work(&waiting, &report));
            self.threads += usize::from(thread.is_ok());
        }
        // Both receivers are fields of the pool: a send cannot fail.
        if self.threads == 0 {
            // The system gives no thread: then the job runs on this one.
            let _ = self.report.send((number, Some(job())));
        } else {
            let _ = self.work.send((number, Box::new(job)));
        }
    }

    /// Stores the results that are there.
    pub fn poll(&mut self) {
        while let Ok(report) = self.reports.try_recv() {
            self.store(report);
        }
    }

    /// Waits for a result, unless no job is running; as long as `goes_on`,
    /// which is asked now and then.
    pub fn wait(&mut self, goes_on: &dyn Fn() -> bool) {
        while self.running > 0 && goes_on() {
            if let Ok(report) = self.reports.recv_timeout(Duration::from_millis(100)) {
                return self.store(report);
            }
        }
    }

    fn store(&mut self, (number, result): Report<R>) {
        self.running -= 1;
        // A job that was dropped from the queue is not there any more.
        if let Some(job) = self.queue.iter_mut().find(|job| job.number == number) {
            job.state = State::Done(result);
        }
    }

    /// The first job in order, if it is done.
    pub fn first_done(&mut self) -> Option<(T, Option<R>)> {
        if matches!(self.queue.front()?.state, State::Running) {
            return None;
        }
        let job = self.queue.pop_front()?;
        let State::Done(result) = job.state else {
            return None;
        };
        Some((job.tag, result))
    }

    /// The first job in order, waited for if it is `wanted`; else only its tag.
    pub fn drain(&mut self, wanted: impl Fn(&T) -> bool) -> Option<(T, Option<Option<R>>)> {
        if !wanted(&self.queue.front()?.tag) {
            return self.queue.pop_front().map(|job| (job.tag, None));
        }
        while matches!(self.queue.front()?.state, State::Running) {
            self.wait(&|| true);
        }
        self.first_done().map(|(tag, result)| (tag, Some(result)))
    }
}

fn work<R>(waiting: &Mutex<Receiver<Work<R>>>, report: &Sender<Report<R>>) {
    loop {
        let next = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok((number, job)) = next else { return };
        // A job that panics must not be waited for without end.
        let result = catch_unwind(AssertUnwindSafe(job)).ok();
        if report.send((number, result)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;

    #[test]
    fn jobs_run_in_parallel_and_a_panic_is_reported() {
        let mut pool = Pool::default();
        let meet = Arc::new(Barrier::new(3));
        for number in 0..3_u64 {
            let meet = Arc::clone(&meet);
            pool.start(number, move || {
                meet.wait();
                number * 2
            });
        }
        for _ in 0..3 {
            pool.wait(&|| true);
        }
        let all: Vec<_> = std::iter::from_fn(|| pool.first_done()).collect();
        assert_eq!(all, [(0, Some(0)), (1, Some(2)), (2, Some(4))]);
        pool.start(7, || std::panic::resume_unwind(Box::new(())));
        pool.wait(&|| true);
        assert_eq!(pool.first_done(), Some((7, None)));
        pool.start(8, || 1);
        pool.wait(&|| false);
        assert_eq!(pool.first_done(), None);
        pool.wait(&|| true);
        assert_eq!(pool.first_done(), Some((8, Some(1))));
        pool.wait(&|| true);
        pool.poll();
        assert_eq!((pool.first_done(), pool.running), (None, 0));
    }

    #[test]
    fn results_come_in_order_and_a_late_one_holds_back_no_work() {
        let mut pool = Pool::default();
        let (late, told) = channel();
        pool.start('a', move || told.recv().unwrap_or(0));
        for (tag, result) in [('b', 1), ('c', 2)] {
            assert!(pool.has_room(2));
            pool.start(tag, move || result);
            pool.wait(&|| true);
        }
        assert_eq!(pool.first_done(), None);
        late.send(7).expect("it waits");
        pool.wait(&|| true);
        let all: Vec<_> = std::iter::from_fn(|| pool.first_done()).collect();
        assert_eq!(all, [('a', Some(7)), ('b', Some(1)), ('c', Some(2))]);
        assert!(pool.is_empty() && pool.next_number() == 3);
        pool.wait(&|| true);
    }
}
