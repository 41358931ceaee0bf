//! Feeds of the organisation's own.

use super::*;
use crate::config::keys::SOURCE;

const BLOG: &str = "[[source]]\nname = \"blog\"\nurl = \"https://example.org/feed\"\n";

fn sources(text: &str) -> Vec<Source> {
    read(&format!("{ORG}{MASTODON}{text}"))
        .unwrap_or_else(|error| panic!("{error}"))
        .sources
}

#[test]
fn a_source_needs_a_name_and_an_address() {
    let all = sources(BLOG);
    let [blog] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(
        (blog.name.as_str(), blog.url.as_str()),
        ("blog", "https://example.org/feed")
    );
    assert_eq!((blog.to.as_deref(), blog.language.as_deref()), (None, None));
    assert!(!blog.queue, "a person looks at what comes, unless told otherwise");
    assert_eq!(blog.every, SignedDuration::from_hours(1));
    assert!(blog.tags.is_empty() && blog.hashtags.is_empty());
    assert_eq!(blog.line, 9);
    assert!(sources("").is_empty());
}

#[test]
fn everything_can_be_said() {
    let all = sources(&format!(
        "{BLOG}to = [\"m\"]\nlanguage = \"pt-BR\"\nqueue = true\nevery = \"1d\"\ntags = [\"website\", \"news\"]\n\
         hashtags = [\"#HarmReduction\", \"Health\"]\n[[source]]\nname = \"b\"\nurl = \"http://b.example/?p=1\"\n"
    ));
    let blog = &all[0];
    assert_eq!(blog.to, Some(vec!["m".to_owned()]));
    assert_eq!(blog.language.as_deref(), Some("pt-BR"));
    assert!(blog.queue);
    assert_eq!(blog.every, SignedDuration::from_hours(24));
    assert_eq!(blog.tags, ["website", "news"]);
    assert_eq!(blog.hashtags, ["HarmReduction", "Health"]);
    assert_eq!(all[1].name, "b");
}

#[test]
fn mistakes_about_sources() {
    let told_of = |lines: &str| in_channel(&format!("{BLOG}{lines}"));
    for (said, words) in [
        (
            in_channel("[[source]]\n"),
            "line 9, column 1: a source needs name = \"…\"",
        ),
        (
            in_channel("[[source]]\nname = \"b\"\n"),
            "line 9, column 1: a source needs url = \"https://…\", the address of its feed",
        ),
        (
            in_channel("[[source]]\nname = \"Our Blog\"\nurl = \"https://example.org/feed\"\n"),
            "line 10, column 8: \"Our Blog\" cannot name a source; it has 1 to 40 of a-z, 0-9, - and _, and begins with a \
             letter or digit. Write name = \"our-blog\"",
        ),
        (
            in_channel("[[source]]\nname = \"b\"\nurl = \"example.org/feed\"\n"),
            "line 11, column 7: \"url\" needs a whole address",
        ),
        (
            in_channel("[[source]]\nname = \"b\"\nurl = \"ftp://example.org/feed\"\n"),
            "line 11, column 7: \"url\" needs an address that begins with https://",
        ),
        (
            in_channel("[[source]]\nname = \"b\"\nurl = \"https://me:secret@example.org/feed\"\n"),
            "line 11, column 7: \"url\" has a user name or password in its address",
        ),
        (
            told_of("[[source]]\nname = \"blog\"\nurl = \"https://b.example\"\n"),
            "line 13, column 8: there are two sources \"blog\"; the other is on line 10",
        ),
        (
            told_of("[[source]]\nname = \"b\"\nurl = \"https://EXAMPLE.org/feed/?utm_source=x\"\n"),
            "line 14, column 7: source \"blog\" on line 11 has the same feed, so its items would come twice",
        ),
        (
            told_of("to = [\"m\", \"mm\"]\n"),
            "line 12, column 12: there is no channel \"mm\"",
        ),
        (told_of("to = []\n"), "line 12, column 6: \"to\" names no channel."),
        (
            told_of("to = \"m\"\n"),
            "line 12, column 6: \"to\" needs a list in square brackets",
        ),
        (
            told_of("to = [\"m\", \"m\"]\n"),
            "line 12, column 12: \"m\" is named twice",
        ),
        (
            told_of("every = \"30m\"\n"),
            "line 12, column 9: \"every\" is at least 1h, not \"30m\"",
        ),
        (told_of("language = \"french\"\n"), "\"french\" is not a language tag"),
        (
            told_of("queue = \"yes\"\n"),
            "line 12, column 9: \"queue\" needs true or false",
        ),
        (
            told_of("tags = [\"a,b\"]\n"),
            "line 12, column 9: \"a,b\" is empty or has a comma",
        ),
        (told_of("hashtags = [\"#\"]\n"), "\"#\" is empty or has a comma."),
        (told_of("hashtags = [\"#A\", \"A\"]\n"), "\"A\" is named twice."),
        (
            told_of("evry = \"1h\"\n"),
            "\"evry\" is not a key of a source. Did you mean \"every\"?",
        ),
        (
            in_channel("[source]\nname = \"b\"\n"),
            "\"source\" needs a list of tables; this is a table. Write it with double brackets, once for each: [[source]]",
        ),
    ] {
        assert!(said.contains(words), "{words:?}\nin\n{said}");
    }
    let many: Vec<String> = (0..51).map(|n| format!("\"t{n}\"")).collect();
    let said = told_of(&format!("tags = [{}]\n", many.join(", ")));
    assert!(said.contains("\"tags\" has at most 50 entries"), "{said}");
}

#[test]
fn a_channel_that_is_wrong_itself_is_not_told_twice() {
    let said = told(&format!(
        "{ORG}[[channel]]\nname = \"m\"\nnetwork = \"mastodon\"\nserver = \"https://m.example\"\n{BLOG}to = [\"m\"]\n"
    ));
    assert!(said.contains("token"), "{said}");
    assert!(!said.contains("there is no channel"), "{said}");
}

#[test]
fn the_example_shows_every_key_and_is_right() {
    let uncommented: Vec<&str> = EXAMPLE
        .lines()
        .take_while(|line| *line != "#[summary]")
        .map(|line| {
            let bare = line.trim_start_matches('#');
            let is_ours = bare == "[[source]]" || SOURCE.iter().any(|key| bare.starts_with(&format!("{key} = ")));
            if line.starts_with('#') && is_ours { bare } else { line }
        })
        .collect();
    let config = read_all(&uncommented.join("\n")).unwrap_or_else(|error| panic!("{error}"));
    let [website] = config.sources.as_slice() else {
        panic!("one source")
    };
    assert_eq!((website.name.as_str(), website.queue), ("website", false));
    assert_eq!(website.to.as_ref().map(Vec::len), Some(2));
    for key in SOURCE {
        assert!(EXAMPLE.contains(&format!("\n#{key} = ")), "{key}");
    }
    assert!(
        read_all(EXAMPLE).is_ok_and(|config| config.sources.is_empty()),
        "a copy of the example asks nobody's feed"
    );
}
