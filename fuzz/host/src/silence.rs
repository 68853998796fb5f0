//! What is said while an input is tried, said to nobody.

use wasm_bpf_host::{Config, Log};

/// A guest's settings, without a log.
pub(crate) fn config() -> Config {
    // Of an object that is closed, libbpf would say it on standard error: the host's own printer is only there once it was needed.
    let mut config = Config::default();
    config.log = Log::new(|_| {});
    config
}

/// libbpf says nothing, unless the host listens.
pub(crate) fn hush() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        libbpf_rs::set_print(None);
    });
}
