//! Before an embargo ends, only staff see the post, and nothing sends it.

use super::{add, office};
use crate::bed::Bed;

const URL: &str = "https://example.org/under-embargo";
const WORDS: [&str; 3] = ["A title", "A summary", "under-embargo"];

fn under_embargo() -> Bed {
    let bed = office();
    add(&bed, URL, &["--embargo", "2026-11-26 00:01"]);
    bed
}

#[test]
fn public_commands_do_not_show_a_word_of_it() {
    let bed = under_embargo();
    for args in [
        &["queue"][..],
        &["status"],
        &["hold", "--reason", "x"],
        &["release"],
        &["queue", "--channel", "site"],
    ] {
        for json in [false, true] {
            let output = if json { bed.json(args) } else { bed.run(args) };
            let said = format!("{}{}", output.out, output.err);
            let word = WORDS.iter().find(|word| said.contains(**word));
            assert!(word.is_none(), "{word:?} in {output}");
        }
    }
    let text = bed.run(&["queue"]).out;
    assert!(text.contains("1/site") && text.contains("hidden until"), "{text}");
}

#[test]
fn staff_see_it_in_their_own_commands_and_views() {
    let bed = under_embargo();
    for args in [&["show", "1"][..], &["preview", "1"], &["list"]] {
        let output = bed.json(args).ends(0);
        assert!(output.out.contains("A summary."), "{output}");
    }
    assert_eq!(bed.database().one("SELECT summary FROM queue"), "A summary.");
}

#[test]
fn no_option_sends_it_early() {
    let bed = under_embargo();
    bed.json(&["edit", "1", "--at", "2026-11-25 09:00"]).refused(5);
    bed.json(&["edit", "1", "--now"]).refused(5);
    bed.json(&["move", "1", "--at", "2026-11-25 09:00"]).refused(5);
    bed.json(&["cancel", "1/site"]).done();
    let error = bed.json(&["retry", "1/site", "--now"]).refused(5);
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("Thu 26 Nov 2026 00:01 Europe/London"),
        "{error}"
    );
    bed.json(&["run", "--once"]).ends(0);
    assert_eq!(bed.database().number("SELECT COUNT(*) FROM attempt"), 0);
}

#[test]
fn the_daemons_log_does_not_show_it() {
    let mut bed = under_embargo();
    let command = {
        let mut command = bed.command(&["run", "--once"]);
        command.env("RUST_LOG", "trace");
        command
    };
    let output = bed.finish(command, "").ends(0);
    let said = format!("{}{}", output.out, output.err);
    assert!(!WORDS.iter().any(|word| said.contains(word)), "{output}");
    bed.json(&["edit", "1", "--embargo", "2026-11-24 17:00"]).done();
    assert_eq!(
        bed.at("2026-11-24T17:00:00Z").json(&["run", "--once"]).ends(0).json()["published"],
        1
    );
    assert!(bed.run(&["history"]).ends(0).out.contains("A title"));
}

/// The database itself refuses, whatever a program does.
#[test]
fn the_database_refuses_too() {
    let bed = under_embargo();
    let database = bed.database();
    for sql in [
        "UPDATE delivery SET state = 'sending', token = 1 WHERE id = 1",
        "UPDATE delivery SET state = 'published' WHERE id = 1",
        "INSERT INTO attempt (delivery, part, version, step, n, visible, resend, token, seq, request, bytes_hash, intent_at) \
         VALUES (1, 0, 1, 'x', 1, 1, 0, 1, 1, '', '', 0)",
    ] {
        let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| database.rows(sql)));
        assert!(refused.is_err(), "{sql}");
    }
    assert_eq!(database.state("1/site"), "pending");
}
