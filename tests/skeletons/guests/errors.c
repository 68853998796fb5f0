/* What goes wrong gives an error code, and leaves nothing behind. The host refuses the second load, and to attach `chosen`. */
#include "check.h"
#include "guest.skel.h"

static void null_skeletons(void)
{
	CHECK(guest_bpf__load(NULL) == -EINVAL && errno == EINVAL);
	CHECK(guest_bpf__attach(NULL) == -EINVAL);
	CHECK(guest_bpf__detach(NULL) == -EINVAL);
	CHECK(guest_bpf__sync(NULL) == -EINVAL);
	CHECK(guest_bpf__flush(NULL) == -EINVAL);
	guest_bpf__destroy(NULL);
	guest_bpf__destroy(NULL);
}

static void options(void)
{
	struct bpf_object_open_opts opts = { .sz = sizeof(opts) };
	struct guest_bpf *skel = guest_bpf__open_opts(&opts);

	CHECK(skel);
	guest_bpf__destroy(skel);
	opts.kconfig = "CONFIG_X=y";
	CHECK(!guest_bpf__open_opts(&opts) && errno == EOPNOTSUPP);
	opts.kconfig = NULL;
	opts.sz = 1;
	CHECK(!guest_bpf__open_opts(&opts) && errno == EINVAL);
	CHECK(blocks == 0);
}

static void before_load(struct guest_bpf *skel)
{
	guest_bpf__started__key key = 1;
	guest_bpf__started__value value;

	CHECK(guest_bpf__attach(skel) == -EINVAL);
	CHECK(!guest_bpf__detach(skel));
	CHECK(!bpf_program__attach(skel->progs.always) && errno == EINVAL);
	CHECK(guest_bpf__started__lookup(skel, &key, &value) == -ENOENT);
	CHECK(!ring_buffer__new(bpf_map__fd(skel->maps.rb), NULL, NULL, NULL));
	CHECK(!bpf_buffer__open(skel->maps.rb, NULL, NULL) && errno == EINVAL);
}

int main(void)
{
	struct guest_bpf *skel;

	null_skeletons();
	options();

	skel = guest_bpf__open();
	CHECK(skel);
	before_load(skel);
	CHECK(!guest_bpf__load(skel));
	CHECK(guest_bpf__load(skel) == -EINVAL);
	CHECK(bpf_program__set_autoload(skel->progs.chosen, false) == -EINVAL);
	CHECK(bpf_map__set_max_entries(skel->maps.started, 1) == -EBUSY);
	/* `always` is attached, `chosen` is not, and says so. */
	CHECK(guest_bpf__attach(skel) < 0);
	CHECK(skel->links.always && !skel->links.chosen);
	CHECK(guest_bpf__detach(skel) == -EOPNOTSUPP);
	guest_bpf__destroy(skel);
	CHECK(blocks == 0);
	/* It is gone: a second time is no harm. */
	guest_bpf__destroy(skel);
	CHECK(blocks == 0);

	CHECK(!guest_bpf__open_and_load() && errno == EIO);
	CHECK(blocks == 0);
	skel = guest_bpf__open_and_load();
	CHECK(skel);
	guest_bpf__destroy(skel);
	CHECK(blocks == 0);
	return 0;
}
