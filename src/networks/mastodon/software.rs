//! What a server of the Mastodon family is, by what it says of itself.
//!
//! It decides whether a repeat is dropped: only Mastodon and its forks keep an `Idempotency-Key` as promised. When in
//! doubt the answer is `None`, and the server is treated as one that drops nothing.

use serde_json::Value;

/// The software, lower case (`mastodon`, `pleroma`, `akkoma`, `gotosocial`, `pixelfed`, ...), from the instance
/// document.
///
/// Compatible servers write their own name into the version (`2.7.2 (compatible; Akkoma 3.13.1)`); GoToSocial counts
/// from 0 and names its source.
pub(super) fn of(instance: &Value) -> Option<String> {
    let version = instance["version"].as_str().unwrap_or_default().to_ascii_lowercase();
    let source = instance["source_url"].as_str().unwrap_or_default().to_ascii_lowercase();
    for name in ["pleroma", "akkoma", "gotosocial"] {
        if version.contains(name) || source.contains(name) {
            return Some(name.to_owned());
        }
    }
    if let Some((_, other)) = version.split_once("(compatible;") {
        let word: String = other
            .trim_start()
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '.')
            .take(40)
            .collect();
        return (!word.is_empty()).then_some(word);
    }
    let (major, _) = version.split_once('.')?;
    let major: u32 = major.parse().ok()?;
    if major == 0 {
        return version.contains("git-").then(|| "gotosocial".to_owned());
    }
    let says_so = instance["api_versions"]["mastodon"].is_u64() || source.contains("/mastodon");
    (says_so && major < 100).then(|| "mastodon".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::of;

    #[test]
    fn the_servers_that_are_about() {
        let cases = [
            (
                json!({"version": "4.3.0", "api_versions": {"mastodon": 2}}),
                Some("mastodon"),
            ),
            (
                json!({"version": "4.5.0-alpha.2+glitch", "api_versions": {"mastodon": 6}, "source_url": "https://github.com/glitch-soc/mastodon"}),
                Some("mastodon"),
            ),
            (
                json!({"version": "4.2.10+hometown-1.1.1", "source_url": "https://github.com/hometown-fork/hometown", "api_versions": {"mastodon": 1}}),
                Some("mastodon"),
            ),
            (
                json!({"version": "4.2.10", "source_url": "https://github.com/mastodon/mastodon"}),
                Some("mastodon"),
            ),
            (
                json!({"version": "2.7.2 (compatible; Pleroma 2.6.0)", "api_versions": {"mastodon": 2}}),
                Some("pleroma"),
            ),
            (
                json!({"version": "2.7.2 (compatible; Akkoma 3.10.4-0-gebfb617)"}),
                Some("akkoma"),
            ),
            (
                json!({"version": "3.5.3 (compatible; Pixelfed 0.12.7)", "api_versions": {"mastodon": 2}}),
                Some("pixelfed"),
            ),
            (
                json!({"version": "4.2.1 (compatible; Iceshrimp.NET/2024.1-beta2)"}),
                Some("iceshrimp.net"),
            ),
            (json!({"version": "0.22.1+git-fdff42b"}), Some("gotosocial")),
            (
                json!({"version": "0.22.1", "source_url": "https://codeberg.org/superseriousbusiness/gotosocial"}),
                Some("gotosocial"),
            ),
            (
                json!({"version": "0.12.3+pixelfed", "api_versions": {"mastodon": 2}}),
                None,
            ),
            (
                json!({"version": "2024.5.0 (Misskey)", "api_versions": {"mastodon": 2}}),
                None,
            ),
            (json!({"version": "4.1.0"}), None),
            (json!({"version": 4, "source_url": []}), None),
            (json!(null), None),
        ];
        for (instance, software) in cases {
            assert_eq!(of(&instance).as_deref(), software, "{instance}");
        }
    }
}
