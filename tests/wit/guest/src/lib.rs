//! Decodes and encodes what the host gives it: with every type of every object.

// Made by the test: a module for each object, `fn round` over all their functions, and the component.
include!(concat!(env!("WIT_CODECS"), "/all.rs"));

use std::cell::RefCell;

thread_local! {
    static GIVEN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static TAKEN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for `len` bytes of a value; returns where.
#[unsafe(no_mangle)]
pub extern "C" fn give(len: usize) -> *mut u8 {
    GIVEN.with_borrow_mut(|given| {
        *given = vec![0; len];
        given.as_mut_ptr()
    })
}

/// Decodes what was given as type `which` and encodes it again. What it returns is the length of the bytes, or of an error's text as
/// a negative number less one; [`taken`] says where they are, with the text of the value after them.
#[unsafe(no_mangle)]
pub extern "C" fn round_trip(which: u32) -> i32 {
    let bytes = GIVEN.take();
    let (result, mut taken, text) = match round(which, bytes) {
        Ok((bytes, text)) => (bytes.len() as i32, bytes, text),
        Err(text) => (-(text.len() as i32) - 1, Vec::new(), text),
    };
    taken.extend_from_slice(text.as_bytes());
    TAKEN.set(taken);
    result
}

/// Where the result is.
#[unsafe(no_mangle)]
pub extern "C" fn taken() -> *const u8 {
    TAKEN.with_borrow(|taken| taken.as_ptr())
}

/// How long it is, text included.
#[unsafe(no_mangle)]
pub extern "C" fn taken_len() -> usize {
    TAKEN.with_borrow(Vec::len)
}
