//! The names of channels and sources.

use std::collections::BTreeMap;

use super::walk::{Section, place, quoted};

/// The names that were read so far, with where each stands.
pub(super) type Names = BTreeMap<String, usize>;

/// The name of a section's thing (`what`: a channel or a source), which is good and which no other of them has.
pub(super) fn own(section: &Section<'_>, what: &str, names: &mut Names) -> Option<String> {
    let Some(field) = section.field("name") else {
        section.lacks("name = \"…\"");
        return None;
    };
    let name = field.line()?;
    if !is_good(name) {
        let simple = name.trim().to_lowercase().replace([' ', '.', '/'], "-");
        let hint = is_good(&simple).then(|| format!("Write name = \"{simple}\""));
        let rule = "it has 1 to 40 of a-z, 0-9, - and _, and begins with a letter or digit";
        field.refuse(format!("{} cannot name a {what}; {rule}", quoted(name)), hint);
        return None;
    }
    if let Some(first) = names.get(name) {
        let line = place(section.walk.text(), *first).0;
        let twice = format!("there are two {what}s \"{name}\"; the other is on line {line}");
        field.refuse(twice, None);
        return None;
    }
    names.insert(name.to_owned(), field.at);
    Some(name.to_owned())
}

fn is_good(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=40).contains(&name.len())
        && name.bytes().all(|byte| good(byte) || byte == b'-' || byte == b'_')
        && name.bytes().next().is_some_and(good)
}
