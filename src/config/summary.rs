//! `[summary]`: the endpoint that is asked for summaries. Without this table nobody is asked.

use std::path::Path;

use jiff::SignedDuration;

use super::field::{Bounds, Field};
use super::keys::SUMMARY;
use super::settings::Reading;
use super::walk::Section;
use super::{Summary, address};

/// How long it is waited for where nothing is said: a person sits there.
const TIMEOUT: SignedDuration = SignedDuration::from_secs(20);
/// The longest name of a model, in characters.
const LONGEST: usize = 200;
/// What the interface adds to the address.
const TAIL: &str = "/chat/completions";

/// Reads the table; `None` where it is too wrong to be used. Mistakes are noted in any case.
pub(super) fn read(section: &Section<'_>, folder: &Path) -> Option<Summary> {
    section.only(&SUMMARY);
    let url = url(section);
    let model = model(section);
    let secrets = Reading {
        section,
        folder,
        allow_private: false,
        name: Some("summary"),
        called: "[summary]",
    };
    let key = section.field("key").map(|field| secrets.secret(&field));
    let timeout = section.field("timeout").map(|field| {
        field.duration(&Bounds {
            least: "1s",
            most: "60s",
        })
    });
    Some(Summary {
        url: url?,
        model: model?,
        key: key.flatten(),
        timeout: timeout.flatten().unwrap_or(TIMEOUT),
    })
}

fn model(section: &Section<'_>) -> Option<String> {
    let Some(field) = section.field("model") else {
        section.lacks("model = \"…\", as the endpoint calls it");
        return None;
    };
    let model = field.line()?.trim();
    if model.chars().count() > LONGEST {
        field.refuse(format!("\"model\" is longer than {LONGEST} characters"), None);
        return None;
    }
    Some(model.to_owned())
}

/// The address, without the slash at its end. It may lie inside the own network: who configures it knows what it is,
/// and TLS proves that it is there.
fn url(section: &Section<'_>) -> Option<String> {
    let (field, url) = address::of(section, "url = \"https://…/v1\", the address of the endpoint")?;
    if address::in_the_clear(&url) {
        let hint = "Write https://; http:// is for an endpoint on this machine".to_owned();
        field.refuse("\"url\" has http://, which everyone on the way can read", Some(hint));
        return None;
    }
    without_tail(&field, url)
}

/// Refuses what stands behind the part that is asked for. It may be a key, so it is not repeated.
fn without_tail(field: &Field<'_>, url: url::Url) -> Option<String> {
    if url.query().is_some() || url.fragment().is_some() {
        field.refuse(
            "\"url\" has something behind \"?\" or \"#\"",
            Some("Write the address alone; a key stands in key = { env = \"…\" }".to_owned()),
        );
        return None;
    }
    let text = url.as_str().trim_end_matches('/');
    if let Some(base) = text.strip_suffix(TAIL) {
        let hint = Some(format!("Write \"{base}\""));
        field.refuse(format!("\"url\" is what stands before {TAIL}"), hint);
        return None;
    }
    Some(text.to_owned())
}
