//! What a URL alone can break.

use crate::fetch::address::Gate;
use crate::fetch::error::{FetchError, Rule};
use crate::fetch::target;

fn rule(text: &str, allow_private: bool) -> Option<Rule> {
    match target::parse(text, Gate::new(allow_private)) {
        Ok(_) => None,
        Err(FetchError::Refused { rule, .. }) => Some(rule),
        Err(other) => panic!("{text}: {other:?}"),
    }
}

#[test]
fn names_of_this_machine_and_this_network_are_refused() {
    for host in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "localhost:8080",
        "a.b.localhost",
        "localhost.localdomain",
        "ip6-localhost",
        "%6cocalhost",
        "ｌｏｃａｌｈｏｓｔ",
        "printer.local",
        "metadata.google.internal",
    ] {
        assert_eq!(rule(&format!("http://{host}/"), false), Some(Rule::LocalName), "{host}");
        assert_eq!(rule(&format!("http://{host}/"), true), None, "{host}");
    }
    for host in [
        "localhost.example.org",
        "local.example.org",
        "notlocalhost.org",
        "internal.org",
    ] {
        assert_eq!(rule(&format!("http://{host}/"), false), None, "{host}");
    }
}

#[test]
fn only_the_web_is_fetched() {
    for text in [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "data:text/html,hello",
        "ftp://example.org/a",
        "gopher://example.org:70/",
        "javascript:alert(1)",
        "mailto:a@example.org",
        "ws://example.org/",
        "blob:https://example.org/1",
    ] {
        for allow_private in [false, true] {
            assert!(matches!(rule(text, allow_private), Some(Rule::Scheme(_))), "{text}");
        }
    }
    for text in [
        "",
        "example.org/a",
        "//example.org",
        "https://",
        "https://exa mple.org/",
        "http://[::1",
    ] {
        assert_eq!(target::parse(text, Gate::new(true)), Err(FetchError::NotUrl), "{text}");
    }
}

#[test]
fn user_names_and_passwords_are_refused_and_not_repeated() {
    for text in [
        "https://bob@example.org/",
        "https://bob:secret@example.org/",
        "https://:secret@example.org/",
        "https://example.org%40bob:secret@10.0.0.1/",
        "https:\\\\bob:secret@example.org/",
    ] {
        let error = target::parse(text, Gate::new(true)).unwrap_err();
        assert!(matches!(error, FetchError::Refused { rule: Rule::Login, .. }), "{text}");
        let said = format!("{error} {error:?}");
        assert!(!said.contains("secret") && !said.contains("bob"), "{said}");
    }
}

#[test]
fn ports_of_other_services_are_refused() {
    for port in [
        1, 21, 22, 23, 25, 53, 110, 143, 445, 587, 993, 2375, 3306, 5432, 6379, 9200, 11211, 27017,
    ] {
        let text = format!("http://example.org:{port}/");
        assert_eq!(rule(&text, false), Some(Rule::Port(port)), "{port}");
        assert_eq!(rule(&text, true), Some(Rule::Port(port)), "{port}");
    }
    for port in ["", ":80", ":443", ":3000", ":8000", ":8080", ":8443", ":49152"] {
        assert_eq!(rule(&format!("http://example.org{port}/"), false), None, "{port}");
    }
}

#[test]
fn an_endless_url_is_refused() {
    let long = format!("https://example.org/{}", "a".repeat(100_000));
    assert_eq!(rule(&long, false), Some(Rule::TooLong));
    let grows = format!("https://example.org/{}", "\u{20ac}".repeat(2_000));
    assert!(grows.len() < 8_000, "short as typed, long as sent");
    assert_eq!(rule(&grows, false), Some(Rule::TooLong));
}
