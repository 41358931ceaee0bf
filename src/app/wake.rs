//! What wakes the publisher: a change by another process, and the hour.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Duration;

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use tokio::io::unix::AsyncFd;

fn watched(fd: OwnedFd) -> Option<AsyncFd<OwnedFd>> {
    #[expect(
        deprecated,
        reason = "an owned file descriptor keeps what AsyncFd::register asks for"
    )]
    AsyncFd::new(fd).ok()
}

/// Waits until a descriptor can be read, and reads it empty. Pending for ever where there is none.
async fn readable(watch: Option<&AsyncFd<OwnedFd>>) {
    let Some(watch) = watch else {
        return std::future::pending().await;
    };
    let Ok(mut guard) = watch.readable().await else {
        return std::future::pending().await;
    };
    let mut buffer = [0u8; 4096];
    while rustix::io::read(watch.get_ref(), &mut buffer).is_ok_and(|read| read > 0) {}
    guard.clear_ready();
}

/// Tells when another process has changed the queue.
#[derive(Debug)]
pub struct Wake {
    watch: Option<AsyncFd<OwnedFd>>,
}

impl Wake {
    /// Watches the file that every command touches. Where that cannot be, the look every 15 seconds stands in.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let watch = || -> std::io::Result<OwnedFd> {
            let fd = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
            inotify::add_watch(&fd, folder.join("wake"), WatchFlags::ATTRIB | WatchFlags::MODIFY)?;
            Ok(fd)
        };
        Self {
            watch: watch().ok().and_then(watched),
        }
    }

    /// Returns when something was changed. Pending for ever where nothing can be watched.
    pub async fn changed(&self) {
        readable(self.watch.as_ref()).await;
    }
}

/// A timer of the kernel: it wakes the process once, at its time, where the runtime's own would wake it several times
/// on the way there.
#[derive(Debug)]
pub struct Alarm {
    timer: Option<AsyncFd<OwnedFd>>,
}

impl Default for Alarm {
    fn default() -> Self {
        let timer = timerfd_create(
            TimerfdClockId::Monotonic,
            TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK,
        );
        Self {
            timer: timer.ok().and_then(watched),
        }
    }
}

impl Alarm {
    /// Returns after `pause`.
    pub async fn after(&self, pause: Duration) {
        if pause.is_zero() {
            return;
        }
        let value = Timespec {
            tv_sec: i64::try_from(pause.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: pause.subsec_nanos().into(),
        };
        let never = Timespec { tv_sec: 0, tv_nsec: 0 };
        let spec = Itimerspec {
            it_interval: never,
            it_value: value,
        };
        let set = self
            .timer
            .as_ref()
            .is_some_and(|timer| timerfd_settime(timer, TimerfdTimerFlags::empty(), &spec).is_ok());
        if set {
            readable(self.timer.as_ref()).await;
        } else {
            tokio::time::sleep(pause).await;
        }
    }
}
