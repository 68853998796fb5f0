//! sockfilter: every packet on an interface, going out and coming in.

use crate::machine;
use crate::results::{Results, is_time, number};

const HEADING: &str = "TIME DIR PROTO SOURCE DESTINATION BYTES";

/// `PROTO SOURCE DESTINATION BYTES` of each packet that was sent.
fn sent(results: &Results, protocols: &[&str]) -> Vec<String> {
    let mut packets = Vec::new();
    for row in results.rows("sockfilter.did") {
        let count: usize = number(&row[1]);
        let (protocol, count, rest) = match row[0].as_str() {
            "udp" => ("UDP", count, row[2..].join(" ")),
            // Each has an answer of the same size: Ethernet, IPv4, ICMP, 56 bytes.
            _ => (
                "ICMP",
                count * 2,
                format!("127.0.0.1 127.0.0.1 {}", 14 + 20 + 8 + 56),
            ),
        };
        if protocols.contains(&protocol) {
            packets.extend(vec![format!("{protocol} {rest}"); count]);
        }
    }
    packets
}

/// The packets of one direction, in the order of the rows.
fn seen(rows: &[Vec<String>], direction: &str) -> Vec<String> {
    let rows = rows.iter().filter(|row| row[1] == direction);
    rows.map(|row| {
        assert!(is_time(&row[0]), "{row:?}");
        row[2..].join(" ")
    })
    .collect()
}

#[test]
fn sockfilter_prints_every_packet() {
    let Some(results) = machine::results() else {
        return;
    };
    for (guest, protocols, count) in [
        ("sockfilter", &["UDP", "ICMP"][..], 20 + 7 + 6),
        ("sockfilter_udp", &["UDP"], 20 + 7),
    ] {
        let rows = results.table(guest, HEADING);
        let sent = sent(results, protocols);
        assert_eq!(sent.len(), count);
        assert_eq!(seen(&rows, "OUT"), sent, "{guest}");
        assert_eq!(seen(&rows, "IN"), sent, "{guest}");
        assert_eq!(rows.len(), count * 2, "{guest}");
    }
    results.assert_nothing_left("sockfilter");
}

#[test]
fn sockfilter_refuses_an_interface_that_is_not_there() {
    let Some(results) = machine::results() else {
        return;
    };
    assert_eq!(results.printed("sockfilter_none", 1), "");
    let errors = results.text("sockfilter_none.err");
    assert!(errors.contains("nosuch0"), "{errors}");
}
