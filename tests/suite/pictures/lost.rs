//! Uploads whose answer is lost, pictures that a server takes its time for or cannot read, and files that are gone.

use serde_json::json;

use super::{ALTS, add, kept};
use crate::bed::{Bed, HEAD};
use crate::fake::bluesky::Bluesky;
use crate::fake::mastodon::{Mastodon, Software};
use crate::fake::{Fake, Fault, Service, When, World};
use crate::invariants::Watch;
use crate::network::{bluesky_channel, mastodon_channel};
use crate::patience::side_by_side;

/// A bed with one server, as the channel `ch`, and a post with two pictures that is due.
fn pictured<S: Service>(service: S, channel: impl Fn(&str, &str) -> String) -> (Bed, Fake<S>) {
    let bed = Bed::empty();
    let fake = Fake::start("ch", &bed.target, service);
    bed.write("handbill.toml", &format!("{HEAD}\n{}", channel("ch", &fake.url())));
    add(&bed, &[]);
    (bed, fake)
}

fn mastodon() -> (Bed, Fake<Mastodon>) {
    pictured(Mastodon::new(Software::Mastodon), mastodon_channel)
}

fn faults() -> Vec<Fault> {
    vec![
        Fault::Drop(When::Read),
        Fault::Drop(When::Accepted),
        Fault::Hang(When::Accepted),
        Fault::Garbage,
    ]
}

#[test]
fn a_lost_upload_is_made_again_and_the_post_is_there_once() {
    side_by_side(faults(), |fault| {
        let (bed, fake) = mastodon();
        fake.on_path("/api/v2/media", [fault.clone()]);
        let mut watch = Watch::new(bed.database(), &[&fake]);
        let _daemon = bed.daemon();
        watch.until("1/ch", "published");
        assert_eq!(fake.public().len(), 1, "{fault:?}");
        assert_eq!(fake.count_path("/api/v2/media"), 3, "{fault:?}");
        assert_eq!(
            watch.life("1/ch"),
            ["pending", "published"],
            "nobody was in doubt: {fault:?}"
        );
        let shown = fake.service(|mastodon| mastodon.statuses()[0].pictures.clone());
        let last: Vec<String> = fake.service(|mastodon| {
            mastodon
                .pictures
                .iter()
                .rev()
                .take(2)
                .rev()
                .map(|p| p.id.clone())
                .collect()
        });
        assert_eq!(shown, last, "{fault:?}");
    });
}

#[test]
fn a_lost_blob_is_uploaded_again_and_the_record_is_there_once() {
    side_by_side(faults(), |fault| {
        let (bed, fake) = pictured(Bluesky::new(), bluesky_channel);
        fake.on_path("uploadBlob", [fault.clone()]);
        let mut watch = Watch::new(bed.database(), &[&fake]);
        let _daemon = bed.daemon();
        watch.until("1/ch", "published");
        assert_eq!(
            (fake.public().len(), fake.count_path("uploadBlob")),
            (1, 3),
            "{fault:?}"
        );
        assert_eq!(watch.life("1/ch"), ["pending", "published"], "{fault:?}");
    });
}

#[test]
fn a_session_that_ends_between_the_pictures_is_renewed() {
    let (bed, fake) = pictured(Bluesky::new(), bluesky_channel);
    let expired = crate::fake::Reply::json(400, &json!({"error": "ExpiredToken", "message": "Token has expired"}));
    fake.on_path("uploadBlob", [Fault::Behave, Fault::Say(expired, false)]);
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let _daemon = bed.daemon();
    watch.until("1/ch", "published");
    assert_eq!((fake.public().len(), fake.count_path("uploadBlob")), (1, 3));
}

#[test]
fn a_server_that_takes_its_time_is_waited_for() {
    let (bed, fake) = mastodon();
    fake.service(|mastodon| mastodon.works_for = 1);
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let _daemon = bed.daemon();
    watch.until("1/ch", "published");
    assert_eq!(fake.count_path("/api/v2/media"), 2);
    assert_eq!(fake.count_path("/api/v1/media/"), 4, "two looks at each");
    assert_eq!(fake.count_path("/api/v1/statuses"), 1, "not before they are ready");
    assert_eq!(
        fake.service(|mastodon| mastodon.statuses()[0].pictures.len()),
        ALTS.len()
    );
}

#[test]
fn a_picture_that_the_server_cannot_read_fails_in_words() {
    let (bed, fake) = mastodon();
    fake.service(|mastodon| mastodon.reads_none = true);
    let mut watch = Watch::new(bed.database(), &[&fake]);
    let _daemon = bed.daemon();
    watch.until("1/ch", "failed");
    let error = bed.delivery("1/ch")["error"].clone();
    assert_eq!(error["kind"], "media", "{error}");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("could not read the picture"),
        "{error}"
    );
    assert_eq!((fake.posts().len(), fake.public().len()), (0, 0));
}

/// What happens to the file of a picture.
type Spoil = fn(&std::path::Path);

/// The picture is gone from the shelf, or is another one: nothing is posted without it, a person is told at once what to
/// do, and does it.
#[test]
fn a_lost_picture_fails_in_words_until_it_is_brought_back() {
    let spoil: [(&str, Spoil); 2] = [
        ("Restore that folder from a backup", |path| {
            std::fs::remove_file(path).unwrap()
        }),
        ("its content has changed", |path| {
            std::fs::write(path, super::sample("plain.png")).unwrap()
        }),
    ];
    for (words, spoil) in spoil {
        let (bed, fake) = mastodon();
        let before: Vec<_> = kept(&bed)
            .into_iter()
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect();
        assert_eq!(before.len(), ALTS.len(), "{before:?}");
        for (path, _) in &before {
            spoil(path);
        }
        let told = bed.json(&["run", "--once"]).ends(8).json();
        assert_eq!(told["deliveries"][0]["images"][1]["alt"], ALTS[1], "{told}");
        let delivery = bed.delivery("1/ch");
        assert_eq!(
            (&delivery["state"], &delivery["error"]["kind"]),
            (&json!("failed"), &json!("media")),
            "{delivery}"
        );
        let message = delivery["error"]["message"].as_str().unwrap();
        assert!(message.contains(words) && !message.ends_with('.'), "{message}");
        let alert = bed.database().one("SELECT message FROM alert WHERE kind = 'failed'");
        assert!(alert.as_str().is_some_and(|alert| alert.contains(words)), "{alert}");
        let told = bed.run(&["status"]).ends(8);
        assert!(
            told.out.contains("1/ch") && told.out.contains("did not go out"),
            "{told}"
        );
        assert_eq!(
            (fake.count_path("/api/v2/media"), fake.posts().len()),
            (0, 0),
            "{words}"
        );
        let again = bed.run(&["retry", "1/ch", "--now", "--wait"]).ends(6);
        assert!(again.out.contains(words), "{again}");
        for (path, bytes) in &before {
            std::fs::write(path, bytes).unwrap();
        }
        bed.run(&["retry", "1/ch", "--now", "--wait"]).ends(0);
        assert_eq!(fake.public().len(), 1);
        assert_eq!(
            fake.service(|mastodon| mastodon.statuses()[0].pictures.len()),
            ALTS.len()
        );
    }
}
