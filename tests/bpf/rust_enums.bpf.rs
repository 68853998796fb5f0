//! What rustc writes that clang does not: types without bytes, and unions whose members start anywhere.
//!
//! `()` is an integer of size 0. A `char` is no type at all, since BTF has no word for it: its members are of type 0. An enum with
//! data is a union of its variants, with the tag as a member beside them, wherever it lies.
#![feature(auto_traits, lang_items, no_core)]
#![no_core]
#![crate_type = "lib"]
#![allow(dead_code, internal_features)]

/// What the compiler asks for; there is no `core` for BPF here.
mod lang {
    #[lang = "pointee_sized"]
    pub trait PointeeSized {}
    #[lang = "meta_sized"]
    pub trait MetaSized: PointeeSized {}
    #[lang = "sized"]
    pub trait Sized: MetaSized {}
    #[lang = "copy"]
    pub trait Copy {}
    #[lang = "freeze"]
    pub unsafe auto trait Freeze {}
    #[lang = "sync"]
    pub trait Sync {}
    #[lang = "drop_glue"]
    fn drop_glue<T: PointeeSized>(_: *mut T) {}
}

use lang::Sync;

pub enum Option<T> {
    None,
    Some(T),
}

/// The tag is behind the data of most variants.
pub enum Shape {
    Circle(u16),
    Square { side: u32, filled: bool },
    Named(char, u64),
    Empty,
}

/// Each variant has its own place for the same tag.
#[repr(u8)]
pub enum Tagged {
    Byte(u8) = 1,
    Wide(u64) = 7,
    Unit(()),
}

#[repr(C)]
pub struct Event {
    pub letter: char,
    pub nothing: (),
    pub maybe: Option<u32>,
    pub flag: Option<bool>,
    pub shape: Shape,
    pub tagged: Tagged,
    pub nothings: [(); 3],
    pub letters: [char; 2],
    pub pair: (u8, ()),
    pub to_nothing: *const (),
    pub to_letter: *const char,
    pub after: u32,
}

impl Sync for Event {}

#[no_mangle]
pub static EVENT: Event = Event {
    letter: 'a',
    nothing: (),
    maybe: Option::Some(7),
    flag: Option::None,
    shape: Shape::Square {
        side: 3,
        filled: true,
    },
    tagged: Tagged::Wide(5),
    nothings: [(); 3],
    letters: ['b', 'c'],
    pair: (9, ()),
    to_nothing: 0 as *const (),
    to_letter: 0 as *const char,
    after: 11,
};

#[no_mangle]
#[link_section = "raw_tp/sys_enter"]
pub extern "C" fn handle(_context: *const Event) -> u32 {
    0
}
