//! What comes from outside takes no more memory than a small server has to spare: pages, feeds and pictures that are
//! made to take as much as they can, with a bound that the system keeps. A program that wants more is ended by it.
//!
//! Only on Linux: other systems do not keep such a bound.
#![cfg(target_os = "linux")]

use crate::bed::{Bed, HEAD};
use crate::fake::pages::{Answer, Pages};
use crate::network::{bluesky_channel, feed_channel};
use crate::output::Output;
use crate::patience::side_by_side;

/// What the program may have of its own, in KiB: 96 MiB for a picture, and what it needs to live.
const BOUND: u64 = (96 + 24) << 10;
/// The most that is read of a page, in bytes.
const PAGE: usize = 8_000_000;
const NOW: &str = "2026-11-26T10:00:00Z";

fn office(more: &str) -> Bed {
    let mut bed = Bed::with_config(&format!(
        "{HEAD}\n[fetch]\nallow_private = true\n{more}\n{}",
        feed_channel("site")
    ));
    bed.at(NOW);
    bed
}

fn bounded(bed: &Bed, args: &[&str]) -> Output {
    bed.finish(bed.bounded(BOUND, args), "")
}

/// As much of it as is read.
fn much(head: &str, unit: &str) -> String {
    let mut page = String::with_capacity(PAGE);
    page.push_str(head);
    while page.len() + unit.len() <= PAGE {
        page.push_str(unit);
    }
    page
}

/// The bound is one: a page as large as is read does not fit into a tenth of it.
#[test]
fn the_bound_is_kept() {
    let (bed, pages) = (office(""), Pages::start());
    let url = pages.put(
        "/a",
        Answer::Html(much("<title>T</title><p>", "One sentence of many. ")),
    );
    let told = bed.finish(bed.bounded(BOUND / 10, &["draft", &url]), "");
    assert_ne!(told.code, 0, "{}", told.err);
    bounded(&bed, &["draft", &url]).ends(0);
}

/// A tag of 300 attributes.
fn crowded(tag: &str, value: &str) -> String {
    let attributes: String = (0..300).map(|n| format!(" a{n}{value}")).collect();
    format!("<{tag}{attributes}>x")
}

/// Tags whose attributes all have other names, as many as are read.
fn ever_new(tag: &str) -> String {
    growing("", |n| format!("<{tag} n{n}>x"))
}

/// A page that begins so, and goes on with ever other units, as many as are read.
fn growing(head: &str, unit: impl Fn(usize) -> String) -> String {
    let mut page = format!("<title>T</title><body>{head}");
    for n in 0.. {
        let unit = unit(n);
        if page.len() + unit.len() > PAGE {
            break;
        }
        page.push_str(&unit);
    }
    page
}

