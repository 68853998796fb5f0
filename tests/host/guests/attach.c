/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Attaches one program of an object: PROCESS THREAD FILE PROGRAM TARGET [runs]; the exit code is 0 if that works and, with `runs`, the
 * program ran. */
#include "abi.h"
#include <time.h>
#include <unistd.h>

/* Nothing takes so many seconds but what never happens. */
#define PATIENCE 600

static _Alignas(8) unsigned char object[1 << 20];
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

static uint64_t load(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t size;

	CHECK(file);
	size = fread(object, 1, sizeof(object), file);
	CHECK(size && size < sizeof(object));
	fclose(file);
	return load_object(object, size);
}

int main(int argc, char **argv)
{
	uint64_t handle, count = 0;
	uint32_t own[2], zero = 0;
	int hits, bss, ret;

	CHECK(argc >= 6);
	handle = load(argv[3]);
	CHECK(handle);
	own[0] = (uint32_t)atoi(argv[1]);
	own[1] = (uint32_t)atoi(argv[2]);
	bss = map_fd(handle, ".bss");
	hits = map_fd(handle, "hits");
	CHECK(bss > 0 && hits > 0);
	IS(0, operate(bss, UPDATE, &zero, own, NULL, 0));
	IS(NOENT, map_fd(handle, argv[4]));
	ret = attach_program(handle, argv[4], argv[5]);
	if (ret)
		return -ret;
	if (!strcmp(argv[4], "list"))
		iterate(handle);
	if (argc > 6) {
		time_t start = time(NULL);
		for (; !count && time(NULL) < start + PATIENCE; usleep(1000))
			IS(0, operate(hits, LOOKUP, &zero, &count, NULL, 0));
		CHECK(count);
	}
	IS(0, close_object(handle));
	return 0;
}
