mod lint;
mod mistakes;
mod source;
mod summary;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use proptest::prelude::*;

use super::keys::{CHANNEL, COMMON, DATABASE, DELIVERY, FETCH, LINT, MEDIA, ORGANISATION, SECRET, TEXT, TOP};
use super::*;
use crate::domain::compose::LinkPlace;
use crate::domain::when::Zones;

const EXAMPLE: &str = include_str!("../../config/handbill.example.toml");

struct Bundled;

impl Zones for Bundled {
    fn zone(&self, name: &str) -> Option<TimeZone> {
        if name == "UTC" {
            Some(TimeZone::UTC)
        } else {
            TimeZoneDatabase::bundled().get(name).ok()
        }
    }
}

const fn key(name: &'static str, kind: KeyKind, required: bool) -> Key {
    Key { name, kind, required }
}

const fn network(network: &'static str, keys: &'static [Key], server: Server, minutes: i64, ttl: bool) -> NetworkKeys {
    let key_ttl = if ttl { Some(SignedDuration::from_mins(60)) } else { None };
    NetworkKeys {
        network,
        keys,
        server,
        absent_after: SignedDuration::from_mins(minutes),
        key_ttl,
        places: &[LinkPlace::Text, LinkPlace::FirstComment, LinkPlace::Card],
    }
}

const NETWORKS: &[NetworkKeys] = &[
    network(
        "mastodon",
        &[key("token", KeyKind::Secret, true)],
        Server::Required,
        2,
        true,
    ),
    network(
        "bluesky",
        &[
            key("identifier", KeyKind::Text, true),
            key("password", KeyKind::Secret, true),
        ],
        Server::Known("https://bsky.social"),
        1,
        false,
    ),
    network(
        "webhook",
        &[
            key("url", KeyKind::TextOrSecret, true),
            key("secret", KeyKind::Secret, true),
        ],
        Server::None,
        2,
        false,
    ),
    network(
        "feed",
        &[key("path", KeyKind::Path, true), key("title", KeyKind::Text, false)],
        Server::None,
        0,
        false,
    ),
];

fn read(text: &str) -> Result<Config, ConfigError> {
    parse(text, Path::new("/etc/handbill/handbill.toml"), NETWORKS, &Bundled)
}

/// As [`read`], with every network that there is.
fn read_all(text: &str) -> Result<Config, ConfigError> {
    parse(
        text,
        Path::new("/etc/handbill/handbill.toml"),
        &crate::networks::keys(),
        &Bundled,
    )
}

/// What a text is told, without the file's name.
fn told(text: &str) -> String {
    let error = read(text).expect_err("must be refused");
    error.to_string().replace("/etc/handbill/handbill.toml, ", "")
}

const ORG: &str = "[organisation]\nname = \"N\"\ntimezone = \"Europe/London\"\n";
const MASTODON: &str =
    "[[channel]]\nname = \"m\"\nnetwork = \"mastodon\"\nserver = \"https://m.example\"\ntoken = { env = \"T\" }\n";

/// The mistakes of a mastodon channel (lines 4 to 8) with these lines more, from line 9 on.
fn in_channel(lines: &str) -> String {
    told(&format!("{ORG}{MASTODON}{lines}"))
}

/// The mistakes of a file with these lines from line 4 on.
fn in_file(lines: &str) -> String {
    told(&format!("{ORG}{lines}"))
}

#[test]
fn the_example_is_right_as_it_stands() {
    let config = read_all(EXAMPLE).unwrap_or_else(|error| panic!("{error}"));
    let names: Vec<&str> = config.channels.iter().map(|channel| channel.name.as_str()).collect();
    assert_eq!(names[..4], ["mastodon", "bluesky-fr", "newsroom", "site"]);
    let mastodon = &config.channels[0];
    assert_eq!(mastodon.schedule.lines().len(), 2);
    assert_eq!(
        mastodon.settings["token"],
        Setting::Secret(SecretSource::Env("MASTODON_TOKEN".into()))
    );
    assert_eq!(EXAMPLE.lines().nth(mastodon.line - 1), Some("[[channel]]"));
    let bluesky = &config.channels[1];
    assert_eq!(bluesky.server.as_deref(), Some("https://bsky.social"));
    let file = PathBuf::from("/etc/handbill/secrets/bluesky-password");
    assert_eq!(bluesky.settings["password"], Setting::Secret(SecretSource::File(file)));
    assert_eq!(
        config.channels[3].settings["path"],
        Setting::Path("/etc/handbill/public".into())
    );
    assert_eq!(config.channels[3].timezone, "Europe/London");
    assert_eq!(
        config.database_file(None),
        Ok(PathBuf::from("/etc/handbill/handbill.db"))
    );
}

