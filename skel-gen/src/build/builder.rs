//! The builder that build scripts call.

use super::cargo::Cargo;
use super::clang::Clang;
use super::dependencies;
use super::error::BuildError;
use super::file::{read, scratch, write};
use crate::input::{Input, InputError};
use crate::model::{Skeleton, SkeletonError, SkeletonTypes};
use crate::object::{BpfObject, Elf, object_name};
use crate::rust::{self, Embed, wasm_skeleton};
use btf_layout::Btf;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

/// Compiles a BPF source and writes its Rust skeleton, in a build script or anywhere else.
///
/// ```no_run
/// # fn main() -> Result<(), skel_gen::BuildError> {
/// let out = std::path::Path::new("out").join("bootstrap.skel.rs");
/// skel_gen::SkeletonBuilder::new()
///     .source("src/bpf/bootstrap.bpf.c")
///     .build_and_generate(out)?;
/// # Ok(())
/// # }
/// ```
///
/// In a build script it tells cargo which files and variables the result depends on, shows clang's warnings, and has a guest for
/// wasm32 linked with `--export-table`: hosts find callbacks in the exported function table. A file that would not change is
/// left alone.
#[derive(Clone, Debug, Default)]
pub struct SkeletonBuilder {
    source: Option<PathBuf>,
    object: Option<PathBuf>,
    clang: Option<PathBuf>,
    clang_args: Vec<OsString>,
    reference_obj: bool,
    name: Option<String>,
    types_from: Vec<PathBuf>,
}

impl SkeletonBuilder {
    /// A builder that knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The BPF source, `NAME.bpf.c`.
    pub fn source(&mut self, file: impl AsRef<Path>) -> &mut Self {
        self.source = Some(file.as_ref().to_owned());
        self
    }

    /// The object: where that of the source goes, or what the skeleton is made of if there is no source. Without it, the source's
    /// object goes to `OUT_DIR`.
    pub fn obj(&mut self, file: impl AsRef<Path>) -> &mut Self {
        self.object = Some(file.as_ref().to_owned());
        self
    }

    /// The compiler. Without it, what the variable `CLANG` names, `clang`, or the newest of `clang-30` to `clang-12`.
    pub fn clang(&mut self, file: impl AsRef<Path>) -> &mut Self {
        self.clang = Some(file.as_ref().to_owned());
        self
    }

