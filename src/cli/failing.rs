//! How a command ends that did not do what it was asked: on standard error, in words or as JSON.

use std::process::ExitCode;

use crate::report::{Kind, Report};

use super::output;

/// What the argument parser refused, or the help that was asked for.
pub(super) fn usage(error: &clap::Error, json: bool) -> ExitCode {
    if !error.use_stderr() {
        // Help and version were asked for.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if json {
        let text = error.to_string();
        let lines = text
            .lines()
            .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
        let message = lines
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        let message = message.trim_start_matches("error: ").to_owned();
        return fail(
            &Report {
                kind: Kind::Usage,
                message,
                undone: None,
                hint: Some("See: handbill --help".to_owned()),
            },
            true,
        );
    }
    for line in usage_lines(&error.to_string()) {
        eprintln!("{}", output::clean(&line));
    }
    ExitCode::from(Kind::Usage.exit_code())
}

/// What the argument parser says, in the form of every other error: one that begins with the program's name.
fn usage_lines(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .enumerate()
        .map(|(index, line)| match line.strip_prefix("error: ") {
            Some(what) if index == 0 => format!("handbill: {what}"),
            _ if line.starts_with("For more information") => "  See: handbill --help".to_owned(),
            _ if line.starts_with(' ') => line.to_owned(),
            _ => format!("  {line}"),
        })
        .collect()
}

/// Prints an error, and gives the exit code of its kind.
pub(super) fn fail(report: &Report, json: bool) -> ExitCode {
    if json {
        let error = serde_json::json!({ "error": { "kind": report.kind.as_str(), "message": report.message, "hint": report.hint } });
        eprintln!("{error}");
    } else {
        eprintln!("handbill: {}", output::clean(&report.said()));
        for line in report.hint.iter().flat_map(|hint| hint.lines()) {
            eprintln!("  {}", output::clean(line));
        }
    }
    ExitCode::from(report.kind.exit_code())
}

#[cfg(test)]
mod tests {
    use super::super::Cli;
    use super::usage_lines;
    use clap::Parser as _;

    #[test]
    fn wrong_usage_is_told_as_every_other_error() {
        let error = Cli::try_parse_from(["handbill", "slots"]).unwrap_err();
        let lines = usage_lines(&error.to_string());
        assert_eq!(
            lines[..2],
            [
                "handbill: the following required arguments were not provided:",
                "  <CH>"
            ]
        );
        assert_eq!(lines.last().map(String::as_str), Some("  See: handbill --help"));
        assert!(!lines.concat().contains("error:"), "{lines:?}");
    }
}
