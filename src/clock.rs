//! Time and randomness, as values that tests can set.

use std::time::Duration;

use jiff::Timestamp;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The wall clock, to the millisecond.
    fn now(&self) -> Timestamp;

    /// Time since the machine was started, suspension included.
    fn boot(&self) -> Duration;
}

/// The machine's own clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[cfg(debug_assertions)]
        if let Some(fixed) = fixed() {
            return fixed;
        }
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Realtime);
        let ms = now.tv_sec.saturating_mul(1000).saturating_add(now.tv_nsec / 1_000_000);
        Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
    }

    fn boot(&self) -> Duration {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        let nanos = u32::try_from(now.tv_nsec).unwrap_or(0);
        Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), nanos)
    }
}

/// Tests of a debug build set the clock; a release build cannot be told another time.
#[cfg(debug_assertions)]
fn fixed() -> Option<Timestamp> {
    use std::sync::OnceLock;
    static FIXED: OnceLock<Option<Timestamp>> = OnceLock::new();
    *FIXED.get_or_init(|| std::env::var("HANDBILL_TEST_NOW").ok()?.parse().ok())
}

/// Where random numbers come from.
pub trait Random: Send + Sync {
    fn next(&self) -> u128;
}

/// The system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn next(&self) -> u128 {
        let mut bytes = [0u8; 16];
        // The kernel's randomness does not fail once the machine is up; if it did, a key could repeat, which the
        // database's unique index then refuses.
        if getrandom::fill(&mut bytes).is_err() {
            bytes = SystemClock.boot().as_nanos().to_be_bytes();
        }
        u128::from_be_bytes(bytes)
    }
}
