//! Objects of megabytes: generating the skeleton and compiling it take time, but not much.

use crate::headers::FOLDER;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use test_support::{clang, ours, scratch, stdout_of};
use wait4::Wait4;

/// Time of a processor that no run takes. How busy the machine is does not count.
const MOST: Duration = Duration::from_secs(60);

/// Runs a command that has to succeed; the processor's time that it took.
fn timed(command: &mut Command) -> Duration {
    let used = command.spawn().and_then(|mut child| child.wait4());
    let used = used.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(used.status.success(), "{command:?}: {}", used.status);
    used.rusage.utime + used.rusage.stime
}

/// Compiles a BPF source without debug information beside BTF, makes its skeleton, compiles that: sizes and times.
fn measure(folder: &Path, name: &str, source: &str) {
    let object = test_support::bpf_object(folder, name, source);
    stdout_of(Command::new("llvm-strip-19").arg("-g").arg(&object));
    let header = folder.join(format!("{name}.skel.h"));
    let mut generate = Command::new(ours());
    generate
        .args(["gen", "skeleton", "-j"])
        .arg(&object)
        .arg("-o")
        .arg(&header);
    let generated = timed(&mut generate);
    let guest = folder.join(format!("{name}.c"));
    let text = format!(
        "#include \"{name}.skel.h\"\n\
         int main(void)\n\
         {{\n\
         \tstruct {name}_bpf *skel = {name}_bpf__open();\n\
         \tint err = {name}_bpf__load(skel);\n\
         \t{name}_bpf__destroy(skel);\n\
         \treturn err;\n\
         }}\n"
    );
    fs::write(&guest, text).expect("a source");
    let module = folder.join(format!("{name}.wasm"));
    let mut compile = clang();
    compile
        .args([
            "--target=wasm32-wasi",
            "-O2",
            "-s",
            "-Wl,--export-table",
            "-I",
        ])
        .arg(&*FOLDER);
    let compiled = timed(compile.arg(&guest).arg("-o").arg(&module));
    let size = |file: &Path| fs::metadata(file).expect("a file").len() >> 10;
    println!(
        "{name}: object {} KiB, skeleton {} KiB, module {} KiB; generated in {generated:?}, compiled in {compiled:?}",
        size(&object),
        size(&header),
        size(&module)
    );
    // The image is in the module once.
    assert!(size(&module) < size(&object) + size(&object) / 4 + 100);
    assert!(generated < MOST && compiled < MOST);
}

#[test]
fn five_megabytes_of_constants() {
    if !test_support::can_compile() {
        return;
    }
    let folder = scratch();
    // Bytes of every value, so that no escape is spared; clang takes strings quickest.
    let mut rng = fastrand::Rng::with_seed(5);
    let mut text = String::with_capacity(21 << 20);
    for _ in 0..5 << 20 >> 6 {
        text.push('"');
        for _ in 0..64 {
            text += &format!("\\{:03o}", rng.u8(..));
        }
        text += "\"\n";
    }
    let source = format!(
        "const volatile char table[] =\n{text};\n\
         __attribute__((section(\"socket\"), used)) int reads(void *ctx) {{ return table[1]; }}\n"
    );
    measure(folder.path(), "constants", &source);
}

/// As many names as bytes above: nothing looks for one among all of them.
#[test]
fn thousands_of_variables_maps_and_programs() {
    if !test_support::can_compile() {
        return;
    }
    let folder = scratch();
    let mut source = String::from("#define SEC(name) __attribute__((section(name), used))\n");
    for i in 0..3000 {
        source += &format!(
            "const volatile int constant{i} = {i};\nlong variable{i} = {i};\nchar zeroed{i};\n"
        );
    }
    for i in 0..300 {
        source += &format!(
            "struct {{ int (*type)[1]; int (*max_entries)[{}]; int *key; long *value; }} map{i} SEC(\".maps\");\n\
             SEC(\"tp/a/{i}\") int program{i}(void *ctx) {{ return constant{i}; }}\n",
            i + 10
        );
    }
    measure(folder.path(), "names", &source);
}
