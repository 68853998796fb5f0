/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* As many objects, attachments and maps as there can be; nothing is closed. */
#include "events.h"

int main(int argc, char **argv)
{
	int count = 0, attached = 0;

	CHECK(argc == 2);
	while (load_object(object, sizeof(object)))
		CHECK(++count < 10000);
	CHECK(count > 0);
	for (int fd, i = 1; i <= count; i++) {
		fd = map_fd((uint64_t)i, "first");
		CHECK(fd > 0);
		poll_buffer((uint64_t)i, fd, NULL, 0, data, 8, 0);
	}
	/* Older kernels attach a program once. */
	while (attached < count && !attach_program((uint64_t)attached + 1, "on_syscall", NULL))
		attached++;
	if (attached < count)
		IS(NOSPC, attach_program((uint64_t)count, "on_syscall", NULL));
	printf("%d objects, %d attachments\n", count, attached);
	return argv[1][0] == 't' ? (__builtin_trap(), 0) : 0;
}
