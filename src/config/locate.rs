//! Finding the configuration file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::error::{ConfigError, ConfigErrorKind};
use super::secret::{Env, process_env};

/// The file to read: the one that was named, else `$HANDBILL_CONFIG`, else the first that is there of
/// `./handbill.toml`, `$XDG_CONFIG_HOME/handbill/handbill.toml` and `/etc/handbill/handbill.toml`.
///
/// # Errors
/// Where no file was named and none is there. A file that was named is not looked for: reading it will tell.
pub fn locate(explicit: Option<&Path>) -> Result<PathBuf, ConfigError> {
    locate_in(explicit, &process_env, &is_there)
}

/// As [`locate`], with another environment and another way to look.
///
/// # Errors
/// As for [`locate`].
pub fn locate_in(explicit: Option<&Path>, env: Env<'_>, there: &dyn Fn(&Path) -> bool) -> Result<PathBuf, ConfigError> {
    let set = |name: &str| {
        env(name)
            .filter(|value: &OsString| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(path) = explicit.map(Path::to_path_buf).or_else(|| set("HANDBILL_CONFIG")) {
        return Ok(path);
    }
    let own = set("XDG_CONFIG_HOME")
        .filter(|dir| dir.is_absolute())
        .or_else(|| set("HOME").map(|home| home.join(".config")))
        .map(|dir| dir.join("handbill/handbill.toml"));
    let here = PathBuf::from("handbill.toml");
    let places: Vec<PathBuf> = [
        Some(here.clone()),
        own,
        Some(PathBuf::from("/etc/handbill/handbill.toml")),
    ]
    .into_iter()
    .flatten()
    .collect();
    match places.iter().find(|place| there(place)) {
        Some(place) => Ok(place.clone()),
        None => Err(ConfigError {
            looked: places,
            ..ConfigError::new(&here, ConfigErrorKind::Missing)
        }),
    }
}

/// Only what is surely absent is passed over: another file in place of one that cannot be read would be a surprise.
fn is_there(path: &Path) -> bool {
    match path.symlink_metadata() {
        Ok(_) => true,
        Err(error) => !matches!(
            error.kind(),
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(explicit: Option<&str>, env: &[(&str, &str)], files: &[&str]) -> Result<String, String> {
        let look = |name: &str| {
            env.iter()
                .find(|(n, _)| *n == name)
                .map(|(_, value)| OsString::from(value))
        };
        locate_in(explicit.map(Path::new), &look, &|path| {
            files.iter().any(|file| Path::new(file) == path)
        })
        .map(|path| path.display().to_string())
        .map_err(|error| error.to_string())
    }

    #[test]
    fn the_nearest_wish_wins() {
        let env = [
            ("HANDBILL_CONFIG", "/env.toml"),
            ("XDG_CONFIG_HOME", "/xdg"),
            ("HOME", "/home/ana"),
        ];
        let files = [
            "handbill.toml",
            "/xdg/handbill/handbill.toml",
            "/etc/handbill/handbill.toml",
        ];
        assert_eq!(place(Some("mine.toml"), &env, &files).as_deref(), Ok("mine.toml"));
        assert_eq!(place(None, &env, &files).as_deref(), Ok("/env.toml"));
        assert_eq!(place(None, &env[1..], &files).as_deref(), Ok("handbill.toml"));
        assert_eq!(
            place(None, &env[1..], &files[1..]).as_deref(),
            Ok("/xdg/handbill/handbill.toml")
        );
        assert_eq!(
            place(None, &env[1..], &files[2..]).as_deref(),
            Ok("/etc/handbill/handbill.toml")
        );
        let home = ["/home/ana/.config/handbill/handbill.toml"];
        assert_eq!(place(None, &env[2..], &home).as_deref(), Ok(home[0]));
        assert_eq!(
            place(None, &[("HANDBILL_CONFIG", ""), ("XDG_CONFIG_HOME", "rel")], &files).as_deref(),
            Ok(files[0])
        );
    }

    #[test]
    fn where_it_was_looked_for_is_said() {
        assert_eq!(
            place(None, &[("HOME", "/home/ana")], &[]),
            Err(
                "there is no configuration; looked for handbill.toml, /home/ana/.config/handbill/handbill.toml, \
                 /etc/handbill/handbill.toml."
                    .to_owned()
            )
        );
    }
}
