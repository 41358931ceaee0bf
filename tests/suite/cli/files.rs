//! Files: what `init` and `demo` make, whose they are, and which databases are refused.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use serde_json::json;

use super::{add, office};
use crate::bed::Bed;

const URL: &str = "https://example.org/crackdown";

fn mode(bed: &Bed, name: &str) -> u32 {
    std::fs::metadata(bed.path(name)).unwrap().permissions().mode() & 0o777
}

#[test]
fn init_makes_both_files_and_overwrites_nothing() {
    let bed = Bed::empty();
    let mut command = bed.command(&["init", "--json"]);
    command.env_remove("HANDBILL_CONFIG");
    let told = bed.finish(command, "").done();
    assert_eq!(told["created"].as_array().map(Vec::len), Some(2), "{told}");
    assert!(told["config"].as_str().unwrap().ends_with("handbill.toml"), "{told}");
    assert!(told["database"].as_str().unwrap().ends_with("handbill.db"), "{told}");
    bed.write("handbill.toml", &format!("{}# mine\n", bed.read("handbill.toml")));
    let mut command = bed.command(&["init"]);
    command.env_remove("HANDBILL_CONFIG");
    let again = bed.finish(command, "").ends(0);
    assert!(again.out.contains("already here"), "{again}");
    assert!(bed.read("handbill.toml").ends_with("# mine\n"));
    bed.json(&["doctor"]);
    bed.json(&["list"]).done();
}

#[test]
fn init_in_a_folder_of_its_own() {
    let bed = Bed::empty();
    let told = bed.json(&["init", "office"]).done();
    assert!(
        bed.path("office/handbill.toml").exists() && bed.path("office/handbill.db").exists(),
        "{told}"
    );
}

#[test]
fn the_demo_does_the_whole_job_and_leaves_the_machine_alone() {
    let bed = Bed::empty();
    let told = bed.json(&["demo"]).done();
    assert_eq!(told["post"]["state"], "done", "{told}");
    assert_eq!(told["post"]["deliveries"][0]["state"], "published", "{told}");
    let page = std::fs::read_to_string(told["page"].as_str().unwrap()).unwrap();
    let title = told["post"]["title"].as_str().unwrap();
    assert!(page.contains("<html") && page.contains(title), "{page}");
    assert!(std::path::Path::new(told["feed"].as_str().unwrap()).exists(), "{told}");
    assert!(
        bed.path(told["dir"].as_str().unwrap()).join("handbill.db").exists(),
        "{told}"
    );
    // Twice does no harm.
    let again = bed.run(&["demo"]).ends(0);
    assert!(again.out.contains("index.html"), "{again}");
    let elsewhere = bed.json(&["demo", "--dir", "other"]).done();
    assert!(bed.path("other/public/feed.atom").exists(), "{elsewhere}");
}

#[test]
fn the_database_is_for_its_owner_alone() {
    let bed = office();
    add(&bed, URL, &[]);
    assert_eq!(mode(&bed, "handbill.db"), 0o600);
    assert_eq!(mode(&bed, "handbill.db.d"), 0o700);
    bed.json(&["run", "--once"]);
    for name in [
        "handbill.db-wal",
        "handbill.db-shm",
        "handbill.db.d/publisher.lock",
        "handbill.db.d/wake",
    ] {
        if bed.path(name).exists() {
            assert_eq!(mode(&bed, name) & 0o077, 0, "{name} is open to others");
        }
    }
}

#[test]
fn root_takes_on_the_owner_and_others_are_sent_away() {
    let bed = office();
    add(&bed, URL, &[]);
    if std::fs::metadata(bed.path("handbill.db")).unwrap().uid() != 0 {
        println!("skipped: only root can give files away");
        return;
    }
    let give = |name: &str| std::os::unix::fs::chown(bed.path(name), Some(65534), Some(65534)).unwrap();
    for entry in std::fs::read_dir(bed.path("")).unwrap() {
        give(entry.unwrap().file_name().to_str().unwrap());
    }
    for entry in std::fs::read_dir(bed.path("handbill.db.d")).unwrap() {
        give(&format!(
            "handbill.db.d/{}",
            entry.unwrap().file_name().to_str().unwrap()
        ));
    }
    give("");
    add(&bed, "https://example.org/second", &["--now", "--to", "site"]);
    bed.json(&["run", "--once"]);
    for name in [
        "handbill.db",
        "handbill.db-wal",
        "handbill.db.d/publisher.lock",
        "site/feed.json",
    ] {
        if let Ok(file) = std::fs::metadata(bed.path(name)) {
            assert_eq!(file.uid(), 65534, "{name} belongs to root now");
        }
    }
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let bed = office();
    add(&bed, URL, &[]);
    bed.database().rows("PRAGMA user_version = 999");
    for args in [
        &["list"][..],
        &["run", "--once"],
        &["add", "https://example.org/2", "--summary", "S", "--no-fetch"],
        &["status"],
    ] {
        let error = bed.json(args).refused(7);
        assert!(error["message"].as_str().unwrap().contains("999"), "{error}");
    }
    assert_eq!(bed.database().number("SELECT COUNT(*) FROM post"), 1);
    assert_eq!(bed.database().number("PRAGMA user_version"), 999);
}

