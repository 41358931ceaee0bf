//! The shape of the program, held to what ARCHITECTURE.md says.

mod twitter_text;

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files under a folder, without their tests' parts.
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let mut list = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text
                    .split("#[cfg(test)]\nmod tests {")
                    .next()
                    .unwrap_or(&text)
                    .to_owned();
                list.push((path, code));
            }
        }
    }
    assert!(!list.is_empty(), "{folder} has files");
    list
}

fn none_of(folder: &str, words: &[&str]) {
    for (path, code) in files(folder) {
        for (number, line) in code
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            for word in words {
                assert!(
                    !line.contains(word),
                    "{}:{} has {word:?}: {line}",
                    path.display(),
                    number + 1
                );
            }
        }
    }
}

#[test]
fn the_core_is_pure() {
    let forbidden = [
        "sqlx",
        "reqwest",
        "tokio",
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        "::now(",
        "async ",
    ];
    none_of("src/domain", &forbidden);
    none_of(
        "src/domain",
        &[
            "crate::app",
            "crate::cli",
            "crate::daemon",
            "crate::storage",
            "crate::networks",
            "crate::config",
        ],
    );
}

#[test]
fn storage_and_networks_never_see_each_other() {
    none_of(
        "src/storage",
        &["crate::networks", "crate::app", "crate::cli", "crate::daemon"],
    );
    none_of(
        "src/networks",
        &[
            "crate::storage",
            "crate::app",
            "crate::cli",
            "crate::daemon",
            "tokio",
            "reqwest",
        ],
    );
}

#[test]
fn sql_stands_in_storage_alone() {
    for folder in ["src/app", "src/cli", "src/daemon", "src/networks", "src/config"] {
        none_of(folder, &["\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM "]);
    }
}

#[test]
fn no_network_is_known_by_name_outside_its_file() {
    for network in crate::networks::ALL {
        let word = format!("\"{}\"", network.name());
        for folder in ["src/app", "src/storage", "src/daemon", "src/domain"] {
            for (path, code) in files(folder)
                .into_iter()
                .filter(|(path, _)| !path.to_string_lossy().contains("tests"))
                // Two of the units in which texts are counted are called as the networks that count so.
                .filter(|(path, _)| !path.ends_with("domain/compose/length.rs"))
                // Where readers share an article has nothing to do with where we publish.
                .filter(|(path, _)| !path.ends_with("domain/share.rs"))
            {
                assert!(!code.contains(&word), "{} names {word}", path.display());
            }
        }
    }
}

#[test]
fn the_architecture_page_names_what_is_there() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let named: Vec<&str> = page
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.starts_with("src/") || word.starts_with("tests/") || word.ends_with('/'))
        .collect();
    assert!(named.len() > 10, "the page names folders and files");
    for word in named.into_iter().filter(|word| !word.contains(' ')) {
        let there = root().join(word).exists() || root().join("src/app").join(word).exists();
        assert!(there, "ARCHITECTURE.md names {word}");
    }
}

#[test]
fn the_example_configuration_is_right_for_the_networks_that_are_there() {
    let path = root().join("config/handbill.example.toml");
    let zones = crate::zones::ZoneRules::bundled();
    let config = crate::config::load(&path, &crate::networks::keys(), &zones).unwrap();
    let used: Vec<&str> = config.channels.iter().map(|channel| channel.network).collect();
    for network in crate::networks::ALL {
        assert!(used.contains(&network.name()), "the example shows {}", network.name());
        let text = std::fs::read_to_string(&path).unwrap();
        for key in network.keys().keys {
            assert!(
                text.contains(&format!("{} = ", key.name)),
                "the example shows {} of {}",
                key.name,
                network.name()
            );
        }
    }
}
