//! Reading twitter-text's public conformance suite.

use saphyr::{LoadableYamlNode, Yaml};

/// One case.
pub(super) struct Case {
    yaml: Yaml<'static>,
}

impl Case {
    pub(super) fn description(&self) -> &str {
        self.yaml["description"].as_str().unwrap()
    }

    pub(super) fn text(&self) -> &str {
        self.yaml["text"].as_str().unwrap()
    }

    pub(super) fn expected(&self) -> &Yaml<'static> {
        &self.yaml["expected"]
    }
}

/// The folder of twitter-text's data, if it is there.
pub(super) fn file(name: &str) -> Option<String> {
    let path = format!("{}/../shared/conformance/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: {path} is not there");
    }
    text
}

/// The cases of a group of a file.
pub(super) fn group(file: &str, group: &str) -> Option<Vec<Case>> {
    let text = self::file(&format!("twitter-text/conformance/{file}.yml"))?;
    let mut documents = Yaml::load_from_str(Box::leak(text.into_boxed_str())).unwrap();
    let cases = documents.remove(0)["tests"][group].as_vec().unwrap().clone();
    Some(cases.into_iter().map(|yaml| Case { yaml }).collect())
}

/// Asserts that a group has so many cases and all of them hold; `holds` gives what was found where one does not.
pub(super) fn all(name: (&str, &str), count: usize, holds: impl Fn(&Case) -> Result<(), String>) {
    let Some(cases) = group(name.0, name.1) else { return };
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            holds(case)
                .err()
                .map(|found| format!("{}: {:?}: {found}", case.description(), case.text()))
        })
        .collect();
    println!(
        "{}: {} {} of {}",
        name.0,
        name.1,
        cases.len() - failures.len(),
        cases.len()
    );
    assert!(failures.is_empty(), "{} {}:\n{}", name.0, name.1, failures.join("\n"));
    assert_eq!(cases.len(), count, "{} {}", name.0, name.1);
}

/// `Ok` if both are equal, else both.
pub(super) fn same<T: PartialEq + std::fmt::Debug>(found: &T, expected: &T) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("found {found:?}, expected {expected:?}"))
    }
}
