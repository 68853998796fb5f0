//! One program of each kind, most of which the kernel of a machine for tests need not know: what it told of a process.

use crate::machine;
use crate::results::number;

/// Of kinds that see a call: what each tells of one with this mode and result, 0 or `-errno`. What refuses a call keeps others from
/// seeing it.
fn told_of(mode: i64, ret: i64) -> Vec<(&'static str, i64)> {
    let mut told = vec![
        ("uprobe", mode),
        ("uretprobe", mode + 1),
        ("ksyscall", mode),
        ("kprobe", mode),
        ("kprobe_target", mode),
        ("fentry", mode),
        ("fmod_ret", mode),
        ("fexit", ret),
        ("kretprobe", ret),
    ];
    if ret != -EPERM {
        told.push(("lsm", mode));
    }
    told
}

const EPERM: i64 = 1;
const EACCES: i64 = 13;

/// In the order of a kind's name, since which of two probes of a place is first is nobody's promise.
fn sorted(mut told: Vec<(&str, i64)>) -> Vec<(&str, i64)> {
    told.sort_unstable();
    told
}

#[test]
fn every_kind_of_program_is_attached_and_tells_what_the_process_knows() {
    let Some(results) = machine::results() else {
        return;
    };
    let did = results.rows("kinds.did");
    let calls: Vec<(i64, i64)> = did
        .iter()
        .map(|row| {
            (
                i64::from_str_radix(&row[4], 8).unwrap(),
                -number::<i64>(&row[3]),
            )
        })
        .collect();
    // The first is let through, one is refused by the LSM program, one by that which changes a function's result.
    assert_eq!(calls, [(0o751, 0), (0o752, -EACCES), (0o753, -EPERM)]);

    let rows = results.table("kinds", "KIND VALUE");
    let rows: Vec<(&str, i64)> = rows
        .iter()
        .map(|row| (row[0].as_str(), number(&row[1])))
        .collect();
    let mut rest = &rows[..];
    for (mode, ret) in calls {
        let expected = sorted(told_of(mode, ret));
        let (told, others) = rest.split_at(expected.len());
        assert_eq!(sorted(told.to_vec()), expected);
        rest = others;
    }
    let pid = number(&did[0][1]);
    let mut expected = vec![("raw_tracepoint", 0), ("tp_btf", pid)];
    // Packets to a port, in a cgroup and on an interface.
    let network = results.rows("kinds_network.did");
    assert_eq!(network[0][..2], ["udp", "5"]);
    expected.extend([("cgroup_skb", 5002), ("xdp", 5002)].repeat(5));
    assert_eq!(sorted(rest.to_vec()), sorted(expected));
    results.assert_nothing_left("kinds");
}
