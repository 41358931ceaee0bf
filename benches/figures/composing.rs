//! Composing one post for every network, and counting, beside a bare pass over the graphemes of the same texts.

use std::hint::black_box;
use std::time::{Duration, Instant};

use handbill::domain::compose::{Material, Style, compose};
use handbill::networks::{ALL, Facts};
use unicode_segmentation::UnicodeSegmentation as _;

use super::process::percentile;
use super::report::{Amount, Target};
use super::{Bench, Outcome};

const URL: &str = "https://idhdp.example/en/news/2026/safer-supply-what-five-years-in-three-cities-taught";

/// The same news in four scripts. The English is long enough that X, Bluesky and Threads must drop lines.
const SUMMARIES: [(&str, &str); 4] = [
    (
        "English",
        "Doctors who prescribe safer alternatives see fewer deaths and fewer emergencies, says a study of five years in \
         three cities. The clinics learnt to listen first. “We used to count pills,” one of them told us, “now we count \
         birthdays.” What they ask of the law is modest: let prescribers decide, and fund the follow-up 👩🏽‍⚕️.",
    ),
    (
        "French",
        "Les médecins qui prescrivent des produits plus sûrs voient moins de décès et moins d’urgences, selon une étude \
         menée pendant cinq ans dans trois villes. « Nous comptions les comprimés, maintenant nous comptons les \
         anniversaires », dit l’une d’elles. Ce qu’elles demandent à la loi est modeste : laisser les soignants décider.",
    ),
    (
        "Arabic",
        "يقول أطباء يصفون بدائل أكثر أمانًا إن الوفيات وحالات الطوارئ تراجعت، بحسب دراسة استمرت خمس سنوات في ثلاث مدن. \
         تعلّمت العيادات أن تصغي أولًا. «كنا نعدّ الأقراص، والآن نعدّ أعياد الميلاد»، كما قالت إحداها. ما تطلبه من القانون \
         متواضع: أن يُترك القرار لمن يصف الدواء.",
    ),
    (
        "Chinese",
        "一项在三个城市进行了五年的研究表明，开具更安全替代品的医生看到的死亡和急诊都减少了。诊所首先学会了倾听。“我们过去数药片，\
         现在数生日，”其中一家告诉我们。他们对法律的要求并不高：让开处方的医生来决定，并为后续护理提供资金。毒品政策应当以健康为先。",
    ),
];

fn material() -> Material {
    Material {
        title: Some("Safer supply: what five years in three cities taught the clinics".to_owned()),
        summary: Some(SUMMARIES[0].1.to_owned()),
        url: Some(URL.to_owned()),
        hashtags: ["HarmReduction", "SaferSupply", "DrugPolicy"]
            .map(str::to_owned)
            .to_vec(),
        read_more: "Read the full article".to_owned(),
        handles: Some("Comments? @idhdp".to_owned()),
        join: Some("Doctors can lead the way to healthier drug policies – join IDHDP now".to_owned()),
        ..Material::default()
    }
}

pub(crate) fn run(bench: &mut Bench) -> Outcome {
    let material = material();
    let facts = Facts::default();
    let styles: Vec<Style> = ALL.iter().map(|network| network.style(&facts)).collect();
    let mut texts: Vec<String> = Vec::new();
    for style in &styles {
        let message = compose(&material, style).map_err(|error| error.to_string())?;
        texts.extend(message.parts.into_iter().map(|part| part.text));
    }
    let times = bench.count(2000, 200);
    let (ours, floor) = side_by_side(
        times,
        || {
            for style in &styles {
                black_box(compose(black_box(&material), style).is_ok());
            }
        },
        || texts.iter().for_each(|text| graphemes(text)),
    );
    bench.report.row(
        format!("composing one post for {} networks", styles.len()),
        Amount::us(ours),
        (Amount::us(floor), "one bare pass over the graphemes of their texts"),
        Target::Below(200.0),
    );
    counting(bench, &styles, times);
    Ok(())
}

/// Counting the same text once by the limits of each network, beside as many bare passes.
fn counting(bench: &mut Bench, styles: &[Style], times: u32) {
    for (language, summary) in SUMMARIES {
        let text = format!("{summary}\n\nRead on: {URL}\n\n#HarmReduction #SaferSupply");
        let limits: usize = styles.iter().map(|style| style.limits.len()).sum();
        let (ours, floor) = side_by_side(
            times,
            || {
                for style in styles {
                    black_box(style.lengths(black_box(&text), &[], None));
                }
            },
            || (0..limits).for_each(|_| graphemes(&text)),
        );
        bench.report.row(
            format!("counting a text in {language} by {limits} limits"),
            Amount::us(ours),
            (Amount::us(floor), "as many bare passes over its graphemes"),
            Target::Within(2.0),
        );
        let x = styles.iter().filter(|style| {
            let weighted = handbill::domain::compose::Unit::Weighted;
            style.limits.iter().any(|limit| limit.unit == weighted)
        });
        for style in x {
            let (ours, floor) = side_by_side(
                times,
                || drop(black_box(style.lengths(black_box(&text), &[], None))),
                || graphemes(&text),
            );
            bench.report.row(
                format!("weighing a text in {language} as X does"),
                Amount::us(ours),
                (Amount::us(floor), "one bare pass over its graphemes"),
                Target::Within(2.0),
            );
        }
    }
}

fn graphemes(text: &str) {
    black_box(black_box(text).graphemes(true).count());
}

/// The medians of both, taken in turn.
fn side_by_side(times: u32, ours: impl Fn(), floor: impl Fn()) -> (Duration, Duration) {
    let (mut mine, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..times {
        mine.push(took(&ours));
        bare.push(took(&floor));
    }
    (percentile(mine, 50), percentile(bare, 50))
}

fn took(work: impl Fn()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}
