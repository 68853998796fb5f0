//! Landlock: files below the guest's folders and the cache, and none else.

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};
use std::os::fd::OwnedFd;
use std::path::Path;

/// Of Linux 6.12: connections and signals to other processes as well. Older kernels do what they have.
const KNOWN: ABI = ABI::V6;

/// Confines this thread, and those that it starts. What the kernel does not have.
pub(super) fn confine(dirs: &[(&OwnedFd, bool)], cache: Option<&Path>) -> Option<String> {
    match restrict(dirs, cache) {
        Ok(RulesetStatus::FullyEnforced) => None,
        Ok(RulesetStatus::PartiallyEnforced) => {
            Some("the kernel's Landlock is older than 6.12, and confines less".to_owned())
        }
        Ok(RulesetStatus::NotEnforced) => {
            Some("the kernel has no Landlock: files are not confined by it".to_owned())
        }
        Err(error) => Some(format!("Landlock does not confine files: {error}")),
    }
}

fn restrict(
    dirs: &[(&OwnedFd, bool)],
    cache: Option<&Path>,
) -> Result<RulesetStatus, RulesetError> {
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()?;
    for (dir, writable) in dirs {
        rules = rules.add_rule(PathBeneath::new(dir, access(*writable)))?;
    }
    if let Some(cache) = cache.and_then(|cache| PathFd::new(cache).ok()) {
        rules = rules.add_rule(PathBeneath::new(cache, access(true)))?;
    }
    Ok(rules.restrict_self()?.ruleset)
}

/// What a guest does with files. It makes no devices and sockets, and executes nothing.
fn access(writable: bool) -> BitFlags<AccessFs> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let write = AccessFs::WriteFile
        | AccessFs::RemoveDir
        | AccessFs::RemoveFile
        | AccessFs::MakeDir
        | AccessFs::MakeReg
        | AccessFs::MakeSym
        | AccessFs::Refer
        | AccessFs::Truncate;
    match writable {
        true => read | write,
        false => read,
    }
}
