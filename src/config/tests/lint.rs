//! Rules, lists of words and the place of the link.

use super::*;
use crate::config::terms;
use crate::domain::compose::LinkPlace;
use crate::domain::lint::{Draft, Level, Levels, Rule, check};

const LISTS: &str = "[lint]\nterms = [\"terms/own.toml\", \"starter\"]\n";

/// A folder with a list of words, read by the configuration in it.
fn with_list(list: &[u8], lint: &str) -> Result<Config, ConfigError> {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(dir.path().join("terms")).expect("a folder");
    std::fs::write(dir.path().join("terms/own.toml"), list).expect("written");
    parse(
        &format!("{ORG}{lint}"),
        &dir.path().join("handbill.toml"),
        NETWORKS,
        &Bundled,
    )
}

/// The mistakes of a list of words, without its path.
fn list_told(list: &str) -> String {
    let error = with_list(list.as_bytes(), LISTS).expect_err("must be refused");
    assert!(error.file.ends_with("terms/own.toml"), "{error}");
    error.to_string().replace(&format!("{}, ", error.file.display()), "")
}

#[test]
fn the_built_in_list_and_levels_hold_where_nothing_is_said() {
    let config = read(&format!("{ORG}{MASTODON}")).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.lint.terms(), terms::starter());
    assert_eq!(config.lint.levels, Levels::default());
    assert_eq!(config.channels[0].lint, Levels::default());
    assert_eq!(config.channels[0].link, LinkPlace::Text);
    assert_eq!(Levels::default().alt_text, Level::Block);
    assert_eq!(Levels::default().of(Rule::Terms), Level::Warn);
}

#[test]
fn a_channel_wins_over_defaults_over_lint() {
    let text = format!(
        "{ORG}[lint]\nshouting = \"block\"\nemoji = \"off\"\nterms = \"block\"\n\
         [defaults]\nlint = {{ emoji = \"warn\", link = \"block\", terms = \"off\" }}\nlink = \"card\"\n\
         {MASTODON}lint.link = \"off\"\nlint.terms = \"warn\"\nlink = \"first_comment\"\n\
         [[channel]]\nname = \"f\"\nnetwork = \"feed\"\npath = \"p\"\n"
    );
    let config = read(&text).unwrap_or_else(|error| panic!("{error}"));
    let organisation = Levels::default()
        .with(Rule::Shouting, Level::Block)
        .with(Rule::Emoji, Level::Off)
        .with(Rule::Terms, Level::Block);
    assert_eq!(config.lint.levels, organisation);
    let feed = organisation
        .with(Rule::Emoji, Level::Warn)
        .with(Rule::Link, Level::Block)
        .with(Rule::Terms, Level::Off);
    assert_eq!(config.channels[1].lint, feed);
    let mastodon = feed.with(Rule::Link, Level::Off).with(Rule::Terms, Level::Warn);
    assert_eq!(config.channels[0].lint, mastodon);
    assert_eq!(config.lint.terms(), terms::starter());
    let places: Vec<LinkPlace> = config.channels.iter().map(|channel| channel.link).collect();
    assert_eq!(places, [LinkPlace::FirstComment, LinkPlace::Card]);
}

#[test]
fn lists_come_in_the_order_of_their_names() {
    let own = "language = \"fr\"\n[[term]]\navoid = [\"toxicomane\", \"toxicomanes\"]\nsay = \"personne\"\n\
               [[term]]\nlanguage = \"en\"\navoid = [\"addict\"]\nsay = \"ours\"\nwhy = \"Why.\"\nsource = \"A, https://a.example\"\n\
               unless = [\"Addict Film Club\"]\n";
    let config = with_list(format!("\u{feff}{own}").replace('\n', "\r\n").as_bytes(), LISTS);
    let config = config.unwrap_or_else(|error| panic!("{error}"));
    let terms = config.lint.terms();
    assert_eq!(terms[0].avoid, ["toxicomane", "toxicomanes"]);
    assert_eq!((terms[0].language.as_deref(), &terms[0].why), (Some("fr"), &None));
    assert_eq!(
        (terms[1].language.as_deref(), terms[1].why.as_deref()),
        (Some("en"), Some("Why."))
    );
    assert_eq!(terms[1].unless, ["Addict Film Club"]);
    assert_eq!(terms[2..], *terms::starter());
    let draft = Draft {
        texts: vec!["An addict"],
        language: Some("en"),
        ..Draft::default()
    };
    let found = check(&draft, terms, &Levels::default());
    assert_eq!(found[0].message, "Instead of \"addict\", say: ours.");
    let none = with_list(b"", "[lint]\nterms = []\n").unwrap_or_else(|error| panic!("{error}"));
    assert!(none.lint.terms().is_empty());
}

