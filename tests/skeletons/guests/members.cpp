/* The same in C++: functions as members, constants that are types, names that are keywords there. */
#include "check.h"
#include "9p-trace.skel.h"
#include "guest.skel.h"
#include "guest_names.skel.h"

static int seen;

BPF_SAMPLE_HANDLER(typed, struct notice, event)
{
	(void)ctx;
	seen += event->pid;
	return 0;
}

int main()
{
	guest_bpf *skel = guest_bpf::open();
	size_t size = 0;

	CHECK(skel && guest_bpf::elf_bytes(&size) && size > 5000);
	skel->rodata->min_duration = 12;
	skel->data->current.mode = 'c';
	CHECK(!guest_bpf::load(skel));
	CHECK(!guest_bpf::attach(skel));
	CHECK(guest_bpf::detach(skel) == -EOPNOTSUPP);
	CHECK(!guest_bpf::sync(skel));

	guest_bpf__started__key key = 3;
	guest_bpf__started__value value = {};
	CHECK(guest_bpf__started__lookup(skel, &key, &value) == -ENOENT);
	CHECK(!guest_bpf__started__update(skel, &key, &value, BPF_ANY));

	ring_buffer *rb = ring_buffer__new(bpf_map__fd(skel->maps.rb), typed, nullptr, nullptr);
	CHECK(rb && ring_buffer__poll(rb, 0) == 1 && seen == 11);
	ring_buffer__free(rb);
	guest_bpf::destroy(skel);
	CHECK(blocks == 0);

	_9p_trace_bpf *odd = _9p_trace_bpf::open_and_load();
	CHECK(odd && odd->rodata && odd->rodata->class___bpf == 1);
	CHECK(odd->maps.rodata && odd->maps.rodata___2 && bpf_map__type(odd->maps.rodata___2) == BPF_MAP_TYPE_ARRAY);
	_9p_trace_bpf::destroy(odd);

	guest_names_bpf *named = guest_names_bpf::open_and_load();
	CHECK(named && sizeof(named->bss->bpf_map) == 16);
	guest_names_bpf::destroy(named);
	CHECK(blocks == 0);
	return 0;
}
