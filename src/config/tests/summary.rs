//! The endpoint that is asked for summaries.

use super::*;
use crate::config::keys::SUMMARY;

const ENDPOINT: &str = "[summary]\nurl = \"https://llm.example/v1\"\nmodel = \"small\"\n";

fn summary(text: &str) -> Option<Summary> {
    read(&format!("{ORG}{text}"))
        .unwrap_or_else(|error| panic!("{error}"))
        .summary
}

#[test]
fn nobody_is_asked_unless_the_table_is_there() {
    assert_eq!(summary(""), None);
    assert_eq!(
        read_all(EXAMPLE).unwrap_or_else(|error| panic!("{error}")).summary,
        None
    );
}

#[test]
fn an_address_and_a_model_are_enough() {
    let expected = Summary {
        url: "https://llm.example/v1".into(),
        model: "small".into(),
        key: None,
        timeout: SignedDuration::from_secs(20),
    };
    assert_eq!(summary(ENDPOINT), Some(expected.clone()));
    assert_eq!(summary(&ENDPOINT.replace("/v1", "/v1/")), Some(expected));
    for (typed, kept) in [
        ("http://localhost:11434/v1", "http://localhost:11434/v1"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]/v1", "http://[::1]/v1"),
        ("https://10.0.0.7/v1", "https://10.0.0.7/v1"),
        ("https://bücher.example/v1", "https://xn--bcher-kva.example/v1"),
    ] {
        let read = summary(&ENDPOINT.replace("https://llm.example/v1", typed));
        assert_eq!(read.map(|summary| summary.url).as_deref(), Some(kept));
    }
}

#[test]
fn the_key_is_kept_in_every_place_that_secrets_have() {
    for (typed, source) in [
        ("{ env = \"K\" }", SecretSource::Env("K".into())),
        ("{ file = \"k\" }", SecretSource::File("/etc/handbill/k".into())),
        ("{ credential = \"k\" }", SecretSource::Credential("k".into())),
    ] {
        let read = summary(&format!("{ENDPOINT}key = {typed}\ntimeout = \"60s\"\n")).expect("there");
        assert_eq!(read.key, Some(source));
        assert_eq!(read.timeout, SignedDuration::from_secs(60));
    }
}

#[test]
fn mistakes_about_the_endpoint() {
    let url = |url: &str| ENDPOINT.replace("https://llm.example/v1", url);
    let more = |line: &str| format!("{ENDPOINT}{line}\n");
    for (lines, words) in [
        (
            "[summary]\n".to_owned(),
            "line 4, column 1: [summary] needs model = \"…\", as the endpoint calls it.\n\
             line 4, column 1: [summary] needs url = \"https://…/v1\", the address of the endpoint.",
        ),
        (
            "[[summary]]\nurl = \"https://llm.example/v1\"".to_owned(),
            "line 4, column 1: [summary] stands once. Write it with single brackets: [summary]",
        ),
        (
            url("llm.example/v1"),
            "line 5, column 7: \"url\" needs a whole address, such as \"https://example.org\".",
        ),
        (
            url("ftp://llm.example"),
            "line 5, column 7: \"url\" needs an address that begins with https:// (or http://).",
        ),
        (
            url("https://me:s3cret@llm.example/v1"),
            "line 5, column 7: \"url\" has a user name or password in its address, where it can be read by everyone.",
        ),
        (
            url("http://llm.example/v1"),
            "line 5, column 7: \"url\" has http://, which everyone on the way can read. Write https://; http:// is for an endpoint on this machine",
        ),
        (
            url("http://192.168.1.5:11434/v1"),
            "line 5, column 7: \"url\" has http://, which everyone on the way can read. Write https://; http:// is for an endpoint on this machine",
        ),
        (
            url("https://llm.example/v1?key=s3cret"),
            "line 5, column 7: \"url\" has something behind \"?\" or \"#\". Write the address alone; a key stands in key = { env = \"…\" }",
        ),
        (
            url("https://llm.example/v1/chat/completions"),
            "line 5, column 7: \"url\" is what stands before /chat/completions. Write \"https://llm.example/v1\"",
        ),
        (ENDPOINT.replace("small", " "), "line 6, column 9: \"model\" is empty."),
        (
            ENDPOINT.replace("small", &"m".repeat(201)),
            "line 6, column 9: \"model\" is longer than 200 characters.",
        ),
        (
            more("key = \"s3cret\""),
            "line 7, column 7: \"key\" is a secret, and no secret stands in this file. Write key = { env = \"SUMMARY_KEY\" }, { file = \"…\" } or { credential = \"…\" }",
        ),
        (
            more("timeout = \"61s\""),
            "line 7, column 11: \"timeout\" is at most 60s, not \"61s\".",
        ),
        (
            more("timeout = \"0s\""),
            "line 7, column 11: \"timeout\" is at least 1s, not \"0s\".",
        ),
        (
            more("timeout = 20"),
            "line 7, column 11: \"timeout\" needs a duration in quotes; this is a whole number. Write it as a number and a unit: timeout = \"10m\"",
        ),
        (
            more("modle = \"x\""),
            "line 7, column 1: \"modle\" is not a key of [summary]. Did you mean \"model\"?",
        ),
        (
            "[sumary]\nmodel = \"x\"".to_owned(),
            "line 4, column 2: \"sumary\" is not a table of this file. Did you mean \"summary\"?",
        ),
    ] {
        let said = in_file(&lines);
        assert_eq!(said, words, "{lines}");
        assert!(!said.contains("s3cret"), "{said}");
    }
}

#[test]
fn the_example_shows_every_key_and_is_right() {
    let uncommented: Vec<&str> = EXAMPLE
        .lines()
        .skip_while(|line| *line != "#[summary]")
        .take_while(|line| line.starts_with('#'))
        .map(|line| &line[1..])
        .collect();
    assert_eq!(uncommented.len(), 1 + SUMMARY.len());
    let config = read_all(&format!("{ORG}{}\n", uncommented.join("\n"))).unwrap_or_else(|error| panic!("{error}"));
    let summary = config.summary.expect("the example's");
    assert_eq!(summary.key, Some(SecretSource::Env("SUMMARY_KEY".into())));
    for key in SUMMARY {
        assert!(EXAMPLE.contains(&format!("\n#{key} = ")), "{key}");
    }
}
