//! Running jobs whose results are taken in the order in which they were started.

use super::lanes::Lanes;
use std::collections::VecDeque;

/// How many finished results may wait for an earlier one, per running
/// job. Bounds memory; large enough that one slow
/// answer delays no other.
const READY: usize = 8;

/// Jobs, each with a tag that stays here.
pub struct Window<T, R> {
    lanes: Lanes<R>,
    queue: VecDeque<(u64, T, State<R>)>,
    next: u64,
}

enum State<R> {
    UnderWay,
    /// The result; `None` if the job panicked.
    Done(Option<R>),
}

impl<T, R: Send + 'static> Default for Window<T, R> {
    fn default() -> Self {
        Self {
            lanes: Lanes::default(),
            queue: VecDeque::new(),
            next: 0,
        }
    }
}

impl<T, R: Send + 'static> Window<T, R> {
    /// Whether no job is running, and no result is left.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Whether one more may start, with at most `most` running.
    pub fn has_room(&self, most: usize) -> bool {
        self.lanes.busy() < most && self.queue.len() < most * READY
    }

    /// The running jobs, with the results so far: `None` for a job that panicked.
    pub fn iter(&self) -> impl Iterator<Item = (&T, Option<Option<&R>>)> {
        self.queue.iter().map(|(_, tag, state)| match state {
            State::UnderWay => (tag, None),
            State::Done(result) => (tag, Some(result.as_ref())),
        })
    }

    /// The number of the next job.
    pub fn next_number(&self) -> u64 {
        self.next
    }

    /// Starts a job.
    pub fn begin(&mut self, tag: T, work: impl FnOnce() -> R + Send + 'static) {
        let number = self.next;
        self.next += 1;
        self.queue.push_back((number, tag, State::UnderWay));
        self.lanes.begin(number, work);
    }

    /// Takes the results that are ready.
    pub fn take_up(&mut self) {
        while let Some(done) = self.lanes.done() {
            self.file(done);
        }
    }

    /// Waits for a result, unless no job is running; as long as `goes_on`,
    /// which is checked from time to time.
    pub fn wait(&mut self, goes_on: &dyn Fn() -> bool) {
        if let Some(done) = self.lanes.wait(goes_on) {
            self.file(done);
        }
    }

    fn file(&mut self, (number, result): (u64, Option<R>)) {
        let mut queue = self.queue.iter_mut();
        if let Some((_, _, state)) = queue.find(|(other, ..)| *other == number) {
            *state = State::Done(result);
        }
    }

    /// The first in order, if it is finished.
    pub fn first_done(&mut self) -> Option<(T, Option<R>)> {
        if matches!(self.queue.front()?, (_, _, State::UnderWay)) {
            return None;
        }
        let (_, tag, state) = self.queue.pop_front()?;
        let State::Done(result) = state else {
            return None;
        };
        Some((tag, result))
    }

    /// Waits for the first in order if `wanted`; otherwise returns only its tag.
    pub fn drain(&mut self, wanted: impl Fn(&T) -> bool) -> Option<(T, Option<Option<R>>)> {
        let (_, tag, _) = self.queue.front()?;
        if !wanted(tag) {
            return self.queue.pop_front().map(|(_, tag, _)| (tag, None));
        }
        while matches!(self.queue.front()?, (_, _, State::UnderWay)) {
            self.wait(&|| true);
        }
        self.first_done().map(|(tag, result)| (tag, Some(result)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn results_come_in_order_and_a_late_one_holds_back_no_work() {
        let mut window = Window::default();
        let (late, told) = channel();
        window.begin('a', move || told.recv().unwrap_or(0));
        for (tag, result) in [('b', 1), ('c', 2)] {
            assert!(window.has_room(2));
            window.begin(tag, move || result);
            window.wait(&|| true);
        }
        assert_eq!(window.first_done(), None);
        late.send(7).expect("it waits");
        window.wait(&|| true);
        let all: Vec<_> = std::iter::from_fn(|| window.first_done()).collect();
        assert_eq!(all, [('a', Some(7)), ('b', Some(1)), ('c', Some(2))]);
        assert!(window.is_empty() && window.next_number() == 3);
        window.wait(&|| true);
    }
}
