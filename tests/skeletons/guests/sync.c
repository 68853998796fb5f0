/* After load: what BPF writes is read with sync, what the guest writes is given with flush. */
#include "check.h"
#include "guest.skel.h"

int main(void)
{
	struct guest_bpf__data data;
	struct guest_bpf__bss bss;
	struct guest_bpf *skel = guest_bpf__open();
	int zero = 0;

	CHECK(skel);
	CHECK(guest_bpf__sync(skel) == -EINVAL && guest_bpf__flush(skel) == -EINVAL);
	skel->bss->total = 1;
	CHECK(!guest_bpf__load(skel));

	/* As a BPF program would. */
	data = *skel->data;
	data.counter = 1000;
	bss = (struct guest_bpf__bss){ .total = 2000, .byte = 3 };
	CHECK(!bpf_map_update_elem(bpf_map__fd(skel->maps.data), &zero, &data, BPF_ANY));
	CHECK(!bpf_map_update_elem(bpf_map__fd(skel->maps.bss), &zero, &bss, BPF_ANY));
	CHECK(skel->data->counter == 3 && skel->bss->total == 1);
	CHECK(!guest_bpf__sync(skel));
	CHECK(skel->data->counter == 1000 && skel->bss->total == 2000 && skel->bss->byte == 3);
	CHECK(skel->data->current.limit == 8);

	skel->data->current.mode = 'f';
	skel->bss->byte = 4;
	/* Constants are not written, and nobody is told that they were. */
	skel->rodata->min_duration = 77;
	CHECK(!guest_bpf__flush(skel));
	CHECK(!bpf_map_lookup_elem(bpf_map__fd(skel->maps.data), &zero, &data));
	CHECK(data.counter == 1000 && data.current.mode == 'f');
	CHECK(!bpf_map_lookup_elem(bpf_map__fd(skel->maps.bss), &zero, &bss));
	CHECK(bss.total == 2000 && bss.byte == 4);

	guest_bpf__destroy(skel);
	CHECK(blocks == 0);
	return 0;
}
