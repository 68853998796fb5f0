/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Attaches one program: PROCESS THREAD PROGRAM TARGET [INDEX]; the exit code is 0 if that works and, with an index, the program
 * ran within ten seconds, and does not run any more when the object is closed. */
#include "abi.h"
#include <time.h>
#include <unistd.h>

#pragma clang diagnostic ignored "-Wc23-extensions"
static _Alignas(8) const unsigned char object[] = {
#embed "attach.bpf.o"
};

static char output[4096];
static size_t length;

static int take(uint32_t ctx, uint32_t at, uint32_t size)
{
	CHECK(length + size < sizeof(output));
	memcpy(output + length, (void *)at, size);
	length += size;
	return (int)ctx;
}

/* The lines of an iterator, in parts of a few bytes, twice. */
static void iterate(uint64_t handle)
{
	int elements = map_fd(handle, "elements"), list;
	char part[16];

	CHECK(elements > 0);
	for (uint32_t key = 1; key <= 40; key++) {
		uint64_t value = key * 1000000007ull;
		IS(0, operate(elements, UPDATE, &key, &value, NULL, 0));
	}
	list = map_fd(handle, "list");
	CHECK(list > 0 && list != elements);
	IS(list, map_fd(handle, "list"));
	IS(BADF, poll_buffer(handle + 1, list, take, 0, part, sizeof(part), 0));
	for (int turn = 0; turn < 2; turn++) {
		uint64_t sum = 0;
		int lines = 0;
		length = 0;
		CHECK(poll_buffer(handle, list, take, 0, part, sizeof(part), 0) >= 40);
		output[length] = 0;
		for (char *line = output; *line; line = strchr(line, '\n') + 1, lines++) {
			char *end;
			uint64_t key = strtoull(line, &end, 10);
			CHECK(*end == '=');
			IS(key * 1000000007ull, strtoull(end + 1, &end, 10));
			CHECK(*end == '\n');
			sum += key;
		}
		IS(40, lines);
		IS(820, sum);
	}
	IS(-5, poll_buffer(handle, list, take, (uint32_t)-5, part, sizeof(part), 0));
	IS(INVAL, poll_buffer(handle, list, take, 0, part, 0, 0));
	IS(INVAL, operate(list, LOOKUP, part, part, NULL, 0));
}

int main(int argc, char **argv)
{
	uint64_t handle = load_object(object, sizeof(object)), count = 0;
	uint32_t own[2], zero = 0, program;
	int hits, bss, ret;

	CHECK(argc >= 5 && handle);
	own[0] = (uint32_t)atoi(argv[1]);
	own[1] = (uint32_t)atoi(argv[2]);
	bss = map_fd(handle, ".bss");
	hits = map_fd(handle, "hits");
	CHECK(bss > 0 && hits > 0);
	IS(0, operate(bss, UPDATE, &zero, own, NULL, 0));
	IS(NOENT, map_fd(handle, "list"));
	ret = attach_program(handle, argv[3], argv[4]);
	if (ret)
		return -ret;
	if (!strcmp(argv[3], "list"))
		iterate(handle);
	if (argc > 5) {
		time_t start = time(NULL);
		program = (uint32_t)atoi(argv[5]);
		for (; !count && time(NULL) < start + 10; usleep(1000))
			IS(0, operate(hits, LOOKUP, &program, &count, NULL, 0));
		CHECK(count);
	}
	IS(0, close_object(handle));
	return 0;
}