#[test]
fn what_is_no_database_is_refused_and_left_alone() {
    for bytes in [&b"This is a letter, and no database at all.\n"[..], &[0xff; 5000]] {
        let bed = office();
        std::fs::write(bed.database_path(), bytes).unwrap();
        bed.json(&["list"]).refused(7);
        bed.json(&["add", URL, "--summary", "S", "--no-fetch"]).refused(7);
        assert_eq!(std::fs::read(bed.database_path()).unwrap(), bytes);
    }
}

#[test]
fn a_damaged_database_is_told_as_such() {
    let bed = office();
    for n in 0..40 {
        add(&bed, &format!("https://example.org/{n}"), &[]);
    }
    bed.database().rows("PRAGMA wal_checkpoint(TRUNCATE)");
    let mut bytes = std::fs::read(bed.database_path()).unwrap();
    let half = bytes.len() / 2;
    bytes[half..half + 20_000].fill(0xaa);
    std::fs::write(bed.database_path(), bytes).unwrap();
    let doctor = bed.json(&["doctor"]);
    assert!(matches!(doctor.code, 7 | 8), "{doctor}");
    assert!(!doctor.err.contains("panicked"), "{doctor}");
}

#[test]
fn a_word_that_the_program_does_not_know_is_an_error_that_names_its_row() {
    let bed = office();
    add(&bed, URL, &["--to", "site"]);
    let database = bed.database();
    // The database itself would refuse the word.
    database.rows("PRAGMA ignore_check_constraints = ON");
    database.rows("UPDATE delivery SET state = 'teleported'");
    let error = bed.json(&["show", "1"]).refused(7);
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("delivery") && message.contains("teleported") && message.contains('1'),
        "{error}"
    );
}

#[test]
fn commands_that_only_look_do_not_make_a_database() {
    let bed = office();
    for args in [
        &["list"][..],
        &["queue"],
        &["status"],
        &["history"],
        &["show", "1"],
        &["run", "--once"],
    ] {
        let output = bed.json(args);
        assert!(output.code != 0 || output.json().is_object(), "{output}");
        assert!(!output.err.contains("panicked"), "{output}");
        assert!(!bed.database_path().exists(), "`handbill {args:?}` made a database");
    }
}

#[test]
fn the_database_can_be_named_in_three_ways() {
    let bed = office();
    let add_to = |extra: &[&str], env: Option<&str>| {
        let mut args = vec!["add", URL, "--summary", "S", "--no-fetch", "--json"];
        args.extend(extra);
        let mut command = bed.command(&args);
        if let Some(url) = env {
            command.env("HANDBILL_DATABASE", url);
        }
        bed.finish(command, "").done()
    };
    add_to(&["--database", "sqlite:one.db"], Some("sqlite:two.db"));
    add_to(&[], Some("sqlite:two.db"));
    add_to(&[], None);
    assert!(
        ["one.db", "two.db", "handbill.db"]
            .iter()
            .all(|name| bed.path(name).exists())
    );
    let listed = bed.json(&["--database", "sqlite:one.db", "list"]).done();
    assert_eq!(listed["posts"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["posts"][0]["state"], json!("queued"));
}

#[test]
fn version_and_help_need_nothing() {
    let bed = Bed::empty();
    let version = bed.run(&["--version"]).ends(0);
    assert!(version.out.starts_with("handbill "), "{version}");
    let help = bed.run(&["--help"]).ends(0);
    for command in ["add", "queue", "history", "status", "hold", "release", "run", "demo"] {
        assert!(help.out.contains(command), "{help}");
        let own = bed.run(&[command, "--help"]).ends(0);
        assert!(
            own.out.contains("Examples") || own.out.contains("Example"),
            "no example in {own}"
        );
    }
}