#[test]
fn mistakes_about_rules_and_links() {
    for (lines, words) in [
        (
            "[lint]\nshoutng = \"warn\"",
            "line 5, column 1: \"shoutng\" is not a key of [lint]. Did you mean \"shouting\"?",
        ),
        (
            "[lint]\nemoji = \"blok\"",
            "line 5, column 9: \"emoji\" is \"off\" or \"warn\" or \"block\", not \"blok\". Did you mean \"block\"?",
        ),
        (
            "[lint]\nemoji = false",
            "line 5, column 9: \"emoji\" needs text in quotes; this is true or false.",
        ),
        (
            "[lint]\nterms = [\"startr\"]",
            "line 5, column 10: the list \"startr\" is not there. Did you mean \"starter\"?",
        ),
        (
            "[lint]\nterms = [\"starter\", \"no/such.toml\", \"starter\"]",
            "line 5, column 21: the list \"no/such.toml\" is not there. A path begins in the folder of this file\n\
             line 5, column 37: \"starter\" is named twice.",
        ),
        (
            "[lint]\nterms = [\"~/own.toml\", 1]",
            "line 5, column 10: \"~\" is not filled in here; write the whole path.\n\
             line 5, column 24: \"terms\" needs text in quotes; this is a whole number.",
        ),
        (
            "[[lint]]\nemoji = \"off\"",
            "line 4, column 1: [lint] stands once. Write it with single brackets: [lint]",
        ),
        (
            "[defaults]\nlink = \"comment\"",
            "line 5, column 8: \"link\" is \"text\" or \"first_comment\" or \"card\", not \"comment\".",
        ),
        (
            "[defaults]\nlint = \"off\"",
            "line 5, column 8: \"lint\" says for each rule how much it matters. Write lint.shouting = \"warn\", or lint = { shouting = \"warn\" }",
        ),
    ] {
        assert_eq!(in_file(lines), words, "{lines}");
    }
    for (lines, words) in [
        (
            "lint.alttext = \"off\"",
            "line 9, column 6: \"alttext\" is not a key of lint. Did you mean \"alt_text\"?",
        ),
        (
            "lint = { terms = [\"starter\"], link = \"ask\" }",
            "line 9, column 18: lists of words stand in [lint] only. Here write \"off\", \"warn\" or \"block\"; the lists are the same for all channels\n\
             line 9, column 38: \"link\" is \"off\" or \"warn\" or \"block\", not \"ask\".",
        ),
        (
            "link = 1",
            "line 9, column 8: \"link\" needs text in quotes; this is a whole number.",
        ),
    ] {
        assert_eq!(in_channel(lines), words, "{lines}");
    }
}

