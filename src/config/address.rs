//! Addresses in the configuration: servers, websites, the database.

use std::path::{Path, PathBuf};

use url::{Host, Url};

use super::field::Field;
use super::walk::Section;

/// Why an address was refused: what is wrong with it, to follow its name, and what to write instead. The address itself
/// is not repeated: it may hold a password.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) what: String,
    pub(super) hint: Option<String>,
}

fn wrong<T>(what: &str, hint: Option<String>) -> Result<T, Wrong> {
    Err(Wrong {
        what: what.to_owned(),
        hint,
    })
}

/// A web address of any kind: http or https, with a host, without a user.
pub(super) fn web(text: &str) -> Result<Url, Wrong> {
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return wrong("has a space in its address", None);
    }
    let full = || host_like(text).then(|| format!("Write \"https://{text}\""));
    // "mastodon.example:443" reads as scheme and path.
    let Ok(url) = Url::parse(text) else {
        return wrong("needs a whole address, such as \"https://example.org\"", full());
    };
    if !matches!(url.scheme(), "http" | "https") {
        return wrong("needs an address that begins with https:// (or http://)", full());
    }
    if url.host().is_none() {
        return wrong("has no host in its address", None);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong(
            "has a user name or password in its address, where it can be read by everyone",
            None,
        );
    }
    Ok(url)
}

/// The web address of a section, under `url`. `lack`: what to write where there is none.
pub(super) fn of<'a>(section: &Section<'a>, lack: &str) -> Option<(Field<'a>, Url)> {
    let Some(field) = section.field("url") else {
        section.lacks(lack);
        return None;
    };
    match web(field.line()?) {
        Ok(url) => Some((field, url)),
        Err(wrong) => {
            field.refuse(format!("\"url\" {}", wrong.what), wrong.hint);
            None
        }
    }
}

/// A server as `scheme://host[:port]`: nothing behind the host.
pub(super) fn server(text: &str) -> Result<Url, Wrong> {
    let url = web(text)?;
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        let origin = origin(&url);
        return wrong(
            "is a scheme, a host and perhaps a port, and nothing behind them",
            Some(format!("Write \"{origin}\"")),
        );
    }
    Ok(url)
}

/// `scheme://host[:port]`, without the port that the scheme has anyway.
pub(super) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Whether everyone between here and there could read along.
pub(super) fn in_the_clear(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.to_canonical().is_loopback(),
        None => false,
    };
    url.scheme() == "http" && !loopback
}

fn host_like(text: &str) -> bool {
    text.len() <= 253 && text.contains('.') && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b))
}

/// The file of a database address, `sqlite:PATH` or `sqlite://PATH`; a relative path begins in `config_dir`.
///
/// # Errors
/// What is wrong, in words: another database, settings behind `?`, or no file.
pub fn database_path(url: &str, config_dir: &Path) -> Result<PathBuf, String> {
    let Some(rest) = url.strip_prefix("sqlite:") else {
        return Err(match url.split_once(':') {
            Some((scheme, _)) if scheme.starts_with("postgres") => {
                "this version keeps its queue in SQLite only; write sqlite:handbill.db".to_owned()
            }
            _ => "a database is written as sqlite:PATH, such as sqlite:handbill.db".to_owned(),
        });
    };
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.contains('?') {
        return Err("a database takes no settings behind \"?\"; write the path alone".to_owned());
    }
    if path.trim().is_empty() || path.contains(":memory:") {
        return Err("the queue must be kept in a file, such as sqlite:handbill.db".to_owned());
    }
    if path.ends_with('/') {
        return Err("the database is a file, not a folder; write sqlite:handbill.db".to_owned());
    }
    inside(path, config_dir)
}

/// A path of the configuration, made whole.
pub(super) fn inside(path: &str, config_dir: &Path) -> Result<PathBuf, String> {
    if path.starts_with('~') {
        return Err("\"~\" is not filled in here; write the whole path".to_owned());
    }
    if path.chars().any(char::is_control) {
        return Err("a path has no control characters".to_owned());
    }
    let joined = config_dir.join(path);
    // Only an empty path or a lost working directory can fail here; the path is right as it is then.
    Ok(std::path::absolute(&joined).unwrap_or(joined))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_files_beside_the_configuration() {
        let dir = Path::new("/etc/handbill");
        for (url, path) in [
            ("sqlite:handbill.db", "/etc/handbill/handbill.db"),
            ("sqlite:./data/q.db", "/etc/handbill/data/q.db"),
            ("sqlite://handbill.db", "/etc/handbill/handbill.db"),
            ("sqlite:/var/lib/q.db", "/var/lib/q.db"),
            ("sqlite:///var/lib/q.db", "/var/lib/q.db"),
        ] {
            assert_eq!(database_path(url, dir), Ok(PathBuf::from(path)), "{url}");
        }
        for (url, words) in [
            ("postgres://h/db", "SQLite only"),
            ("handbill.db", "written as sqlite:PATH"),
            ("sqlite:", "kept in a file"),
            ("sqlite::memory:", "kept in a file"),
            ("sqlite:a.db?mode=ro", "behind \"?\""),
            ("sqlite:~/a.db", "not filled in"),
            ("sqlite:data/", "not a folder"),
            ("", "written as sqlite:PATH"),
        ] {
            let said = database_path(url, dir).expect_err(url);
            assert!(said.contains(words), "{url}: {said}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        for (text, clear) in [
            ("http://mastodon.example", true),
            ("http://10.0.0.1", true),
            ("http://localhost.example", true),
            ("https://mastodon.example", false),
            ("http://localhost:3000", false),
            ("http://127.0.0.9", false),
            ("http://[::1]:80", false),
        ] {
            assert_eq!(in_the_clear(&web(text).expect(text)), clear, "{text}");
        }
    }

    #[test]
    fn servers_are_kept_short() {
        for (text, kept) in [
            ("https://Mastodon.Example/", "https://mastodon.example"),
            ("https://mastodon.example:443", "https://mastodon.example"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(server(text).map(|url| origin(&url)), Ok(kept.to_owned()));
        }
    }
}
