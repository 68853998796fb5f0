// What the guests of tests/rust_guests share: a count of what is allocated, and how errors are compared.
#![allow(dead_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The system's allocator, counting blocks that are not freed.
struct Counting;

static BLOCKS: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BLOCKS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        BLOCKS.fetch_sub(1, Ordering::Relaxed);
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs a guest, which has to free all that it allocates.
pub fn run(guest: impl FnOnce()) {
    // What the standard library keeps is no leak of the guest's.
    println!("running");
    let before = BLOCKS.load(Ordering::Relaxed);
    guest();
    assert_eq!(BLOCKS.load(Ordering::Relaxed), before, "blocks");
}

/// The result is an error with this number.
#[track_caller]
pub fn fails<T: std::fmt::Debug>(result: libbpf_wasm::Result<T>, errno: i32) {
    match result {
        Ok(value) => panic!("{value:?} instead of error {errno}"),
        Err(error) => assert_eq!(error.errno(), errno, "{error}"),
    }
}
