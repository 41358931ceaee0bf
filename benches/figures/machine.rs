//! What the figures were taken on: they mean nothing without it.

use std::path::Path;

fn read(file: &str) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}

fn field(text: &str, name: &str) -> String {
    text.lines()
        .find(|line| line.starts_with(name))
        .and_then(|line| line.split_once(':'))
        .map_or("unknown".to_owned(), |(_, value)| value.trim().to_owned())
}

/// The file system under a folder.
fn disk(folder: &Path) -> String {
    let mounts = read("/proc/mounts");
    mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (_, at, kind) = (words.next()?, words.next()?, words.next()?);
            folder.starts_with(at).then_some((at.len(), kind))
        })
        .max()
        .map_or("an unknown file system".to_owned(), |(_, kind)| kind.to_owned())
}

/// Date, command, processor, memory, kernel, disk and what else the machine was doing.
pub(crate) fn describe(folder: &Path) -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let memory = field(&read("/proc/meminfo"), "MemTotal");
    let memory: u64 = memory.split(' ').next().and_then(|kb| kb.parse().ok()).unwrap_or(0);
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or("unknown").to_owned();
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC");
    format!(
        "{date}, `cargo bench --bench figures`, Handbill {}: {}, {cores} cores, {} GB, Linux {}, {}; load at the start {load}",
        env!("CARGO_PKG_VERSION"),
        field(&read("/proc/cpuinfo"), "model name"),
        memory >> 20,
        read("/proc/sys/kernel/osrelease").trim(),
        disk(folder),
    )
}
