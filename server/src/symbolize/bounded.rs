//! Runs a lookup in a thread of its own, one at a time, and waits for it no longer than agreed.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use super::Why;

/// Inlined calls are read by a function that calls itself, [`super::dwarf`] bounds how often.
const STACK_BYTES: usize = 32 << 20;

static IS_BUSY: Mutex<bool> = Mutex::new(false);
static IS_FREE: Condvar = Condvar::new();

/// What keeps others from starting; ends with the thread that holds it, also when that panics.
struct Turn;

impl Turn {
    /// Waits while another lookup runs: one that was given up does, and must not be joined by
    /// more and more of its kind.
    fn take(end: Instant) -> Option<Turn> {
        let left = end.saturating_duration_since(Instant::now());
        let is_busy = IS_BUSY.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut is_busy, _) = IS_FREE
            .wait_timeout_while(is_busy, left, |it| *it)
            .unwrap_or_else(PoisonError::into_inner);
        let is_ours = !std::mem::replace(&mut *is_busy, true);
        // Made only where it is ours: its end says that nobody is busy.
        is_ours.then(|| Turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *IS_BUSY.lock().unwrap_or_else(PoisonError::into_inner) = false;
        IS_FREE.notify_one();
    }
}

/// The result of `work`, if there is one by `end`. A panic is an error like another: libraries
/// that read DWARF have had them on damaged files.
pub(super) fn run<T: Send + 'static>(
    end: Instant,
    work: impl FnOnce() -> Result<T, Why> + Send + 'static,
) -> Result<T, Why> {
    let turn = Turn::take(end).ok_or(Why::OutOfTime)?;
    let (sender, receiver) = channel();
    let thread = thread::Builder::new().name("symbolize".to_owned()).stack_size(STACK_BYTES);
    thread
        .spawn(move || {
            let _turn = turn;
            // Fails when nobody waits any more.
            let _ = sender.send(work());
        })
        .map_err(|err| Why::Unreadable(err.to_string()))?;
    match receiver.recv_timeout(end.saturating_duration_since(Instant::now())) {
        Ok(it) => it,
        Err(RecvTimeoutError::Timeout) => Err(Why::OutOfTime),
        Err(RecvTimeoutError::Disconnected) => Err(Why::Invalid("it ended the reader".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn neither_a_panic_nor_a_hang_is_the_callers() {
        let soon = || Instant::now() + Duration::from_millis(50);
        let later = || Instant::now() + Duration::from_secs(60);
        assert_eq!(run(later(), || Ok(1)), Ok(1));
        let panicked: Result<(), Why> = run(later(), || panic!("as expected in this test"));
        assert!(matches!(panicked, Err(Why::Invalid(_))));
        let (sender, receiver) = channel::<()>();
        let hung = run(soon(), move || {
            let _ = receiver.recv();
            Ok(())
        });
        assert_eq!(hung, Err(Why::OutOfTime));
        // It still runs: the next one waits, and is not started.
        assert_eq!(run(soon(), || Ok(2)), Err(Why::OutOfTime));
        drop(sender);
        assert_eq!(run(later(), || Ok(3)), Ok(3));
    }
}
