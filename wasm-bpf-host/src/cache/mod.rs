//! Where compiled code is kept. Who can write there decides what the host executes the next time.

mod private_folder;

use crate::config::Cache;
use crate::error::EngineError;
use private_folder::{FolderError, private_folder};
use std::path::PathBuf;

/// What the folder of compiled code is called, in the user's cache folder or in the one that was given.
const NAME: &str = "wasm-bpf";

/// Why no code is kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CacheError {
    /// The environment names no folder of the user.
    #[error("neither XDG_CACHE_HOME nor HOME names a folder")]
    NoHome,
    /// It is not safe, or cannot be made.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The engine does not take it.
    #[error("the engine does not take the folder")]
    Engine(#[source] EngineError),
}

/// The engine's cache, in a folder that only this user can look into.
pub(crate) fn open(place: &Cache) -> Result<Option<wasmtime::Cache>, CacheError> {
    let Some(folder) = folder(place)? else {
        return Ok(None);
    };
    let mut config = wasmtime::CacheConfig::new();
    config.with_directory(folder);
    let cache = wasmtime::Cache::new(config)
        .map_err(|error| CacheError::Engine(EngineError::line(error)))?;
    Ok(Some(cache))
}

/// That folder, which is made if it is missing.
pub(crate) fn folder(place: &Cache) -> Result<Option<PathBuf>, CacheError> {
    let base = match place {
        Cache::Off => return Ok(None),
        Cache::User => user_folder(|name| std::env::var_os(name)).ok_or(CacheError::NoHome)?,
        Cache::Folder(folder) => folder.clone(),
        Cache::Checked(folder) => return Ok(Some(folder.clone())),
    };
    Ok(Some(private_folder(&base, NAME)?))
}

/// The user's cache folder, as the XDG base directory specification has it.
fn user_folder(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> Option<PathBuf> {
    let folder = |name: &str| variable(name).map(PathBuf::from);
    let absolute = |path: &PathBuf| path.is_absolute();
    folder("XDG_CACHE_HOME").filter(absolute).or_else(|| {
        let home = folder("HOME").filter(absolute)?;
        Some(home.join(".cache"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_folder_is_that_of_the_environment() {
        let folder = |xdg: Option<&str>, home: Option<&str>| {
            user_folder(|name| match name {
                "XDG_CACHE_HOME" => xdg.map(Into::into),
                _ => home.map(Into::into),
            })
        };
        assert_eq!(folder(Some("/x"), Some("/home/a")), Some("/x".into()));
        let home = Some("/home/a/.cache".into());
        assert_eq!(folder(Some("relative"), Some("/home/a")), home);
        assert_eq!(folder(None, Some("/home/a")), home);
        assert_eq!(folder(None, Some("")), None);
        assert_eq!(folder(None, None), None);
    }
}
