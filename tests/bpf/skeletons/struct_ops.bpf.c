/* Tables of functions for the kernel: of both sorts, loaded at once or only when asked for. */
#include "maps.h"

struct made_up_ops {
	int (*init)(void);
	void (*release)(int reason);
	__u64 flags;
	char name[16];
	void *data;
};

SEC("struct_ops/init")
int init(void *ctx) { return 1; }

SEC("struct_ops/release")
int release(void *ctx) { return 0; }

SEC("?struct_ops/spare")
int spare(void *ctx) { return 0; }

SEC(".struct_ops")
struct made_up_ops plain = {
	.init = (void *)init,
	.release = (void *)release,
	.flags = 7,
	.name = "plain",
};

SEC(".struct_ops.link")
struct made_up_ops linked = {
	.init = (void *)init,
	.name = "linked",
};

SEC(".struct_ops.link")
struct made_up_ops second = {
	.release = (void *)release,
	.name = "second",
};

SEC("?.struct_ops.link")
struct made_up_ops on_demand = {
	.init = (void *)spare,
	.name = "on_demand",
};

char LICENSE[] SEC("license") = "GPL";