/// A page by its name; made only when it is wanted, since each has megabytes.
type Shape = (&'static str, fn() -> String);

#[test]
fn pages_that_are_made_to_be_hard_are_read_within_it() {
    const HEAD: &str = "<title>T</title><body>";
    let pages: [Shape; 19] = [
        ("paragraphs", || much(HEAD, &crowded("p", "=1"))),
        ("bare", || much(HEAD, &crowded("p", ""))),
        ("links", || much(HEAD, &crowded("a href=x", "=1"))),
        ("bodies", || much(HEAD, &crowded("body", "=1"))),
        ("opened again", || {
            much(&format!("{HEAD}{}", crowded("b", "=1")), "<p>x")
        }),
        ("ever new", || ever_new("p")),
        ("ever new bodies", || ever_new("body")),
        ("ever new roots", || ever_new("html")),
        ("one tag", || growing("<p ", |n| format!("n{n} "))),
        ("one tag, slashes", || growing("<p ", |n| format!("n{n}/"))),
        ("one tag, quotes", || growing("<p ", |n| format!("n{n}=\"\""))),
        ("end tags", || {
            let names: String = (0..5_000).map(|n| format!(" n{n}")).collect();
            much(HEAD, &format!("</p{names}>"))
        }),
        ("one tag, a mark where pieces meet", || {
            let fill = 256 - HEAD.len() - 1;
            growing(&format!("{}<\u{FEFF}p ", " ".repeat(fill)), |n| format!("n{n} "))
        }),
        ("behind the end", || much(&format!("{HEAD}</body><!--x-->"), "<div>")),
        ("behind the end, few", || {
            format!("{HEAD}</body><!--x-->{}", "<div>".repeat(30_000))
        }),
        ("in a table", || format!("{HEAD}<table>{}<p>x", "<div>".repeat(30_000))),
        ("in a template", || much(&format!("{HEAD}<template>"), "<div>")),
        ("formatting", || {
            let open: String = (0..400).map(|n| crowded(&format!("b n{n}"), "=1")).collect();
            much(&format!("{HEAD}{open}"), "<b></b>")
        }),
        ("what is no tag", || growing("<script>a<b ", |n| format!("n{n} "))),
    ];
    side_by_side(pages.to_vec(), |(name, page)| {
        let (bed, pages) = (office(""), Pages::start());
        let url = pages.put("/a", Answer::Html(page()));
        let told = bounded(&bed, &["draft", &url, "--json"]);
        assert!(matches!(told.code, 0 | 6), "{name}: {told}");
    });
}

#[test]
fn pages_are_read_within_it() {
    let units = [
        ("<title>T</title><body><p>", "This is one sentence, about health. "),
        (
            "<title>T</title><body><article>",
            "<p>This is one sentence, about health, and it ends.</p>",
        ),
        ("<title>T</title><body>", "<div>"),
        ("<title>T</title><body>", "<b><a href=x>"),
        ("<title>T</title><body>", "<p a=1 b=2 c=3 d=4 e=5>x"),
        ("<title>T</title><body>", "<table><tr><td>"),
        ("<title>T</title><body>", "&amp;"),
        ("<title>T</title><body>", "<br>"),
        ("<title>T</title>", "<meta property=\"og:title\" content=\"Title\">"),
        (
            "<title>T</title>",
            "<script type=\"application/ld+json\">{\"@type\":\"Article\"}</script>",
        ),
        ("<title>T</title><script type=\"application/ld+json\">", "[{\"a\":"),
        ("<title>T</title><script type=\"application/ld+json\">[0", ",{}"),
        ("<title>", "T"),
        ("<p ", "a"),
        ("<!--", "-"),
    ];
    side_by_side(units.to_vec(), |(head, unit)| {
        let (bed, pages) = (office(""), Pages::start());
        let url = pages.put("/a", Answer::Html(much(head, unit)));
        let told = bounded(&bed, &["draft", &url, "--json"]);
        assert!(matches!(told.code, 0 | 6), "{head}{unit}: {told}");
    });
}

#[test]
fn feeds_are_read_within_it() {
    let crowded_item = crowded("item", "=\"1\"").replace(">x", "/>");
    let units = [
        ("<rss version=\"2.0\"><channel><title>T</title>", "<item/>"),
        (
            "<rss version=\"2.0\"><channel><title>T</title>",
            "<item><guid>x</guid><title>T</title><link>https://a.example/</link></item>",
        ),
        ("<rss version=\"2.0\"><channel><title>T</title>", crowded_item.as_str()),
        (
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title>",
            "<entry><id>x</id></entry>",
        ),
        ("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title>", "<a>"),
        ("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>", "T &amp; "),
        ("<rss version=\"2.0\"", " a=\"b\""),
        ("{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{}", ",{}"),
        ("{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[", "["),
        (
            "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"x\"}",
            ",{\"id\":\"x\"}",
        ),
    ];
    side_by_side(units.to_vec(), |(head, unit)| {
        let pages = Pages::start();
        let kind = if head.starts_with('{') {
            "application/json"
        } else {
            "application/xml"
        };
        let url = pages.put("/feed", Answer::File(kind, much(head, unit).into_bytes()));
        let bed = office(&format!("[[source]]\nname = \"blog\"\nurl = \"{url}\""));
        let told = bounded(&bed, &["source", "poll", "--json"]);
        assert!(matches!(told.code, 0 | 6 | 8), "{head}{unit}: {told}");
    });
}

/// How a JPEG's blocks come: one after another, or all of them again and again, ever finer.
#[derive(Clone, Copy)]
enum Frame {
    Baseline = 0xC0,
    /// A decoder that keeps all blocks needs 6 bytes a pixel.
    Progressive = 0xC2,
}

/// A JPEG of one colour, which is small however many pixels it has.
fn flat(frame: Frame, width: u16, height: u16) -> Vec<u8> {
    let ([w1, w2], [h1, h2]) = (width.to_be_bytes(), height.to_be_bytes());
    let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0];
    jpeg.extend([1; 64]);
    jpeg.extend([
        0xFF,
        frame as u8,
        0,
        17,
        8,
        h1,
        h2,
        w1,
        w2,
        3,
        1,
        0x11,
        0,
        2,
        0x11,
        0,
        3,
        0x11,
        0,
    ]);
    // Two tables with one code of one bit: no difference to the block before, and no more of this block.
    for table in [0, 0x10] {
        jpeg.extend([
            0xFF, 0xC4, 0, 20, table, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ]);
    }
    let (last, bits) = match frame {
        Frame::Baseline => (63, 2),
        Frame::Progressive => (0, 1),
    };
    jpeg.extend([0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, last, 0]);
    let blocks = usize::from(width).div_ceil(8) * usize::from(height).div_ceil(8) * 3;
    jpeg.resize(jpeg.len() + (blocks * bits).div_ceil(8), 0);
    jpeg.extend([0xFF, 0xD9]);
    jpeg
}

#[test]
fn pictures_are_made_to_fit_within_it() {
    let bed = Bed::with_config(&format!("{HEAD}\n{}", bluesky_channel("ch", "http://127.0.0.1:9")));
    let pictures = [
        ("phone.jpg", flat(Frame::Baseline, 4000, 3000), true),
        ("camera.jpg", flat(Frame::Baseline, 8000, 5000), true),
        ("phone-progressive.jpg", flat(Frame::Progressive, 4000, 3000), true),
        ("camera-progressive.jpg", flat(Frame::Progressive, 8000, 5000), true),
        ("widest.jpg", flat(Frame::Baseline, 65_500, 65_500), false),
        (
            "widest-progressive.jpg",
            flat(Frame::Progressive, 65_500, 65_500),
            false,
        ),
    ];
    for (name, bytes, is_taken) in pictures {
        bed.write_bytes(name, &bytes);
        let args = [
            "add",
            "--text",
            "ch=Look.",
            "--to",
            "ch",
            "--image",
            name,
            "--alt",
            "A door",
            "--allow-duplicate",
        ];
        let told = bounded(&bed, &args);
        assert_eq!(told.code, if is_taken { 0 } else { 3 }, "{name}: {told}");
    }
}
