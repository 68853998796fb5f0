/* Registers congestion controls for TCP under names of its own, until Ctrl-C: congestion NAME. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "congestion.skel.h"

static int fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	struct congestion_bpf *skel = congestion_bpf__open();

	if (argc != 2 || !skel)
		return fail("open");
	strncpy(skel->struct_ops.steady->name, argv[1], sizeof(skel->struct_ops.steady->name) - 1);
	snprintf(skel->struct_ops.later->name, sizeof(skel->struct_ops.later->name), "%s_later", argv[1]);
	bpf_map__set_autoattach(skel->maps.later, false);
	if (congestion_bpf__load(skel))
		return fail("load");
	if (congestion_bpf__attach(skel))
		return fail("attach");
	if (!skel->links.steady || skel->links.later)
		return fail("links");
	printf("REGISTERED %s\n", skel->struct_ops.steady->name);
	fflush(stdout);
	sleep(2);
	if (!bpf_map__attach_struct_ops(skel->maps.later) || !skel->links.later)
		return fail("attach later");
	printf("LATER\n");
	fflush(stdout);
	sleep(100);
	if (congestion_bpf__sync(skel))
		return fail("sync");
	printf("CONNECTIONS %u\n", skel->bss->connections);
	congestion_bpf__destroy(skel);
	return 0;
}
