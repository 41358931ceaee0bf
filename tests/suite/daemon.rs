//! A daemon as a child process: started, killed, stopped, continued and ended.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use rustix::process::{Pid, Signal, kill_process};

use crate::patience::until;

/// A running daemon; it dies with this value.
pub(crate) struct Daemon {
    child: Child,
    log: PathBuf,
    ended: Option<ExitStatus>,
}

/// The process that a server's fault may kill or stop: the daemon that was started last. 0: none yet.
pub(crate) type Target = Arc<AtomicI32>;

impl Daemon {
    pub(crate) fn start(mut command: Command, log: PathBuf, target: &Target) -> Self {
        let file = File::create(&log).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        target.store(i32::try_from(child.id()).unwrap(), Ordering::SeqCst);
        Self {
            child,
            log,
            ended: None,
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    fn send(&mut self, signal: Signal) {
        // The child was not waited for yet, so its id is still its own.
        if self.ended().is_none() {
            kill_process(Pid::from_child(&self.child), signal).unwrap();
        }
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().unwrap();
        }
        self.ended
    }

    /// SIGKILL: it has no say.
    pub(crate) fn kill(&mut self) {
        self.send(Signal::KILL);
        self.wait();
    }

    /// SIGTERM: it may finish.
    pub(crate) fn term(&mut self) {
        self.send(Signal::TERM);
    }

    /// SIGINT, as Ctrl-C sends it.
    pub(crate) fn interrupt(&mut self) {
        self.send(Signal::INT);
    }

    /// SIGHUP: it reads its configuration again.
    pub(crate) fn hup(&mut self) {
        self.send(Signal::HUP);
    }

    /// SIGCONT.
    pub(crate) fn cont(&mut self) {
        self.send(Signal::CONT);
    }

    /// Whether the system holds it stopped.
    pub(crate) fn is_stopped(&self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        // The name in brackets may hold anything; the state follows it.
        stat.rsplit_once(')')
            .is_some_and(|(_, rest)| rest.trim_start().starts_with('T'))
    }

    pub(crate) fn wait_stopped(&mut self) {
        until("the daemon is stopped", || {
            (self.is_stopped() || self.ended().is_some()).then_some(())
        });
        assert!(
            self.ended().is_none(),
            "the daemon ended instead of stopping:\n{}",
            self.log()
        );
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        until("the daemon ended", || self.ended())
    }

    /// What it said.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
