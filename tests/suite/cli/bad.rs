//! Bad input: each gets one clear error with the right exit code, nothing on standard output, and nothing is left half
//! done.

use super::{add, office};
use crate::bed::Bed;

const URL: &str = "https://example.org/crackdown";

/// A bed with one post, and the number of its posts at the end, which must still be one.
fn table(cases: &[(&[&str], i32, &str)]) {
    let bed = office();
    add(&bed, "https://example.org/there", &["--to", "site"]);
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(args, code, words)| wrong(&bed, args, *code, words))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    let posts = bed.json(&["list"]).done();
    assert_eq!(
        posts["posts"].as_array().map(Vec::len),
        Some(1),
        "something was added: {posts}"
    );
    assert_eq!(posts["posts"][0]["deliveries"][0]["state"], "pending", "{posts}");
}

/// What is wrong with a refusal.
fn wrong(bed: &Bed, args: &[&str], code: i32, words: &str) -> Option<String> {
    let shown: Vec<String> = args.iter().map(|arg| arg.chars().take(80).collect()).collect();
    let told = bed.json(args);
    let error: serde_json::Value = serde_json::from_str(&told.err).unwrap_or_default();
    let said = format!("{} {}", error["error"]["message"], error["error"]["hint"]);
    if told.code != code || !told.out.is_empty() || !error["error"]["kind"].is_string() || !said.contains(words) {
        return Some(format!(
            "{shown:?} --json: {} instead of {code}, {words:?} in {said}, output {:?}",
            told.code, told.out
        ));
    }
    let text = bed.run(args);
    let clear = !text.err.trim().is_empty() && text.err.lines().count() <= 12 && !text.err.contains("panicked");
    (text.code != code || !text.out.is_empty() || !clear).then(|| format!("{shown:?}: {text}"))
}

const ADD: [&str; 5] = ["add", URL, "--summary", "S", "--no-fetch"];

#[test]
fn times_that_cannot_be() {
    let at: Vec<(&str, &str)> = vec![
        ("2027-03-28 01:30", "does not exist"),
        ("2027-10-31 01:30", "2027-10-31T01:30+01:00"),
        ("2026-11-24 09:00", "past"),
        ("2026-13-01 09:00", "month 13"),
        ("01/12/2026 09:00", "2026-12-01"),
        ("next friday 09:00", "27"),
        ("midnight", "midnight"),
        ("soon", "soon"),
        ("", "--at"),
        ("2026-12-01T09:00+05:00[Europe/London]", "Europe/London"),
        ("2026-12-01T09:00[Europe/Nowhere]", "Europe/Nowhere"),
        ("in 99999999999 days", "in 99999999999 days"),
        ("9999-12-31 23:59", "9999"),
    ];
    let bed = office();
    let refusal = |(text, words): &(&str, &str)| {
        let args: Vec<&str> = ADD.iter().copied().chain(["--at", text]).collect();
        wrong(&bed, &args, 3, words)
    };
    let wrong: Vec<String> = at.iter().filter_map(refusal).collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        at.len(),
        wrong.join("\n")
    );
    assert!(!bed.database_path().exists() || bed.database().number("SELECT COUNT(*) FROM post") == 0);
}

#[test]
fn what_is_not_there() {
    table(&[
        (&["show", "99"], 4, "99"),
        (&["preview", "99"], 4, "99"),
        (&["edit", "99", "--title", "T"], 4, "99"),
        (&["move", "99", "--front"], 4, "99"),
        (&["cancel", "99"], 4, "99"),
        (&["cancel", "1/mastodon"], 4, "not on mastodon"),
        (&["retry", "99"], 4, "99"),
        (&["resolve", "99/site", "--absent"], 4, "99"),
        (&["preview", "1", "--channel", "mastodon"], 4, "mastodon"),
        (&["slots", "sit"], 4, "site"),
        (&["queue", "--channel", "sit"], 4, "site"),
        (&["channel", "check", "sit"], 4, "site"),
        (&["release", "--channel", "sit"], 4, "site"),
        (&["history", "--channel", "sit"], 4, "site"),
        (
            &["add", URL, "--summary", "S", "--no-fetch", "--to", "mastodn"],
            4,
            "mastodon",
        ),
        (
            &["add", URL, "--summary", "S", "--no-fetch", "--text", "sit=x"],
            4,
            "site",
        ),
    ]);
}

#[test]
fn wrong_usage() {
    table(&[
        (&["frobnicate"], 2, "frobnicate"),
        (
            &["add", URL, "--summary", "S", "--at", "in 2 hours", "--now"],
            2,
            "--now",
        ),
        (&["add", URL, "--summary", "S", "--draft", "--now"], 2, "--draft"),
        (&["add", URL, "--frobnicate"], 2, "--frobnicate"),
        (&["add", URL, "--visibility", "secret", "--summary", "S"], 2, "public"),
        (&["move", "1"], 2, "--at"),
        (&["history", "--format", "xml"], 2, "csv"),
        (&["history", "--state", "lost"], 2, "published"),
        (&["slots", "site", "--count", "x"], 2, "x"),
        (&["show"], 2, "ID"),
        (&["retry", "1", "--now", "--at", "in 2 hours"], 2, "--at"),
    ]);
}

