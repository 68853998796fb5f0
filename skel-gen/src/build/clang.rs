//! The compiler.

use super::dependencies::TARGET;
use super::error::BuildError;
use super::file::{read, scratch, write};
use super::kept_types::keep;
use super::main_file::MainFile;
use super::path::{argument, bytes_of, include_line, path_of, text_of};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// Versions that are looked for by name if there is no `clang`, newest first.
const VERSIONS: std::ops::RangeInclusive<u32> = 12..=30;

/// A clang that compiles for BPF, and the options it is called with.
#[derive(Clone, Debug)]
pub struct Clang {
    path: PathBuf,
    args: Vec<OsString>,
}

impl Clang {
    /// The environment variable that names the compiler.
    pub const VARIABLE: &'static str = "CLANG";

    /// Finds a compiler: `path`, else what `CLANG` names, else `clang`, else the newest of `clang-30` to `clang-12`.
    ///
    /// # Errors
    /// [`BuildError::NoClang`] says what was looked for.
    pub fn find(path: Option<&Path>) -> Result<Self, BuildError> {
        let named = path.map(Path::to_owned).or_else(|| {
            let named = env::var_os(Self::VARIABLE).filter(|named| !named.is_empty());
            named.map(PathBuf::from)
        });
        let names = match named {
            Some(named) => vec![named],
            None => std::iter::once("clang".into())
                .chain(
                    VERSIONS
                        .rev()
                        .map(|version| format!("clang-{version}").into()),
                )
                .collect(),
        };
        let found = names.iter().find_map(|name| in_path(name));
        let path = found.ok_or_else(|| BuildError::NoClang {
            looked_for: match names.as_slice() {
                [name] => format!("'{}'", name.display()),
                _ => format!(
                    "clang and clang-{} to clang-{} in PATH",
                    VERSIONS.end(),
                    VERSIONS.start()
                ),
            },
        })?;
        Ok(Clang {
            path,
            args: Vec::new(),
        })
    }

    /// Adds options, such as `-DDEBUG`, as they are: what begins with `@` is a file of options to clang.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Adds folders to look for included files in, whatever they are called.
    #[must_use]
    pub fn include(mut self, folders: impl IntoIterator<Item = impl AsRef<Path>>) -> Self {
        for folder in folders {
            let folder = argument(folder.as_ref()).into_owned();
            self.args.extend(["-I".into(), folder.into()]);
        }
        self
    }

    /// Compiles a C source or header for BPF, with all types that it declares itself in the BTF, used or not; a type of a header
    /// that it includes only if it needs it. Returns the object.
    ///
    /// # Errors
    /// [`BuildError::Clang`] with clang's messages; [`BuildError::Write`] if there is no room for temporary files.
    pub fn compile_types(&self, file: &Path) -> Result<Vec<u8>, BuildError> {
        let folder = scratch()?;
        let object = folder.path().join("types.o");
        // Errors of the file itself, in clang's words about it and not about what is made of it.
        let main = MainFile::of(file)?;
        let mut check = self.command();
        check.args(["-fsyntax-only", "-x", "c"]).arg(&main.path);
        self.run(check, file)?;
        let text = self.preprocess(&main, file)?;
        // The first line says what clang calls the file it was given.
        let name = main.included.or_else(|| files_of(&text).into_iter().next());
        let text = keep(&text, |other| name.as_deref() == Some(other)).unwrap_or(text);
        self.compile_text(file, &text, &object)?;
        read(&object)
    }

