//! Why an image is not given to libbpf.

/// Why an image is not given to libbpf.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {}
