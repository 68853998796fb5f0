//! Tables of functions: congestion controls for TCP, which the kernel lists as long as their guests run.

use crate::machine;

#[test]
fn tables_of_functions_are_registered_while_their_guests_run() {
    let Some(results) = machine::results() else {
        return;
    };
    let rows = results.rows("congestion.did");
    let of = |label: &str| {
        let rows = rows.iter().filter(move |row| row[0] == label);
        rows.map(|row| &row[1..]).collect::<Vec<_>>()
    };
    let before = of("before")[0];
    for (i, (guest, name)) in [("congestion", "bpf_c"), ("congestion_rust", "bpf_rust")]
        .into_iter()
        .enumerate()
    {
        // The name is what the guest has written into the table, and that of the other is not there before it is registered.
        let (now, later) = (of(guest)[0], of("later")[i]);
        let has = |list: &[String], name: &str| list.iter().any(|found| found == name);
        assert!(has(now, name) && now.len() == before.len() + 1, "{now:?}");
        let second = format!("{name}_later");
        assert!(
            has(later, &second) && later.len() == before.len() + 2,
            "{later:?}"
        );
        assert_eq!(of("after")[i], before);

        let printed = results.printed(guest, 0);
        let lines: Vec<_> = printed.lines().collect();
        assert_eq!(lines[..2], [format!("REGISTERED {name}").as_str(), "LATER"]);
        let connections = lines[2].strip_prefix("CONNECTIONS ");
        let connections: u32 = connections.and_then(|count| count.parse().ok()).unwrap();
        assert!(connections > 0, "{printed}");
    }
    assert_eq!(of("alive")[0].len(), before.len() + 1);
    assert_eq!(of("killed")[0], before);
    results.assert_nothing_left("congestion");
}
