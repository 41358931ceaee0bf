//! Spans stand around exactly their text; Bluesky's records keep the lexicons; Telegram's offsets are UTF-16.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

use super::texts::{limits, materials};
use super::{Case, everywhere, label, same};
use crate::domain::compose::{LinkStyle, Part, Target, utf16};
use crate::networks::contract::Script;

/// The lexicons by their ids.
type Lexicons = BTreeMap<String, Value>;

const POST: &str = "app.bsky.feed.post";

/// The published lexicons; none where they are not there.
fn lexicons() -> Lexicons {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/conformance/atproto/lexicons/app/bsky"
    );
    let files = ["feed/post", "richtext/facet", "embed/external"];
    let read = |name: &str| serde_json::from_str(&std::fs::read_to_string(format!("{folder}/{name}.json")).ok()?).ok();
    let all: Option<Vec<Value>> = files.into_iter().map(read).collect();
    let Some(all) = all else {
        eprintln!("skipped: {folder} is not there");
        return Lexicons::new();
    };
    all.into_iter()
        .map(|lexicon| (lexicon["id"].as_str().unwrap().to_owned(), lexicon))
        .collect()
}

/// The definition of a reference such as `#byteSlice` or `app.bsky.richtext.facet#link`, and the lexicon it is in.
fn resolve<'a>(lexicons: &'a Lexicons, home: &'a str, reference: &'a str) -> (&'a str, &'a Value) {
    let (id, name) = reference.split_once('#').unwrap_or((reference, "main"));
    let id = if id.is_empty() { home } else { id };
    let lexicon = lexicons.get(id).unwrap_or_else(|| panic!("no lexicon {id}"));
    (id, &lexicon["defs"][name])
}

/// Checks a value by a definition: types, required members, none that is not known, lengths, smallest numbers.
fn keeps(value: &Value, definition: &Value, home: &str, lexicons: &Lexicons) -> Result<(), String> {
    let no = |why: &str| Err(format!("{why}: {value} by {definition}"));
    let most = |name: &str| {
        definition[name]
            .as_u64()
            .map_or(usize::MAX, |most| usize::try_from(most).unwrap())
    };
    match definition["type"].as_str().unwrap_or_default() {
        "record" => keeps(value, &definition["record"], home, lexicons),
        "object" => {
            let Some(object) = value.as_object() else {
                return no("no object");
            };
            let required = definition["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str);
            if let Some(missing) = required.into_iter().find(|name| !object.contains_key(*name)) {
                return no(missing);
            }
            object
                .iter()
                .filter(|(name, _)| *name != "$type")
                .try_for_each(|(name, member)| match definition["properties"].get(name) {
                    Some(definition) => keeps(member, definition, home, lexicons),
                    None => no(name),
                })
        }
        "array" => {
            let Some(list) = value.as_array() else {
                return no("no array");
            };
            if list.len() > most("maxLength") {
                return no("too many");
            }
            list.iter()
                .try_for_each(|item| keeps(item, &definition["items"], home, lexicons))
        }
        "string" => {
            let Some(text) = value.as_str() else {
                return no("no string");
            };
            let graphemes = text.graphemes(true).count();
            if text.len() > most("maxLength") || graphemes > most("maxGraphemes") {
                return no("too long");
            }
            let good = definition["format"] != "uri" || is_uri(text);
            if good { Ok(()) } else { no("no uri") }
        }
        "integer" => match value.as_i64() {
            Some(number) if definition["minimum"].as_i64().is_none_or(|least| number >= least) => Ok(()),
            _ => no("no such number"),
        },
        "ref" => {
            let (home, definition) = resolve(lexicons, home, definition["ref"].as_str().unwrap());
            keeps(value, definition, home, lexicons)
        }
        "union" => {
            let kind = value["$type"].as_str().unwrap_or_default();
            let full = |name: &str| {
                if name.starts_with('#') {
                    format!("{home}{name}")
                } else {
                    name.to_owned()
                }
            };
            let known = definition["refs"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str);
            if !known.into_iter().any(|name| full(name) == kind) {
                return no("not of this union");
            }
            let (home, definition) = resolve(lexicons, home, kind);
            keeps(value, definition, home, lexicons)
        }
        _ => Ok(()),
    }
}

/// As the official server checks it: a scheme, something behind it, no spaces, at most 8 kB.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    !scheme.is_empty()
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric())
        && !rest.is_empty()
        && !rest.starts_with('/')
        && !text.contains(char::is_whitespace)
        && text.len() <= 8192
}

/// The facets as (start, end, kind, value).
fn facets(record: &Value) -> Vec<(usize, usize, String, String)> {
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let facets = record["facets"].as_array().into_iter().flatten();
    facets
        .map(|facet| {
            let (index, feature) = (&facet["index"], &facet["features"][0]);
            let kind = feature["$type"].as_str().unwrap().rsplit('#').next().unwrap();
            let member = ["uri", "tag", "did"]
                .iter()
                .find_map(|name| feature[*name].as_str())
                .unwrap();
            (
                number(&index["byteStart"]),
                number(&index["byteEnd"]),
                kind.to_owned(),
                member.to_owned(),
            )
        })
        .collect()
}

