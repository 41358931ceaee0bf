//! Waiting for something to become true, bounded generously: a slow machine waits longer, it never fails for that.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The most that a test waits for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(15);

/// Looks again and again until there is something; panics with `what` when patience ends.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(value) = look() {
            return value;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain for: {what}");
        std::thread::sleep(PAUSE);
    }
}

/// Lets so much time pass by the clock that counts suspension too; for limits that only time can pass.
pub(crate) fn time_passes(time: Duration) {
    let boot = || {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
    };
    let end = boot() + time;
    while boot() < end {
        std::thread::sleep(end.saturating_sub(boot()).max(Duration::from_millis(1)));
    }
}

/// Runs `work` over `items` on a few threads. Failures are named, and fail the test when the others are done.
pub(crate) fn side_by_side<T: Send + Clone + Debug, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    const WIDTH: usize = 4;
    let queue = Mutex::new(items.into_iter().enumerate().rev().collect::<Vec<_>>());
    let results = Mutex::new(Vec::new());
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WIDTH {
            scope.spawn(|| {
                loop {
                    let Some((place, item)) = queue.lock().unwrap().pop() else {
                        break;
                    };
                    match catch_unwind(AssertUnwindSafe(|| work(item.clone()))) {
                        Ok(result) => results.lock().unwrap().push((place, result)),
                        Err(_) => failed.lock().unwrap().push(item),
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "failed, as said above: {failed:?}");
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}
