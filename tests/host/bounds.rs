//! Objects that would take more than the machine has.

use crate::guest;
use crate::loading::{compile, load, load_again};
use std::collections::BTreeSet;
use std::path::Path;
use test_support::probe;
use wasm_bpf_host::Limits;

/// It is refused by these words, and libbpf has not said anything.
#[track_caller]
fn assert_refused(image: &[u8], limits: Limits, words: &str) {
    let (loaded, said) = load(image, limits);
    assert!(!loaded, "{said}");
    assert!(said.contains(words), "{said}");
    assert!(!said.contains("libbpf: "), "{said}");
}

/// Maps of a few hundred bytes each that take the kernel gigabytes.
const LARGE_MAPS: [&str; 12] = [
    "struct { MAP(ARRAY, 1 << 28, 4, 8); } m SEC(\".maps\");",
    "struct { MAP(PERCPU_ARRAY, 1 << 20, 4, 1 << 15); } m SEC(\".maps\");",
    "struct { MAP(HASH, 1 << 26, 4, 8); } m SEC(\".maps\");",
    "struct { MAP(HASH, 1 << 26, 4, 8); __uint(map_flags, 1); } m SEC(\".maps\");",
    "struct { MAP(LRU_PERCPU_HASH, 1 << 24, 8, 64); } m SEC(\".maps\");",
    "struct { MAP(LPM_TRIE, 1 << 24, 8, 64); __uint(map_flags, 1); } m SEC(\".maps\");",
    "struct { MAP(STACK_TRACE, 1 << 20, 4, 1016); } m SEC(\".maps\");",
    "struct { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(max_entries, 1 << 20); __uint(value_size, 4096); } m SEC(\".maps\");",
    "struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 1 << 30); } m SEC(\".maps\");",
    "struct { MAP(ARRAY, 1 << 24, 4, 16); } m SEC(\".maps\"); struct { MAP(ARRAY, 1 << 24, 4, 16); } n SEC(\".maps\");
     struct { MAP(ARRAY, 1 << 24, 4, 16); } o SEC(\".maps\");",
    "struct { MAP(PERF_EVENT_ARRAY, 1 << 27, 4, 4); } m SEC(\".maps\");",
    "struct inner { MAP(ARRAY, 1 << 28, 4, 8); };
     struct { MAP(ARRAY_OF_MAPS, 1, 4, 4); __array(values, struct inner); } m SEC(\".maps\");",
];

#[test]
pub fn maps_have_bytes_not_only_entries() {
    let _together = guest::needs(&[]);
    for source in LARGE_MAPS {
        let Some(image) = compile(source) else { return };
        let limits = Limits::default();
        assert_refused(&image, limits, "no more than 536870912 bytes of all maps");
    }
    // A map of a section, which the image holds as well.
    let Some(image) =
        compile("char large[100 << 20]; SEC(\"socket\") int f(void *c) { return large[5]; }")
    else {
        return;
    };
    let words = "no more than 67108864 bytes of all objects' sections";
    assert_refused(&image, Limits::default(), words);
    let mut limits = Limits::default();
    limits.image_bytes = 1 << 30;
    limits.map_bytes = 50 << 20;
    assert_refused(&image, limits, "no more than 52428800 bytes of all maps");
}

#[test]
pub fn objects_count_together_until_they_are_closed() {
    let Some(image) = compile("struct { MAP(ARRAY, 1 << 17, 4, 8); } m SEC(\".maps\");") else {
        return;
    };
    let Some(_together) = guest::needs(&[probe::arrays]) else {
        return;
    };
    let some = Limits::default();
    let mut one_of = [(); 4].map(|()| some.clone());
    one_of[0].map_bytes = 3 << 19;
    one_of[1].maps = 1;
    one_of[2].objects = 1;
    one_of[3].image_bytes = image.len() as u64;
    for limits in one_of {
        let (loaded, said) = load_again(&image, limits.clone());
        assert_eq!(loaded, [true, false, true], "{limits:?} {said}");
    }
    let (loaded, said) = load_again(&image, some);
    assert_eq!(loaded, [true; 3], "{said}");
}

#[test]
pub fn prototypes_of_inner_maps_count() {
    let source = "struct inner { MAP(HASH, 1000, 4, 4); };
        struct { MAP(HASH_OF_MAPS, 1, 4, 4); __array(values, struct inner); } m SEC(\".maps\");";
    let Some(image) = compile(source) else { return };
    let Some(_together) = guest::needs(&[probe::hashes_of_maps]) else {
        return;
    };
    let mut limits = Limits::default();
    limits.maps = 1;
    assert_refused(&image, limits, "no more than 1 maps");
    let mut limits = Limits::default();
    limits.map_entries = 999;
    assert_refused(&image, limits, "no more than 999 entries");
    let mut limits = Limits::default();
    limits.maps = 2;
    limits.map_entries = 1000;
    let (loaded, said) = load(&image, limits);
    assert!(loaded, "{said}");
}

/// Sections that are all the same bytes of the file.
fn overlapping(count: u16, size: u64) -> Vec<u8> {
    let mut image = vec![0; 64 + usize::try_from(size).expect("a size")];
    image[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    image[16..21].copy_from_slice(&[1, 0, 247, 0, 1]);
    let table = image.len() as u64;
    image[40..48].copy_from_slice(&table.to_le_bytes());
    image[52] = 64;
    image[58] = 64;
    image[60..62].copy_from_slice(&(count + 1).to_le_bytes());
    image.resize(image.len() + 64, 0);
    for _ in 0..count {
        let mut header = [0; 64];
        header[4] = 1;
        header[24..32].copy_from_slice(&64_u64.to_le_bytes());
        header[32..40].copy_from_slice(&size.to_le_bytes());
        image.extend_from_slice(&header);
    }
    image
}

#[test]
pub fn sections_are_added_up_before_libbpf_reads_them() {
    let _together = guest::needs(&[]);
    // A few megabytes that claim to be more than one gigabyte.
    let image = overlapping(400, 4 << 20);
    let words = format!(
        "sections have {} bytes: the host allows no more than 67108864",
        400 << 22
    );
    assert_refused(&image, Limits::default(), &words);
    let (loaded, said) = load(b"\x7fELF, but no more", Limits::default());
    assert!(
        !loaded && said.contains("cannot open the BPF object"),
        "{said}"
    );
}

#[test]
pub fn programs_and_their_functions_are_counted() {
    let _together = guest::needs(&[]);
    let mut source = String::new();
    for number in 0..20 {
        source += &format!("SEC(\"socket\") int f{number}(void *c) {{ return {number}; }}\n");
    }
    let Some(image) = compile(&source) else {
        return;
    };
    let mut limits = Limits::default();
    limits.programs = 19;
    assert_refused(
        &image,
        limits,
        "the BPF object has 20 functions: the host allows no more than 19",
    );
}

fn only(name: &str) -> Limits {
    let mut limits = Limits::default();
    limits.program_types = Some(BTreeSet::from([name.to_owned()]));
    limits
}

/// Programs that are loaded although, or as something else than, their section says.
#[test]
pub fn programs_count_as_the_type_that_is_loaded() {
    let _together = guest::needs(&[]);
    let table = "struct sock; struct tcp_congestion_ops { __u32 (*ssthresh)(struct sock *sk); char name[16]; };
        SEC(\"SECTION\") __u32 f(void *c) { return 1; }
        SEC(\".struct_ops\") struct tcp_congestion_ops ops = { .ssthresh = (void *)f, .name = \"wasm_bpf_x\" };";
    for section in ["struct_ops/f", "?struct_ops/f", "struct_ops.s/f"] {
        let Some(image) = compile(&table.replace("SECTION", section)) else {
            return;
        };
        let words = "does not allow programs of type struct_ops";
        assert_refused(&image, only("tracing"), words);
    }
    let data_only = "struct tcp_congestion_ops { char name[16]; };
        SEC(\".struct_ops\") struct tcp_congestion_ops ops = { .name = \"wasm_bpf_x\" };";
    for (source, words) in [
        (
            "SEC(\"freplace/f\") int f(void *c) { return 0; }",
            "programs of type ext",
        ),
        (
            "SEC(\"strange\") int f(void *c) { return 0; }",
            "programs of type unspec",
        ),
        (data_only, "tables of type struct_ops"),
    ] {
        let Some(image) = compile(source) else { return };
        assert_refused(&image, only("xdp"), words);
    }
}

#[test]
pub fn programs_that_are_not_loaded_may_be_of_any_type() {
    let source =
        "SEC(\"?xdp\") int f(void *c) { return 0; } SEC(\"socket\") int g(void *c) { return 0; }";
    let Some(image) = compile(source) else { return };
    let Some(_together) = guest::needs(&[probe::socket_filters]) else {
        return;
    };
    let (loaded, said) = load(&image, only("socket_filter"));
    assert!(loaded, "{said}");
}

/// All objects of this repository stay far from the limits.
#[test]
pub fn honest_objects_stay_within_an_eighth_of_the_limits() {
    let _together = guest::needs(&[]);
    let mut limits = Limits::default();
    limits.image_bytes /= 8;
    limits.programs /= 8;
    limits.maps /= 8;
    limits.map_bytes /= 8;
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests");
    let mut count = 0;
    for folder in ["bpf", "bpf/skeletons"] {
        for entry in std::fs::read_dir(tests.join(folder)).expect("objects") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|kind| kind == "o") {
                // Whether this kernel loads it is another matter.
                let (_, said) = load(&std::fs::read(&path).expect("an object"), limits.clone());
                assert!(!said.contains("the host"), "{}: {said}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 10, "{count} objects");
}
