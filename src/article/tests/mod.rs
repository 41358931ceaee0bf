//! Pages as they are, well made and badly made, and what a person would take from them.

mod facts;
mod hostile;
mod links;
mod pictures;
mod properties;
mod texts;

use url::Url;

use super::{Article, Unreadable, read};

const ADDRESS: &str = "https://www.example.org/news/2017/drug-control?utm_source=mail";

/// Three paragraphs, enough for an article.
const PARAGRAPHS: &str = "<p>The ministry said on Tuesday that it would open twelve clinics, so that people who use drugs \
     can see a doctor within a week, and that the money for the first three years had been found.</p>\
     <p>Doctors in the region have asked for this since 2014, when a report found that half of the people who died of \
     an overdose had been turned away by a hospital in the month before, often more than once.</p>\
     <p>The first clinic is to open in March, in the old customs house, and will take people without an appointment, \
     which no other service in the city does today.</p>";

fn url() -> Url {
    Url::parse(ADDRESS).unwrap()
}

/// A page with this head and body.
fn page(head: &str, body: &str) -> String {
    format!("<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>")
}

/// What is read of a page with this head and an article with a heading.
fn with_head(head: &str) -> Article {
    let body = format!("<article><h1>Twelve clinics are to open</h1>{PARAGRAPHS}</article>");
    read(&page(head, &body), &url()).unwrap()
}

fn with_body(body: &str) -> Article {
    read(&page("<title>Twelve clinics are to open</title>", body), &url()).unwrap()
}

fn refused(html: &str) -> Unreadable {
    read(html, &url()).unwrap_err()
}
