//! A small thread pool whose results carry their job's number.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

type Job<T> = (u64, Box<dyn FnOnce() -> T + Send>);

/// Worker threads. They are started as needed, and end
/// with their owner, after their jobs are done.
pub struct Lanes<T> {
    jobs: Sender<Job<T>>,
    waiting: Arc<Mutex<Receiver<Job<T>>>>,
    done: Receiver<(u64, Option<T>)>,
    tell: Sender<(u64, Option<T>)>,
    threads: usize,
    busy: usize,
}

impl<T: Send + 'static> Default for Lanes<T> {
    fn default() -> Self {
        let (jobs, waiting) = channel();
        let (tell, done) = channel();
        Self {
            jobs,
            waiting: Arc::new(Mutex::new(waiting)),
            done,
            tell,
            threads: 0,
            busy: 0,
        }
    }
}

impl<T: Send + 'static> Lanes<T> {
    /// The number of running jobs.
    pub fn busy(&self) -> usize {
        self.busy
    }

    /// Starts a job on an idle thread.
    pub fn begin(&mut self, number: u64, job: impl FnOnce() -> T + Send + 'static) {
        self.busy += 1;
        if self.threads < self.busy {
            let (waiting, tell) = (Arc::clone(&self.waiting), self.tell.clone());
            let thread = thread::Builder::new().spawn(move || work(&waiting, &tell));
            self.threads += usize::from(thread.is_ok());
        }
        if self.threads == 0 {
            // The system provides no thread: run it on this one.
            let _ = self.tell.send((number, Some(job())));
        } else {
            // We own the receiver, so it exists.
            let _ = self.jobs.send((number, Box::new(job)));
        }
    }

    /// A finished job with its number, if there is one. `None` as the result is a job
    /// that panicked.
    pub fn done(&mut self) -> Option<(u64, Option<T>)> {
        let done = self.done.try_recv().ok()?;
        self.busy -= 1;
        Some(done)
    }

    /// Waits for a finished job; `None` if no job is running, or once `goes_on` is false.
    pub fn wait(&mut self, goes_on: &dyn Fn() -> bool) -> Option<(u64, Option<T>)> {
        while self.busy > 0 && goes_on() {
            if let Ok(done) = self.done.recv_timeout(Duration::from_millis(100)) {
                self.busy -= 1;
                return Some(done);
            }
        }
        None
    }
}

fn work<T>(waiting: &Mutex<Receiver<Job<T>>>, tell: &Sender<(u64, Option<T>)>) {
    loop {
        let next = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok((number, job)) = next else { return };
        // The wait for a job that panics must end.
        let result = catch_unwind(AssertUnwindSafe(job)).ok();
        if tell.send((number, result)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;

    #[test]
    fn jobs_run_side_by_side_and_one_that_breaks_off_is_told() {
        let mut lanes = Lanes::default();
        let meet = Arc::new(Barrier::new(3));
        for number in 0..3_u64 {
            let meet = Arc::clone(&meet);
            lanes.begin(number, move || {
                meet.wait();
                number * 2
            });
        }
        let mut all: Vec<_> = std::iter::from_fn(|| lanes.wait(&|| true)).collect();
        all.sort_unstable();
        assert_eq!(all, [(0, Some(0)), (1, Some(2)), (2, Some(4))]);
        lanes.begin(7, || std::panic::resume_unwind(Box::new(())));
        assert_eq!(lanes.wait(&|| true), Some((7, None)));
        lanes.begin(8, || 1);
        assert_eq!(lanes.wait(&|| false), None);
        assert_eq!(lanes.wait(&|| true), Some((8, Some(1))));
        assert_eq!(
            (lanes.wait(&|| true), lanes.done(), lanes.busy()),
            (None, None, 0)
        );
    }
}
