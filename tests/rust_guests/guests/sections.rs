// Sections of every sort, with the values of their source.

mod arena {
    include!(concat!(env!("SKELETONS"), "/arena.rs"));
}
mod struct_ops {
    include!(concat!(env!("SKELETONS"), "/struct_ops.rs"));
}
include!(concat!(env!("SKELETONS"), "/variables.rs"));
mod check;

use arena::ArenaSkel;
use struct_ops::StructOpsSkel;

fn check_constants(skel: &OpenVariablesSkel) {
    let rodata = skel.rodata();
    assert_eq!((rodata.ro_char, { rodata.ro_long }), (b'r' as i8, 0x1122334455667788));
    assert_eq!((rodata.ro_yes, { rodata.ro_shorts }[2]), (true.into(), 3));
    assert_eq!({ rodata.ro_settings.inner.value }, 3);
    assert_eq!((rodata.ro_settings.low() as u64, rodata.ro_settings.high() as u64), (5, 100));
    assert_eq!({ rodata.ro_level }, types::level::MIDDLE);
    assert_eq!(rodata.ro_text_str(), *"text with \"quotes\", \\ and ??/");
    assert_eq!(({ skel.rodata_named().named_limit } as u64, skel.rodata_named().named_byte as u8), (10, 11));
    assert_eq!({ skel.rodata_other_deep().other_mask }, !0);
}

fn check_variables(skel: &OpenVariablesSkel) {
    let (data, bss) = (skel.data(), skel.bss());
    assert_eq!((data.data_char, data.data_settings.inner.tag as u8), (b'd' as i8, 8));
    assert_eq!((data.data_yes, bss.data_no), (true.into(), false.into()));
    assert_eq!({ data.data_grid }[1][2], 6);
    assert_eq!({ data.data_pointer }.addr(), 0x1234);
    assert_eq!({ data.data_aligned } as u64, 64);
    assert_eq!({ skel.data_named().named_counter } as u64, 3);
    assert_eq!(({ bss.bss_first } as u64, bss.bss_block[6], { skel.bss_named().named_zero } as u64), (0, 0, 0));
}

fn edit(skel: &mut OpenVariablesSkel) {
    skel.rodata_mut().ro_wide = (-1_i128) as _;
    skel.rodata_mut().ro_settings.set_high(1);
    skel.rodata_mut().ro_yes = false.into();
    skel.rodata_other_deep_mut().other_mask = 0xabcdef;
    skel.data_mut().data_wide = 3 << 64;
    skel.data_mut().data_grid[1][1] = 55;
    skel.data_mut().data_wide_enum = types::wide_t::FIRST;
    skel.data_named_mut().named_inners[1].value = -9;
    skel.bss_mut().bss_wide = -2;
    skel.bss_mut().bss_inner.value = 4;
    skel.bss_mut().bss_block[6] = 6;
    skel.bss_named_mut().named_zero = 1;
}

fn main() {
    check::run(|| {
        let mut variables = VariablesSkel::open().unwrap();
        check_constants(&variables);
        check_variables(&variables);
        edit(&mut variables);
        let _variables = variables.load().unwrap();

        let mut ops = StructOpsSkel::open().unwrap();
        assert_eq!({ ops.struct_ops.plain().flags } as u64, 7);
        assert_eq!(ops.struct_ops.linked().name_str(), *"linked");
        ops.struct_ops.plain_mut().flags = 8;
        ops.struct_ops.second_mut().name[..6].copy_from_slice(&b"edited".map(|byte| byte as _));
        let _ops = ops.load().unwrap();

        let mut arena = ArenaSkel::open().unwrap();
        assert_eq!(({ arena.arena().shared_counter } as u64, { arena.arena().shared_cell.value } as u64), (5, 6));
        arena.arena_mut().shared_counter = 50;
        let _arena = arena.load().unwrap();
    });
}
