//! Folders that nobody else can put something into.
//!
//! A folder is as safe as the least safe one on the way to it: who can write there can put another one in its place. The way is
//! gone step by step from the root, each step from the descriptor of the folder before it; a symbolic link is read, not
//! followed. What was found safe can then be exchanged by its owner or by root only.

use rustix::fs::{self, FileType, Mode, OFlags, RawMode};
use rustix::io::Errno;
use rustix::process::geteuid;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// Why a folder is not used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FolderError {
    /// It is not there and cannot be made, or cannot be looked at.
    #[error("{}", .path.display())]
    System { path: PathBuf, source: io::Error },
    /// It, a folder above it, or a link to it is another user's.
    #[error("{} belongs to user {owner}", .path.display())]
    Owner { path: PathBuf, owner: u32 },
    /// Others may write there, by its group, by an access list, or all of them.
    #[error("others may write to {} (mode {mode:o})", .path.display())]
    Writable { path: PathBuf, mode: RawMode },
    /// Others can look into it, and may have found something there that they can write to.
    #[error("others have access to {} (mode {mode:o})", .path.display())]
    NotPrivate { path: PathBuf, mode: RawMode },
    /// It is something else.
    #[error("{} is no folder", .path.display())]
    NoFolder { path: PathBuf },
}

const READ: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// Links on one way, as the kernel allows.
const MAX_LINKS: u32 = 40;
const WRITABLE: RawMode = 0o022;
const STICKY: RawMode = 0o1000;
const ANY_ACCESS: RawMode = 0o077;

/// The folder `name` in `base`, which only this user can look into; both are made if they are missing.
///
/// Every folder on the way to it belongs to this user or to root, and nobody else may write there, unless its sticky bit keeps
/// others from removing what is not theirs, as in `/tmp`.
///
/// # Errors
/// [`FolderError`] if that is not so.
pub(crate) fn private_folder(base: &Path, name: &str) -> Result<PathBuf, FolderError> {
    let base = std::path::absolute(base).map_err(|source| FolderError::System {
        path: base.to_owned(),
        source,
    })?;
    let mut way = Way::root()?;
    way.go(&base)?;
    way.step(OsStr::new(name))?;
    let (owner, mode) = way.owner_and_mode()?;
    let path = way.path;
    if owner != geteuid().as_raw() {
        return Err(FolderError::Owner { path, owner });
    }
    if mode & ANY_ACCESS != 0 {
        return Err(FolderError::NotPrivate { path, mode });
    }
    Ok(path)
}

/// Where one has come to.
struct Way {
    folder: OwnedFd,
    /// Without links.
    path: PathBuf,
    links: u32,
}

impl Way {
    fn root() -> Result<Self, FolderError> {
        let path = PathBuf::from("/");
        let folder = fs::open(&path, READ, Mode::empty());
        let folder = folder.map_err(|error| failed(&path, error))?;
        let links = 0;
        Ok(Way {
            folder,
            path,
            links,
        })
    }

    /// Goes along a path.
    fn go(&mut self, path: &Path) -> Result<(), FolderError> {
        for part in path.components() {
            match part {
                std::path::Component::RootDir => {
                    *self = Way {
                        links: self.links,
                        ..Way::root()?
                    }
                }
                std::path::Component::ParentDir => self.step(OsStr::new(".."))?,
                std::path::Component::Normal(name) => self.step(name)?,
                std::path::Component::CurDir | std::path::Component::Prefix(_) => {}
            }
        }
        Ok(())
    }

    /// Goes into a folder, which is made if it is missing.
    fn step(&mut self, name: &OsStr) -> Result<(), FolderError> {
        let path = self.path.join(name);
        let failed = |error| failed(&path, error);
        let next = match fs::openat(&self.folder, name, READ, Mode::empty()) {
            Err(Errno::NOENT) => {
                match fs::mkdirat(&self.folder, name, Mode::RWXU) {
                    // Somebody was faster; who it was is looked at as ever.
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(error) => return Err(failed(error)),
                }
                fs::openat(&self.folder, name, READ, Mode::empty())
            }
            next => next,
        };
        let next = next.map_err(failed)?;
        let stat = fs::fstat(&next).map_err(failed)?;
        let owner = stat.st_uid;
        if owner != 0 && owner != geteuid().as_raw() {
            return Err(FolderError::Owner { path, owner });
        }
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Symlink => return self.follow(&next, &path),
            FileType::Directory => {}
            _ => return Err(FolderError::NoFolder { path }),
        }
        let mode = stat.st_mode & 0o7777;
        if mode & WRITABLE != 0 && mode & STICKY == 0 {
            return Err(FolderError::Writable { path, mode });
        }
        self.folder = next;
        if name == ".." {
            self.path.pop();
        } else {
            self.path = path;
        }
        Ok(())
    }

    /// Goes where a link of a safe folder points to.
    fn follow(&mut self, link: &OwnedFd, path: &Path) -> Result<(), FolderError> {
        self.links += 1;
        if self.links > MAX_LINKS {
            return Err(failed(path, Errno::LOOP));
        }
        let target = fs::readlinkat(link, "", Vec::new()).map_err(|error| failed(path, error))?;
        let target = PathBuf::from(OsString::from_vec(target.into_bytes()));
        self.go(&target)
    }

    fn owner_and_mode(&self) -> Result<(u32, RawMode), FolderError> {
        let stat = fs::fstat(&self.folder).map_err(|error| failed(&self.path, error))?;
        Ok((stat.st_uid, stat.st_mode & 0o7777))
    }
}

