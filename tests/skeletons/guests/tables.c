/* Tables of functions for the kernel are registered with the skeleton, or one by one. */
#include "check.h"
#include "struct_ops.skel.h"

int main(void)
{
	struct struct_ops_bpf *skel = struct_ops_bpf__open();
	int err;

	CHECK(skel && bpf_map__autoattach(skel->maps.plain) && !bpf_map__set_autoattach(skel->maps.plain, false));
	strcpy(skel->struct_ops.linked->name, "edited");
	skel->struct_ops.linked->flags = 77;
	CHECK(!struct_ops_bpf__load(skel));
	CHECK(!skel->links.plain && !skel->links.linked && !skel->links.second && !skel->links.on_demand);

	err = struct_ops_bpf__attach(skel);
	if (err) {
		CHECK(err == -EIO && !skel->links.linked && !skel->links.second);
		struct_ops_bpf__destroy(skel);
		CHECK(blocks == 0);
		return 0;
	}
	CHECK(skel->links.linked && skel->links.second && !skel->links.plain && !skel->links.on_demand);
	CHECK(!struct_ops_bpf__attach(skel)); /* all of them are */

	CHECK(bpf_map__attach_struct_ops(skel->maps.plain) == skel->links.plain && skel->links.plain);
	CHECK(!bpf_map__attach_struct_ops(skel->maps.on_demand) && errno == EINVAL);
	CHECK(bpf_link__destroy(skel->links.plain) == -EOPNOTSUPP && struct_ops_bpf__detach(skel) == -EOPNOTSUPP);
	struct_ops_bpf__destroy(skel);
	CHECK(blocks == 0);
	return 0;
}
