//! What the user is told: messages of the host, and of libbpf when something fails.
//!
//! Both hold texts of the guest's: names, sections, paths, what the verifier prints of its program. A message of the host's is
//! one line. What libbpf says keeps its lines, and each begins with `libbpf: `, so that no text in it looks like the host's.
//! Characters that a terminal acts upon are escaped, as in everything else that this project prints.

mod bounded_text;
mod libbpf_print;

use crate::errno::Failure;
use bounded_text::BoundedText;
use libbpf_rs::PrintLevel;
use skel_gen::foreign;
use std::cell::RefCell;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

/// Who gets the lines.
type Sink = dyn Fn(&str) + Send + Sync;

/// Where messages go. By default to standard error.
#[derive(Clone)]
pub struct Log {
    sink: Arc<Sink>,
}

impl Log {
    /// Each message goes to `sink`, as lines without the last newline. They may be printed on a terminal as they are: control
    /// characters, and those that change the direction of text, are escaped (`\u{1b}`). Lines that begin with `libbpf: ` are
    /// what libbpf said, which may be words of the guest's; all others are one message of the host's each.
    ///
    /// What the guest writes to its standard output and error does not come here.
    ///
    /// ```
    /// use std::sync::mpsc::channel;
    /// use wasm_bpf_host::{Config, Log};
    ///
    /// let (lines, log) = channel();
    /// let mut config = Config::default();
    /// config.log = Log::new(move |text| drop(lines.send(text.to_owned())));
    /// # drop(log);
    /// ```
    pub fn new(sink: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Log {
            sink: Arc::new(sink),
        }
    }

    /// A message of the host's own.
    pub(crate) fn say(&self, text: &str) {
        (self.sink)(&foreign::line(text));
    }

    /// What libbpf has said.
    pub(crate) fn pass_on(&self, said: &str) {
        if !said.is_empty() {
            (self.sink)(&of_libbpf(said));
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

/// Calls libbpf. What it says is kept if the call fails, or always, up to `limit` bytes.
pub(crate) fn hear_libbpf<T>(
    verbose: bool,
    limit: usize,
    call: impl FnOnce() -> Result<T, Failure>,
) -> Heard<T> {
    libbpf_print::tell(hear);
    let outer = HEARD.replace(Some(Words {
        text: BoundedText::new(limit),
        debug: verbose,
    }));
    let result = call();
    let heard = HEARD.replace(outer);
    let said = heard.filter(|_| result.is_err() || verbose);
    let said = said.map_or_else(String::new, |heard| heard.text.into_text());
    Heard { said, result }
}

impl Default for Log {
    fn default() -> Self {
        Log::new(to_stderr)
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").finish_non_exhaustive()
    }
}

/// A line on standard error. Nobody may be there to read it: `eprintln` would panic, in the middle of C code.
fn to_stderr(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// What every line of libbpf's begins with.
const LIBBPF: &str = "libbpf: ";

/// What libbpf has said, line by line.
fn of_libbpf(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    for line in text.trim_end().split('\n') {
        if !told.is_empty() {
            told.push('\n');
        }
        // libbpf begins its messages like that, but not every line of them.
        told.push_str(LIBBPF);
        told.push_str(&foreign::lines(line.strip_prefix(LIBBPF).unwrap_or(line)));
    }
    told
}

struct Words {
    text: BoundedText,
    debug: bool,
}

thread_local! {
    /// What libbpf says on this thread.
    static HEARD: RefCell<Option<Words>> = const { RefCell::new(None) };
}

/// What libbpf calls, on the thread that called it.
fn hear(level: PrintLevel, message: String) {
    HEARD.with_borrow_mut(|heard| match heard {
        Some(heard) if heard.debug || level != PrintLevel::Debug => heard.text.push(&message),
        // Not a call of a guest's, but objects that are closed are.
        None if level != PrintLevel::Debug => to_stderr(&of_libbpf(&message)),
        _ => {}
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errno::Errno;
    use std::sync::Mutex;

    /// What a log is told, and what reaches its sink.
    fn told(tell: impl FnOnce(&Log)) -> String {
        let text = Arc::new(Mutex::new(String::new()));
        let sink = text.clone();
        let log = Log::new(move |line| {
            let mut text = sink.lock().expect("the text");
            text.push_str(line);
            text.push('|');
        });
        tell(&log);
        let text = text.lock().expect("the text");
        text.clone()
    }

    #[test]
    fn messages_of_the_host_are_one_line() {
        let text = told(|log| log.say("program a\nb\x1b[2J\u{202e}\u{9b}: no"));
        assert_eq!(text, "program a\\nb\\u{1b}[2J\\u{202e}\\u{9b}: no|");
    }

    #[test]
    fn no_line_of_libbpf_looks_like_the_hosts() {
        let text = told(|log| {
            let heard: Heard<()> = hear_libbpf(false, 100, || {
                hear(
                    PrintLevel::Warn,
                    "libbpf: prog 'x\nall is well\r\x07':\n".to_owned(),
                );
                hear(PrintLevel::Debug, "libbpf: not told\n".to_owned());
                hear(PrintLevel::Info, "0: (b7)\tr0 = 0\n\n".to_owned());
                Err(Failure::new(Errno::IO, ""))
            });
            assert!(heard.tell(log).is_err());
        });
        assert_eq!(
            text,
            "libbpf: prog 'x\nlibbpf: all is well\\r\\u{7}':\nlibbpf: 0: (b7)\tr0 = 0|"
        );
    }

    #[test]
    fn long_messages_lose_their_middle() {
        let text = told(|log| {
            let heard: Heard<()> = hear_libbpf(false, 1000, || {
                hear(PrintLevel::Warn, "first\n".to_owned());
                for number in 0..10_000 {
                    hear(PrintLevel::Warn, format!("line {number}\n"));
                }
                hear(PrintLevel::Warn, "last\n".to_owned());
                Err(Failure::new(Errno::IO, ""))
            });
            assert!(heard.tell(log).is_err());
        });
        assert!(
            text.starts_with("libbpf: first\nlibbpf: line 0\n"),
            "{text}"
        );
        assert!(text.ends_with("libbpf: line 9999\nlibbpf: last|"), "{text}");
        assert!(text.contains("bytes are left out"), "{text}");
        assert!(text.len() < 3000, "{}", text.len());
    }
}