#[test]
fn the_example_has_every_key() {
    let lists: [&[&str]; 11] = [
        &TOP,
        &ORGANISATION,
        &TEXT,
        &DATABASE,
        &FETCH,
        &MEDIA,
        &DELIVERY,
        &LINT,
        &COMMON,
        &CHANNEL,
        &SECRET,
    ];
    let networks = NETWORKS.iter().flat_map(|network| network.keys).map(|key| key.name);
    let written = |key: &str| {
        let assigned = format!("{key} = ");
        let heads = [format!("[{key}]"), format!("[{key}."), format!("[[{key}]]")];
        EXAMPLE.lines().any(|line| {
            let line = line.trim_start_matches('#');
            line.starts_with(&assigned)
                || line.contains(&format!("{{ {assigned}"))
                || heads.iter().any(|head| line.starts_with(head))
        })
    };
    for key in lists.into_iter().flatten().copied().chain(networks) {
        assert!(written(key), "{key} is not in the example");
    }
}

#[test]
fn the_example_shows_what_holds_without_it() {
    let last = ["#on_unknown", "#allow_private", "#absent_after", "#link", "#lint"];
    let shown = EXAMPLE
        .lines()
        .filter(|line| last.iter().any(|key| line.starts_with(key)))
        .map(|line| &line[1..]);
    let defaults = format!("[defaults]\n{}\n", shown.collect::<Vec<_>>().join("\n"));
    assert_eq!(defaults.lines().count(), 6);
    let shown = read_all(&EXAMPLE.replace(
        "[defaults]
",
        &defaults,
    ))
    .unwrap_or_else(|error| panic!("{error}"));
    let bare = read(&format!("{ORG}{MASTODON}")).unwrap_or_else(|error| panic!("{error}"));
    let (shown_channel, bare_channel) = (&shown.channels[0], &bare.channels[0]);
    let times = |c: &Channel| {
        [
            c.min_gap,
            c.late_limit,
            c.undo,
            c.duplicate_window,
            c.stale_limit,
            c.absent_after,
        ]
    };
    assert_eq!(times(shown_channel), times(bare_channel));
    assert_eq!(
        (shown_channel.on_unknown, shown_channel.allow_private),
        (bare_channel.on_unknown, false)
    );
    assert_eq!((shown.delivery, &shown.database), (bare.delivery, &bare.database));
    assert_eq!((&shown.lint, shown_channel.lint), (&bare.lint, bare_channel.lint));
    assert_eq!(shown_channel.link, bare_channel.link);
    assert!(shown_channel.undo_set && !bare_channel.undo_set);
}

#[test]
fn a_channel_wins_over_the_defaults_and_the_defaults_over_what_is_built_in() {
    let text = format!(
        "{ORG}[defaults]\nmin_gap = \"1h\"\nlate_limit = \"3h\"\ntimezone = \"asia/tokyo\"\nschedule = [\"@daily\"]\n\
         on_unknown = \"resend\"\nabsent_after = \"3m\"\n{MASTODON}min_gap = \"5m\"\nschedule = []\n"
    );
    let config = read(&text).unwrap_or_else(|error| panic!("{error}"));
    let channel = config.channel("m").expect("there");
    assert_eq!(channel.min_gap, SignedDuration::from_mins(5));
    assert_eq!(channel.late_limit, SignedDuration::from_hours(3));
    assert_eq!(channel.stale_limit, SignedDuration::from_hours(7 * 24));
    assert_eq!(channel.absent_after, SignedDuration::from_mins(3));
    assert_eq!(
        (channel.timezone.as_str(), channel.on_unknown),
        ("Asia/Tokyo", OnUnknown::Resend)
    );
    assert!(channel.schedule.is_empty());
}

