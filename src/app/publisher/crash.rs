//! Points at which a test of a debug build kills or stops the process. A release build has none.

/// The process dies here if a test asked for it: `HANDBILL_TEST_CRASH=<point>[:<n>]` kills at the n-th passage,
/// `HANDBILL_TEST_STOP` likewise stops it until it is continued.
#[cfg(debug_assertions)]
pub(in crate::app) fn point(name: &str) {
    use rustix::process::{Signal, getpid, kill_process};
    use std::collections::HashMap;
    use std::sync::Mutex;

    static PASSED: Mutex<Option<HashMap<String, u32>>> = Mutex::new(None);
    let passed = {
        let mut guard = PASSED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let count = guard
            .get_or_insert_with(HashMap::new)
            .entry(name.to_owned())
            .or_insert(0);
        *count += 1;
        *count
    };
    for (variable, signal) in [
        ("HANDBILL_TEST_CRASH", Signal::KILL),
        ("HANDBILL_TEST_STOP", Signal::STOP),
    ] {
        let Ok(wanted) = std::env::var(variable) else { continue };
        let (point, n) = wanted.split_once(':').unwrap_or((&wanted, "1"));
        if point == name && n.parse() == Ok(passed) {
            let _ = kill_process(getpid(), signal);
            // A signal may reach another thread first: this one must not get past the point meanwhile.
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }
}

#[cfg(not(debug_assertions))]
pub(in crate::app) fn point(_name: &str) {}
