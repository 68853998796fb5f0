//! Makes a table of the names in `src/names/reserved.txt` when this crate is compiled: a small skeleton takes a millisecond, a third
//! of which would go into making it each time.

#[cfg(not(feature = "generate"))]
fn main() {}

#[cfg(feature = "generate")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::collections::BTreeMap;
    use std::path::Path;

    const NAMES: &str = "src/names/reserved.txt";
    println!("cargo::rerun-if-changed={NAMES}");
    let text = std::fs::read_to_string(NAMES)?;
    // What the lines about each name say together.
    let mut names: BTreeMap<&str, [&str; 4]> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.splitn(3, ' ');
        let (Some(kind), Some(name)) = (words.next(), words.next()) else {
            return Err(format!("{NAMES}: {line}").into());
        };
        let [everywhere, tag, ordinary, typedef] =
            names.entry(name).or_insert(["false", "false", "false", ""]);
        match kind {
            "keyword" | "macro" => *everywhere = "true",
            "tag" => *tag = "true",
            "ordinary" => *ordinary = "true",
            "typedef" => *typedef = words.next().unwrap_or("-"),
            _ => return Err(format!("{NAMES}: {line}").into()),
        }
    }
    let mut table = phf_codegen::Map::new();
    for (name, [everywhere, tag, ordinary, typedef]) in names {
        let typedef = Some(typedef).filter(|typedef| !typedef.is_empty());
        table.entry(
            name,
            format!("Taken {{ everywhere: {everywhere}, tag: {tag}, ordinary: {ordinary}, typedef: {typedef:?} }}"),
        );
    }
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(
        Path::new(&out).join("reserved.rs"),
        table.build().to_string(),
    )?;
    Ok(())
}