#[test]
fn mistakes_in_a_list_of_words() {
    for (list, words) in [
        (
            "",
            "line 1, column 1: a list of words needs [[term]] with avoid = [\"…\"] and say = \"…\".",
        ),
        (
            "[[term]]\n",
            "line 1, column 1: an entry needs avoid = [\"…\"], the words in all their forms.\n\
             line 1, column 1: an entry needs say = \"…\", what to say instead.",
        ),
        (
            "[[term]]\navoid = \"addict\"\nsay = \"\"\n",
            "line 2, column 9: \"avoid\" needs a list in square brackets; this is text. Write avoid = [\"addict\", \"addicts\"]\n\
             line 3, column 7: \"say\" is empty.",
        ),
        (
            "langauge = \"en\"\n[[term]]\navoid = []\nsya = \"x\"\nsay = \"x\"\n",
            "line 1, column 1: \"langauge\" is not a key of a list of words. Did you mean \"language\"?\n\
             line 3, column 9: \"avoid\" is empty.\n\
             line 4, column 1: \"sya\" is not a key of an entry. Did you mean \"say\"?",
        ),
        (
            "language = \"english\"\n[[term]]\navoid = [\"a b\", \"…\", 1]\nsay = \"x\"\n[[term]]\navoid = [\"A b\"]\nsay = \"y\"\n",
            "line 1, column 12: \"english\" is not a language tag. Write a tag such as \"en\", \"fr\" or \"pt-BR\"\n\
             line 3, column 17: \"…\" has no word that could be looked for.\n\
             line 3, column 22: \"avoid\" needs text in quotes; this is a whole number.\n\
             line 6, column 10: \"A b\" stands twice in this list; first on line 3.",
        ),
        (
            "[[term]]\navoid = [addict]\n",
            "line 2, column 10: this text is not in quotes. Put it in double quotes, such as say = \"person who uses drugs\"",
        ),
        (
            "[[term]]\nsay = \"a\"\nsay = \"b\"\n",
            "line 3, column 1: this stands twice. A key and a [table] stand once; only [[term]] comes again",
        ),
        (
            "term = 1\n",
            "line 1, column 8: \"term\" needs a list of tables; this is a whole number. Write it with double brackets, once for each: [[term]]",
        ),
    ] {
        assert_eq!(list_told(list), words, "{list}");
    }
    let long = format!("[[term]]\navoid = [\"{}\"]\nsay = \"x\"\n", "ü".repeat(501));
    assert_eq!(
        list_told(&long),
        "line 2, column 10: \"avoid\" is longer than 500 characters."
    );
    let many = "[[term]]\navoid = [\"a\"]\nsay = \"x\"\n".repeat(2_001);
    assert!(list_told(&many).ends_with("more mistakes from here on are not shown."));
    let forms: Vec<String> = (0..51).map(|n| format!("\"a{n}\"")).collect();
    let forms = format!("[[term]]\navoid = [\n{}]\nsay = \"x\"\n", forms.join(",\n"));
    assert_eq!(
        list_told(&forms),
        "line 53, column 1: \"avoid\" has at most 50 entries."
    );
}

#[test]
fn lists_that_cannot_be_read_are_told_where_they_are_named() {
    let told = |list: &[u8]| with_list(list, LISTS).expect_err("refused").to_string();
    assert!(told(&vec![b'#'; 1_000_001]).ends_with(
        "handbill.toml, line 5, column 10: the list \"terms/own.toml\" is larger than 1 MB; that is no list of words."
    ));
    assert!(told(&[0xff, 0xfe, b'a', 0]).contains("line 5, column 10: the list \"terms/own.toml\" is text in UTF-16"));
    assert!(told(b"# \xff").ends_with("own.toml, line 1, column 3: this is not text in UTF-8. Save the file as UTF-8"));
    let folder = with_list(b"", "[lint]\nterms = [\"terms\"]\n")
        .expect_err("refused")
        .to_string();
    assert!(
        folder.contains("line 5, column 10: the list \"terms\" is a folder"),
        "{folder}"
    );
    let both = with_list(b"x = 1", "[lint]\nterms = [\"terms/own.toml\"]\nemoji = 1\n").expect_err("refused");
    assert!(
        both.file.ends_with("handbill.toml"),
        "the configuration comes first: {both}"
    );
}

