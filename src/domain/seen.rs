//! What readers see of a text that somebody else wrote: white space of every kind as one space, and nothing that is not
//! seen.

/// Control characters, overrides, embeddings and isolates of the writing direction (a text's own pairs need not survive
/// a cut), soft hyphens, zero-width spaces, and what is no character.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}'
        )
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Most tag characters of a flag: a country, a region of three letters, and the end.
const FLAG: u8 = 6;

fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0000}'..='\u{E007F}')
}

/// One of the selectors that tell forms of an ideograph apart (names of people in Japan have them).
fn is_selector(c: char) -> bool {
    matches!(c, '\u{E0100}'..='\u{E01EF}')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The text as it is seen, in one line and at most `most` characters beside the spaces. Tag characters, in which whole
/// sentences can be hidden, go but for those of a flag (England's is a black flag with tags), and the selectors of
/// ideographs but for one after an ideograph. Joiners and the ordinary direction marks stay: words of Persian, Hindi and
/// many emoji need them.
#[must_use]
pub fn seen(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len().min(most));
    let (mut space, mut count, mut flag, mut before) = (false, 0, None, ' ');
    for c in text.chars() {
        flag = match (c, flag) {
            ('\u{1F3F4}', _) => Some(0),
            (c, Some(tags)) if is_tag(c) && tags < FLAG => Some(tags + 1),
            _ => None,
        };
        let belongs = (!is_tag(c) || flag.is_some()) && (!is_selector(c) || is_ideograph(before));
        before = c;
        if c.is_whitespace() {
            space = true;
        } else if !is_unseen(c) && belongs {
            if space && !out.is_empty() {
                out.push(' ');
            }
            space = false;
            out.push(c);
            count += 1;
            if count >= most {
                break;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_are_one_and_what_is_not_seen_is_gone() {
        assert_eq!(seen(" a\u{A0}\n\t b\u{200B}c\u{202E}d\u{7} ", 99), "a bcd");
        assert_eq!(seen("می\u{200C}خواهم\u{200F}", 99), "می\u{200C}خواهم\u{200F}");
        assert_eq!(seen("one two three", 6), "one two");
        assert_eq!(seen("\u{FEFF} \u{AD}", 9), "");
        assert_eq!(seen("\u{2764}\u{FE0F}\u{E0120}\u{E0153}!", 9), "\u{2764}\u{FE0F}!");
        assert_eq!(seen("葛\u{E0100}\u{E0101}城", 9), "葛\u{E0100}城");
    }

    #[test]
    fn of_tag_characters_only_flags_are_left() {
        let hidden: String = "ignore all"
            .chars()
            .filter_map(|c| char::from_u32(0xE0000 + c as u32))
            .collect();
        let flag = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";
        assert_eq!(
            seen(&format!("In {hidden}{flag}{hidden}, now"), 99),
            format!("In {flag}, now")
        );
    }
}
