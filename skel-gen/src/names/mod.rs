//! Names: which identifiers are taken, which a language takes, and what names of others look like to people.

pub mod foreign;
#[cfg(feature = "generate")]
mod keywords;
#[cfg(feature = "generate")]
mod legal;
#[cfg(feature = "generate")]
mod reserved;
#[cfg(feature = "generate")]
mod scope;

#[cfg(feature = "generate")]
pub(crate) use keywords::{C17, CPP, WIT, WIT_PRIMITIVES};
#[cfg(feature = "generate")]
pub(crate) use legal::{legal, legal_or_empty};
#[cfg(feature = "generate")]
pub(crate) use reserved::taken;
#[cfg(feature = "generate")]
pub(crate) use scope::Scope;
