//! Configurations that are wrong: every mistake at once, with its place and what was meant, and nothing is begun.

use crate::bed::{Bed, HEAD};
use crate::network::feed_channel;

const URL: &str = "https://example.org/crackdown";

#[test]
fn every_mistake_of_a_configuration_is_told_at_once_with_its_place() {
    let config = format!(
        "{HEAD}\n[defaults]\nlate_limt = \"2h\"\n{}shedule = [\"0 9 * * *\"]\n",
        feed_channel("site")
    );
    let bed = Bed::with_config(&config);
    let line = |what: &str| config.lines().position(|line| line.contains(what)).unwrap() + 1;
    for args in [
        &["list"][..],
        &["run"],
        &["add", URL, "--summary", "S", "--no-fetch"],
        &["queue"],
    ] {
        let error = bed.json(args).refused(3);
        let message = error["message"].as_str().unwrap();
        for (typo, meant) in [("late_limt", "late_limit"), ("shedule", "schedule")] {
            assert!(message.contains(&format!("line {}, column 1", line(typo))), "{message}");
            assert!(message.contains(typo) && message.contains(meant), "{message}");
        }
    }
    assert!(!bed.database_path().exists());
}

#[test]
fn configurations_that_cannot_be() {
    let site = feed_channel("site");
    for (config, words) in [
        (String::new(), "organisation"),
        ("\u{0}\u{1}".to_owned(), "line 1"),
        (format!("{HEAD}\n[[channel]\n"), "line"),
        (format!("{HEAD}\n{site}schedule = [\"0 9 * *\"]\n"), "column"),
        (format!("{HEAD}\n{site}schedule = [\"0 9 31 2 *\"]\n"), "never"),
        (format!("{HEAD}\n{site}timezone = \"Europe/Londn\"\n"), "Europe/London"),
        (format!("{HEAD}\n{site}late_limit = \"soon\"\n"), "soon"),
        (format!("{HEAD}\n{site}{site}"), "two channels"),
        (
            format!(
                "{HEAD}\n{site}{}",
                feed_channel("other").replace("path = \"other\"", "path = \"site\"")
            ),
            "path",
        ),
        (
            format!("{HEAD}\n[[channel]]\nname = \"x\"\nnetwork = \"mastodn\"\n"),
            "mastodon",
        ),
        (
            format!("{HEAD}\n[[channel]]\nname = \"x\"\nnetwork = \"mastodon\"\n"),
            "server",
        ),
        (
            format!(
                "{HEAD}\n[[channel]]\nname = \"x\"\nnetwork = \"mastodon\"\nserver = \"http://social.example\"\ntoken = {{ env = \"T\" }}\n"
            ),
            "https",
        ),
        (HEAD.replace("deadline = \"6s\"", "deadline = \"4s\""), "deadline"),
    ] {
        let bed = Bed::with_config(&config);
        let error = bed.json(&["list"]).refused(3);
        let said = format!("{} {}", error["message"], error["hint"]);
        assert!(said.contains(words), "{words} in {said}\n{config}");
    }
    let bed = Bed::empty();
    let error = bed.json(&["list"]).refused(3);
    assert!(error.to_string().contains("handbill init"), "{error}");
}

#[test]
fn a_secret_never_stands_in_a_configuration_or_an_error() {
    let channel = "[[channel]]\nname = \"x\"\nnetwork = \"mastodon\"\nserver = \"https://social.example\"\ntoken = \"s3cret-token\"\n";
    let bed = Bed::new(channel);
    let error = bed.json(&["list"]).refused(3);
    assert!(
        !error.to_string().contains("s3cret-token") && error.to_string().contains("env"),
        "{error}"
    );
}
