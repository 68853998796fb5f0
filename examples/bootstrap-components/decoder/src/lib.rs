//! Turns what bootstrap's ring buffer holds into values of the component model, and back.
#![no_std]

extern crate alloc;

// What the component exports, from the WIT package that build.rs makes.
wit_bindgen::generate!({
    path: concat!(env!("OUT_DIR"), "/bootstrap.wit"),
    world: "decoder",
});

// `struct Codec`, which implements it.
include!(concat!(env!("OUT_DIR"), "/bootstrap.codec.rs"));

export!(Codec);

/// Without a system below, a program brings its own memory management.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