    /// More options for the compiler, beside `-target bpf -g -O2` and the `__TARGET_ARCH` of this machine. Several calls add up.
    pub fn clang_args(&mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> &mut Self {
        let args = args.into_iter().map(|arg| arg.as_ref().to_owned());
        self.clang_args.extend(args);
        self
    }

    /// Whether the skeleton names the image with `include_bytes!` instead of holding it: better for large objects. The image is
    /// beside the skeleton, with the extension `image`.
    pub fn reference_obj(&mut self, reference: bool) -> &mut Self {
        self.reference_obj = reference;
        self
    }

    /// The name of the object, which the skeleton is called by: `NAMESkel`. Without it, that of the file.
    pub fn name(&mut self, name: impl Into<String>) -> &mut Self {
        self.name = Some(name.into());
        self
    }

    /// Adds all types of a header to the skeleton's, also those that no BPF code uses, such as of events. It is looked for beside
    /// the source, then in the current folder; that the source includes it is usual, but not needed. Several calls add up.
    pub fn types_from(&mut self, header: impl AsRef<Path>) -> &mut Self {
        self.types_from.push(header.as_ref().to_owned());
        self
    }

    /// Compiles the source, then writes the skeleton to `out`.
    ///
    /// # Errors
    /// [`BuildError`] names the file and what is wrong with it.
    pub fn build_and_generate(&mut self, out: impl AsRef<Path>) -> Result<(), BuildError> {
        if self.source.is_none() {
            return self.generate(out);
        }
        if self.object.is_some() || Cargo::find().is_some() {
            self.build()?;
            return self.generate(out);
        }
        // Nobody needs the object afterwards.
        let folder = scratch()?;
        let mut builder = self.clone();
        builder.object = Some(folder.path().join(self.object_file()?));
        builder.build()?;
        builder.generate(out)
    }

    /// Compiles the source.
    ///
    /// # Errors
    /// As [`build_and_generate`](Self::build_and_generate).
    pub fn build(&mut self) -> Result<(), BuildError> {
        let source = self.source.clone().ok_or(BuildError::NoInput)?;
        check_name(&source, "a source", ".c")?;
        let cargo = Cargo::find();
        if let Some(cargo) = &cargo {
            cargo.depends_on(&source);
            cargo.depends_on_variable(Clang::VARIABLE);
        }
        read(&source)?;
        let object = self.object_path()?;
        let headers = self.headers(&source)?;
        let clang = Clang::find(self.clang.as_deref())?.args(&self.clang_args);
        let folder = scratch()?;
        let fresh = folder.path().join("fresh.o");
        let rule = folder.path().join("fresh.d");
        let warnings = clang.compile(&source, &fresh, &rule)?;
        if let Some(cargo) = &cargo {
            let rule = fs::read(&rule).unwrap_or_default();
            // A file that was only there for clang is gone.
            let files = dependencies::files(&rule).into_iter();
            files
                .filter(|file| file.exists())
                .for_each(|file| cargo.depends_on(&file));
            headers.iter().for_each(|header| cargo.depends_on(header));
            cargo.warn(&warnings);
        }
        if !headers.is_empty() {
            clang.compile_with_types(&source, &headers, &fresh)?;
        }
        let complaint = clang.strip(&fresh);
        if let (Some(cargo), Some(complaint)) = (&cargo, complaint) {
            cargo.warn(&complaint);
        }
        let bytes = read(&fresh)?;
        if let Err(InputError::NoBtf) = Input::parse(&bytes) {
            return Err(BuildError::NoBtf { file: source });
        }
        write(&object, &bytes)
    }

    /// Writes the skeleton of the object to `out`.
    ///
    /// # Errors
    /// As [`build_and_generate`](Self::build_and_generate).
    pub fn generate(&mut self, out: impl AsRef<Path>) -> Result<(), BuildError> {
        let out = out.as_ref();
        let file = self.compiled()?;
        if let Some(cargo) = Cargo::find() {
            cargo.export_table();
        }
        let bytes = read(&file)?;
        let btf = match Input::parse(&bytes) {
            Err(InputError::NoBtf) => parse_blob(&file, Input::WITHOUT_BTF),
            _ => parse(&file, &bytes),
        }?;
        let skeleton = self.skeleton(&file, &bytes, &btf);
        let skeleton = skeleton.map_err(|error| BuildError::Skeleton {
            file: file.clone(),
            error,
        })?;
        let mut embed = Embed::Inline;
        if self.reference_obj {
            let image = out.with_extension("image");
            write(&image, &skeleton.image.bytes)?;
            let name = image.file_name().unwrap_or_default().to_str();
            // Rust text has no name for others.
            let name = name.ok_or_else(|| BuildError::NotUnicode {
                file: image.clone(),
            })?;
            embed = Embed::Include(name.to_owned());
        }
        let text = wasm_skeleton(&skeleton, &embed);
        let text = text.map_err(|error| BuildError::Rust { file, error })?;
        write(out, text.as_bytes())
    }

    /// The object, which is made already.
    pub(super) fn compiled(&self) -> Result<PathBuf, BuildError> {
        let file = self.object_path()?;
        check_name(&file, "an object", ".o")?;
        if let (Some(cargo), None) = (Cargo::find(), &self.source) {
            cargo.depends_on(&file);
        }
        match (&self.source, self.types_from.first()) {
            (None, Some(_)) => Err(BuildError::TypesOfObject(file)),
            _ => Ok(file),
        }
    }

    fn skeleton<'a>(
        &self,
        file: &Path,
        bytes: &'a [u8],
        btf: &'a Btf<'a>,
    ) -> Result<Skeleton<'a>, SkeletonError> {
        let name = match &self.name {
            Some(name) => name.clone(),
            None => object_name(&file.to_string_lossy()),
        };
        let object = BpfObject::parse(&name, Elf::parse(bytes)?, btf)?;
        let skeleton = Skeleton::new(object, btf, SkeletonTypes::All)?;
        rust::check(&skeleton.layout)?;
        Ok(skeleton)
    }

    /// `NAME.bpf.o` for `NAME.bpf.c`.
    fn object_file(&self) -> Result<PathBuf, BuildError> {
        let source = self.source.as_ref().ok_or(BuildError::NoInput)?;
        let name = source.file_name().unwrap_or_default();
        Ok(Path::new(name).with_extension("o"))
    }

    fn object_path(&self) -> Result<PathBuf, BuildError> {
        if let Some(object) = &self.object {
            return Ok(object.clone());
        }
        let file = self.object_file()?;
        let cargo = Cargo::find().ok_or(BuildError::NoPlace)?;
        Ok(cargo.out_dir.join(file))
    }

    /// The headers of `types_from`, found.
    fn headers(&self, source: &Path) -> Result<Vec<PathBuf>, BuildError> {
        let beside = source.parent().unwrap_or(Path::new(""));
        let find = |header: &PathBuf| {
            let near = beside.join(header);
            let header = if near.is_file() { &near } else { header };
            read(header).map(|_| header.clone())
        };
        self.types_from.iter().map(find).collect()
    }
}

/// The BTF of an object.
pub(super) fn parse<'a>(file: &Path, bytes: &'a [u8]) -> Result<Btf<'a>, BuildError> {
    let input = Input::parse(bytes).map_err(|error| {
        let file = file.to_owned();
        match error == InputError::NoBtf {
            true => BuildError::NoBtf { file },
            false => BuildError::Input { file, error },
        }
    })?;
    parse_blob(file, input.btf)
}

fn parse_blob<'a>(file: &Path, blob: &'a [u8]) -> Result<Btf<'a>, BuildError> {
    Btf::parse(blob).map_err(|error| BuildError::Btf {
        file: file.to_owned(),
        error,
    })
}

fn check_name(file: &Path, what: &'static str, ending: &'static str) -> Result<(), BuildError> {
    match file.to_string_lossy().ends_with(ending) {
        true => Ok(()),
        false => Err(BuildError::FileName {
            file: file.to_owned(),
            what,
            ending,
        }),
    }
}
