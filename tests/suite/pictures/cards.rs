//! The picture of a link card: the article's own, where the client sends it.

use serde_json::Value;

use super::{ALTS, put, sample, tells};
use crate::bed::{Bed, HEAD};
use crate::fake::bluesky::Bluesky;
use crate::fake::pages::{Answer, Pages};
use crate::fake::{Fake, cid};
use crate::network::bluesky_channel;

/// Addresses on this machine may be read.
pub(crate) const PRIVATE: &str = "[fetch]\nallow_private = true\n";

/// A site whose article at `/a` has this as its picture; the article's address.
pub(crate) fn site(picture: Answer) -> (Pages, String) {
    let pages = Pages::start();
    let photo = pages.put("/photo", picture);
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>Doctors disagree</title>\
         <meta property=\"og:title\" content=\"Doctors disagree\">\
         <meta property=\"og:description\" content=\"They said so on Friday.\">\
         <meta property=\"og:image\" content=\"{photo}\"></head><body><h1>Doctors disagree</h1></body></html>"
    );
    let url = pages.put("/a", Answer::Html(page));
    (pages, url)
}

struct Desk {
    bed: Bed,
    fake: Fake<Bluesky>,
    pages: Pages,
    url: String,
}

fn desk(picture: Answer) -> Desk {
    let bed = Bed::empty();
    let fake = Fake::start("ch", &bed.target, Bluesky::new());
    let channel = bluesky_channel("ch", &fake.url());
    bed.write("handbill.toml", &format!("{HEAD}\n{PRIVATE}\n{channel}"));
    let (pages, url) = site(picture);
    Desk { bed, fake, pages, url }
}

impl Desk {
    /// Publishes a post about the article, and gives what its record embeds.
    fn embed(&self, more: &[&str]) -> Value {
        let words = [
            "add",
            &self.url,
            "--title",
            "A title",
            "--summary",
            "A summary.",
            "--lang",
            "en",
        ];
        self.bed.json(&[&words[..], &["--now", "--wait"], more].concat()).done();
        let shown = self.fake.service(|bluesky| bluesky.shown());
        assert_eq!(shown.len(), 1, "{shown:?}");
        shown[0].2["embed"].clone()
    }

    fn asked_for_the_photo(&self) -> bool {
        self.pages.asked().iter().any(|path| path == "/photo")
    }
}

#[test]
fn a_card_shows_the_articles_picture_and_tells_nothing_beside_it() {
    let photo = sample("place.jpg");
    assert!(tells(&photo).is_some());
    let desk = desk(Answer::File("image/jpeg", photo));
    let embed = desk.embed(&[]);
    assert_eq!(embed["external"]["uri"], desk.url.as_str());
    let blobs = desk.fake.service(|bluesky| bluesky.blobs.clone());
    let (mime, bytes) = &blobs[embed["external"]["thumb"]["ref"]["$link"].as_str().unwrap()];
    assert_eq!((mime.as_str(), tells(bytes)), ("image/jpeg", None));
    assert_eq!(embed["external"]["thumb"]["ref"]["$link"], cid(bytes));
    assert_eq!(blobs.len(), 1);
}

#[test]
fn a_card_is_good_without_its_picture() {
    for picture in [
        Answer::Other(crate::fake::Reply::empty(404)),
        Answer::File("image/svg+xml", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec()),
        Answer::File("image/gif", sample("moving.gif")),
        Answer::File("image/jpeg", sample("place.jpg")[..2000].to_vec()),
    ] {
        let desk = desk(picture);
        let embed = desk.embed(&[]);
        assert_eq!(embed["external"]["uri"], desk.url.as_str());
        assert!(embed["external"].get("thumb").is_none(), "{embed}");
        assert!(desk.asked_for_the_photo());
        assert_eq!(desk.fake.count_path("uploadBlob"), 0);
    }
}

#[test]
fn a_post_with_its_own_pictures_has_no_card() {
    let desk = desk(Answer::File("image/jpeg", sample("place.jpg")));
    put(&desk.bed);
    let embed = desk.embed(&["--image", "one.jpg", "--alt", ALTS[0]]);
    assert_eq!(embed["images"][0]["alt"], ALTS[0]);
    assert!(embed.get("external").is_none(), "{embed}");
    assert!(!desk.asked_for_the_photo(), "nobody needs it");
    let text = desk.fake.service(|bluesky| bluesky.shown())[0].2.clone();
    assert!(
        text["facets"].to_string().contains(&desk.url),
        "the link is in the text: {text}"
    );
}
