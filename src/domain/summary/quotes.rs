//! Which parts of a paragraph are quoted.

use std::iter::Peekable;
use std::str::CharIndices;

/// How a sentence stands to quotations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Quoting {
    /// Whether a quotation is open at its beginning or its end.
    pub(super) is_part: bool,
    /// How many words begin outside quotations.
    pub(super) words_outside: usize,
    /// Whether anything in it is quoted.
    pub(super) has_quote: bool,
}

pub(super) struct Quotes<'a> {
    chars: Peekable<CharIndices<'a>>,
    /// What closes the open quotation.
    open: Option<&'static [char]>,
}

/// Quotations are followed from the beginning of a paragraph; one that is left open ends with it.
pub(super) fn quoting(paragraph: &str) -> Quotes<'_> {
    Quotes {
        chars: paragraph.char_indices().peekable(),
        open: None,
    }
}

impl Quotes<'_> {
    /// How the sentence that ends here stands; sentences are asked for in their order.
    pub(super) fn upto(&mut self, end: usize) -> Quoting {
        let mut quoting = Quoting {
            is_part: self.open.is_some(),
            ..Quoting::default()
        };
        let mut before = ' ';
        while let Some((_, c)) = self.chars.next_if(|(at, _)| *at < end) {
            match self.open {
                Some(closing) if closing.contains(&c) => self.open = None,
                None => self.open = closing(c),
                _ => {}
            }
            quoting.has_quote |= self.open.is_some();
            let begins_word = c.is_alphanumeric() && !(before.is_alphanumeric() || matches!(before, '\'' | '’'));
            quoting.words_outside += usize::from(begins_word && self.open.is_none());
            before = c;
        }
        quoting.is_part |= self.open.is_some();
        quoting
    }
}

/// What closes a quotation that this opens. Single marks are left out: they are apostrophes too.
fn closing(c: char) -> Option<&'static [char]> {
    Some(match c {
        '"' => &['"'],
        '“' | '”' => &['”'],
        '„' => &['“', '”'],
        '«' => &['»'],
        '»' => &['«'],
        '「' => &['」'],
        '『' => &['』'],
        _ => return None,
    })
}
