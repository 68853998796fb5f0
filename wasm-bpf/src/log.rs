//! What the user is told: messages of the host, and of libbpf when something fails.

use crate::errno::Failure;
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

    /// What libbpf has said.
    pub(crate) fn pass_on(&self, said: &str) {
        let text = said.trim_end();
        if !text.is_empty() {
            self.say(text);
        }
    }
}

/// What libbpf said during a call, as far as it is of interest, and how the call ended.
#[derive(Debug)]
pub(crate) struct Heard<T> {
    pub(crate) said: String,
    pub(crate) result: Result<T, Failure>,
}

impl<T> Heard<T> {
    pub(crate) fn silent(result: Result<T, Failure>) -> Self {
        let said = String::new();
        Heard { said, result }
    }

    pub(crate) fn and_then<U>(self, next: impl FnOnce(T) -> Result<U, Failure>) -> Heard<U> {
        let result = self.result.and_then(next);
        let said = self.said;
        Heard { said, result }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Heard<U> {
        self.and_then(|value| Ok(change(value)))
    }

    /// Tells the user what libbpf said; the result.
    pub(crate) fn tell(self, log: &Log) -> Result<T, Failure> {
        log.pass_on(&self.said);
        self.result
    }
}

impl<T> From<Failure> for Heard<T> {
    fn from(failure: Failure) -> Self {
        Heard::silent(Err(failure))
    }
}

/// Calls libbpf. What it says is kept if the call fails, or always.
pub(crate) fn hear_libbpf<T>(verbose: bool, call: impl FnOnce() -> Result<T, Failure>) -> Heard<T> {
    static PRINT: Once = Once::new();
    PRINT.call_once(|| {
        libbpf_rs::set_print(Some((PrintLevel::Debug, hear)));
    });
    let outer = HEARD.replace(Some(Words {
        text: String::new(),
        debug: verbose,
    }));
    let result = call();
    let heard = HEARD.replace(outer);
    let said = heard.filter(|_| result.is_err() || verbose);
    let said = said.map_or_else(String::new, |heard| heard.text);
    Heard { said, result }
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

struct Words {
    text: String,
    debug: bool,
}

/// A verifier log may have this many bytes here.
const MAX_HEARD: usize = 16 << 20;

thread_local! {
    /// What libbpf says on this thread.
    static HEARD: RefCell<Option<Words>> = const { RefCell::new(None) };
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
