//! Who acts, and as whom: the database belongs to the user that the daemon runs as.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::app::Fault;

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

/// A command run by root takes on the owner of the database, so that no file of it ever belongs to root; any other
/// user is told whose it is.
pub(super) fn become_owner(database: &Path) -> Result<(), Fault> {
    let Ok(meta) = std::fs::metadata(database) else {
        return Ok(());
    };
    let me = rustix::process::geteuid().as_raw();
    if meta.uid() == me {
        return Ok(());
    }
    if me != 0 {
        let owner = name_of(meta.uid()).unwrap_or_else(|| format!("#{}", meta.uid()));
        let what: Vec<String> = std::env::args().skip(1).collect();
        return Err(Fault::Usage(format!(
            "{} belongs to {owner}. Type: sudo -u {owner} handbill {}",
            database.display(),
            what.join(" ")
        )));
    }
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
