//! What a person wrote about an article passes the checks of a model's summary; what was written about another does
//! not.

use handbill::article::Article;
use handbill::domain::summary::Text;
use handbill::domain::summary::check::{Unfit, acceptable};

use super::{Page, pages};

fn read() -> Vec<(Page, Article)> {
    let readable = |page: Page| page.read().ok().map(|article| (page, article));
    let all: Vec<_> = pages().into_iter().filter_map(readable).collect();
    all.into_iter()
        .filter(|(page, article)| page.said("reference").is_some() && article.text.is_some())
        .collect()
}

fn check(reference: &str, article: &Article) -> Result<String, Unfit> {
    let text = Text {
        title: article.title.as_deref(),
        description: article.description.as_deref(),
        body: article.text.as_deref().unwrap_or_default(),
        language: article.language.as_deref(),
    };
    acceptable(reference, &text, usize::MAX)
}

#[test]
fn summaries_that_people_wrote_pass() {
    let pages = read();
    assert!(pages.len() >= 30, "the corpus is there");
    let mut refused = 0;
    for (page, article) in &pages {
        let reference = page.said("reference").unwrap();
        // A large number that the article writes in words is not known again; nothing else may be refused.
        match check(reference, article) {
            Ok(_) => {}
            Err(Unfit::Number(_)) => refused += 1,
            Err(unfit) => panic!("{}: {unfit}\n{reference}", page.name),
        }
    }
    eprintln!("{refused} of {} summaries that people wrote were refused", pages.len());
    assert!(refused * 10 < pages.len(), "{refused} of {}", pages.len());
}

#[test]
fn summaries_of_another_article_do_not() {
    let pages = read();
    let (mut tried, mut passed) = (0, 0);
    for (page, article) in &pages {
        for (other, _) in pages.iter().filter(|(other, _)| other.name != page.name) {
            tried += 1;
            passed += usize::from(check(other.said("reference").unwrap(), article).is_ok());
        }
    }
    eprintln!("{passed} of {tried} summaries of other articles passed");
    // All articles are about the same field; in one language much of their words is shared.
    assert!(passed * 20 < tried, "{passed} of {tried}");
}
