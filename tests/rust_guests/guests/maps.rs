// Typed access to the elements of maps.

mod guest {
    include!(concat!(env!("SKELETONS"), "/guest.rs"));
}
include!(concat!(env!("SKELETONS"), "/kinds.rs"));
mod check;

use check::fails;
use guest::GuestSkel;
use libbpf_wasm::errno::{EBADF, EEXIST, EINVAL, ENOENT, EOPNOTSUPP};
use libbpf_wasm::{HashMap, Map, MapFlags, Plain, Ptr, RingBuf};

fn of_structs(skel: &KindsSkel) {
    let map = &skel.maps.by_struct;
    let mut key = types::key { family: 2, port: 80, ..Default::default() };
    key.address[..3].copy_from_slice(&[1, 2, 3]);
    let mut value = types::value { packets: 1, bytes: -2, ..Default::default() };
    value.name[..4].copy_from_slice(b"eth0");

    assert!(map.get(&key).unwrap().is_none());
    fails(map.insert(&key, &value, MapFlags::EXIST), ENOENT);
    map.insert(&key, &value, MapFlags::NO_EXIST).unwrap();
    fails(map.insert(&key, &value, MapFlags::NO_EXIST), EEXIST);
    assert_eq!(map.get(&key).unwrap().unwrap().as_bytes(), value.as_bytes());
    key.port = 81;
    value.packets = 2;
    map.insert(&key, &value, MapFlags::ANY).unwrap();
    let ports = || map.keys().map(|key| key.unwrap().port).collect::<Vec<_>>();
    assert_eq!(ports(), [80, 81]);
    let packets: Vec<_> = map.iter().map(|entry| entry.unwrap().1.packets).collect();
    assert_eq!(packets, [1, 2]);
    assert!(map.remove(&key).unwrap() && !map.remove(&key).unwrap());
    assert_eq!(ports(), [80]);
    assert_eq!({ map.take(&types::key { port: 80, ..key }).unwrap().unwrap().packets }, 1);
    assert_eq!(map.iter().count(), 0);
}

// Elements may go away while a guest goes through them, whichever they are.
fn going_away(skel: &KindsSkel) {
    let map = &skel.maps.by_struct;
    for port in 0..20 {
        let key = types::key { port, ..Default::default() };
        map.insert(&key, &types::value::default(), MapFlags::ANY).unwrap();
    }
    let mut seen = Vec::new();
    for key in map.keys() {
        let key = key.unwrap();
        seen.push(key.port);
        // This one, and the one after it.
        map.remove(&key).unwrap();
        map.remove(&types::key { port: key.port + 1, ..key }).unwrap();
    }
    assert_eq!(seen, (0..20).collect::<Vec<_>>());
    for port in [7, 8, 9] {
        let key = types::key { port, ..Default::default() };
        map.insert(&key, &types::value::default(), MapFlags::ANY).unwrap();
    }
    let mut found = 0;
    for entry in map {
        let (key, _) = entry.unwrap();
        map.remove(&types::key { port: 8, ..key }).unwrap();
        found += 1;
    }
    assert_eq!(found, 2);
    for port in [7, 9] {
        assert!(map.remove(&types::key { port, ..Default::default() }).unwrap());
    }
}

fn of_other_types(skel: &KindsSkel) {
    let maps = &skel.maps;
    maps.by_index.set(6, &0x1234567890).unwrap();
    assert_eq!(maps.by_index.get(6).unwrap(), Some(0x1234567890));
    assert_eq!(maps.by_index.get(7).unwrap(), None);
    assert_eq!((maps.by_index.len(), maps.by_index.iter().count()), (7, 7));
    fails(maps.by_index.remove_bytes(&[0; 4]), EINVAL);

    let pair = types::anonymous { a: 1, b: 1 << 40, ..Default::default() };
    maps.lru.insert(&pair, &types::state::BUSY, MapFlags::ANY).unwrap();
    assert_eq!(maps.lru.get(&pair).unwrap(), Some(types::state::BUSY));
    let (a, b) = (types::small_number::TINY_A, types::small_number::TINY_B);
    maps.by_tiny.insert(&b, &[a, b, a], MapFlags::ANY).unwrap();
    assert_eq!(maps.by_tiny.get(&b).unwrap().unwrap()[1], b);
    let prefix = types::prefix { length: 8, address: [10, 0, 0, 0] };
    maps.routes.insert(&prefix, &true.into(), MapFlags::ANY).unwrap();
    assert_eq!(maps.routes.get(&prefix).unwrap(), Some(true.into()));
    // One definition, two maps.
    maps.twin_a.insert(&5, &Ptr::from_addr(0x1122334455667788), MapFlags::ANY).unwrap();
    assert!(maps.twin_b.get(&5).unwrap().is_none());
    assert_eq!(maps.twin_a.get(&5).unwrap().unwrap().addr(), 0x1122334455667788);
    // Sizes are all that is known of these; the values are for every CPU.
    fails(maps.lru_per_cpu.get_bytes(&[0; 3]), EINVAL);
    assert_eq!(maps.lru_per_cpu.get_bytes(&[0; 4]).unwrap(), None);
    // Queues have no keys.
    let value = types::value { packets: 3, ..Default::default() };
    maps.queue.push(&value, MapFlags::ANY).unwrap();
    assert_eq!({ maps.queue.peek().unwrap().unwrap().packets }, 3);
}

