//! What callbacks take and return.

use crate::error::{Error, Result};
use crate::plain::{Plain, SizeError};
use crate::queue::Sample;
use alloc::boxed::Box;
use core::ops::ControlFlow;

/// What a callback can take by reference: every [`Plain`] type, `[u8]`, [`Sample`].
pub trait Event {
    /// Calls `callback` with the event that begins with `sample`'s bytes.
    ///
    /// # Errors
    /// [`SizeError`] if there are fewer bytes than a value has. There may be more: some programs pad their events, or write
    /// a flexible array after them, which callbacks that take `&[u8]` see.
    fn view<R>(sample: &Sample, callback: &mut impl FnMut(&Self) -> R) -> Result<R, SizeError>;
}

impl Event for Sample {
    fn view<R>(sample: &Sample, callback: &mut impl FnMut(&Self) -> R) -> Result<R, SizeError> {
        Ok(callback(sample))
    }
}

impl Event for [u8] {
    fn view<R>(sample: &Sample, callback: &mut impl FnMut(&Self) -> R) -> Result<R, SizeError> {
        Ok(callback(sample.bytes()))
    }
}

impl<T: Plain> Event for T {
    fn view<R>(sample: &Sample, callback: &mut impl FnMut(&Self) -> R) -> Result<R, SizeError> {
        let bytes = sample.bytes();
        let at = bytes.as_ptr().cast::<T>();
        if bytes.len() >= size_of::<T>() && at.is_aligned() {
            // SAFETY: there are enough bytes, they are aligned, and every pattern of bytes is a value.
            #[allow(unsafe_code, reason = "what `Plain` promises")]
            return Ok(callback(unsafe { &*at }));
        }
        let (value, _) = T::read_prefix(bytes)?;
        Ok(callback(&value))
    }
}

/// What a callback can return: nothing, a [`ControlFlow`] that may end the loop, or a `Result` of these.
pub trait Outcome {
    /// Whether to go on, or the error that the poll returns.
    ///
    /// # Errors
    /// The callback's.
    fn flow(self) -> Result<ControlFlow<()>>;
}

impl Outcome for () {
    fn flow(self) -> Result<ControlFlow<()>> {
        Ok(ControlFlow::Continue(()))
    }
}

impl Outcome for ControlFlow<()> {
    fn flow(self) -> Result<ControlFlow<()>> {
        Ok(self)
    }
}

impl<T, E> Outcome for Result<T, E>
where
    T: Outcome,
    E: Into<Box<dyn core::error::Error + Send + Sync>>,
{
    fn flow(self) -> Result<ControlFlow<()>> {
        self.map_err(Error::callback)?.flow()
    }
}
