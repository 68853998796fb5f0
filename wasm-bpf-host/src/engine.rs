//! The engine: what it may do, what it keeps.

use crate::cache;
use crate::config::Config;
use crate::error::{EngineError, Error, chain};
use wasmtime::Engine;

/// An engine for one guest, with what its limits take. Without a safe place for compiled code it keeps none, and says so.
pub(crate) fn engine(config: &Config) -> Result<Engine, Error> {
    let mut settings = wasmtime::Config::new();
    settings.epoch_interruption(true);
    settings.consume_fuel(config.limits.fuel.is_some());
    match cache::open(&config.cache) {
        Ok(cache) => {
            settings.cache(cache);
        }
        Err(error) => {
            let message = format!("compiled code is not kept: {}", chain(&error));
            config.log.say(&message);
        }
    }
    Engine::new(&settings).map_err(|error| Error::Engine(EngineError::line(error)))
}
