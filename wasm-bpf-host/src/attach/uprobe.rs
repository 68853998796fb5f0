//! Tracepoints, functions of the kernel and of programs, static probes.

use super::Request;
use crate::errno::{Errno, Failure};
use crate::image::{Target, TargetError, open_target};
use libbpf_rs::{Link, ProgramType, TracepointCategory, UprobeOpts};

/// Any process.
const ALL: i32 = -1;

impl Request<'_> {
    /// Whether a target is given. It has to be if the section names no hook.
    fn has_target(&self, expected: &str) -> Result<bool, Failure> {
        match self.target {
            "" if self.section_has_hook() => Ok(false),
            "" => Err(self.bad_target(expected)),
            _ => Ok(true),
        }
    }

    pub(super) fn tracepoint(&self) -> Result<Link, Failure> {
        let kind = self.program.prog_type();
        if kind == ProgramType::Tracing {
            return self.by_section();
        }
        let expected = match kind {
            ProgramType::Tracepoint => "category:name",
            _ => "the name of a tracepoint",
        };
        if !self.has_target(expected)? {
            return self.by_section();
        }
        if kind != ProgramType::Tracepoint {
            return self.result(self.program.attach_raw_tracepoint(self.target));
        }
        let parts = self.target.split_once([':', '/']);
        let (category, name) = parts.ok_or_else(|| self.bad_target(expected))?;
        let category = TracepointCategory::Custom(category.to_owned());
        self.result(self.program.attach_tracepoint(category, name))
    }

    pub(super) fn kprobe(&self) -> Result<Link, Failure> {
        if !self.has_target("a function of the kernel")? {
            return self.by_section();
        }
        let (kind, _) = self.section.split_once('/').unwrap_or((self.section, ""));
        let program = &self.program;
        self.result(match kind {
            "kprobe" => program.attach_kprobe(false, self.target),
            "kretprobe" => program.attach_kprobe(true, self.target),
            "ksyscall" => program.attach_ksyscall(false, self.target),
            "kretsyscall" => program.attach_ksyscall(true, self.target),
            "kprobe.multi" => program.attach_kprobe_multi(false, vec![self.target]),
            "kretprobe.multi" => program.attach_kprobe_multi(true, vec![self.target]),
            _ => return Err(self.failure(Errno::OPNOTSUPP, "a section name that takes no target")),
        })
    }

    pub(super) fn uprobe(&self) -> Result<Link, Failure> {
        let expected = "binary:symbol, binary:symbol+offset or binary:0xoffset";
        let target = self.target_or_hook(expected)?;
        let bad = || self.bad_target(expected);
        let (binary, place) = target.rsplit_once(':').ok_or_else(bad)?;
        let file = self.file(binary)?;
        let returns = self.section.starts_with("uretprobe");
        let (kind, _) = self.section.split_once('/').unwrap_or((self.section, ""));
        if kind.contains(".multi") || kind.contains(".session") {
            let session = kind.contains(".session");
            return self.result(self.program.attach_uprobe_multi(
                ALL,
                file.path(),
                place,
                returns,
                session,
            ));
        }
        let (symbol, offset) = match number(place) {
            Some(offset) => ("", offset),
            None => match place.split_once('+') {
                Some((symbol, offset)) => (symbol, number(offset).ok_or_else(bad)?),
                None => (place, 0),
            },
        };
        if binary.is_empty() || place.is_empty() {
            return Err(bad());
        }
        let opts = UprobeOpts {
            retprobe: returns,
            func_name: (!symbol.is_empty()).then(|| symbol.to_owned()),
            ..UprobeOpts::default()
        };
        self.result(
            self.program
                .attach_uprobe_with_opts(ALL, file.path(), offset, opts),
        )
    }

    pub(super) fn usdt(&self) -> Result<Link, Failure> {
        let expected = "binary:provider:name";
        let target = self.target_or_hook(expected)?;
        let parts = target.rsplit_once(':').and_then(|(rest, name)| {
            let (binary, provider) = rest.rsplit_once(':')?;
            Some((binary, provider, name))
        });
        let (binary, provider, name) = parts.ok_or_else(|| self.bad_target(expected))?;
        let file = self.file(binary)?;
        self.result(self.program.attach_usdt(ALL, file.path(), provider, name))
    }

    /// The target, or what the section says in its place: libbpf would open the file that a section names without a look at it.
    fn target_or_hook(&self, expected: &str) -> Result<&str, Failure> {
        if self.has_target(expected)? {
            return Ok(self.target);
        }
        let hook = self.section.split_once('/');
        Ok(hook.map_or("", |(_, hook)| hook))
    }

    /// The file that functions and static probes are looked for in.
    fn file(&self, name: &str) -> Result<Target, Failure> {
        open_target(name).map_err(|error| {
            let errno = match &error {
                TargetError::Open { source, .. } => Errno::of_io(source),
                _ => Errno::INVAL,
            };
            self.failure(errno, &format!("cannot attach it: {error}"))
        })
    }
}

/// A number as C writes it, decimal or hexadecimal.
fn number(text: &str) -> Option<usize> {
    match text.strip_prefix("0x") {
        Some(digits) => usize::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers() {
        assert_eq!(number("0x1f"), Some(31));
        assert_eq!(number("12"), Some(12));
        assert_eq!(number("main"), None);
    }
}
