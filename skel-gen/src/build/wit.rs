//! What build scripts of components ask of the builder.

use super::builder::{SkeletonBuilder, parse};
use super::error::BuildError;
use super::file::{read, write};
use crate::wit::{Options, Package, package_name, rust_codec, wit_text};
use btf_layout::{Layout, Roots};
use std::path::Path;

impl SkeletonBuilder {
    /// Writes `NAME.wit`, the WIT package of the object's types, and `NAME.codec.rs`, what implements its functions beside
    /// wit-bindgen's bindings, to `folder`. `types` have functions: their names in C, such as `event` or `struct event`; if there
    /// are none, all structs that have a name. To be called after [`build`](Self::build), if there is a source.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), skel_gen::BuildError> {
    /// skel_gen::SkeletonBuilder::new()
    ///     .obj("bootstrap.bpf.o")
    ///     .generate_wit("out", &["event"], skel_gen::wit::Options::default())?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`build_and_generate`](Self::build_and_generate), and types that are not there or cannot be told apart in WIT.
    pub fn generate_wit(
        &mut self,
        folder: impl AsRef<Path>,
        types: &[&str],
        options: Options,
    ) -> Result<(), BuildError> {
        let file = self.compiled()?;
        let bytes = read(&file)?;
        let btf = parse(&file, &bytes)?;
        let of_btf = |error| BuildError::Btf {
            file: file.clone(),
            error,
        };
        let types: Vec<String> = types.iter().map(|name| (*name).to_owned()).collect();
        let roots = Roots::select(&btf, &[], &types).map_err(of_btf)?;
        let layout = Layout::plan(&btf, &roots).map_err(of_btf)?;
        let name = package_name(&file.to_string_lossy());
        let of_wit = |error| BuildError::Wit {
            file: file.clone(),
            error,
        };
        let package = Package::new(&layout, &name, options).map_err(of_wit)?;
        let out = |end: &str| folder.as_ref().join(format!("{name}.{end}"));
        write(&out("wit"), wit_text(&package).as_bytes())?;
        let codec = rust_codec(&package).map_err(of_wit)?;
        write(&out("codec.rs"), codec.as_bytes())
    }
}