#[test]
fn the_built_in_list_is_whole() {
    let terms = terms::starter();
    assert!((40..=100).contains(&terms.len()), "{}", terms.len());
    for term in terms {
        let all = [
            &term.say,
            term.why.as_ref().expect("a reason"),
            term.source.as_ref().expect("a source"),
        ];
        assert!(all.iter().all(|text| !text.trim().is_empty()), "{term:?}");
        let (title, address) = all[2].rsplit_once(", ").expect("a title and an address");
        let url = url::Url::parse(address).unwrap_or_else(|error| panic!("{address}: {error}"));
        assert!(
            url.scheme() == "https" && url.host_str().is_some_and(|host| host.contains('.')),
            "{address}"
        );
        assert!(title.len() > 10 && !title.contains("://"), "{title}");
        assert!(all[1].ends_with('.') && !term.say.ends_with('.'), "{term:?}");
        assert_eq!(term.language.as_deref(), Some("en"));
    }
}

#[test]
fn the_built_in_list_finds_its_words_and_none_in_its_own_advice() {
    let terms = terms::starter();
    let told = |text: &str| {
        let draft = Draft {
            texts: vec![text],
            language: Some("en-GB"),
            ..Draft::default()
        };
        let levels = Levels::all(Level::Off).with(Rule::Terms, Level::Block);
        let found = check(&draft, terms, &levels);
        found.into_iter().map(|finding| finding.message).collect::<Vec<_>>()
    };
    for term in terms {
        for form in &term.avoid {
            let expected = format!("Instead of \"{form}\", say: {}.", term.say);
            for text in [
                format!("We read of {form} in the news."),
                format!("{}: a report", form.to_uppercase()),
            ] {
                let said = told(&text);
                let same = said.len() == 1 && said[0].eq_ignore_ascii_case(&expected);
                assert!(same, "{text}: {said:?}");
            }
        }
        for phrase in &term.unless {
            assert_eq!(
                told(&format!("The {phrase} in the news")).len(),
                usize::from(phrase.starts_with("child")),
                "{phrase}"
            );
        }
        assert_eq!(told(&format!("It is about {}.", term.say)), Vec::<String>::new());
    }
    for text in [
        "People who use drugs need clean water, clean air and a fair trial.",
        "Harm reduction works: a person in prison has the right to a sterile syringe.",
        "Drug policy after the war on drugs: what 20 countries have learned.",
        "Alcoholic drinks are taxed; naloxone is free. Addiction medicine is a speciality.",
        "UNAIDS and WHO: HIV services, AIDS-related deaths and opioid substitution therapy.",
    ] {
        assert_eq!(told(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_place_that_the_network_has_not_is_refused() {
    let networks = crate::networks::keys();
    let text = format!("{ORG}[[channel]]\nname = \"t\"\nnetwork = \"telegram\"\nchat_id = \"@x\"\nlink = \"card\"\n");
    let error = parse(&text, Path::new("handbill.toml"), &networks, &Bundled).expect_err("no such place");
    assert_eq!(
        error.to_string(),
        "handbill.toml, line 8, column 8: a telegram channel has no place \"card\" for the link. Write \"text\""
    );
    let linkedin = text
        .replace("telegram", "linkedin")
        .replace("chat_id = \"@x\"", "organization = \"1\"");
    let config = parse(&linkedin, Path::new("handbill.toml"), &networks, &Bundled).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(config.channels[0].link, LinkPlace::Card);
}

#[test]
fn a_channel_has_lines_of_its_own() {
    let config = read(&format!(
        "{ORG}{MASTODON}text = {{ read_more = \"More\", join = \"\" }}\n"
    ))
    .unwrap_or_else(|error| panic!("{error}"));
    let text = &config.channels[0].text;
    assert_eq!(
        (text.read_more.as_deref(), text.handles.as_deref(), text.join.as_deref()),
        (Some("More"), None, Some(""))
    );
    assert_eq!(
        in_channel("text = \"x\"\n"),
        "line 9, column 8: \"text\" holds the channel's own lines. Write text = { join = \"…\" }; the lines of a language stand in [text.en]"
    );
    assert_eq!(
        in_channel("text = { jon = \"x\" }\n"),
        "line 9, column 10: \"jon\" is not a key of text. Did you mean \"join\"?"
    );
}
