//! Runs a guest.
fn main() {}
