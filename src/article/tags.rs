//! How many attributes a tag has that is not closed yet.
//!
//! A parser says nothing of a tag before its end, and compares each of its attributes with all before it, so one tag
//! of a page's length keeps it busy for hours. What is inside a tag depends on all that stands before: here it is
//! followed from every place where one may begin, in the states of the HTML standard (13.2.5.8 and 13.2.5.32 to
//! 13.2.5.40). Of the tags that may be open the largest counts: never fewer than are there.

/// Where in a tag one may be.
#[derive(Clone, Copy)]
enum At {
    TagName,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    DoubleQuoted,
    SingleQuoted,
    Unquoted,
    AfterQuoted,
    Slash,
}

const ALL: [At; 10] = [
    At::TagName,
    At::BeforeName,
    At::Name,
    At::AfterName,
    At::BeforeValue,
    At::DoubleQuoted,
    At::SingleQuoted,
    At::Unquoted,
    At::AfterQuoted,
    At::Slash,
];

/// The tags that may be open at a place of a page.
#[derive(Default)]
pub(super) struct Tags {
    /// The most attributes of a tag that one may be in, by where in it.
    open: [Option<usize>; ALL.len()],
    /// `<` or `</` was read.
    begins: bool,
    last: u8,
}

impl Tags {
    /// Reads on, and gives the most attributes of a tag that may be open then.
    pub(super) fn read(&mut self, html: &str) -> usize {
        for &byte in html.as_bytes() {
            self.step(byte);
        }
        self.open.iter().flatten().copied().max().unwrap_or(0)
    }

    fn step(&mut self, byte: u8) {
        let before = std::mem::take(&mut self.open);
        for (at, attributes) in ALL.into_iter().zip(before) {
            let Some(attributes) = attributes else { continue };
            if let Some((next, new)) = step(at, byte) {
                self.enter(next, attributes + usize::from(new));
            }
        }
        if self.begins && byte.is_ascii_alphabetic() {
            self.enter(At::TagName, 0);
        }
        self.begins = byte == b'<' || (byte == b'/' && self.last == b'<');
        self.last = byte;
    }

    fn enter(&mut self, at: At, attributes: usize) {
        let most = &mut self.open[at as usize];
        *most = (*most).max(Some(attributes));
    }
}

/// Where one is after a byte, and whether an attribute began with it; `None`: the tag is closed.
fn step(at: At, byte: u8) -> Option<(At, bool)> {
    let space = matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ');
    let next = match (at, byte) {
        (At::DoubleQuoted, b'"') | (At::SingleQuoted, b'\'') => At::AfterQuoted,
        (At::DoubleQuoted | At::SingleQuoted, _) => at,
        (_, b'>') => return None,
        (At::BeforeValue, b'"') => At::DoubleQuoted,
        (At::BeforeValue, b'\'') => At::SingleQuoted,
        (At::BeforeValue, _) if space => at,
        (At::BeforeValue, _) => At::Unquoted,
        (At::Unquoted, _) if !space => at,
        (At::TagName | At::BeforeName | At::Unquoted | At::AfterQuoted | At::Slash, _) if space => At::BeforeName,
        (At::Name | At::AfterName, _) if space => At::AfterName,
        (_, b'/') => At::Slash,
        (At::Name | At::AfterName, b'=') => At::BeforeValue,
        (At::TagName | At::Name, _) => at,
        (At::BeforeName | At::AfterName | At::AfterQuoted | At::Slash | At::Unquoted, _) => {
            return Some((At::Name, true));
        }
    };
    Some((next, false))
}

#[cfg(test)]
mod tests {
    use html5ever::tendril::{StrTendril, TendrilSink};
    use proptest::prelude::*;

    use super::Tags;
    use crate::article::page::parser;

    fn most(html: &str) -> usize {
        Tags::default().read(html)
    }

    #[test]
    fn attributes_of_every_form_are_counted() {
        for (html, attributes) in [
            ("<p", 0),
            ("<p ", 0),
            ("<p a b c", 3),
            ("<p/a/b/c", 3),
            ("<p a=1 b='2 3'c=\"4/5\"d", 4),
            ("<p a = b c", 2),
            ("<p =a=b c", 2),
            ("<p a=/b/c", 1),
            ("</p a b", 2),
            ("<p a b>c d e", 0),
            ("a < b c d", 0),
            // In a text that looks like a tag, or a tag with a text that does: the larger counts.
            ("<!-- <p a=\" --><b c d e f", 4),
            ("<p a=\"<b c d e\" f", 4),
        ] {
            assert_eq!(most(html), attributes, "{html}");
        }
    }

    proptest! {
        #[test]
        fn never_fewer_than_the_parser_finds(
            before in "[<a\"' =>/!\u{FEFF}-]{0,12}",
            tag in "[ /='\"\n\0abcdefgh<\u{FEFF}]{0,40}",
            size in 1..9_usize,
        ) {
            let html = format!("{before}<p {tag}");
            let (mut parser, mut tags, mut open) = (parser(), Tags::default(), 0);
            // In pieces, as a page is read.
            let chars: Vec<char> = html.chars().collect();
            for piece in chars.chunks(size) {
                let piece: String = piece.iter().collect();
                parser.process(StrTendril::from_slice(&piece));
                open = tags.read(&piece);
            }
            parser.process(StrTendril::from_slice(">"));
            let document = parser.finish();
            let found = document.select("p").iter().last().map_or(0, |p| p.attrs().len());
            prop_assert!(open >= found, "{html}: {found}");
        }
    }
}