/// Sorted, apart, on characters, around exactly what they lead to.
fn spans_fit(case: &Case<'_>, part: &Part) -> Result<(), TestCaseError> {
    let style = &case.subject.style;
    let label = label(case.material);
    let mut end = 0;
    for span in &part.spans {
        prop_assert!(end <= span.start && span.start < span.end, "{:?}", span);
        end = span.end;
        let shown = part.text.get(span.start..span.end);
        prop_assert!(shown.is_some(), "not on characters: {:?}", span);
        let shown = shown.unwrap_or_default();
        match &span.target {
            Target::Tag(tag) => prop_assert!(style.tags && shown.strip_prefix(['#', '＃']) == Some(tag)),
            Target::Mention(handle) => prop_assert!(style.mentions && shown.strip_prefix('@') == Some(handle)),
            Target::Link(to) => {
                let behind_label = case.url().is_some_and(|url| same(to, url)) && shown.starts_with(label);
                prop_assert!(
                    style.links == LinkStyle::Labelled && (same(shown, to) || behind_label),
                    "{:?}",
                    span
                );
            }
        }
    }
    Ok(())
}

/// The UTF-16 offsets cut the same words out of the text.
fn offsets_fit(part: &Part) -> Result<(), TestCaseError> {
    let units: Vec<u16> = part.text.encode_utf16().collect();
    for span in &part.spans {
        let (offset, length) = utf16(&part.text, span);
        let shown = String::from_utf16(&units[offset..offset + length]).ok();
        prop_assert_eq!(shown.as_deref(), part.text.get(span.start..span.end));
    }
    Ok(())
}

/// Bluesky's record says what the part says, by the lexicons.
fn record_fits(record: &Value, part: &Part, lexicons: &Lexicons) -> Result<(), TestCaseError> {
    if let Some(lexicon) = lexicons.get(POST) {
        let kept = keeps(record, &lexicon["defs"]["main"], POST, lexicons);
        prop_assert!(kept.is_ok(), "{:?}", kept);
    }
    prop_assert_eq!(record["text"].as_str(), Some(part.text.as_str()));
    let facets = facets(record);
    prop_assert_eq!(facets.len(), part.spans.len(), "every span is a facet");
    for ((start, end, kind, member), span) in facets.iter().zip(&part.spans) {
        prop_assert_eq!((*start, *end), (span.start, span.end));
        let (wanted, value) = match &span.target {
            Target::Link(url) => ("link", url),
            Target::Tag(tag) => ("tag", tag),
            Target::Mention(handle) => ("mention", handle),
        };
        prop_assert_eq!((kind.as_str(), member), (wanted, value));
    }
    let card = part.card.as_ref().map(|card| card.url.as_str());
    prop_assert_eq!(record["embed"]["external"]["uri"].as_str(), card);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn spans_offsets_and_records_stand_around_exactly_their_text(material in materials(40), max in limits()) {
        let lexicons = lexicons();
        // No server allows more than the lexicon.
        let max = max.map(|max| max.min(300));
        everywhere(&material, max, |case| {
            for part in case.parts() {
                spans_fit(case, part)?;
                offsets_fit(part)?;
                if case.subject.network.name() == "bluesky" {
                    let script = Script { part: part.clone(), ..Script::plain() };
                    let record = serde_json::from_str(&script.freeze(case.subject.network, 7).body).unwrap();
                    record_fits(&record, part, &lexicons)?;
                }
            }
            Ok(())
        })?;
    }
}

#[test]
fn the_check_of_the_lexicon_can_fail() {
    let lexicons = lexicons();
    let Some(lexicon) = lexicons.get(POST) else { return };
    let keeps = |record: Value| keeps(&record, &lexicon["defs"]["main"], POST, &lexicons);
    let good = serde_json::json!({"$type": "app.bsky.feed.post", "text": "a", "createdAt": "2026-12-01T09:00:00.000Z"});
    assert_eq!(keeps(good.clone()), Ok(()));
    let with = |name: &str, value: Value| {
        let mut record = good.clone();
        record[name] = value;
        keeps(record)
    };
    let feature = serde_json::json!({"$type": "app.bsky.richtext.facet#link", "uri": "https://e.org/"});
    let facet = |index: Value, features: Value| serde_json::json!([{"index": index, "features": features}]);
    let index = serde_json::json!({"byteStart": 0, "byteEnd": 1});
    assert_eq!(
        with("facets", facet(index.clone(), serde_json::json!([feature]))),
        Ok(())
    );
    assert!(with("text", "a".repeat(301).into()).is_err());
    assert!(with("createdat", "x".into()).is_err());
    assert!(with("langs", serde_json::json!(["a", "b", "c", "d"])).is_err());
    assert!(
        with(
            "facets",
            facet(serde_json::json!({"byteStart": 0}), serde_json::json!([feature]))
        )
        .is_err()
    );
    assert!(
        with(
            "facets",
            facet(index, serde_json::json!([{"$type": "app.bsky.richtext.facet#links"}]))
        )
        .is_err()
    );
}