#[test]
fn values_that_cannot_be_used() {
    let long = "x".repeat(50_000);
    let many = format!("https://example.org/{}", "a".repeat(10_000));
    table(&[
        (&["add", "--no-fetch"], 3, "summary"),
        (&["add", URL, "--no-fetch"], 3, "summary"),
        (&["add", URL, "--summary", "", "--no-fetch"], 3, "summary"),
        (&["add", URL, "--summary", " \u{200b}\n", "--no-fetch"], 3, "summary"),
        (
            &["add", "not an address", "--summary", "S", "--no-fetch"],
            3,
            "not an address",
        ),
        (
            &["add", "javascript:alert(1)", "--summary", "S", "--no-fetch"],
            3,
            "http",
        ),
        (
            &["add", "file:///etc/passwd", "--summary", "S", "--no-fetch"],
            3,
            "http",
        ),
        (&["add", "https://", "--summary", "S", "--no-fetch"], 3, "https://"),
        (
            &[
                "add",
                "https://user:secret@example.org/",
                "--summary",
                "S",
                "--no-fetch",
            ],
            3,
            "password",
        ),
        (&["add", &many, "--summary", "S", "--no-fetch"], 3, "10020"),
        (
            &["add", URL, "--summary", "S", "--no-fetch", "--lang", "english!"],
            3,
            "english!",
        ),
        (&["add", URL, "--summary", "S", "--no-fetch", "--tag", "a,b"], 3, "a,b"),
        (
            &["add", URL, "--summary", "S", "--no-fetch", "--text", "no-equals-sign"],
            3,
            "=",
        ),
        (
            &[
                "add",
                URL,
                "--summary",
                "S",
                "--no-fetch",
                "--text",
                "mastodon=@/nowhere",
            ],
            3,
            "/nowhere",
        ),
        (
            &[
                "add",
                URL,
                "--summary",
                "S",
                "--no-fetch",
                "--to",
                "mastodon",
                "--cw",
                &long,
            ],
            3,
            "500",
        ),
        (
            &[
                "add",
                URL,
                "--summary",
                "S",
                "--no-fetch",
                "--expires",
                "2026-11-24 16:00",
            ],
            3,
            "past",
        ),
        (&["edit", "1", "--summary", ""], 3, "summary"),
        (&["show", "one"], 3, "one"),
        (&["show", "18446744073709551616"], 3, "18446744073709551616"),
        (&["show", "-1"], 3, "-1"),
        (&["cancel", "1/"], 3, "1/"),
        (&["slots", "site", "--count", "0"], 2, "0"),
        (&["history", "--since", "yesterdayish"], 3, "yesterdayish"),
        (&["--database", "postgres://x/y", "list"], 3, "sqlite:"),
    ]);
}

#[test]
fn hostile_text_is_data_everywhere() {
    let mut bed = office();
    let hostile = "<script>alert(1)</script> & \"quotes\" '; DROP TABLE post; -- %s %n {} {0} \u{1b}[31mred\u{1b}[0m \u{202e}evil\u{7}";
    let url = "https://example.org/?q=<b>&x='\"";
    let args = [
        "add",
        url,
        "--title",
        hostile,
        "--summary",
        hostile,
        "--tag",
        "'; --",
        "--no-fetch",
        "--to",
        "site",
        "--now",
    ];
    bed.json(&args).done();
    for args in [
        &["queue"][..],
        &["show", "1"],
        &["preview", "1"],
        &["list"],
        &["status"],
    ] {
        let text = bed.run(args).out;
        let bad = text
            .chars()
            .find(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
        assert!(bad.is_none(), "{bad:?} in `handbill {args:?}`:\n{text}");
    }
    bed.json(&["run", "--once"]).ends(0);
    let (page, atom) = (bed.read("site/index.html"), bed.read("site/feed.atom"));
    assert!(
        !page.contains("<script>alert") && page.contains("&lt;script&gt;"),
        "{page}"
    );
    assert!(
        !atom.contains("<script>") && !atom.contains('\u{1b}') && !atom.contains('\u{7}'),
        "{atom}"
    );
    assert_eq!(bed.database().number("SELECT COUNT(*) FROM post"), 1);
    let csv = bed.run(&["history", "--format", "csv"]).ends(0).out;
    assert!(!csv.contains('\u{1b}'), "{csv}");
    // A spreadsheet must not run what a title says.
    bed.at("2026-11-24T16:20:00Z");
    bed.json(&[
        "add",
        "https://example.org/2",
        "--title",
        "=1+1",
        "--summary",
        "S",
        "--no-fetch",
        "--to",
        "site",
        "--now",
    ])
    .done();
    bed.json(&["run", "--once"]).ends(0);
    let csv = bed.run(&["history", "--format", "csv"]).ends(0).out;
    assert!(!csv.contains(",=1+1"), "{csv}");
}

#[test]
fn arguments_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let bed = office();
    let mut command = bed.command(&["add", URL, "--no-fetch", "--json", "--summary"]);
    command.arg(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    let output = bed.finish(command, "");
    assert!(
        matches!(output.code, 2 | 3) && output.out.is_empty() && !output.err.contains("panicked"),
        "{output}"
    );
}
