//! Wrong files, and the exact words that they get.

use super::*;

#[test]
fn a_slip_is_told_as_in_the_manual() {
    let text = format!("{ORG}{MASTODON}{}shedule = [\"@daily\"]\n", "\n".repeat(9));
    let error = parse(&text, Path::new("handbill.toml"), NETWORKS, &Bundled).expect_err("a slip");
    assert_eq!(
        error.to_string(),
        "handbill.toml, line 18, column 1: \"shedule\" is not a key of a channel. Did you mean \"schedule\"?"
    );
}

#[test]
fn all_mistakes_come_at_once_in_the_order_of_the_file() {
    let text = "[organisation]\nnam = \"N\"\ntimezone = \"London\"\n[fetch]\nallow_private = \"no\"\n[[channel]]\n\
                name = \"a\"\nnetwork = \"mastdon\"\nmin_gap = 10\n[[channel]]\nname = \"a\"\nnetwork = \"feed\"\n[delivry]\n";
    assert_eq!(
        told(text),
        "line 1, column 1: [organisation] needs name = \"…\".\n\
         line 2, column 1: \"nam\" is not a key of [organisation]. Did you mean \"name\"?\n\
         line 3, column 12: \"London\" is not a time zone. Did you mean \"Europe/London\"?\n\
         line 5, column 17: \"allow_private\" needs true or false; this is text.\n\
         line 8, column 11: \"mastdon\" is not a network that Handbill knows. Did you mean \"mastodon\"?\n\
         line 9, column 11: \"min_gap\" needs a duration in quotes; this is a whole number. Write it as a number and a unit: min_gap = \"10m\"\n\
         line 10, column 1: this channel needs path = \"…\".\n\
         line 11, column 8: there are two channels \"a\"; the other is on line 7.\n\
         line 13, column 2: \"delivry\" is not a table of this file. Did you mean \"delivery\"?"
    );
}

