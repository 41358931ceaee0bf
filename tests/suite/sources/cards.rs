//! The pictures of link cards of posts that a source makes.

use serde_json::{Value, json};

use super::{FETCH, NOW, TODAY, poll, publish, source};
use crate::bed::{Bed, HEAD};
use crate::fake::bluesky::Bluesky;
use crate::fake::pages::{Answer, Pages};
use crate::fake::site::{Entry, Site};
use crate::fake::{Fake, Reply};
use crate::network::{bluesky_channel, feed_channel};
use crate::pictures::sample;

struct Desk {
    bed: Bed,
    site: Fake<Site>,
    bluesky: Fake<Bluesky>,
    /// Where the pictures lie.
    pages: Pages,
    photo: String,
}

/// A source that is queued for Bluesky and a feed; `to`: for which of them.
fn desk(to: &str) -> Desk {
    let mut bed = Bed::empty();
    let site = Fake::start("site", &bed.target, Site::new());
    let bluesky = Fake::start("ch", &bed.target, Bluesky::new());
    let channels = [bluesky_channel("ch", &bluesky.url()), feed_channel("own")]
        .map(|channel| format!("{channel}schedule = [\"* * * * *\"]\n"))
        .concat();
    let source = source("blog", &site, &format!("queue = true\nto = [{to}]\n"));
    bed.write("handbill.toml", &format!("{HEAD}\n{channels}{source}{FETCH}"));
    bed.at(NOW);
    let pages = Pages::start();
    let photo = pages.put("/photo", Answer::File("image/jpeg", sample("place.jpg")));
    Desk {
        bed,
        site,
        bluesky,
        pages,
        photo,
    }
}

impl Desk {
    /// Takes an article whose picture the feed names, or its page, and publishes it: what the record embeds.
    fn embed(&self, in_feed: Option<&str>, in_page: Option<&str>) -> Value {
        if let Some(image) = in_page {
            let page = format!(
                "<!DOCTYPE html><html lang=\"en\"><head><title>Another title</title>\
                 <link rel=\"canonical\" href=\"/a/one\"><meta property=\"og:image\" content=\"{image}\"></head>\
                 <body><p>Quite other words than those of the feed stand here.</p></body></html>"
            );
            self.site.service(|site| site.pages.insert("/a/1".to_owned(), page));
        }
        let entry = Entry {
            image: in_feed.map(str::to_owned),
            ..Entry::new(1, TODAY)
        };
        publish(&self.site, [entry]);
        assert_eq!(poll(&self.bed)["posts"], json!([1]));
        self.bed.json(&["run", "--once"]).done();
        let shown = self.bluesky.service(|bluesky| bluesky.shown());
        assert_eq!(shown.len(), 1, "{shown:?}");
        let text = shown[0].2["text"].as_str().unwrap();
        assert!(
            text.contains("Doctors say something about matter 1."),
            "the feed's words: {text}"
        );
        shown[0].2["embed"].clone()
    }

    fn shows_the_photo(&self, embed: &Value) -> bool {
        let blobs = self.bluesky.service(|bluesky| bluesky.blobs.clone());
        let link = embed["external"]["thumb"]["ref"]["$link"].as_str();
        link.is_some_and(|link| blobs[link].0 == "image/jpeg")
    }
}

const BOTH: &str = "\"ch\", \"own\"";

#[test]
fn the_feeds_picture_is_shown_and_the_page_is_not_read() {
    let desk = desk(BOTH);
    let embed = desk.embed(Some(&desk.photo), None);
    assert!(desk.shows_the_photo(&embed), "{embed}");
    assert_eq!(desk.site.count_path("/a/1"), 0);
}

#[test]
fn the_pages_picture_is_shown_where_the_feed_has_none() {
    let desk = desk(BOTH);
    let embed = desk.embed(None, Some(&desk.photo));
    assert!(desk.shows_the_photo(&embed), "{embed}");
    // What the page calls itself is known from now on.
    let again = format!("{}/a/one", desk.site.url());
    desk.bed
        .json(&["add", &again, "--summary", "Words.", "--no-fetch"])
        .refused(5);
}

#[test]
fn a_picture_that_cannot_be_had_costs_nothing_but_itself() {
    for answer in [
        Answer::Other(Reply::empty(404)),
        Answer::File("image/jpeg", sample("place.jpg")[..2000].to_vec()),
        Answer::Html("<p>Log in first.</p>".to_owned()),
        Answer::Endless,
    ] {
        let desk = desk(BOTH);
        let bad = desk.pages.put("/bad", answer);
        let embed = desk.embed(Some(&bad), None);
        assert!(
            embed["external"]["uri"].is_string() && embed["external"]["thumb"].is_null(),
            "{embed}"
        );
        assert_eq!(desk.bluesky.count_path("uploadBlob"), 0);
    }
}

#[test]
fn a_draft_keeps_its_picture_until_somebody_queues_it() {
    let desk = desk(BOTH);
    publish(
        &desk.site,
        [Entry {
            image: Some(desk.photo.clone()),
            summary: None,
            ..Entry::new(1, TODAY)
        }],
    );
    assert_eq!(poll(&desk.bed)["drafts"], json!([1]));
    desk.bed.json(&["edit", "1", "--summary", "Words.", "--now"]).done();
    desk.bed.json(&["run", "--once"]).done();
    let shown = desk.bluesky.service(|bluesky| bluesky.shown());
    assert!(desk.shows_the_photo(&shown[0].2["embed"]), "{shown:?}");
}

#[test]
fn no_picture_is_asked_for_where_no_card_shows_it() {
    let desk = desk("\"own\"");
    publish(
        &desk.site,
        [Entry {
            image: Some(desk.photo.clone()),
            ..Entry::new(1, TODAY)
        }],
    );
    poll(&desk.bed);
    assert_eq!((desk.pages.asked().len(), desk.site.count_path("/a/1")), (0, 0));
}
