//! The table: what was measured, its floor, their ratio, and whether the target is met.

use std::fmt::Write as _;
use std::path::Path;

use super::Outcome;

/// A number with its unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Amount {
    pub(crate) number: f64,
    pub(crate) unit: &'static str,
}

impl Amount {
    pub(crate) fn ms(time: std::time::Duration) -> Self {
        Self {
            number: time.as_secs_f64() * 1000.0,
            unit: "ms",
        }
    }

    pub(crate) fn us(time: std::time::Duration) -> Self {
        Self {
            number: time.as_secs_f64() * 1_000_000.0,
            unit: "µs",
        }
    }

    pub(crate) fn seconds(time: std::time::Duration) -> Self {
        Self {
            number: time.as_secs_f64(),
            unit: "s",
        }
    }

    /// From kB (of 1024 bytes, as the kernel counts).
    pub(crate) fn mb(kb: u64) -> Self {
        Self {
            number: kb as f64 / 1024.0,
            unit: "MB",
        }
    }

    pub(crate) fn of(number: f64, unit: &'static str) -> Self {
        Self { number, unit }
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = match self.number.abs() {
            n if n < 10.0 => 2,
            n if n < 100.0 => 1,
            _ => 0,
        };
        let text = format!("{:.digits$} {}", self.number, self.unit);
        f.pad(text.trim_end())
    }
}

/// What a figure should be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// At most so many times the floor.
    Within(f64),
    /// At least so many times the floor.
    AtLeast(f64),
    /// Below this number, whatever the floor.
    Below(f64),
    /// Shown for its own sake.
    None,
}

struct Row {
    what: String,
    ours: Amount,
    floor: Option<(Amount, String)>,
    target: Target,
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        let (floor, _) = self.floor.as_ref()?;
        (floor.number > 0.0).then(|| self.ours.number / floor.number)
    }

    fn is_met(&self) -> Option<bool> {
        match self.target {
            Target::Within(most) => self.ratio().map(|ratio| ratio <= most),
            Target::AtLeast(least) => self.ratio().map(|ratio| ratio >= least),
            Target::Below(most) => Some(self.ours.number < most),
            Target::None => None,
        }
    }

    fn verdict(&self) -> &'static str {
        match self.is_met() {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        }
    }

    fn cells(&self) -> [String; 6] {
        let floor = self
            .floor
            .as_ref()
            .map_or(String::new(), |(floor, name)| format!("{floor} ({name})"));
        let target = match self.target {
            Target::Within(most) => format!("≤ {most} ×"),
            Target::AtLeast(least) => format!("≥ {least} ×"),
            Target::Below(most) => format!("< {most} {}", self.ours.unit).trim_end().to_owned(),
            Target::None => String::new(),
        };
        let ratio = self.ratio().map_or(String::new(), |ratio| format!("{ratio:.2} ×"));
        [
            self.what.clone(),
            self.ours.to_string(),
            floor,
            ratio,
            target,
            self.verdict().to_owned(),
        ]
    }
}

/// Everything that was measured, in its order.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
    notes: Vec<String>,
    section: String,
}

impl Report {
    pub(crate) fn section(&mut self, name: &str) {
        name.clone_into(&mut self.section);
        println!("{name}");
    }

    /// A figure beside its floor, printed at once.
    pub(crate) fn row(&mut self, what: impl Into<String>, ours: Amount, floor: (Amount, &str), target: Target) {
        self.add(what.into(), ours, Some((floor.0, floor.1.to_owned())), target);
    }

    /// A figure whose floor is nothing at all: no wake-up, no byte, no delay.
    pub(crate) fn alone(&mut self, what: impl Into<String>, ours: Amount, target: Target) {
        self.add(what.into(), ours, None, target);
    }

    fn add(&mut self, what: String, ours: Amount, floor: Option<(Amount, String)>, target: Target) {
        let row = Row {
            what,
            ours,
            floor,
            target,
        };
        let [what, ours, floor, ratio, target, met] = row.cells();
        println!("  {what:<66} {ours:>10}  {ratio:>8}  {target:>9}  {met:<6}  {floor}");
        self.rows.push(row);
    }

    /// Something that a reader of the table should know.
    pub(crate) fn note(&mut self, text: &str) {
        println!("  {text}");
        self.notes.push(format!("{}: {text}", self.section));
    }

    /// The section could not be measured.
    pub(crate) fn skip(&mut self, why: &str) {
        self.note(&format!("skipped: {why}"));
    }

    /// Which targets are missed.
    pub(crate) fn verdict(&self) -> String {
        let judged = self.rows.iter().filter(|row| row.is_met().is_some()).count();
        let missed: Vec<String> = self
            .rows
            .iter()
            .filter(|row| row.is_met() == Some(false))
            .map(|row| {
                let [what, ours, _, ratio, target, _] = row.cells();
                format!("  {what}: {ours} {ratio}, wanted {target}")
            })
            .collect();
        if missed.is_empty() {
            format!("All {judged} targets are met.")
        } else {
            format!(
                "{} of {judged} targets are missed:\n{}",
                missed.len(),
                missed.join("\n")
            )
        }
    }

    fn markdown(&self) -> String {
        let mut text = String::from(
            "| figure | Handbill | floor | ratio | target | |\n| --- | ---: | --- | ---: | ---: | --- |\n",
        );
        for row in &self.rows {
            let _ = writeln!(text, "| {} |", row.cells().join(" | "));
        }
        for note in &self.notes {
            let _ = write!(text, "\n- {note}");
        }
        text
    }
}

const BEGIN: &str = "<!-- figures -->";
const END: &str = "<!-- end of figures -->";

/// Puts the table between its two marks in a Markdown file, and leaves the rest as it is.
pub(crate) fn rewrite(file: &Path, machine: &str, report: &Report) -> Outcome {
    let old = std::fs::read_to_string(file)?;
    let (before, rest) = old.split_once(BEGIN).ok_or("the first mark is missing in the file")?;
    let (_, after) = rest.split_once(END).ok_or("the second mark is missing in the file")?;
    let table = report.markdown();
    let new = format!(
        "{before}{BEGIN}\n{machine}\n\n{table}\n\n{}\n{END}{after}",
        report.verdict()
    );
    std::fs::write(file, new)?;
    Ok(())
}