#[test]
fn other_ways_to_write_the_same() {
    let text = "organisation.name = \"N\"\norganisation.timezone = \"UTC\"\ntext = { EN = { join = \"J\" } }\n\
                channel = [{ name = \"m\", network = \"mastodon\", server = \"https://m.example\", token.env = \"T\" }]\n";
    let config = read(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        config.channels[0].settings,
        BTreeMap::from([("token", Setting::Secret(SecretSource::Env("T".into())))])
    );
    assert_eq!(config.texts["en"].join.as_deref(), Some("J"));
    assert!(
        read("[organisation]\nname = \"N\"\ntimezone = \"UTC\"\n")
            .expect("no channel yet")
            .channels
            .is_empty()
    );
}

/// A file that is TOML, but with any value behind any key of any table.
fn well_formed() -> impl Strategy<Value = String> {
    const TABLES: [&str; 9] = [
        "[organisation]",
        "[text.en]",
        "[defaults]",
        "[delivery]",
        "[media]",
        "[database]",
        "[fetch]",
        "[lint]",
        "[x]",
    ];
    const VALUES: [&str; 30] = [
        "1",
        "-1.5",
        "true",
        "1979-05-27",
        "[]",
        r#"[1, "@daily"]"#,
        r#"[["0 25 * * *"]]"#,
        "{}",
        "{ env = 1 }",
        r#"{ file = "a" }"#,
        r#""""#,
        r#""mastodon""#,
        r#""feed""#,
        r#""telegram""#,
        r#""10m""#,
        r#""99999999999d""#,
        r#""http://ü.example:0/""#,
        r#""https://[::1""#,
        r#""Europe/London""#,
        "'''\n{\n'''",
        r#""""ü{handle}}""""#,
        r#""\u0007""#,
        r#""~""#,
        r#"["*/0 ü * * *"]"#,
        r#"["\u0030 25 * * *", '0 9 31 2 *']"#,
        r#""sqlite:?""#,
        r#""warn""#,
        r#"["starter"]"#,
        r#"{ terms = "block", link = ["x"], y = 1 }"#,
        r#"["no/such/list.toml", "", "~"]"#,
    ];
    let keys: Vec<&str> = [
        &ORGANISATION[..],
        &TEXT,
        &COMMON,
        &CHANNEL,
        &DELIVERY,
        &MEDIA,
        &DATABASE,
        &SECRET,
        &LINT,
        &["token"],
    ]
    .concat();
    let typed = any::<String>().prop_map(|text| toml_edit::Value::from(text).to_string());
    let value = prop_oneof![3 => prop::sample::select(&VALUES[..]).prop_map(str::to_owned), 1 => typed];
    let body = prop::collection::btree_map(prop::sample::select(keys), value, 0..12).prop_map(|lines| {
        lines
            .into_iter()
            .map(|(key, value)| format!("{key} = {value}\n"))
            .collect::<String>()
    });
    prop::collection::vec(body, TABLES.len() + 3).prop_map(|bodies| {
        let heads = TABLES.into_iter().chain(std::iter::repeat("[[channel]]"));
        bodies
            .iter()
            .zip(heads)
            .map(|(body, head)| format!("{head}\n{body}"))
            .collect()
    })
}

/// One line of the example has changed.
fn changed() -> impl Strategy<Value = String> {
    (0..EXAMPLE.lines().count(), 0..60_usize, ".{0,12}").prop_map(|(number, column, typed)| {
        let mut lines: Vec<String> = EXAMPLE.lines().map(str::to_owned).collect();
        let at = lines[number].char_indices().nth(column).map_or(0, |(at, _)| at);
        lines[number].insert_str(at, &typed);
        lines.join("\n")
    })
}

proptest! {
    #[test]
    fn no_text_panics_and_every_mistake_has_a_place(text in prop_oneof![any::<String>(), well_formed(), changed()]) {
        if let Err(error) = read(&text) {
            let lines = text.matches('\n').count() + 1;
            prop_assert!(!error.mistakes().is_empty());
            for mistake in error.mistakes() {
                prop_assert!((1..=lines).contains(&mistake.line) && mistake.column >= 1, "{mistake}");
            }
            prop_assert!(error.mistakes().is_sorted_by_key(|mistake| (mistake.line, mistake.column)));
        }
    }
}