fn of_every_cpu(skel: &GuestSkel, kinds: &KindsSkel) {
    let map = &skel.maps.per_cpu;
    assert_eq!(map.cpus().unwrap(), 3);
    map.set(1, &[10, 20, 30]).unwrap();
    assert_eq!(map.get(1).unwrap().unwrap(), [10, 20, 30]);
    assert_eq!(map.get(0).unwrap().unwrap(), [0, 0, 0]);
    assert!(map.get(2).unwrap().is_none());
    fails(map.set(1, &[1, 2]), EINVAL);
    assert_eq!(map.iter().count(), 2);

    let map = &kinds.maps.per_cpu_hash;
    let value = |byte| types::prefix { length: 1, address: [byte; 4] };
    map.insert(&7, &[value(1), value(2), value(3)], MapFlags::NO_EXIST).unwrap();
    let (key, values) = map.iter().next().unwrap().unwrap();
    assert_eq!((key, values.len(), values[2].address), (7, 3, [3; 4]));
    assert!(map.remove(&7).unwrap() && map.keys().next().is_none());
    assert!(map.get(&7).unwrap().is_none());
    // Five bytes, padded to eight by the kernel.
    let map = &kinds.maps.per_cpu_array;
    let values = [*b"first", *b"2nd..", *b"third"].map(|text| text.map(|byte| byte as _));
    map.set(1, &values).unwrap();
    assert_eq!(map.get(1).unwrap().unwrap(), values);
}

// A handle of other types than the map's is of no use, and no harm.
fn of_wrong_types(skel: &GuestSkel) {
    let per_cpu: HashMap<u32, u64> = Map::clone(&skel.maps.per_cpu).into();
    fails(per_cpu.get(&1), EINVAL);
    fails(per_cpu.insert(&1, &1, MapFlags::ANY), EINVAL);
    let short: HashMap<u16, u64> = Map::clone(&skel.maps.started).into();
    fails(short.get(&1), EINVAL);
    fails(short.remove(&1), EINVAL);
    let wide: HashMap<i32, [u64; 9]> = Map::clone(&skel.maps.started).into();
    fails(wide.get(&1), EINVAL);
    fails(wide.insert(&1, &[0; 9], MapFlags::ANY), EINVAL);
    let no_buffer: RingBuf = Map::clone(&skel.maps.started).into();
    let rb = no_buffer.ring_buffer(|_: &[u8]| ()).unwrap();
    assert!(rb.poll(std::time::Duration::ZERO).is_err());
}

fn main() {
    check::run(|| {
        let kinds = KindsSkel::open().unwrap();
        kinds.maps.sized_later.set_max_entries(12).unwrap();
        fails(kinds.maps.twin_a.set_max_entries(1), EOPNOTSUPP);
        let kinds = kinds.load().unwrap();
        let guest = GuestSkel::open_and_load().unwrap();
        of_structs(&kinds);
        going_away(&kinds);
        of_other_types(&kinds);
        of_every_cpu(&guest, &kinds);
        of_wrong_types(&guest);
        let (by_struct, by_index) = (kinds.maps.by_struct.clone(), kinds.maps.by_index.clone());
        drop(kinds);
        fails(by_struct.get(&Plain::zeroed()), EBADF);
        fails(by_index.get(0), EBADF);
        fails(by_struct.keys().next().unwrap(), EBADF);
    });
}
