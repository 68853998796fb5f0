/* What this image or that host cannot do is refused, and is not pretended. The host does not let internal maps be found. */
#include "check.h"
#include "guest.skel.h"
#include "programs.skel.h"

static int ignore(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	(void)size;
	return 0;
}

static void parts_of_sections(void)
{
	struct programs_bpf *skel = programs_bpf__open();

	CHECK(skel);
	/* `first` and `second` share a section. */
	CHECK(!bpf_program__set_autoload(skel->progs.first, false));
	CHECK(programs_bpf__load(skel) == -EOPNOTSUPP);
	CHECK(!bpf_program__set_autoload(skel->progs.second, false));
	/* Switched on, these would share its name. */
	CHECK(bpf_program__set_autoload(skel->progs.optional_first, true) == -EOPNOTSUPP);
	CHECK(!bpf_program__set_autoload(skel->progs.optional_alone, true));
	CHECK(!programs_bpf__load(skel));
	CHECK(!bpf_program__attach(skel->progs.first));
	CHECK(bpf_program__attach(skel->progs.optional_alone));
	CHECK(!strcmp(bpf_program__section_name(skel->progs.optional_alone), "tp/sched/sched_process_exec"));
	programs_bpf__destroy(skel);
}

static void hidden_sections(void)
{
	struct guest_bpf *skel = guest_bpf__open();

	CHECK(skel);
	CHECK(!guest_bpf__load(skel));
	/* .data.named and .rodata.named are found by these names everywhere. */
	CHECK(bpf_map__fd(skel->maps.data) == -EOPNOTSUPP && bpf_map__fd(skel->maps.data_named) >= 0);
	CHECK(guest_bpf__sync(skel) == -EOPNOTSUPP);
	guest_bpf__destroy(skel);

	skel = guest_bpf__open();
	CHECK(skel);
	skel->bss->byte = 1;
	CHECK(guest_bpf__load(skel) == -EOPNOTSUPP);
	guest_bpf__destroy(skel);
}

static void stale_buffers(void)
{
	struct guest_bpf *skel = guest_bpf__open_and_load();
	struct ring_buffer *rb;

	CHECK(skel);
	rb = ring_buffer__new(bpf_map__fd(skel->maps.rb), ignore, NULL, NULL);
	CHECK(rb);
	guest_bpf__destroy(skel);
	CHECK(ring_buffer__poll(rb, 0) == -EBADF);
	ring_buffer__free(rb);
}

int main(void)
{
	parts_of_sections();
	hidden_sections();
	stale_buffers();
	CHECK(blocks == 0);
	return 0;
}