#[test]
fn mistakes_in_a_channel() {
    for (lines, words) in [
        (
            "schedule = [\"0 9 * * *\", \"0 25 * * *\"]",
            "line 9, column 29: hour: ",
        ),
        ("schedule = ['0 9 * * mno']", "line 9, column 22: day-of-week: "),
        ("schedule = [\"\\u0030 25 * * *\"]", "line 9, column 13: hour: "),
        (
            "schedule = \"0 9 * * *\"",
            "line 9, column 12: \"schedule\" needs a list in square brackets; this is text. Write schedule = [\"0 9 * * *\"]",
        ),
        (
            "schedule = [9]",
            "line 9, column 13: \"schedule\" needs text in quotes; this is a whole number.",
        ),
        (
            "path = \"x\"",
            "line 9, column 1: \"path\" is not a key of a mastodon channel. It belongs to feed",
        ),
        (
            "timezone = \"EST\"",
            "line 9, column 12: \"EST\" is not a time zone. Write a place, such as \"America/New_York\"; the clock changes are those of the place",
        ),
        (
            "timezone = \"Europe/Lodnon\"",
            "line 9, column 12: \"Europe/Lodnon\" is not a time zone. Did you mean \"Europe/London\"?",
        ),
        (
            "timezone = \"+01:00\"",
            "line 9, column 12: \"+01:00\" is not a time zone. An offset knows no summer time. Write a place, such as \"Europe/London\", or \"UTC\"",
        ),
        (
            "timezone = \"new york\"",
            "line 9, column 12: \"new york\" is not a time zone. Did you mean \"America/New_York\"?",
        ),
        (
            "language = \"en_GB\"",
            "line 9, column 12: \"en_GB\" is not a language tag. Write \"en-GB\"",
        ),
        (
            "language = \"english\"",
            "line 9, column 12: \"english\" is not a language tag. Write a tag such as \"en\", \"fr\" or \"pt-BR\"",
        ),
        (
            "min_gap = \"-5m\"",
            "line 9, column 11: \"-5m\" is no duration for \"min_gap\": a duration is a number and one of s, m, h, d: 90s, 10m, 2h, 1d.",
        ),
        (
            "late_limit = \"31d\"",
            "line 9, column 14: \"late_limit\" is at most 30d, not \"31d\".",
        ),
        ("undo = \"2h\"", "line 9, column 8: \"undo\" is at most 1h, not \"2h\"."),
        (
            "on_unknown = \"aks\"",
            "line 9, column 14: \"on_unknown\" is \"ask\" or \"resend\", not \"aks\". Did you mean \"ask\"?",
        ),
        ("handle = \"\"", "line 9, column 10: \"handle\" is empty."),
        (
            "handle = \"a\\nb\"",
            "line 9, column 10: \"handle\" has a line break or another control character inside.",
        ),
        (
            "absent_after = \"12m\"",
            "line 9, column 16: \"deadline\" (1 min) and \"absent_after\" (12 min) are too long for mastodon, which forgets keys: together at most 595s.",
        ),
    ] {
        let said = in_channel(lines);
        assert!(said.starts_with(words), "{lines}\nsaid:   {said}\nwanted: {words}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn mistakes_in_channels_of_other_kinds() {
    let webhook = "[[channel]]\nname = \"w\"\nnetwork = \"webhook\"\n";
    let feed =
        |name: &str, path: &str| format!("[[channel]]\nname = \"{name}\"\nnetwork = \"feed\"\npath = \"{path}\"\n");
    for (lines, words) in [
        (
            "[[channel]]\nname = \"my-m\"\nnetwork = \"mastodon\"\n".to_owned(),
            "line 4, column 1: channel \"my-m\" needs server = \"https://…\".\n\
             line 4, column 1: channel \"my-m\" needs token = { env = \"MY_M_TOKEN\" }.",
        ),
        (
            "[[channel]]\nnetwork = \"feed\"\npath = \"p\"".into(),
            "line 4, column 1: a channel needs name = \"…\".",
        ),
        (
            "[[channel]]\nname = \"a\"\nbot = 1".into(),
            "line 4, column 1: a channel needs network = \"…\".\nline 6, column 1: \"bot\" is not a key of a channel.",
        ),
        (
            "[[channel]]\nname = \"Our News\"\nnetwork = \"feed\"\npath = \"p\"".into(),
            "line 5, column 8: \"Our News\" cannot name a channel; it has 1 to 40 of a-z, 0-9, - and _, and begins with a letter or digit. Write name = \"our-news\"",
        ),
        (
            feed("a", "p") + &feed("b", "./q/../p"),
            "line 11, column 8: two feed channels cannot share one \"path\"; the other is on line 7.",
        ),
        (
            format!("{webhook}url = \"http://h.example/x\"\nsecret = {{ env = \"S\" }}"),
            "line 7, column 7: \"url\" has http://, which everyone on the way can read. Write https://, or allow_private = true if it is your own network",
        ),
        (
            format!("{webhook}server = \"https://h\"\nurl = {{ file = \"u\" }}\nsecret = {{ env = \"S\" }}"),
            "line 7, column 10: a webhook channel has no \"server\". Take this line out",
        ),
        (
            "[channel]\nname = \"a\"".into(),
            "line 4, column 1: \"channel\" needs a list of tables; this is a table. Write it with double brackets, once for each: [[channel]]",
        ),
        (
            "[channel.m]\nname = \"a\"".into(),
            "line 4, column 2: \"channel\" needs a list of tables; this is a table. Write it with double brackets, once for each: [[channel]]",
        ),
        (
            "channel = [1]".into(),
            "line 4, column 1: \"channel\" is not a key of [organisation].",
        ),
    ] {
        assert_eq!(in_file(&lines), words, "{lines}");
    }
}

#[test]
fn servers_are_a_scheme_and_a_host() {
    let with =
        |server: &str, more: &str| told(&format!("{ORG}{}{more}", MASTODON.replace("https://m.example", server)));
    for (server, words) in [
        (
            "m.example",
            "\"server\" needs a whole address, such as \"https://example.org\". Write \"https://m.example\"",
        ),
        (
            "m.example:443",
            "\"server\" needs an address that begins with https:// (or http://). Write \"https://m.example:443\"",
        ),
        (
            "https://m.example/@us",
            "\"server\" is a scheme, a host and perhaps a port, and nothing behind them. Write \"https://m.example\"",
        ),
        (
            "https://m.example?a=1",
            "\"server\" is a scheme, a host and perhaps a port, and nothing behind them. Write \"https://m.example\"",
        ),
        (
            "https://us:pw@m.example",
            "\"server\" has a user name or password in its address, where it can be read by everyone.",
        ),
        (
            "ftp://m.example",
            "\"server\" needs an address that begins with https:// (or http://).",
        ),
        (
            "http://m.example",
            "\"server\" has http://, which everyone on the way can read. Write https://, or allow_private = true if it is your own network",
        ),
    ] {
        assert_eq!(with(server, ""), format!("line 7, column 10: {words}"), "{server}");
    }
    for (server, more) in [
        ("http://localhost:3000", ""),
        ("http://[::1]", ""),
        ("http://10.0.0.5", "allow_private = true"),
    ] {
        let config = read(&format!("{ORG}{}{more}", MASTODON.replace("https://m.example", server)));
        assert_eq!(
            config.map(|c| c.channels[0].server.clone()).ok().flatten().as_deref(),
            Some(server)
        );
    }
}

#[test]
fn secrets_are_refused_in_the_file_and_never_repeated() {
    let ways = "Write token = { env = \"M_TOKEN\" }, { file = \"…\" } or { credential = \"…\" }";
    for (value, words) in [
        (
            "\"hunter2\"",
            format!("line 8, column 9: \"token\" is a secret, and no secret stands in this file. {ways}"),
        ),
        (
            "[\"hunter2\"]",
            format!("line 8, column 9: \"token\" is a secret, and no secret stands in this file. {ways}"),
        ),
        (
            "{ }",
            format!("line 8, column 9: \"token\" says exactly one place where the secret is. {ways}"),
        ),
        (
            "{ env = \"A\", file = \"b\" }",
            format!("line 8, column 9: \"token\" says exactly one place where the secret is. {ways}"),
        ),
        (
            "{ env = \"hunter2-hunter2\" }",
            "line 8, column 17: \"env\" is the name of a variable: letters, digits and _.".into(),
        ),
        (
            "{ credential = \"/hunter2\" }",
            "line 8, column 24: \"credential\" is the name that LoadCredential= gives it, without a path.".into(),
        ),
        (
            "{ file = \"~/hunter2\" }",
            "line 8, column 18: \"~\" is not filled in here; write the whole path.".into(),
        ),
        (
            "{ env = 1 }",
            "line 8, column 17: \"env\" needs text in quotes; this is a whole number.".into(),
        ),
        (
            "{ enf = \"hunter2\" }",
            format!(
                "line 8, column 9: \"token\" says exactly one place where the secret is. {ways}\nline 8, column 11: \"enf\" is not a key of a secret. Did you mean \"env\"?"
            ),
        ),
    ] {
        let said = told(&format!("{ORG}{}", MASTODON.replace("{ env = \"T\" }", value)));
        assert_eq!(said, words, "{value}");
        assert!(!said.contains("hunter2"));
    }
    let address = in_file(
        "[[channel]]\nname = \"w\"\nnetwork = \"webhook\"\nurl = \"hooks.example/hunter2\"\nsecret = { env = \"S\" }",
    );
    assert_eq!(
        address,
        "line 7, column 7: \"url\" needs a whole address, such as \"https://example.org\"."
    );
}

#[test]
fn mistakes_in_the_other_tables() {
    for (lines, words) in [
        (
            "website = \"idhdp.com\"",
            "line 4, column 11: \"website\" needs a whole address, such as \"https://example.org\". Write \"https://idhdp.com\"",
        ),
        (
            "[[alert]]\nto = \"x\"",
            "line 4, column 3: \"alert\" is not in this version yet. Take it out for now",
        ),
        (
            "[tracking]",
            "line 4, column 2: \"tracking\" is not in this version yet. Take it out for now",
        ),
        (
            "[text]\nread_more = \"R\"",
            "line 5, column 1: \"read_more\" stands in [text] itself. Write one table a language, such as [text.en]",
        ),
        (
            "[text.en]\nhandles = \"Ask {handel} or {handle}\"",
            "line 5, column 16: only {handle} stands in braces.",
        ),
        (
            "[text.en]\njoin = \"Join {handle}\"",
            "line 5, column 14: only \"handles\" takes {handle}.",
        ),
        (
            "[text.en_GB]\njoin = \"J\"",
            "line 4, column 7: \"en_GB\" is not a language tag. Write \"en-GB\"",
        ),
        (
            "[text.en]\n[text.EN]",
            "line 5, column 7: the language \"EN\" stands twice in [text].",
        ),
        (
            "[database]\nurl = \"postgres://h/d\"",
            "line 5, column 7: this version keeps its queue in SQLite only; write sqlite:handbill.db.",
        ),
        (
            "[defaults]\nserver = \"x\"",
            "line 5, column 1: \"server\" is not a key of [defaults]. It belongs to one [[channel]]",
        ),
        (
            "[fetch]\nmin_gap = \"5m\"",
            "line 5, column 1: \"min_gap\" is not a key of [fetch]. It belongs to a [[channel]] or to [defaults]",
        ),
        (
            "[[defaults]]",
            "line 4, column 1: [defaults] stands once. Write it with single brackets: [defaults]",
        ),
        (
            "[media]\npublic_dir = \"p\"",
            "line 4, column 1: [media] needs public_url = \"https://…\", the address of \"public_dir\".",
        ),
        (
            "[delivery]\ndeadline = \"5s\"",
            "line 5, column 12: \"deadline\" is longer than 5s, the time within which a call must begin.",
        ),
        (
            "[delivery]\nretry_first = \"20m\"",
            "line 5, column 15: \"retry_first\" (20 min) is not longer than \"retry_max\" (15 min).",
        ),
        (
            "[delivery]\ndeadline = \"1h\"",
            "line 5, column 12: \"deadline\" is at most 10m, not \"1h\".",
        ),
    ] {
        assert_eq!(in_file(lines), words, "{lines}");
    }
    let keyed = in_file(&format!("[delivery]\ndeadline = \"500s\"\n{MASTODON}"));
    assert_eq!(
        keyed,
        "line 5, column 12: \"deadline\" (8 min 20 s) and \"absent_after\" (2 min) are too long for mastodon, which forgets keys: together at most 595s."
    );
    assert_eq!(
        told("nmae = \"x\"\n"),
        "line 1, column 1: \"nmae\" stands outside a table. Put it below the [table] that it belongs to\n\
         line 1, column 1: there is no [organisation] with name = \"…\" and timezone = \"Europe/London\"."
    );
}

#[test]
fn mistakes_in_the_grammar_have_a_place() {
    for (text, place) in [
        ("[organisation\nname = 1", "line 1, column 14: "),
        ("a = \"ü\" b", "line 1, column 9: "),
        (
            "[a]\nb = 10m",
            "line 2, column 5: this text is not in quotes. Put it in double quotes, such as min_gap = \"10m\"",
        ),
        (
            "[a]\nb = 1\nb = 2",
            "line 3, column 1: this stands twice. A key and a [table] stand once; only [[channel]] comes again",
        ),
        ("a = \"x", "line 1, column "),
    ] {
        let said = told(text);
        assert!(said.starts_with(place), "{text}: {said}");
        assert_eq!(said.lines().count(), 1);
    }
}

#[test]
fn files_that_are_no_configuration_are_told_in_words() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("handbill.toml");
    let said = |path: &Path| load(path, NETWORKS, &Bundled).expect_err("refused").to_string();
    let name = file.display().to_string();
    assert_eq!(said(&file), format!("{name} is not there."));
    assert!(said(dir.path()).ends_with(" is a folder; name the file in it, such as handbill.toml."));
    for (bytes, words) in [
        (vec![b'#'; 1_000_001], " is larger than 1 MB; that is no configuration"),
        (vec![0xff, 0xfe, b'a', 0], " is text in UTF-16; save it as UTF-8"),
        (
            b"# \xc3\xbc\n# ab\xff".to_vec(),
            ", line 2, column 5: this is not text in UTF-8. Save the file as UTF-8",
        ),
        (
            b"\xef\xbb\xbfx = 1".to_vec(),
            ", line 1, column 1: \"x\" stands outside a table. Put it below the [table] that it belongs to",
        ),
    ] {
        std::fs::write(&file, bytes).expect("written");
        let said = said(&file);
        assert!(said.starts_with(&format!("{name}{words}")), "{said}");
    }
    std::fs::write(&file, format!("\u{feff}{EXAMPLE}").replace('\n', "\r\n")).expect("written");
    let config = load(&file, &crate::networks::keys(), &Bundled).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.database_file(None), Ok(dir.path().join("handbill.db")));
    assert_eq!(config.database_file(Some("sqlite:/x.db")), Ok(PathBuf::from("/x.db")));
}
