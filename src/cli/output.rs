//! What is printed: collected first and written at once, so that an error leaves standard output empty.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};

use super::table::{self, Last};

/// What a command prints.
#[derive(Debug)]
pub(super) struct Out {
    json: bool,
    text: String,
}

impl Out {
    pub(super) fn new(json: bool) -> Self {
        Self {
            json,
            text: String::new(),
        }
    }

    /// One line for people; nothing with `--json`. Control characters are shown, not obeyed.
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        if !self.json {
            let _ = writeln!(self.text, "{}", clean(line.as_ref()).replace('\n', " "));
        }
    }

    /// Text of several lines for people.
    pub(super) fn block(&mut self, text: &str) {
        for line in text.lines() {
            self.line(line);
        }
    }

    /// The document of `--json`.
    pub(super) fn json(&mut self, value: &serde_json::Value) {
        if self.json {
            self.text = format!("{value}\n");
        }
    }

    /// Text for a file or another program (CSV, NDJSON), as it is.
    pub(super) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Rows under headings (or none), as wide as the terminal allows; in a pipe nothing is cut.
    pub(super) fn table(&mut self, head: &[&str], rows: &[Vec<String>], last: Last) {
        if self.json || rows.is_empty() {
            return;
        }
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| clean(cell).replace('\n', " ")).collect())
            .collect();
        for line in table::lines(head, &rows, last, width()) {
            self.line(line);
        }
    }

    /// Writes everything. A reader that went away is no error; a disk that is full ends the program, with code 1.
    pub(super) fn print(self) {
        let mut out = std::io::stdout().lock();
        match out.write_all(self.text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                eprintln!("handbill: the output could not be written: {error}.");
                std::process::exit(1);
            }
            _ => {}
        }
    }
}

/// How wide the terminal is; `None` where there is none, and nothing is cut.
fn width() -> Option<usize> {
    let out = std::io::stdout();
    if !out.is_terminal() {
        return None;
    }
    rustix::termios::tcgetwinsize(&out)
        .ok()
        .map(|size| usize::from(size.ws_col))
        .filter(|columns| *columns > 0)
}

/// Text from articles, people and servers, made harmless for a terminal: control characters and those that turn the
/// direction of writing are shown as their number.
pub(super) fn clean(text: &str) -> String {
    let odd = |c: char| {
        (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.chars().any(odd) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| {
            if odd(c) {
                format!("<U+{:04X}>", u32::from(c))
            } else {
                c.to_string()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_not_commanded_by_a_title() {
        assert_eq!(clean("a\u{1b}[2Jb"), "a<U+001B>[2Jb");
        assert_eq!(clean("a\u{202e}b"), "a<U+202E>b");
        assert_eq!(clean("naïve – ✓"), "naïve – ✓");
    }
}