fn failed(path: &Path, error: Errno) -> FolderError {
    FolderError::System {
        path: path.to_owned(),
        source: error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn chmod(path: &Path, mode: u32) {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, mode).expect("a file of ours");
    }

    fn mode(path: &Path) -> u32 {
        let data = std::fs::symlink_metadata(path).expect("a file");
        data.permissions().mode() & 0o7777
    }

    #[test]
    fn folders_are_made_for_one_user_only() {
        let scratch = tempfile::tempdir().expect("a folder");
        let base = scratch.path().join("a/b");
        let folder = private_folder(&base, "code").expect("a folder");
        assert!(folder.ends_with("a/b/code"), "{folder:?}");
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&base), 0o700);
        assert_eq!(private_folder(&base, "code").expect("the same"), folder);
        // A base that others can only read.
        chmod(&base, 0o755);
        assert_eq!(private_folder(&base, "code").expect("the same"), folder);
    }

    #[test]
    fn what_others_can_write_is_refused_wherever_it_is() {
        let scratch = tempfile::tempdir().expect("a folder");
        let base = scratch.path().join("a/b");
        private_folder(&base, "code").expect("a folder");
        for (place, mode) in [("a", 0o777), ("a", 0o770), ("a/b", 0o702)] {
            let place = scratch.path().join(place);
            chmod(&place, mode);
            let result = private_folder(&base, "code");
            assert!(
                matches!(&result, Err(FolderError::Writable { path, .. }) if path.ends_with(&place)),
                "{result:?}"
            );
            chmod(&place, 0o700);
        }
        for mode in [0o755, 0o710, 0o707, 0o1777] {
            chmod(&base.join("code"), mode);
            let result = private_folder(&base, "code");
            assert!(result.is_err(), "{mode:o} {result:?}");
        }
        chmod(&base.join("code"), 0o700);
        // As /tmp is.
        chmod(&base, 0o1777);
        private_folder(&base, "code").expect("a folder");
    }

    #[test]
    fn links_of_ours_are_followed_to_what_is_safe() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = |name: &str| scratch.path().join(name);
        std::fs::create_dir(folder("real")).expect("a folder");
        std::fs::create_dir(folder("open")).expect("a folder");
        chmod(&folder("open"), 0o777);
        symlink("real/../real", folder("relative")).expect("a link");
        symlink(folder("real"), folder("absolute")).expect("a link");
        symlink(folder("open"), folder("unsafe")).expect("a link");
        symlink("round", folder("round")).expect("a link");
        for name in ["relative", "absolute"] {
            let code = private_folder(&folder(name), "code").expect("a folder");
            assert!(code.ends_with("real/code"), "{code:?}");
        }
        let result = private_folder(&folder("unsafe"), "code");
        assert!(
            matches!(result, Err(FolderError::Writable { .. })),
            "{result:?}"
        );
        let result = private_folder(&folder("round"), "code");
        assert!(
            matches!(result, Err(FolderError::System { .. })),
            "{result:?}"
        );
        std::fs::write(folder("file"), "").expect("a file");
        let result = private_folder(&folder("file"), "code");
        assert!(
            matches!(result, Err(FolderError::NoFolder { .. })),
            "{result:?}"
        );
    }

    #[test]
    fn what_belongs_to_others_is_refused() {
        let scratch = tempfile::tempdir().expect("a folder");
        let home = scratch.path().join("home");
        std::fs::create_dir(&home).expect("a folder");
        if std::os::unix::fs::chown(&home, Some(12_345), None).is_err() {
            println!("skipped: giving a folder away takes root");
            return;
        }
        let result = private_folder(&home.join(".cache"), "code");
        assert!(
            matches!(result, Err(FolderError::Owner { owner: 12_345, .. })),
            "{result:?}"
        );
        assert!(!home.join(".cache").exists(), "nothing is made there");
        // A link of theirs, and the folder itself.
        let link = scratch.path().join("link");
        symlink("/", &link).expect("a link");
        std::os::unix::fs::lchown(&link, Some(12_345), None).expect("a link");
        let result = private_folder(&link, "code");
        assert!(
            matches!(result, Err(FolderError::Owner { .. })),
            "{result:?}"
        );
        let code = private_folder(scratch.path(), "code").expect("a folder");
        std::os::unix::fs::chown(&code, Some(12_345), None).expect("a folder");
        let result = private_folder(scratch.path(), "code");
        assert!(
            matches!(result, Err(FolderError::Owner { .. })),
            "{result:?}"
        );
    }
}