    /// Compiles `source` to `object`, and writes down in `dependencies` what it read. Returns clang's warnings.
    pub(super) fn compile(
        &self,
        source: &Path,
        object: &Path,
        dependencies: &Path,
    ) -> Result<String, BuildError> {
        let mut command = self.command();
        command
            .args(["-MD", "-MT", TARGET, "-MF"])
            .arg(&*argument(dependencies));
        let main = MainFile::of(source)?;
        command.arg("-c").arg(&main.path);
        command.arg("-o").arg(&*argument(object));
        let output = self.run(command, source)?;
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Compiles `source` to `object` once more, with all types of `headers`, whether or not it includes these.
    pub(super) fn compile_with_types(
        &self,
        source: &Path,
        headers: &[PathBuf],
        object: &Path,
    ) -> Result<(), BuildError> {
        let mut text = self.preprocess(&MainFile::of(source)?, source)?;
        let canonical = |file: &Path| fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
        let wanted: Vec<PathBuf> = headers.iter().map(|header| canonical(header)).collect();
        let included = files_of(&text);
        let missing: Vec<&PathBuf> = wanted
            .iter()
            .filter(|header| {
                !included
                    .iter()
                    .any(|file| canonical(&path_of(file)) == **header)
            })
            .collect();
        if !missing.is_empty() {
            // After the source, whose types they may need.
            let folder = scratch()?;
            let all = folder.path().join("all.c");
            let files = std::iter::once(canonical(source)).chain(missing.into_iter().cloned());
            let mut lines = Vec::new();
            for file in files {
                lines.extend(include_line(&file).ok_or(BuildError::Include { file })?);
            }
            write(&all, &lines)?;
            text = self.preprocess(&MainFile::of(&all)?, source)?;
        }
        let mut last = (String::new(), false);
        let kept = keep(&text, |name| {
            if last.0 != name {
                last = (name.to_owned(), wanted.contains(&canonical(&path_of(name))));
            }
            last.1
        });
        // Whatever there is to say about the source has been said.
        let clang = self.clone().args(["-w"]);
        clang.compile_text(source, &kept.unwrap_or(text), object)
    }

    /// Takes debug information out of an object, all but its BTF. Says why if it cannot.
    pub(super) fn strip(&self, object: &Path) -> Option<String> {
        let printed = Command::new(&self.path)
            .arg("--print-prog-name=llvm-strip")
            .output();
        let named = printed.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        let strip = in_path(Path::new(&named.unwrap_or_default()));
        let status = Command::new(strip.unwrap_or_else(|| "llvm-strip".into()))
            .arg("-g")
            .arg(&*argument(object))
            .output();
        match status {
            Ok(output) if output.status.success() => None,
            _ => Some("no llvm-strip beside clang: the object keeps its debug information, and is several times larger".to_owned()),
        }
    }

    /// A file after the preprocessor, as [`text_of`] its bytes; errors are about `source`.
    fn preprocess(&self, main: &MainFile, source: &Path) -> Result<String, BuildError> {
        let mut command = self.command();
        command.args(["-E", "-x", "c"]).arg(&main.path);
        let output = self.run(command, source)?;
        Ok(text_of(&output.stdout))
    }

    fn compile_text(&self, source: &Path, text: &str, object: &Path) -> Result<(), BuildError> {
        let preprocessed = object.with_extension("i");
        write(&preprocessed, &bytes_of(text))?;
        let mut command = self.command();
        command.args([
            "-Wno-unused-command-line-argument",
            "-c",
            "-x",
            "cpp-output",
        ]);
        command.arg(&*argument(&preprocessed));
        command.arg("-o").arg(&*argument(object));
        let done = self.run(command, source);
        let _ = fs::remove_file(&preprocessed);
        done.map(|_| ())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(["-target", "bpf", "-g", "-O2", "-fno-color-diagnostics"]);
        // clang's own stdint.h shall do: that of the C library often has no part for a machine such as BPF. -ffreestanding would
        // say the same, but also switch off clang's knowledge of memset and others.
        command.args([
            "-U__STDC_HOSTED__",
            "-D__STDC_HOSTED__=0",
            "-Wno-builtin-macro-redefined",
        ]);
        let names_arch = |arg: &OsString| arg.to_string_lossy().starts_with("-D__TARGET_ARCH_");
        if let (Some(arch), false) = (kernel_arch(), self.args.iter().any(names_arch)) {
            command.arg(format!("-D__TARGET_ARCH_{arch}"));
        }
        command.args(&self.args);
        // Where Debian keeps <asm/types.h>, which <linux/types.h> includes; no other compiler looks there for BPF.
        let multiarch = format!("/usr/include/{}-linux-gnu", env::consts::ARCH);
        if Path::new(&multiarch).is_dir() {
            command.args(["-idirafter", &multiarch]);
        }
        command
    }

    fn run(&self, mut command: Command, file: &Path) -> Result<Output, BuildError> {
        let output = command.output().map_err(|error| BuildError::Read {
            file: self.path.clone(),
            error,
        })?;
        if output.status.success() {
            return Ok(output);
        }
        let messages = String::from_utf8_lossy(&output.stderr);
        let messages = match messages.trim_end() {
            "" => output.status.to_string(),
            messages => messages.to_owned(),
        };
        Err(BuildError::Clang {
            clang: self.path.clone(),
            file: file.to_owned(),
            messages,
        })
    }
}

/// The name that libbpf's `bpf_tracing.h` knows this machine's processor by.
fn kernel_arch() -> Option<&'static str> {
    Some(match env::consts::ARCH {
        "x86_64" | "x86" => "x86",
        "aarch64" => "arm64",
        "arm" => "arm",
        "riscv64" => "riscv",
        "s390x" => "s390",
        "powerpc64" => "powerpc",
        "mips64" | "mips" => "mips",
        "loongarch64" => "loongarch",
        _ => return None,
    })
}

/// The files that line markers name.
fn files_of(text: &str) -> Vec<String> {
    let mut files = Vec::new();
    super::token::tokens(text, |file| {
        if !files.iter().any(|known| known == file) {
            files.push(file.to_owned());
        }
        false
    });
    files
}

/// The path of a program, given as one or to be looked for in `PATH`.
fn in_path(name: &Path) -> Option<PathBuf> {
    if name.components().count() > 1 {
        return name.is_file().then(|| name.to_owned());
    }
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
