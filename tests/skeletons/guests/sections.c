/* Sections of every sort, with the values of their source, and none of them NULL. */
#include "check.h"
#include "arena.skel.h"
#include "struct_ops.skel.h"
#include "variables.skel.h"

static void check_constants(const struct variables_bpf *skel)
{
	CHECK(skel->rodata->ro_char == 'r' && skel->rodata->ro_long == 0x1122334455667788);
	CHECK(skel->rodata->ro_yes == true);
	CHECK(skel->rodata->ro_shorts[2] == 3);
	CHECK(skel->rodata->ro_settings.c == 1 && skel->rodata->ro_settings.inner.value == 3);
	CHECK(skel->rodata->ro_settings.low == 5 && skel->rodata->ro_settings.high == 100);
	CHECK(skel->rodata->ro_wide == 15 && skel->rodata->ro_level == MIDDLE);
	CHECK(!strcmp(skel->rodata->ro_text, "text with \"quotes\", \\ and \?\?/"));
	CHECK(skel->rodata_named->named_limit == 10 && skel->rodata_named->named_byte == 11);
	CHECK(skel->rodata_other_deep->other_mask == ~0ull);
}

static void check_variables(const struct variables_bpf *skel)
{
	CHECK(skel->data->data_char == 'd' && skel->data->data_settings.inner.tag == 8);
	CHECK(skel->data->data_wide == 1 && skel->data->data_yes && !skel->bss->data_no);
	CHECK(skel->data->data_level == HIGH && skel->data->data_wide_enum == SECOND);
	CHECK(skel->data->data_grid[1][2] == 6 && skel->data->data_pointer == 0x1234);
	CHECK(skel->data->data_aligned == 64);
	CHECK(skel->data_named->named_counter == 3 && skel->data_named->named_inners[1].tag == 'b');
	CHECK(skel->bss->bss_first == 0 && skel->bss->bss_wide == 0 && skel->bss->bss_block[6] == 0);
	CHECK(skel->bss_named->named_zero == 0);
}

static void edit(struct variables_bpf *skel)
{
	skel->rodata->ro_wide = -1;
	skel->rodata->ro_settings.high = 1;
	skel->rodata->ro_yes = false;
	skel->rodata_other_deep->other_mask = 0xabcdef;
	skel->data->data_wide = (unsigned __int128)3 << 64;
	skel->data->data_grid[1][1] = 55;
	skel->data->data_wide_enum = FIRST;
	skel->data_named->named_inners[1].value = -9;
	skel->bss->bss_wide = -2;
	skel->bss->bss_inner.value = 4;
	skel->bss->bss_block[6] = 6;
	skel->bss_named->named_zero = 1;
}

int main(void)
{
	struct variables_bpf *variables = variables_bpf__open();
	struct struct_ops_bpf *ops = struct_ops_bpf__open();
	struct arena_bpf *arena = arena_bpf__open();

	CHECK(variables && ops && arena);
	check_constants(variables);
	check_variables(variables);
	edit(variables);
	CHECK(!variables_bpf__load(variables));

	CHECK(ops->struct_ops.plain->flags == 7 && !strcmp(ops->struct_ops.linked->name, "linked"));
	ops->struct_ops.plain->flags = 8;
	strcpy(ops->struct_ops.second->name, "edited");
	CHECK(!struct_ops_bpf__load(ops));

	CHECK(arena->arena->shared_counter == 5 && arena->arena->shared_cell.value == 6);
	arena->arena->shared_counter = 50;
	CHECK(!arena_bpf__load(arena));

	variables_bpf__destroy(variables);
	struct_ops_bpf__destroy(ops);
	arena_bpf__destroy(arena);
	CHECK(blocks == 0);
	return 0;
}
