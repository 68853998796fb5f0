/* Two objects of one skeleton: what is written into one never shows in the other, and all of it arrives. */
#include "check.h"
#include "guest.skel.h"

static void check_untouched(const struct guest_bpf *skel)
{
	CHECK(skel->rodata->min_duration == 5);
	CHECK(skel->rodata->settings.mode == 'a' && skel->rodata->settings.limit == 7);
	CHECK(skel->rodata_named->named == 1);
	CHECK(skel->data->counter == 3 && skel->data->current.mode == 'b' && skel->data->current.limit == 8);
	CHECK(skel->data_named->named_data == 4);
	CHECK(skel->bss->total == 0 && skel->bss->byte == 0);
	CHECK(skel->kconfig->LINUX_KERNEL_VERSION == 0);
}

static void edit_first(struct guest_bpf *skel)
{
	skel->rodata->min_duration = 0x1111111111111111;
	skel->rodata->settings.mode = 'x';
	skel->rodata->settings.cookie = 0x2222222222222222;
	skel->rodata_named->named = 0x33333333;
	skel->data->counter = -1;
	skel->data->current.limit = 0x4444444444444444;
	skel->data_named->named_data = 0x55555555;
	skel->bss->total = 0x6666666666666666;
	skel->bss->byte = 0x77;
	CHECK(!bpf_program__set_autoload(skel->progs.chosen, false));
	CHECK(!bpf_program__set_autoload(skel->progs.optional, true));
	CHECK(!bpf_program__autoload(skel->progs.chosen) && bpf_program__autoload(skel->progs.optional));
	CHECK(!bpf_map__set_max_entries(skel->maps.started, 99));
	CHECK(bpf_map__max_entries(skel->maps.started) == 99);
	CHECK(bpf_map__set_max_entries(skel->maps.rodata, 2) == -EOPNOTSUPP);
}

static void edit_second(struct guest_bpf *skel)
{
	skel->rodata->min_duration = 6;
	/* There and back. */
	CHECK(!bpf_program__set_autoload(skel->progs.chosen, false));
	CHECK(!bpf_program__set_autoload(skel->progs.chosen, true));
	skel->data->counter = 9;
	skel->data->counter = 3;
	bpf_program__set_autoattach(skel->progs.chosen, false);
}

int main(void)
{
	struct guest_bpf *first = guest_bpf__open(), *second = guest_bpf__open();
	size_t size;

	CHECK(first && second && first != second);
	CHECK(((size_t)first->rodata & 7) == 0 && ((size_t)second->data & 7) == 0);
	check_untouched(first);
	edit_first(first);
	check_untouched(second);
	edit_second(second);
	CHECK(guest_bpf__elf_bytes(&size) && size > 5000);

	CHECK(!guest_bpf__load(first));
	CHECK(first->kconfig->LINUX_KERNEL_VERSION == 0x060102);
	CHECK(second->kconfig->LINUX_KERNEL_VERSION == 0);
	CHECK(!guest_bpf__load(second));
	CHECK(bpf_map__fd(first->maps.rb) >= 0 && bpf_map__fd(first->maps.rb) != bpf_map__fd(second->maps.rb));

	CHECK(!bpf_program__set_target(first->progs.tunes, "/sys/fs/cgroup/test"));
	CHECK(!bpf_program__set_target(first->progs.passes, "lo"));
	CHECK(!guest_bpf__attach(first));
	CHECK(first->links.always && !first->links.chosen && first->links.optional && first->links.tunes);
	CHECK(!guest_bpf__attach(second));
	CHECK(second->links.always && !second->links.chosen && !second->links.optional && !second->links.tunes);
	/* Nothing is attached twice. */
	CHECK(!guest_bpf__attach(first));
	CHECK(guest_bpf__detach(first) == -EOPNOTSUPP);

	guest_bpf__destroy(second);
	guest_bpf__destroy(first);
	CHECK(blocks == 0);
	return 0;
}
