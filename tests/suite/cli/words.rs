//! What people read, to the letter where it matters: what happened, to what, and what to do next.

use super::{add, office};
use crate::bed::Bed;

const URL: &str = "https://example.org/crackdown";

fn ask(bed: &Bed, args: &[&str], code: i32) -> String {
    let output = bed.run(args).ends(code);
    if output.out.is_empty() { output.err } else { output.out }
}

/// Asserts that a text says all of this, in this order.
#[track_caller]
fn says(text: &str, facts: &[&str]) {
    let mut rest = text;
    for fact in facts {
        let at = rest
            .find(fact)
            .unwrap_or_else(|| panic!("{fact:?} is not said, or not in its place, in:\n{text}"));
        rest = &rest[at + fact.len()..];
    }
}

const ADD: [&str; 7] = [
    "add",
    URL,
    "--title",
    "Intensified crackdown",
    "--summary",
    "Doctors disagree.",
    "--no-fetch",
];

#[test]
fn adding_says_what_where_when_how_long_and_how_to_stop_it() {
    let bed = office();
    let text = ask(&bed, &ADD, 0);
    says(
        &text,
        &[
            "Added post 1, \"Intensified crackdown\".",
            "1/mastodon",
            "Tue 24 Nov 2026 17:30 Europe/London (in 1 h 20 min)",
            "of 500 characters",
            "1/site",
            "Tue 24 Nov 2026 17:00 Europe/London (in 50 min)",
            "handbill preview 1",
            "handbill cancel 1",
        ],
    );
    assert!(text.lines().count() <= 5, "{text}");
}

#[test]
fn the_typical_mistakes_are_one_refusal_each() {
    let bed = office();
    ask(&bed, &ADD, 0);
    let with = |more: &[&str], code| {
        let mut args: Vec<&str> = ADD.to_vec();
        args[1] = "https://example.org/other";
        args.extend(more);
        ask(&bed, &args, code)
    };
    let twice = with(&["--at", "2027-10-31 01:30"], 3);
    says(&twice, &["01:30", "Sun 31 Oct 2027", "Europe/London"]);
    says(&twice, &["2027-10-31T01:30+01:00", "2027-10-31T01:30+00:00"]);
    let never = with(&["--at", "2027-03-28 01:30"], 3);
    says(&never, &["01:30", "does not exist", "Europe/London"]);
    says(
        &with(&["--to", "mastodn"], 4),
        &["\"mastodn\"", "\"mastodon\"", "handbill channel list"],
    );
    says(
        &ask(&bed, &ADD, 5),
        &["mastodon", "post 1", "handbill show 1", "--allow-duplicate"],
    );
    for text in [&twice, &never] {
        assert!(text.lines().count() <= 4 && !text.contains('!'), "{text}");
    }
}

#[test]
fn the_queue_is_read_from_top_to_bottom() {
    let bed = office();
    bed.json(&["init", "."]).done();
    let empty = ask(&bed, &["queue"], 0);
    says(&empty, &["Nothing is queued", "handbill add"]);
    ask(&bed, &ADD, 0);
    add(
        &bed,
        "https://example.org/secret",
        &["--to", "site", "--embargo", "2026-11-26 00:01"],
    );
    add(&bed, "https://example.org/draft", &["--to", "site", "--draft"]);
    let queue = ask(&bed, &["queue"], 0);
    says(
        &queue,
        &[
            "17:00 Europe/London (in 50 min)",
            "1/site",
            "17:30 Europe/London (in 1 h 20 min)",
            "1/mastodon",
            "2/site",
            "hidden",
            "3/site",
        ],
    );
    says(&queue, &["waiting: draft"]);
    let wide = queue.lines().map(|line| line.chars().count()).max();
    let mut narrow = bed.command(&["queue"]);
    narrow.env("COLUMNS", "60");
    let narrow = bed.finish(narrow, "").ends(0).out;
    assert!(
        narrow.lines().map(|line| line.chars().count()).max() <= wide,
        "{narrow}"
    );
}

#[test]
fn a_crisis_takes_one_command_and_no_question() {
    let mut bed = office();
    add(&bed, URL, &["--to", "site", "--at", "2026-11-24 18:00"]);
    let held = ask(
        &bed,
        &["hold", "--reason", "Earthquake, no posts until the board says so"],
        0,
    );
    says(
        &held,
        &[
            "Held: everything",
            "Tue 24 Nov 2026 16:10",
            "Europe/London",
            "by ana",
            "handbill release",
        ],
    );
    says(
        &ask(&bed, &["queue"], 0),
        &[
            "Held: everything",
            "ana",
            "Earthquake, no posts until the board says so",
            "1/site",
        ],
    );
    bed.at("2026-11-25T14:00:12Z");
    let released = ask(&bed, &["release"], 0);
    says(&released, &["Released", "Wed 25 Nov 2026 14:00", "by ana"]);
    says(&released, &["1/site", "handbill retry 1/site"]);
    says(&ask(&bed, &["status"], 8), &["1/site", "handbill retry 1/site"]);
}

#[test]
fn what_is_out_is_called_out_and_nothing_is_called_sent() {
    let bed = office();
    add(&bed, URL, &["--to", "site", "--now"]);
    let once = ask(&bed, &["run", "--once"], 0);
    says(&once, &["1/site"]);
    let mut said = String::new();
    for args in [&["history"][..], &["show", "1"], &["status"], &["list"]] {
        said.push_str(&ask(&bed, args, 0));
    }
    assert!(
        !said.contains("sent") && !said.contains('\u{1b}') && !said.contains('!'),
        "{said}"
    );
    says(&ask(&bed, &["show", "1"], 0), &["Post 1, \"A title\"", "1/site", "out"]);
}

#[test]
fn colour_is_only_for_terminals() {
    let bed = office();
    ask(&bed, &ADD, 0);
    for args in [
        &["queue"][..],
        &["list"],
        &["show", "1"],
        &["status"],
        &["doctor"],
        &["channel", "list"],
        &["--help"],
    ] {
        let output = bed.run(args);
        assert!(
            !output.out.contains('\u{1b}') && !output.err.contains('\u{1b}'),
            "{output}"
        );
    }
}

#[test]
fn a_post_without_a_language_has_the_lines_that_the_file_names_first() {
    let texts =
        "[text.en]\nread_more = \"Read the full article\"\n[text.de]\nread_more = \"Den ganzen Artikel lesen\"\n";
    let bed = Bed::with_config(&format!(
        "[organisation]\nname = \"N\"\ntimezone = \"Europe/London\"\n{texts}{}",
        super::feed_channel("site")
    ));
    bed.json(&[
        "add",
        "https://example.org/a",
        "--title",
        "T",
        "--summary",
        "Words.",
        "--no-fetch",
    ])
    .done();
    let preview = bed.run(&["preview", "1"]).ends(0).out;
    assert!(preview.contains("Read the full article"), "{preview}");
}
