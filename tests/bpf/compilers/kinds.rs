// What rustc and bpf-linker make of the same: maps in the way of Rust programs, an enum with data, references, a unit.
#![no_std]
#![no_main]
#![allow(dead_code)]

use core::cell::UnsafeCell;

/// A map: what its members point to says what it is. libbpf wants a struct of just these members, so there is none around it.
#[repr(C)]
pub struct Map<K, V, const KIND: usize, const ENTRIES: usize> {
    r#type: *const [i32; KIND],
    key: *const K,
    value: *const V,
    max_entries: *const [i32; ENTRIES],
}

#[repr(transparent)]
pub struct Shared<T>(UnsafeCell<T>);

// SAFETY: BPF programs share their variables.
unsafe impl<T> Sync for Shared<T> {}

// SAFETY: nobody follows the pointers.
unsafe impl<K, V, const KIND: usize, const ENTRIES: usize> Sync for Map<K, V, KIND, ENTRIES> {}

impl<K, V, const KIND: usize, const ENTRIES: usize> Map<K, V, KIND, ENTRIES> {
    const fn new() -> Self {
        Map {
            r#type: core::ptr::null(),
            key: core::ptr::null(),
            value: core::ptr::null(),
            max_entries: core::ptr::null(),
        }
    }
}

#[repr(u32)]
#[derive(Clone, Copy)]
pub enum State {
    Idle,
    Busy = 7,
}

#[repr(C, u8)]
#[derive(Clone, Copy)]
pub enum Cause {
    Nothing,
    Signal(u32),
    Exit { code: i64, letter: char },
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Event {
    pid: u32,
    state: State,
    at_ns: u64,
    comm: [u8; 16],
    cause: Cause,
    seen: Option<bool>,
    place: (u16, u8),
    nothing: (),
    next: *const Event,
}

#[unsafe(link_section = ".maps")]
#[unsafe(no_mangle)]
static EVENTS: Map<u32, Event, 1, 64> = Map::new();

#[unsafe(link_section = ".maps")]
#[unsafe(no_mangle)]
static COUNTS: Map<u32, u64, 2, 4> = Map::new();

#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual BSD/GPL\0";

#[unsafe(no_mangle)]
static WANTED: u32 = 1;

#[unsafe(no_mangle)]
static LAST: Shared<Option<Cause>> = Shared(UnsafeCell::new(None));

fn lookup<K, V, const KIND: usize, const ENTRIES: usize>(
    map: &Map<K, V, KIND, ENTRIES>,
    key: &K,
) -> Option<&'static mut V> {
    // SAFETY: the number of bpf_map_lookup_elem, which takes a map and a key, and returns a value or none.
    unsafe {
        let helper: unsafe extern "C" fn(*const Map<K, V, KIND, ENTRIES>, *const K) -> *mut V =
            core::mem::transmute(1_usize);
        helper(map, key).as_mut()
    }
}

#[unsafe(link_section = "tracepoint/sched/sched_process_exec")]
#[unsafe(no_mangle)]
extern "C" fn on_exec(_context: *const Event) -> i32 {
    // SAFETY: a variable that user space sets before load.
    let key = unsafe { core::ptr::read_volatile(&WANTED) };
    if let Some(event) = lookup(&EVENTS, &key) {
        event.state = State::Busy;
        event.cause = Cause::Exit { code: 1, letter: 'x' };
        // SAFETY: nobody else writes it.
        unsafe { *LAST.0.get() = Some(event.cause) };
    }
    if let Some(count) = lookup(&COUNTS, &key) {
        *count += 1;
    }
    0
}

#[unsafe(link_section = "socket")]
#[unsafe(no_mangle)]
extern "C" fn on_packet(_context: *const Event) -> i32 {
    0
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
