//! Profiles that are written as files.

use wasm_bpf_host::{Allowed, Profile};

fn read(text: &str) -> Result<Profile, String> {
    Profile::parse("my.toml", text).map_err(|error| error.to_string())
}

#[test]
fn a_file_changes_its_base() {
    assert_eq!(read(""), Ok(Profile::confined()));
    assert_eq!(read("base = 'trusted'"), Ok(Profile::trusted()));
    assert_eq!(read("base = 'nothing'"), Ok(Profile::nothing()));
    let text = r#"
        # Sends packets on.
        base = "confined"
        [programs]
        deny = ["cgroup_skb"]
        [helpers]
        allow = ["redirect", "redirect_map"]
        deny = ["skb_store_bytes"]
        [maps]
        allow = ["devmap"]
        memory = "16M"
        pinning = true
        [kernel]
        functions = ["bpf_xdp_metadata_rx_hash"]
        variables = true
        configuration = false
    "#;
    let profile = read(text).expect("a profile");
    assert!(profile.programs.has("xdp") && !profile.programs.has("cgroup_skb"));
    assert!(profile.helpers.has("redirect") && !profile.helpers.has("skb_store_bytes"));
    assert!(profile.maps.has("devmap") && profile.maps.has("hash") && !profile.maps.has("arena"));
    assert_eq!(profile.map_memory, Some(16 << 20));
    assert_eq!(
        profile.kernel_functions,
        Allowed::only(["bpf_xdp_metadata_rx_hash"])
    );
    assert!(profile.pinning && profile.kernel_variables && !profile.configuration);
    let text = "base = 'trusted'\n[programs]\ndeny = ['syscall']\n[maps]\nmemory = 'unlimited'";
    let profile = read(text).expect("a profile");
    assert!(profile.programs.has("kprobe") && !profile.programs.has("syscall"));
    assert!(profile.helpers.is_all() && !profile.programs.is_all());
    assert_eq!(profile.map_memory, None);
}

#[test]
fn errors_name_the_line() {
    for (text, expected) in [
        (
            "\n\nbase = 'strict'",
            "line 3: the base is confined, trusted or nothing, not strict",
        ),
        (
            "[programs]\nallow = [\n'xdp',\n'xpd']",
            "line 4: there is no type of programs xpd",
        ),
        (
            "[helpers]\ndeny = ['bpf_redirect']",
            "line 2: there is no helper bpf_redirect",
        ),
        (
            "[helpers]\nallow = ['redirect']\ndeny = ['redirect']",
            "line 2: helper redirect is allowed and denied",
        ),
        (
            "[maps]\nallow = ['table']",
            "line 2: there is no type of maps table",
        ),
        (
            "[maps]\nmemory = 'lots'",
            "line 2: lots is no number of bytes",
        ),
        (
            "[maps]\nmemory = '99999999999G'",
            "line 2: 99999999999G is no number of bytes",
        ),
        ("[map]\n", "line 1: unknown field `map`"),
        ("base = 'confined'\nbase", "line 2: "),
        ("[kernel]\nvariables = 'yes'", "line 2: invalid type"),
    ] {
        let error = read(text).expect_err("an error");
        let expected = format!("profile my.toml, {expected}");
        assert!(error.starts_with(&expected), "{error}\n{expected}");
    }
}

#[test]
fn profiles_have_names() {
    assert_eq!(
        Profile::named("trusted").expect("a profile"),
        Profile::trusted()
    );
    assert_eq!(
        Profile::named("confined").expect("a profile"),
        Profile::confined()
    );
    let error = Profile::named("no/such/profile")
        .expect_err("an error")
        .to_string();
    assert!(error.contains("profile no/such/profile"), "{error}");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "base = 'nothing'\n").expect("a file");
    let name = file.path().to_string_lossy().into_owned();
    assert_eq!(
        Profile::named(&name).expect("a profile"),
        Profile::nothing()
    );
}
