//! What is shipped is made of crates whose licences suit `LGPL-2.1-only OR BSD-2-Clause`: those that `deny.toml` lists.
#![allow(clippy::indexing_slicing, reason = "a test may fail")]

use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use test_support::{stdout_of, tests_dir};

/// This project's own licence: one side of it is enough.
const OURS: &str = "BSD-2-Clause";

/// The licences that `deny.toml` lists.
fn allowed() -> Vec<Licensee> {
    let text = std::fs::read_to_string(tests_dir().join("../deny.toml")).expect("deny.toml");
    let list: toml::Value = toml::from_str(&text).expect("TOML");
    let list = list["licenses"]["allow"].as_array().expect("a list");
    list.iter()
        .map(|name| Licensee::parse(name.as_str().expect("a name")).expect("a licence"))
        .collect()
}

/// The tree of dependencies for this machine, from the lock file: these cargo has at hand, since it has built the tests.
fn metadata() -> Value {
    let version = stdout_of(Command::new("rustc").arg("-vV"));
    let version = String::from_utf8_lossy(&version);
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked"]);
    cargo.args(["--filter-platform", host.expect("a host")]);
    cargo.current_dir(tests_dir().join(".."));
    serde_json::from_slice(&stdout_of(&mut cargo)).expect("JSON")
}

fn items<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// The packages that a release is made of: the published ones of this workspace, and what these need, but for their tests.
fn shipped<'v>(metadata: &'v Value, packages: &BTreeMap<&str, &Value>) -> BTreeSet<&'v str> {
    let nodes = items(&metadata["resolve"], "nodes").map(|node| (text(node, "id"), node));
    let nodes: BTreeMap<_, _> = nodes.collect();
    let members = items(metadata, "workspace_members").filter_map(Value::as_str);
    let mut rest: Vec<_> = members
        .filter(|id| packages[id]["publish"].is_null())
        .collect();
    let mut shipped = BTreeSet::new();
    while let Some(id) = rest.pop() {
        if !shipped.insert(id) {
            continue;
        }
        let needed = items(nodes[id], "deps").filter(|dependency| {
            items(dependency, "dep_kinds").any(|kind| text(kind, "kind") != "dev")
        });
        rest.extend(needed.map(|dependency| text(dependency, "pkg")));
    }
    shipped
}

#[test]
fn what_is_shipped_has_licences_that_suit() {
    let metadata = metadata();
    let packages = items(&metadata, "packages").map(|package| (text(package, "id"), package));
    let packages: BTreeMap<_, _> = packages.collect();
    let allowed = allowed();
    assert!(allowed.contains(&Licensee::parse(OURS).expect("a licence")));
    let shipped = shipped(&metadata, &packages);
    assert!(shipped.len() > 100, "only {} packages", shipped.len());
    for id in shipped {
        let licence = text(packages[id], "license");
        let expression = Expression::parse_mode(licence, ParseMode::LAX)
            .unwrap_or_else(|error| panic!("{id}: {error}"));
        let suits = expression.evaluate(|wanted| allowed.iter().any(|ours| ours.satisfies(wanted)));
        assert!(suits, "{id}: {licence} is not in deny.toml");
    }
}
