//! What the user is told: messages of the host, and of libbpf when something fails.

use libbpf_rs::PrintLevel;
use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, Once};

/// Who gets the lines.
type Sink = dyn Fn(&str) + Send + Sync;

/// Where messages go. By default to standard error.
#[derive(Clone)]
pub struct Log {
    sink: Arc<Sink>,
    verbose: bool,
}

impl Log {
    /// Each message goes to `sink`, as lines without the last newline.
    pub fn new(sink: impl Fn(&str) + Send + Sync + 'static) -> Self {
        let sink = Arc::new(sink);
        let verbose = false;
        Log { sink, verbose }
    }

    /// Everything that libbpf says, not only when something fails.
    pub(crate) fn verbose(mut self, verbose: bool) -> Self {
        self.verbose = verbose;
        self
    }

    pub(crate) fn say(&self, text: &str) {
        (self.sink)(text);
    }

    /// Calls libbpf. What it says reaches the user if the call fails, or always.
    pub(crate) fn listen<T, E>(&self, call: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        static PRINT: Once = Once::new();
        PRINT.call_once(|| {
            libbpf_rs::set_print(Some((PrintLevel::Debug, hear)));
        });
        let outer = HEARD.replace(Some(Heard {
            text: String::new(),
            debug: self.verbose,
        }));
        let result = call();
        let heard = HEARD
            .replace(outer)
            .map_or_else(String::new, |heard| heard.text);
        let text = heard.trim_end();
        if !text.is_empty() && (result.is_err() || self.verbose) {
            self.say(text);
        }
        result
    }
}

impl Default for Log {
    fn default() -> Self {
        Log::new(|text| eprintln!("{text}"))
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log")
            .field("verbose", &self.verbose)
            .finish_non_exhaustive()
    }
}

struct Heard {
    text: String,
    debug: bool,
}

/// A verifier log may have this many bytes here.
const MAX_HEARD: usize = 16 << 20;

thread_local! {
    /// What libbpf says on this thread.
    static HEARD: RefCell<Option<Heard>> = const { RefCell::new(None) };
}

/// What libbpf calls, on the thread that called it.
fn hear(level: PrintLevel, message: String) {
    HEARD.with_borrow_mut(|heard| match heard {
        Some(heard)
            if heard.text.len() < MAX_HEARD && (heard.debug || level != PrintLevel::Debug) =>
        {
            heard.text += &message;
        }
        Some(_) => {}
        // Not a call of a guest's.
        None if level == PrintLevel::Debug => {}
        None => eprint!("{message}"),
    });
}
