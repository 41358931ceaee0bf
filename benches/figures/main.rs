//! Handbill's figures, each beside its floor in the same run: `cargo bench --bench figures`.
//!
//! The floor is the least that the same job can cost here: the plainest program that does it, on the same disk and
//! against the same server. A figure is good or bad only beside it, so every row is a ratio. The whole run takes less
//! than six minutes and rewrites the table in `benches/README.md`; nothing fails because of a time.
//!
//! `HANDBILL_BENCH=quick` does less of everything and leaves the table alone. Words after `--` choose sections:
//! `cargo bench --bench figures -- idle burst`.

mod bare;
mod burst;
mod composing;
mod fill;
mod growth;
mod idle;
mod lateness;
mod machine;
mod pds;
mod pictures;
mod process;
mod report;
mod server;
mod site;
mod start;

use std::path::PathBuf;

use report::Report;

/// What can go wrong in a section: it is said, and the next one goes on.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// What the sections share.
pub(crate) struct Bench {
    pub(crate) report: Report,
    /// Less of everything.
    pub(crate) quick: bool,
    /// On the disk of the build, never in memory: commits must cost what they cost.
    pub(crate) root: PathBuf,
    /// Databases with a long past, made once a run: how many past deliveries, and where.
    pub(crate) pasts: Vec<(u32, site::Site)>,
}

impl Bench {
    /// The full number, or the small one of a quick run.
    pub(crate) fn count(&self, full: u32, quick: u32) -> u32 {
        if self.quick { quick } else { full }
    }
}

type Section = fn(&mut Bench) -> Outcome;

const SECTIONS: &[(&str, Section)] = &[
    ("start", start::run),
    ("idle", idle::run),
    ("lateness", lateness::run),
    ("burst", burst::run),
    ("durable", burst::durable),
    ("growth", growth::run),
    ("pds", pds::run),
    ("composing", composing::run),
    ("pictures", pictures::run),
];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [word, database] = args.as_slice()
        && word == idle::BARE
    {
        idle::bare(database.as_ref());
        return;
    }
    if let [word, from, to] = args.as_slice()
        && word == pictures::FIT
    {
        if let Err(error) = pictures::child(from.as_ref(), to.as_ref()) {
            eprintln!("{error}");
            std::process::exit(1);
        }
        return;
    }
    if !args.iter().any(|arg| arg == "--bench") {
        println!("Nothing was measured; the figures come from: cargo bench --bench figures");
        return;
    }
    let wanted: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    let quick = std::env::var("HANDBILL_BENCH").is_ok_and(|word| word == "quick");
    if let Err(error) = measure(&wanted, quick) {
        println!("The figures could not be taken: {error}");
    }
}

fn measure(wanted: &[&String], quick: bool) -> Outcome {
    let root = tempfile::Builder::new()
        .prefix("figures-")
        .tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let started = std::time::Instant::now();
    let machine = machine::describe(root.path());
    println!("{machine}\n");
    let mut bench = Bench {
        report: Report::default(),
        quick,
        root: root.path().to_owned(),
        pasts: Vec::new(),
    };
    for (name, section) in SECTIONS {
        if !wanted.is_empty() && !wanted.iter().any(|word| word == name) {
            continue;
        }
        bench.report.section(name);
        if let Err(error) = section(&mut bench) {
            bench.report.skip(&error.to_string());
        }
    }
    println!("\n{}", bench.report.verdict());
    println!("It took {} s.", started.elapsed().as_secs());
    if wanted.is_empty() && !quick {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/README.md");
        report::rewrite(file.as_ref(), &machine, &bench.report)?;
        println!("The table in benches/README.md is new.");
    }
    Ok(())
}
