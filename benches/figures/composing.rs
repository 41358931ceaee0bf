//! Composing one post for the four networks, beside one bare pass over the graphemes of the same texts.

use std::hint::black_box;
use std::time::{Duration, Instant};

use handbill::domain::compose::{Material, Style, compose};
use handbill::networks::{Facts, by_name};
use unicode_segmentation::UnicodeSegmentation as _;

use super::process::percentile;
use super::report::{Amount, Target};
use super::{Bench, Outcome};

const NETWORKS: [&str; 4] = ["mastodon", "bluesky", "webhook", "feed"];

/// Long enough that Bluesky must drop lines, and Mastodon counts its URL.
fn material() -> Material {
    Material {
        title: Some("Safer supply: what five years in three cities taught the clinics".to_owned()),
        summary: Some(
            "Doctors who prescribe safer alternatives see fewer deaths and fewer emergencies, says a study of five years in \
             three cities. The clinics learnt to listen first. “We used to count pills,” one of them told us, “now we count \
             birthdays.” What they ask of the law is modest: let prescribers decide, and fund the follow-up 👩🏽‍⚕️."
                .to_owned(),
        ),
        url: Some("https://idhdp.example/en/news/2026/safer-supply-what-five-years-in-three-cities-taught".to_owned()),
        hashtags: ["HarmReduction", "SaferSupply", "DrugPolicy"].map(str::to_owned).to_vec(),
        read_more: "Read the full article".to_owned(),
        handles: Some("Comments? @idhdp".to_owned()),
        join: Some("Doctors can lead the way to healthier drug policies – join IDHDP now".to_owned()),
        own_text: None,
        warning: None,
    }
}

pub(crate) fn run(bench: &mut Bench) -> Outcome {
    let material = material();
    let facts = Facts::default();
    let mut styles: Vec<Style> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for name in NETWORKS {
        let style = by_name(name).ok_or("a network is missing")?.style(&facts);
        let message = compose(&material, &style).map_err(|error| error.to_string())?;
        texts.extend(message.parts.into_iter().map(|part| part.text));
        styles.push(style);
    }
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..bench.count(2000, 200) {
        ours.push(took(|| {
            for style in &styles {
                black_box(compose(black_box(&material), style).is_ok());
            }
        }));
        floor.push(took(|| {
            for text in &texts {
                black_box(black_box(text.as_str()).graphemes(true).count());
            }
        }));
    }
    bench.report.row(
        "composing one post for four networks",
        Amount::us(percentile(ours, 50)),
        (
            Amount::us(percentile(floor, 50)),
            "one bare pass over the graphemes of the four texts",
        ),
        Target::None,
    );
    Ok(())
}

fn took(work: impl Fn()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}
