//! Who acts, and as whom: the database belongs to the user that the daemon runs as.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::app::Fault;
use crate::report::shell;
use crate::storage::StoreError;

use super::Places;

/// Who acts: `$HANDBILL_USER`, else the login name.
pub(super) fn user() -> String {
    let named = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|v| {
                v.trim()
                    .chars()
                    .filter(|c| !c.is_control())
                    .take(100)
                    .collect::<String>()
            })
            .filter(|v| !v.is_empty())
    };
    named("HANDBILL_USER")
        .or_else(|| named("SUDO_USER"))
        .or_else(|| named("LOGNAME"))
        .or_else(|| named("USER"))
        .or_else(|| name_of(rustix::process::getuid().as_raw()))
        .unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}

fn name_of(uid: u32) -> Option<String> {
    let text = std::fs::read_to_string("/etc/passwd").ok()?;
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

/// A command run by root takes on the owner of the database (where there is none yet, of the folder that it will be
/// in), so that no file of it ever belongs to root; any other user is told whose it is.
///
/// # Errors
/// [`Fault::NotOwner`] with the line to type.
pub(super) fn become_owner(database: &Path, places: &Places) -> Result<(), Fault> {
    let me = rustix::process::geteuid().as_raw();
    let (meta, there) = match std::fs::metadata(database) {
        Ok(meta) => (meta, true),
        Err(_) => match nearest(database) {
            Some(folder) => (folder, false),
            None => return Ok(()),
        },
    };
    if meta.uid() == me {
        return Ok(());
    }
    if me == 0 {
        return take_on(&meta, database);
    }
    // Whether somebody else may make a file in a folder is told by trying.
    if there {
        Err(not_owner(database, places, &meta))
    } else {
        Ok(())
    }
}

/// Before root makes the settings: they are to belong to whom their folder belongs.
///
/// # Errors
/// Where the system does not allow it.
pub(super) fn as_the_folder(file: &Path) -> Result<(), Fault> {
    if rustix::process::geteuid().as_raw() != 0 || file.exists() {
        return Ok(());
    }
    match nearest(file) {
        Some(meta) if meta.uid() != 0 => take_on(&meta, file),
        _ => Ok(()),
    }
}

/// The folder in which a file will be made, or the nearest above it that is there.
fn nearest(path: &Path) -> Option<Metadata> {
    let path = std::path::absolute(path).ok()?;
    path.ancestors()
        .skip(1)
        .find_map(|folder| std::fs::metadata(folder).ok())
}

fn take_on(meta: &Metadata, database: &Path) -> Result<(), Fault> {
    let (uid, gid) = (
        rustix::process::Uid::from_raw(meta.uid()),
        rustix::process::Gid::from_raw(meta.gid()),
    );
    // There is one thread yet; those that follow inherit it.
    rustix::thread::set_thread_groups(&[])
        .and_then(|()| rustix::thread::set_thread_res_gid(gid, gid, gid))
        .and_then(|()| rustix::thread::set_thread_res_uid(uid, uid, uid))
        .map_err(|error| Fault::Usage(format!("cannot act as the owner of {}: {error}", database.display())))
}

/// Where a file or folder may not be used by this user: whose it is, and the line to type.
pub(super) fn explain(fault: Fault, places: &Places) -> Fault {
    if let Fault::Told { fault, undone, hint } = fault {
        let fault = Box::new(explain(*fault, places));
        return Fault::Told { fault, undone, hint };
    }
    let Fault::Store(error) = &fault else { return fault };
    let StoreError::Io { path, error } = &**error else {
        return fault;
    };
    if error.kind() != std::io::ErrorKind::PermissionDenied {
        return fault;
    }
    let me = rustix::process::geteuid().as_raw();
    let meta = std::fs::metadata(path).ok().or_else(|| nearest(path));
    match meta {
        Some(meta) if meta.uid() != me => not_owner(path, places, &meta),
        _ => fault,
    }
}

fn not_owner(path: &Path, places: &Places, meta: &Metadata) -> Fault {
    let owner = name_of(meta.uid()).unwrap_or_else(|| format!("#{}", meta.uid()));
    let program = std::env::current_exe().map_or_else(|_| "handbill".to_owned(), |path| program(&path));
    let args: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    Fault::NotOwner {
        path: path.to_owned(),
        line: sudo_line(&owner, &program, &args, places),
        owner,
    }
}

/// How another user calls this program: by name where every path has it, else by its place.
fn program(path: &Path) -> String {
    let everywhere = ["/usr/bin", "/usr/local/bin", "/bin"];
    let known = path
        .parent()
        .is_some_and(|folder| everywhere.iter().any(|e| folder == Path::new(e)));
    match path.file_name() {
        Some(name) if known => name.to_string_lossy().into_owned(),
        _ => path.display().to_string(),
    }
}

/// The same command as another user. `sudo` gives it another environment, so what came from there is written out.
fn sudo_line(owner: &str, program: &str, args: &[String], places: &Places) -> String {
    let given = |option: &str| {
        args.iter()
            .any(|arg| arg == option || arg.starts_with(&format!("{option}=")))
    };
    let mut words = vec!["sudo".to_owned(), "-u".to_owned(), owner.to_owned(), program.to_owned()];
    if let Some(config) = places.config.as_deref().filter(|_| !given("--config")) {
        let config = std::path::absolute(config).unwrap_or_else(|_| config.to_owned());
        words.extend(["--config".to_owned(), config.display().to_string()]);
    }
    if let Some(database) = places.database.as_deref().filter(|_| !given("--database")) {
        words.extend(["--database".to_owned(), database.to_owned()]);
    }
    words.extend(args.iter().cloned());
    shell::line(words.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn the_line_to_type_works_when_pasted() {
        let places = Places {
            config: Some("/srv/our posts/handbill.toml".into()),
            ..Places::default()
        };
        assert_eq!(
            sudo_line(
                "handbill",
                "handbill",
                &args(&["add", "--summary", "Doctors disagree."]),
                &places
            ),
            "sudo -u handbill handbill --config '/srv/our posts/handbill.toml' add --summary 'Doctors disagree.'"
        );
    }

    #[test]
    fn what_was_typed_is_not_written_twice() {
        let places = Places {
            config: Some("/etc/a.toml".into()),
            database: Some("sqlite:/a.db".to_owned()),
            ..Places::default()
        };
        assert_eq!(
            sudo_line(
                "#33",
                "/opt/handbill",
                &args(&["--config=/etc/a.toml", "list"]),
                &places
            ),
            "sudo -u '#33' /opt/handbill --database sqlite:/a.db --config=/etc/a.toml list"
        );
    }

    #[test]
    fn the_program_is_named_as_others_find_it() {
        assert_eq!(program(Path::new("/usr/local/bin/handbill")), "handbill");
        assert_eq!(program(Path::new("/home/ana/handbill")), "/home/ana/handbill");
    }
}
