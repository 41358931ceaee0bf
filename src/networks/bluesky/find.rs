//! Looks for a post in the account's own repository.
//!
//! The key is ours alone, so the record under it is the answer. Only in a database that was restored from an old copy
//! may the post be out under a key that was lost: then the repository is read by link as well.

use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::record::{COLLECTION, Record, links};
use super::{Adapter, get_record, receipt, server, tid};
use crate::networks::candidates::{Candidate, floor, judge};
use crate::networks::{Effect, Found, Halt, Job, Network as _, Request, Search, Wire};

/// The most pages of 100 records that are read.
const PAGES: usize = 10;

pub(super) fn find(job: &Job<'_>, did: &str, search: &Search<'_>, wire: &mut Wire<'_>) -> Result<Found, Halt> {
    let absent = match tid::instant(job.key) {
        Some(_) => match by_key(job, did, search, wire)? {
            Found::Absent => Found::Absent,
            other => return Ok(other),
        },
        None if search.restored => Found::Absent,
        None => return Ok(Found::NoAnswer("the part has no key to look for".to_owned())),
    };
    if search.restored {
        by_list(job, did, search, wire)
    } else {
        Ok(absent)
    }
}

fn by_key(job: &Job<'_>, did: &str, search: &Search<'_>, wire: &mut Wire<'_>) -> Result<Found, Halt> {
    let answer = wire.attempt(
        "find-record",
        Effect::Repeatable,
        get_record(server(job.account), did, job.key),
    )?;
    let told = answer.json();
    if answer.status == 400 && told["error"] == "RecordNotFound" {
        return Ok(Found::Absent);
    }
    if !answer.is_success() {
        return Err(Adapter.sort(&answer).into());
    }
    let uri = format!("at://{did}/{COLLECTION}/{}", job.key);
    let text = serde_json::from_str::<Record>(job.body).map_or_else(|_| job.text.to_owned(), |record| record.text);
    if told["uri"].as_str() != Some(uri.as_str()) || told["value"]["text"].as_str() != Some(text.as_str()) {
        return Ok(Found::NoAnswer(
            "the record under our key is not the one we made".to_owned(),
        ));
    }
    if (search.taken)(&uri) {
        return Ok(Found::NoAnswer(
            "the record under our key belongs to another part".to_owned(),
        ));
    }
    Ok(Found::Yes(receipt(job.account, did, &uri)))
}

/// Newest first, as the server lists them: by key, and a key holds its time.
fn by_list(job: &Job<'_>, did: &str, search: &Search<'_>, wire: &mut Wire<'_>) -> Result<Found, Halt> {
    let mut list = Vec::new();
    let mut cursor = String::new();
    for page in 0..PAGES {
        let url = format!(
            "{}/xrpc/com.atproto.repo.listRecords?repo={did}&collection={COLLECTION}&limit=100{cursor}",
            server(job.account)
        );
        let told = wire
            .call(&format!("find-list-{page}"), Effect::Repeatable, Request::get(url))?
            .json();
        let read: Option<Vec<Candidate>> = told["records"]
            .as_array()
            .and_then(|records| records.iter().map(|record| candidate(record, job, did)).collect());
        let Some(read) = read else {
            return Ok(Found::NoAnswer("the list of our posts cannot be read".to_owned()));
        };
        let past = read
            .iter()
            .filter_map(|c| c.at)
            .min()
            .is_some_and(|at| at < floor(search));
        let end = read.is_empty();
        list.extend(read);
        match told["cursor"].as_str() {
            Some(next) if !past && !end => {
                cursor = format!("&cursor={}", byte_serialize(next.as_bytes()).collect::<String>());
            }
            _ => return Ok(judge(&list, true, job, search)),
        }
    }
    Ok(judge(&list, false, job, search))
}

fn candidate(record: &Value, job: &Job<'_>, did: &str) -> Option<Candidate> {
    let uri = record["uri"].as_str()?;
    let value = &record["value"];
    Some(Candidate {
        remote_id: uri.to_owned(),
        url: receipt(job.account, did, uri).url,
        at: tid::instant(uri.rsplit('/').next()?).or_else(|| value["createdAt"].as_str()?.parse().ok()),
        links: links(value),
        text: value["text"].as_str()?.to_owned(),
    })
}
