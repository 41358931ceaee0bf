//! Rows in columns that fit the terminal; where they cannot, one row after another on lines that do. Pure: the width
//! comes in as a value, and without one (a pipe, a file) nothing is cut or broken.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// What may become of the last column where the terminal is too narrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    /// It may be cut: it is only a reminder, such as a title.
    Cut,
    /// It is needed whole, such as an address.
    Whole,
}

/// A cut column is not made narrower than this.
const CUT_MIN: usize = 16;
/// Between two columns.
const GAP: usize = 2;
/// Before the further lines of a row.
const INDENT: usize = 2;

/// The lines of a table. `head` may be empty. Every row has as many cells as the longest; none is wider than `most`.
pub(super) fn lines(head: &[&str], rows: &[Vec<String>], last: Last, most: Option<usize>) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let head: Vec<String> = head.iter().map(|word| (*word).to_owned()).collect();
    let mut widths = vec![0; columns];
    for row in std::iter::once(&head).chain(rows) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let before: usize = widths.iter().take(columns.saturating_sub(1)).map(|w| w + GAP).sum();
    let whole = before + widths.last().copied().unwrap_or(0);
    let room = match (most, last) {
        (Some(most), _) if whole <= most => None,
        (Some(most), Last::Cut) if before + CUT_MIN <= most => Some(most - before),
        (Some(most), _) => return rows.iter().flat_map(|row| stacked(row, most)).collect(),
        (None, _) => None,
    };
    let heads = (!head.is_empty()).then_some(&head);
    heads
        .into_iter()
        .chain(rows)
        .map(|row| in_columns(row, &widths, room))
        .collect()
}

fn in_columns(row: &[String], widths: &[usize], room: Option<usize>) -> String {
    let mut line = String::new();
    for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
        if index + 1 == widths.len() {
            line.push_str(&room.map_or_else(|| cell.clone(), |most| cut(cell, most)));
        } else {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + GAP));
        }
    }
    line.trim_end().to_owned()
}

/// A row on as many lines as it needs: the cells one after another, further lines set in.
fn stacked(row: &[String], most: usize) -> Vec<String> {
    let lead = row.first().map_or(0, |cell| cell.len() - cell.trim_start().len());
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for cell in row.iter().filter(|cell| !cell.is_empty()) {
        if line.is_empty() {
            line.clone_from(cell);
        } else if line.width() + GAP + cell.width() <= most {
            line.push_str(&" ".repeat(GAP));
            line.push_str(cell);
        } else {
            lines.push(std::mem::replace(
                &mut line,
                format!("{}{cell}", " ".repeat(lead + INDENT)),
            ));
        }
    }
    lines.push(line);
    lines.iter().flat_map(|line| wrapped(line, most)).collect()
}

/// A line broken between words, or within a word that is too long; further lines are set in as the first, and more.
pub(super) fn wrapped(line: &str, most: usize) -> Vec<String> {
    if line.width() <= most {
        return vec![line.to_owned()];
    }
    let lead: usize = line.len() - line.trim_start_matches(' ').len();
    // Room for one wide letter at least.
    let room = |set_in: usize| if set_in + 2 <= most { set_in } else { 0 };
    let indent = room(lead + INDENT);
    let mut lines = Vec::new();
    let mut now = " ".repeat(room(lead));
    let mut empty = true;
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        if !empty && now.width() + 1 + word.width() > most {
            lines.push(std::mem::replace(&mut now, " ".repeat(indent)));
            empty = true;
        }
        if !empty {
            now.push(' ');
        }
        for c in word.chars() {
            if now.width() + c.width().unwrap_or(0) > most && !now.trim().is_empty() {
                lines.push(std::mem::replace(&mut now, " ".repeat(indent)));
            }
            now.push(c);
        }
        empty = false;
    }
    lines.push(now);
    lines
}

/// A text in at most so many columns, with … where it was cut.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.width() <= most {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        let mut longer = short.clone();
        longer.push(c);
        if longer.width() + 1 > most {
            break;
        }
        short = longer;
    }
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(cells: &[&[&str]]) -> Vec<Vec<String>> {
        cells
            .iter()
            .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
            .collect()
    }

    fn queue() -> Vec<Vec<String>> {
        rows(&[
            &[
                "Tue 24 Nov 2026 17:30 Europe/London (in 1 h 20 min)",
                "12/mastodon",
                "Intensified crackdown on people who use drugs",
            ],
            &["waiting: draft", "14/linkedin", "Annual report"],
        ])
    }

    #[test]
    fn nothing_is_cut_where_there_is_no_terminal() {
        let table = lines(&["WHEN", "DELIVERY", "TITLE"], &queue(), Last::Cut, None);
        assert_eq!(
            table,
            [
                "WHEN                                                 DELIVERY     TITLE",
                "Tue 24 Nov 2026 17:30 Europe/London (in 1 h 20 min)  12/mastodon  Intensified crackdown on people who use drugs",
                "waiting: draft                                       14/linkedin  Annual report",
            ]
        );
    }

    #[test]
    fn a_title_is_cut_where_that_is_enough() {
        let table = lines(&[], &queue(), Last::Cut, Some(91));
        assert_eq!(
            table[0],
            "Tue 24 Nov 2026 17:30 Europe/London (in 1 h 20 min)  12/mastodon  Intensified crackdown on…"
        );
    }

    #[test]
    fn a_narrow_terminal_gets_one_row_after_another() {
        let table = lines(&["WHEN", "DELIVERY", "TITLE"], &queue(), Last::Cut, Some(60));
        assert_eq!(
            table,
            [
                "Tue 24 Nov 2026 17:30 Europe/London (in 1 h 20 min)",
                "  12/mastodon  Intensified crackdown on people who use drugs",
                "waiting: draft  14/linkedin  Annual report",
            ]
        );
    }

    #[test]
    fn an_address_is_never_cut() {
        let url = "https://mastodon.example/@idhdp/116512345678901234";
        let list = rows(&[&["12/mastodon", "out", url]]);
        assert_eq!(
            lines(&[], &list, Last::Whole, Some(60)),
            ["12/mastodon  out", &format!("  {url}")]
        );
        let narrow = lines(&[], &list, Last::Whole, Some(30));
        assert_eq!(narrow.concat().replace(' ', ""), format!("12/mastodonout{url}"));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let wide = rows(&[
            &["漢字漢字漢字漢字", "a", "b b b b b b b b"],
            &["    set in far", "", "x"],
            &["a-word-that-is-longer-than-any-of-these-terminals-is-wide", "b", ""],
        ]);
        for most in [2, 5, 10, 16, 20, 40, 60] {
            for last in [Last::Cut, Last::Whole] {
                for line in lines(&["ONE", "TWO", "THREE"], &wide, last, Some(most)) {
                    assert!(line.width() <= most, "{most}: {line:?}");
                }
            }
        }
    }

    #[test]
    fn a_table_of_nothing_is_nothing() {
        assert!(lines(&[], &[], Last::Cut, Some(10)).is_empty());
        assert_eq!(lines(&[], &rows(&[&[]]), Last::Whole, Some(10)), [""]);
    }

    #[test]
    fn cutting_counts_columns_not_letters() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("漢字漢字", 5), "漢字…");
    }
}
