//! The object model against libbpf.

mod support;
