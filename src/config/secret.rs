//! Secrets: where they come from, and fetching them from there.
//!
//! The configuration only says where a secret is. Only sending and checking resolve it, so that no other command
//! fails for one that only the daemon may read. A secret shows itself to nobody: its `Debug` is `…`.

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The longest secret that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// A look-up of an environment variable; that of the process outside tests.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The environment of this process.
pub(super) fn process_env(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// A token, password or secret address.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text as a secret, without the line break at its end.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Secret {
        let mut text = text.into();
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
        Secret(text)
    }

    /// The secret itself, for the request that needs it and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Where a secret is kept.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// In an environment variable.
    Env(String),
    /// In a file, alone.
    File(PathBuf),
    /// With systemd: `LoadCredential=NAME:…` puts it into `$CREDENTIALS_DIRECTORY/NAME`.
    Credential(String),
}

impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretSource::Env(name) => write!(f, "environment variable {name}"),
            SecretSource::File(path) => write!(f, "file {}", path.display()),
            SecretSource::Credential(name) => write!(f, "systemd credential {name}"),
        }
    }
}

/// A secret that could not be fetched. Holds nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretError {
    /// What is missing, without a full stop.
    pub message: String,
    /// How to give it.
    pub hint: String,
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}", self.message, self.hint)
    }
}

impl std::error::Error for SecretError {}

impl SecretSource {
    /// Fetches the secret.
    ///
    /// # Errors
    /// Where there is none, or it is empty, has control characters inside, is no UTF-8 text, or is longer than 64 KB.
    pub fn resolve(&self) -> Result<Secret, SecretError> {
        self.resolve_in(&process_env)
    }

    /// As [`SecretSource::resolve`], with another environment.
    ///
    /// # Errors
    /// As for [`SecretSource::resolve`].
    pub fn resolve_in(&self, env: Env<'_>) -> Result<Secret, SecretError> {
        let bytes = match self {
            SecretSource::Env(name) => self.read_env(name, env)?,
            SecretSource::File(path) => self.read_file(path)?,
            SecretSource::Credential(name) => self.read_credential(name, env)?,
        };
        let text = String::from_utf8(bytes).map_err(|_| self.refuse("is not text in UTF-8"))?;
        let secret = Secret::new(text);
        if secret.0.trim().is_empty() {
            return Err(self.refuse("is empty"));
        }
        if secret.0.chars().any(char::is_control) {
            return Err(self.refuse("has a line break or another control character inside"));
        }
        Ok(secret)
    }

    fn read_env(&self, name: &str, env: Env<'_>) -> Result<Vec<u8>, SecretError> {
        env(name)
            .map(OsString::into_encoded_bytes)
            .ok_or_else(|| self.refuse("is not set"))
    }

    fn read_credential(&self, name: &str, env: Env<'_>) -> Result<Vec<u8>, SecretError> {
        let Some(dir) = env("CREDENTIALS_DIRECTORY").filter(|dir| !dir.is_empty()) else {
            return Err(
                self.refuse("is not there: systemd did not start this process ($CREDENTIALS_DIRECTORY is not set)")
            );
        };
        self.read_file(&Path::new(&dir).join(name))
    }

    fn read_file(&self, path: &Path) -> Result<Vec<u8>, SecretError> {
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => self.refuse("is not there"),
            std::io::ErrorKind::PermissionDenied => self.refuse("may not be read by this user"),
            _ => self.refuse(&format!("cannot be read: {error}")),
        };
        // Opening a pipe that nobody writes to would wait for ever.
        if !std::fs::metadata(path).map_err(failed)?.is_file() {
            return Err(self.refuse("is not a file"));
        }
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes))
            .map_err(failed)?;
        if bytes.len() as u64 > LONGEST {
            return Err(self.refuse("is longer than 64 KB"));
        }
        Ok(bytes)
    }

    fn refuse(&self, what: &str) -> SecretError {
        let hint = match self {
            SecretSource::Env(name) => {
                format!("Set it for the process that sends: {name}=… in its EnvironmentFile or in the shell")
            }
            SecretSource::File(path) => {
                format!(
                    "Put the secret alone into {}, readable by the user that sends",
                    path.display()
                )
            }
            SecretSource::Credential(name) => {
                format!("Add LoadCredential={name}:/path/to/the/secret to the service, and restart it")
            }
        };
        SecretError {
            message: format!("the {self} {what}"),
            hint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(name: &str) -> Option<OsString> {
        match name {
            "TOKEN" => Some("s3cret\r\n".into()),
            "EMPTY" => Some("\n".into()),
            "TWO" => Some("s3cret\ns3cret".into()),
            _ => None,
        }
    }

    fn refused(source: &SecretSource) -> String {
        source.resolve_in(&env).expect_err("must be refused").to_string()
    }

    #[test]
    fn a_secret_loses_its_line_break_and_is_not_shown() {
        let secret = SecretSource::Env("TOKEN".into()).resolve_in(&env).expect("set");
        assert_eq!(secret.expose(), "s3cret");
        assert_eq!(
            format!("{secret:?} {:?}", SecretSource::Env("TOKEN".into())),
            "… environment variable TOKEN"
        );
    }

    #[test]
    fn what_is_missing_is_said_with_the_cure() {
        assert_eq!(
            refused(&SecretSource::Env("NONE".into())),
            "the environment variable NONE is not set. Set it for the process that sends: NONE=… in its EnvironmentFile or in the shell"
        );
        assert!(refused(&SecretSource::Env("EMPTY".into())).contains("is empty"));
        let two = refused(&SecretSource::Env("TWO".into()));
        assert!(two.contains("line break") && !two.contains("s3cret"), "{two}");
        assert_eq!(
            refused(&SecretSource::Credential("token".into())),
            "the systemd credential token is not there: systemd did not start this process ($CREDENTIALS_DIRECTORY is not set). Add LoadCredential=token:/path/to/the/secret to the service, and restart it"
        );
    }

    #[test]
    fn files_and_credentials_are_read_whole_and_bounded() {
        let dir = tempfile::tempdir().expect("a folder");
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("token"), "from-file\n").expect("written");
        std::fs::write(at("big"), vec![b'a'; 70_000]).expect("written");
        std::fs::write(at("bytes"), [0xff, 0xfe]).expect("written");
        assert_eq!(
            SecretSource::File(at("token"))
                .resolve_in(&env)
                .expect("there")
                .expose(),
            "from-file"
        );
        for (name, why) in [
            ("big", "longer than 64 KB"),
            ("bytes", "not text"),
            ("none", "is not there"),
            ("", "not a file"),
        ] {
            let said = refused(&SecretSource::File(at(name)));
            assert!(said.contains(why), "{said}");
        }
        let folder = |name: &str| (name == "CREDENTIALS_DIRECTORY").then(|| dir.path().as_os_str().to_owned());
        assert_eq!(
            SecretSource::Credential("token".into())
                .resolve_in(&folder)
                .expect("there")
                .expose(),
            "from-file"
        );
    }
}
