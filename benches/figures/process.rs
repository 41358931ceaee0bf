//! Child processes: how long they take, how much memory they need, and the daemon.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::Outcome;
use super::site::Site;

/// The release binary that was built with this bench.
pub(crate) fn handbill() -> Command {
    Command::new(env!("CARGO_BIN_EXE_handbill"))
}

/// Runs a command to its end and gives the time; its standard output is thrown away.
pub(crate) fn time(mut command: Command) -> Outcome<Duration> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let started = Instant::now();
    let child = command.spawn()?;
    let output = child.wait_with_output()?;
    let took = started.elapsed();
    if output.status.success() {
        Ok(took)
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
    }
}

/// Runs a command and gives what it printed.
pub(crate) fn output(mut command: Command) -> Outcome<String> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
    }
}

/// The median times of several commands, run by turns so that a slow moment of the machine meets them all.
pub(crate) fn medians<const N: usize>(runs: u32, commands: [&dyn Fn() -> Command; N]) -> Outcome<[Duration; N]> {
    let mut times = [const { Vec::new() }; N];
    for _ in 0..runs {
        for (command, times) in commands.iter().zip(&mut times) {
            times.push(time(command())?);
        }
    }
    Ok(times.map(|times| percentile(times, 50)))
}

/// The time below which so many of a hundred are.
pub(crate) fn percentile(mut times: Vec<Duration>, of_hundred: usize) -> Duration {
    times.sort();
    let last = times.len().saturating_sub(1);
    let place = (times.len() * of_hundred).div_ceil(100).saturating_sub(1).min(last);
    times.get(place).copied().unwrap_or_default()
}

/// The peak memory of a command, in kB: looked at until it is gone, the most of several runs.
pub(crate) fn peak(runs: u32, command: &dyn Fn() -> Command) -> Outcome<u64> {
    let mut most = 0;
    for _ in 0..runs {
        let mut child = command()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        // The high-water mark only grows, so the last look before the end is the figure.
        while child.try_wait()?.is_none() {
            most = most.max(status(child.id(), "VmHWM").unwrap_or(0));
        }
    }
    Ok(most)
}

/// A number of `/proc/PID/status`; kB for memory.
pub(crate) fn status(pid: u32, field: &str) -> Option<u64> {
    number_of(&std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?, field)
}

fn number_of(text: &str, field: &str) -> Option<u64> {
    let line = text
        .lines()
        .find(|line| line.strip_prefix(field).is_some_and(|rest| rest.starts_with(':')))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// How often the threads of a process went to sleep and were woken.
pub(crate) fn wake_ups(pid: u32) -> Option<u64> {
    let mut sum = 0;
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).ok()? {
        let text = std::fs::read_to_string(thread.ok()?.path().join("status")).ok()?;
        sum += number_of(&text, "voluntary_ctxt_switches")?;
    }
    Some(sum)
}

/// Processor time of the threads that a process has now, without one of them.
pub(crate) fn processor(pid: u32, without: Option<u32>) -> Outcome<Duration> {
    let mut sum = 0;
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        let thread = thread?;
        if without.is_some_and(|without| thread.file_name().to_string_lossy() == without.to_string()) {
            continue;
        }
        let text = std::fs::read_to_string(thread.path().join("schedstat"))?;
        sum += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
    }
    Ok(Duration::from_nanos(sum))
}

/// Bytes that a process has written to files.
pub(crate) fn written(pid: u32) -> Outcome<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/io"))?;
    number_of(&text, "write_bytes").ok_or_else(|| "the kernel does not count what is written".into())
}

/// A daemon that publishes; ended when dropped.
pub(crate) struct Daemon {
    child: Child,
}

impl Daemon {
    /// Starts it, and returns when it holds the publisher's lock.
    pub(crate) fn start(site: &Site) -> Outcome<Self> {
        let log = std::fs::File::create(site.dir.join("daemon.log"))?;
        let mut command = site.command(&["run"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        Self::wait(command.spawn()?, &site.database)
    }

    fn wait(child: Child, database: &Path) -> Outcome<Self> {
        let daemon = Self { child };
        let lock = format!("{}.d/publisher.lock", database.display());
        for _ in 0..5000 {
            let holder = std::fs::read_to_string(&lock).unwrap_or_default();
            if holder.trim() == daemon.pid().to_string() {
                return Ok(daemon);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Err("the daemon did not begin to publish within 5 s".into())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its memory, in kB.
    pub(crate) fn memory(&self, field: &str) -> Outcome<u64> {
        status(self.pid(), field).ok_or_else(|| format!("the daemon's {field} cannot be read").into())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Some(pid) = rustix::process::Pid::from_raw(i32::try_from(self.pid()).unwrap_or(0)) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        for _ in 0..200 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
