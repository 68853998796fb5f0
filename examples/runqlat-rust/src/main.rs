//! Prints how long tasks that could run waited for a processor.

include!(concat!(env!("OUT_DIR"), "/runqlat.skel.rs"));

use libbpf_wasm::EventBuffer;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Write};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const USAGE: &str = "\
Summarize run queue (scheduler) latency as a histogram.

USAGE: runqlat [--help] [-T] [-m] [-P] [-L] [-p PID] [interval] [count]

EXAMPLES:
    runqlat         # summarize run queue latency as a histogram
    runqlat 1 10    # print 1 second summaries, 10 times
    runqlat -mT 1   # 1s summaries, milliseconds, and timestamps
    runqlat -P      # show each PID separately
    runqlat -p 185  # trace PID 185 only
";

/// What the command line says.
struct Options {
    timestamps: bool,
    milliseconds: bool,
    per_process: bool,
    per_thread: bool,
    pid: i32,
    interval: u64,
    count: u64,
}

/// The options, or what to say instead and the exit code.
fn options(mut args: impl Iterator<Item = String>) -> Result<Options, (String, ExitCode)> {
    let mut options = Options {
        timestamps: false,
        milliseconds: false,
        per_process: false,
        per_thread: false,
        pid: 0,
        interval: 0,
        count: 0,
    };
    let mut given = [99_999_999; 2];
    let mut numbers = given.iter_mut();
    let invalid = |what: &str| (format!("{what}: invalid argument\n"), ExitCode::FAILURE);
    while let Some(arg) = args.next() {
        if arg == "-h" || arg == "--help" {
            return Err((USAGE.to_owned(), ExitCode::SUCCESS));
        }
        let Some(letters) = arg.strip_prefix('-') else {
            let number = numbers.next().ok_or_else(|| invalid(&arg))?;
            *number = positive(&arg).ok_or_else(|| invalid(&arg))?;
            continue;
        };
        for letter in letters.chars() {
            match letter {
                'T' => options.timestamps = true,
                'm' => options.milliseconds = true,
                'P' => options.per_process = true,
                'L' => options.per_thread = true,
                'p' => {
                    let pid = args.next().unwrap_or_default();
                    options.pid = positive(&pid).ok_or_else(|| invalid("-p"))?;
                }
                _ => return Err(invalid(&arg)),
            }
        }
    }
    [options.interval, options.count] = given;
    Ok(options)
}

fn positive<T: FromStr + PartialOrd + From<bool>>(text: &str) -> Option<T> {
    let number = text.parse().ok()?;
    (number >= T::from(true)).then_some(number)
}

/// One histogram as text: a line for each power of two up to the last that counted anything.
fn draw(out: &mut String, slots: &[u32], unit: &str) {
    const STARS: u64 = 40;
    let most = u64::from(slots.iter().copied().max().unwrap_or(0));
    let Some(last) = slots.iter().rposition(|count| *count > 0) else {
        return;
    };
    *out += &format!("{:5}{unit:<19} : count    distribution\n", "");
    for (i, count) in slots.iter().take(last + 1).enumerate() {
        let low = if i == 0 { 0 } else { 1_u64 << i };
        let high = (2_u64 << i) - 1;
        let stars = (u64::from(*count) * STARS / most) as usize;
        *out += &format!(
            "{low:>10} -> {high:<10} : {count:<8} |{:<40}|\n",
            "*".repeat(stars)
        );
    }
}

/// All histograms since the last time.
fn report(skel: &RunqlatSkel, options: &Options) -> libbpf_wasm::Result<String> {
    let unit = if options.milliseconds {
        "msecs"
    } else {
        "usecs"
    };
    let mut out = String::from("\n");
    if options.timestamps {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_secs());
        out += &format!(
            "{:02}:{:02}:{:02}\n",
            now / 3600 % 24,
            now / 60 % 60,
            now % 60
        );
    }
    let hists = &skel.maps.hists;
    // All keys are read first, since new ones come at any time.
    let mut keys = BinaryHeap::new();
    for key in hists.keys() {
        keys.push(Reverse(key?));
    }
    while let Some(Reverse(key)) = keys.pop() {
        let Some(hist) = hists.get(&key)? else {
            continue;
        };
        if options.per_thread {
            out += &format!("\ntid = {key} {}\n", hist.comm_str());
        } else if options.per_process {
            out += &format!("\npid = {key} {}\n", hist.comm_str());
        }
        draw(&mut out, &{ hist.slots }, unit);
        hists.remove(&key)?;
    }
    Ok(out)
}

/// Waits for `interval`, and tells whether to go on: `false` when the host was told to end, which it lets polls know.
fn rest(buffer: &EventBuffer<'_>, interval: Duration) -> libbpf_wasm::Result<bool> {
    let mut left = interval;
    while !left.is_zero() {
        let turn = left.min(Duration::from_secs(60));
        if !buffer.poll(turn)? {
            return Ok(false);
        }
        left -= turn;
    }
    Ok(true)
}

fn trace(options: &Options) -> libbpf_wasm::Result<()> {
    let print = |text: &str| {
        let written = io::stdout().write_all(text.as_bytes());
        written.map_err(libbpf_wasm::Error::callback)
    };
    let mut open = RunqlatSkel::open()?;
    let rodata = open.rodata_mut();
    rodata.milliseconds = options.milliseconds.into();
    rodata.per_process = options.per_process.into();
    rodata.per_thread = options.per_thread.into();
    open.bss_mut().wanted_tgid = options.pid;
    let mut skel = open.load()?;
    skel.attach()?;
    let buffer = skel.maps.rest.ring_buffer(|_: &[u8]| ())?;
    print("Tracing run queue latency... Hit Ctrl-C to end.\n")?;
    for _ in 0..options.count {
        let more = rest(&buffer, Duration::from_secs(options.interval))?;
        print(&report(&skel, options)?)?;
        if !more {
            break;
        }
    }
    skel.sync()?;
    match skel.bss().missed {
        0 => Ok(()),
        missed => print(&format!(
            "\n{missed} waits were not counted: a map was full.\n"
        )),
    }
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err((text, code)) => {
            let _ = if code == ExitCode::SUCCESS {
                io::stdout().write_all(text.as_bytes())
            } else {
                io::stderr().write_all(text.as_bytes())
            };
            return code;
        }
    };
    match trace(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = io::stderr().write_all(format!("{error}\n").as_bytes());
            ExitCode::FAILURE
        }
    }
}
