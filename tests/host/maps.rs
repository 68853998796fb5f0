//! Operations on maps.

use crate::guest::{self, Said};
use wasm_bpf::Config;

#[test]
pub fn maps_of_every_kind_have_the_sizes_of_the_kernel() {
    if !guest::possible() {
        return;
    }
    let _together = guest::together();
    let cpus = libbpf_rs::num_possible_cpus().expect("a number");
    let said = Said::default();
    let config = Config::default().log(said.log());
    let outcome = guest::run_with("maps", &cpus.to_string(), config).expect("a good end");
    assert_eq!(
        outcome.exit_code,
        0,
        "the guest ends at that line\n{}",
        said.text()
    );
}
