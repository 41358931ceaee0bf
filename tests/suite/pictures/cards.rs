//! The picture of a link card: the article's own, where the client sends it.

use serde_json::Value;

use super::{ALTS, put, sample, tells};
use crate::bed::{Bed, HEAD};
use crate::fake::bluesky::Bluesky;
use crate::fake::pages::{Answer, Pages};
use crate::fake::{Fake, cid};
use crate::network::{bluesky_channel, feed_channel};

/// Addresses on this machine may be read.
pub(crate) const PRIVATE: &str = "[fetch]\nallow_private = true\n";

/// A site whose article at `/a` has this as its picture; the article's address.
pub(crate) fn site(picture: Answer) -> (Pages, String) {
    let pages = Pages::start();
    let photo = pages.put("/photo", picture);
    let url = article(&pages, "/a", &photo);
    (pages, url)
}

/// Puts an article there with this picture, and gives its address.
fn article(pages: &Pages, path: &str, photo: &str) -> String {
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>Doctors disagree</title>\
         <meta property=\"og:title\" content=\"Doctors disagree\">\
         <meta property=\"og:description\" content=\"They said so on Friday.\">\
         <meta property=\"og:image\" content=\"{photo}\"></head><body><h1>Doctors disagree</h1></body></html>"
    );
    pages.put(path, Answer::Html(page))
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
        self.public()
    }

    /// What the one record that is public embeds.
    fn public(&self) -> Value {
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
        // Whoever adds one is told why.
        let words = [
            "add",
            &desk.url,
            "--summary",
            "Another.",
            "--allow-duplicate",
            "--draft",
        ];
        let told = desk.bed.json(&words).done()["page"]["card_error"].to_string();
        assert!(told.contains("Link cards go without the article's picture: "), "{told}");
        assert!(!told.contains("..") && !told.contains("--image"), "{told}");
        let text = desk.bed.run(&words).ends(0).out;
        assert!(text.contains("Link cards go without the article's picture: "), "{text}");
        // And whoever gives a post another article.
        let moved = format!("{}?moved", desk.url);
        let page = desk
            .bed
            .json(&["edit", "2", "--url", &moved, "--allow-duplicate"])
            .done()["page"]
            .clone();
        assert!(page["error"].is_null(), "{page}");
        assert!(
            page["card_error"]
                .as_str()
                .unwrap()
                .contains("without the article's picture"),
            "{page}"
        );
    }
}

/// The picture that `draft` shows can be given by its address, and what it names it by.
#[test]
fn the_articles_picture_can_be_the_posts_own() {
    let desk = desk(Answer::File("image/jpeg", sample("place.jpg")));
    let photo = desk.pages.url("/photo");
    let draft = desk.bed.run(&["draft", &desk.url]).ends(0).out;
    assert!(draft.contains(&format!("--image {photo} --alt '…'")), "{draft}");
    let embed = desk.embed(&["--image", &photo, "--alt", ALTS[0]]);
    assert_eq!(embed["images"][0]["alt"], ALTS[0]);
    let missing = desk.pages.url("/none");
    let args = [
        "add",
        "--summary",
        "Words.",
        "--image",
        &missing,
        "--alt",
        "x",
        "--lang",
        "en",
    ];
    let error = desk.bed.json(&args).refused(3);
    assert!(error["message"].as_str().unwrap().contains("answers 404"), "{error}");
    let error = desk
        .bed
        .json(&["add", "--summary", "Words.", "--image", "no.jpg", "--alt", "x"])
        .refused(3);
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("no.jpg: there is no such file"),
        "{error}"
    );
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

impl Desk {
    /// A post that waits.
    fn waits(&self, more: &[&str]) {
        let words = ["add", &self.url, "--title", "A title", "--summary", "A summary."];
        self.bed.json(&[&words[..], &["--lang", "en"], more].concat()).done();
    }

    /// Changes the post, lets it out, and gives the hash of its card's picture, if it has one.
    fn changed(&self, edit: &[&str]) -> (Value, Option<String>) {
        let told = self.bed.json(&[&["edit", "1", "--now"], edit].concat()).done();
        self.bed.json(&["run", "--once"]).done();
        let thumb = self.public()["external"]["thumb"]["ref"]["$link"]
            .as_str()
            .map(str::to_owned);
        (told, thumb)
    }

    /// Whether a card shows this picture, by its shape, whichever way up the camera was held.
    fn is_of(&self, thumb: &str, name: &str) -> bool {
        let blobs = self.fake.service(|bluesky| bluesky.blobs.clone());
        let sides = |bytes: &[u8]| {
            let picture = image::load_from_memory(bytes).unwrap();
            let (width, height) = (picture.width(), picture.height());
            (width.min(height), width.max(height))
        };
        sides(&blobs[thumb].1) == sides(&sample(name))
    }
}

#[test]
fn another_article_brings_another_picture() {
    let desk = desk(Answer::File("image/jpeg", sample("place.jpg")));
    desk.waits(&[]);
    let photo = desk.pages.put("/other", Answer::File("image/png", sample("plain.png")));
    let other = article(&desk.pages, "/b", &photo);
    let (told, thumb) = desk.changed(&["--url", &other]);
    assert_eq!(told["page"]["error"], Value::Null);
    assert!(desk.is_of(&thumb.unwrap(), "plain.png"));
}

#[test]
fn the_picture_of_the_old_article_does_not_stay() {
    for (more, is_told) in [(&[][..], true), (&["--no-fetch"], false)] {
        let desk = desk(Answer::File("image/jpeg", sample("place.jpg")));
        desk.waits(&[]);
        let gone = format!("{}/gone", desk.url);
        let (told, thumb) = desk.changed(&[&["--url", &gone], more].concat());
        assert_eq!(told["page"]["error"].is_string(), is_told, "{told}");
        assert_eq!(thumb, None);
    }
}

#[test]
fn a_page_that_is_required_and_down_leaves_the_post_as_it_was() {
    let desk = desk(Answer::File("image/jpeg", sample("place.jpg")));
    desk.waits(&[]);
    let gone = format!("{}/gone", desk.url);
    desk.bed
        .json(&["edit", "1", "--url", &gone, "--require-page"])
        .refused(6);
    assert_eq!(desk.bed.json(&["show", "1"]).done()["url"], desk.url.as_str());
}

#[test]
fn a_channel_that_comes_later_gets_the_picture() {
    let desk = desk(Answer::File("image/jpeg", sample("place.jpg")));
    desk.bed.write(
        "handbill.toml",
        &format!(
            "{HEAD}\n{PRIVATE}\n{}\n{}",
            bluesky_channel("ch", &desk.fake.url()),
            feed_channel("site")
        ),
    );
    desk.waits(&["--to", "site"]);
    assert!(!desk.asked_for_the_photo());
    let (_, thumb) = desk.changed(&["--to", "site,ch"]);
    assert!(desk.is_of(&thumb.unwrap(), "place.jpg"));
}

#[test]
fn a_post_that_loses_its_own_pictures_gets_its_card_with_a_picture() {
    let desk = desk(Answer::File("image/jpeg", sample("place.jpg")));
    put(&desk.bed);
    desk.waits(&["--image", "one.jpg", "--alt", ALTS[0]]);
    let (_, thumb) = desk.changed(&["--image", "none"]);
    assert!(desk.is_of(&thumb.unwrap(), "place.jpg"));
}
