//! The engine: what it may do, what it keeps.

use crate::config::{Cache, Config};
use crate::error::Error;
use wasmtime::{CacheConfig, Engine};

/// An engine for one guest, with what its limits take.
pub(crate) fn engine(config: &Config) -> Result<Engine, Error> {
    let mut settings = wasmtime::Config::new();
    settings.epoch_interruption(true);
    settings.consume_fuel(config.limits.fuel.is_some());
    settings.cache(cache(&config.cache).map_err(Error::Engine)?);
    Engine::new(&settings).map_err(Error::Engine)
}

fn cache(place: &Cache) -> wasmtime::Result<Option<wasmtime::Cache>> {
    let mut config = CacheConfig::new();
    match place {
        Cache::Off => return Ok(None),
        Cache::User => {}
        Cache::Folder(folder) => {
            config.with_directory(folder);
        }
    }
    wasmtime::Cache::new(config).map(Some)
}
