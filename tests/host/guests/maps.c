/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Operations on maps of every kind, with the sizes that the kernel has, and no byte more. */
#include "abi.h"

#pragma clang diagnostic ignored "-Wc23-extensions"
static _Alignas(8) const unsigned char object[] = {
#embed "maps.bpf.o"
};

static uint64_t handle;
static int cpus;
static unsigned char buffer[65536];

static int fd_of(const char *name)
{
	int fd = map_fd(handle, name);

	CHECK(fd > 0);
	IS(fd, map_fd(handle, name));
	return fd;
}

/* Bytes that a look-up changes at most: up to there, and the rest is as it was. */
static size_t looked_up(int fd, const void *key)
{
	size_t end[2];

	for (int i = 0; i < 2; i++) {
		memset(buffer, 0x55 << i, sizeof(buffer));
		IS(0, operate(fd, LOOKUP, key, buffer, NULL, 0));
		for (end[i] = sizeof(buffer); end[i] && buffer[end[i] - 1] == 0x55 << i; end[i]--)
			;
	}
	return end[0] > end[1] ? end[0] : end[1];
}

static void arrays(void)
{
	int array = fd_of("array"), cpu = fd_of("cpu_array");
	uint32_t key = 3, next = 99;

	IS(11, looked_up(array, &key));
	IS(NOENT, operate(array, LOOKUP, &(uint32_t){4}, buffer, NULL, 0));
	IS(0, operate(array, UPDATE, &key, "0123456789a", NULL, 0));
	IS(0, operate(array, LOOKUP, &key, buffer, NULL, 0));
	CHECK(!memcmp(buffer, "0123456789a", 11));
	IS(INVAL, operate(array, DELETE, &key, NULL, NULL, 0));
	IS(0, operate(array, NEXT_KEY, NULL, NULL, &next, 0));
	IS(0, next);
	IS(NOENT, operate(array, NEXT_KEY, &key, NULL, &next, 0));
	IS(EXIST, operate(array, UPDATE, &key, buffer, NULL, 1));
	/* For each CPU 16 bytes. */
	IS(16u * (unsigned)cpus, looked_up(cpu, &next));
	for (int i = 0; i < cpus; i++)
		memcpy(buffer + 16 * i, &i, 4);
	IS(0, operate(cpu, UPDATE, &next, buffer, NULL, 0));
	memset(buffer, 0xff, sizeof(buffer));
	IS(0, operate(cpu, LOOKUP, &next, buffer, NULL, 0));
	for (int i = 0; i < cpus; i++)
		CHECK(!memcmp(buffer + 16 * i, &i, 4));
}

static void hashes(void)
{
	const char *names[] = { "hash", "cpu_hash", "lru" };

	for (int i = 0; i < 3; i++) {
		int fd = fd_of(names[i]);
		uint64_t key = 5, next = 0;
		size_t size = i == 0 ? 11 : i == 1 ? 16u * (unsigned)cpus : 4;
		IS(NOENT, operate(fd, NEXT_KEY, NULL, NULL, &next, 0));
		IS(NOENT, operate(fd, LOOKUP, &key, buffer, NULL, 0));
		memset(buffer, 0x33, sizeof(buffer));
		IS(0, operate(fd, UPDATE, &key, buffer, NULL, 1));
		IS(size, looked_up(fd, &key));
		key = 6;
		IS(0, operate(fd, UPDATE, &key, buffer, NULL, 0));
		IS(0, operate(fd, NEXT_KEY, NULL, NULL, &next, 0));
		CHECK(next == 5 || next == 6);
		IS(0, operate(fd, NEXT_KEY, &next, NULL, &next, 0));
		IS(NOENT, operate(fd, NEXT_KEY, &next, NULL, &next, 0));
		IS(0, operate(fd, DELETE, &key, NULL, NULL, 0));
		IS(NOENT, operate(fd, DELETE, &key, NULL, NULL, 0));
	}
}

static void without_keys(void)
{
	int queue = fd_of("queue"), stack = fd_of("stack"), bloom = fd_of("bloom");
	uint32_t value;

	for (value = 1; value <= 4; value++) {
		IS(0, operate(queue, UPDATE, NULL, &value, NULL, 0));
		IS(0, operate(stack, UPDATE, &value, &value, NULL, 0));
		IS(0, operate(bloom, UPDATE, NULL, &value, NULL, 0));
	}
	IS(TOOBIG, operate(queue, UPDATE, NULL, &value, NULL, 0));
	IS(0, operate(queue, LOOKUP, NULL, &value, NULL, 0));
	IS(1, value);
	IS(0, operate(stack, LOOKUP, NULL, &value, NULL, 0));
	IS(4, value);
	value = 3;
	IS(0, operate(bloom, LOOKUP, NULL, &value, NULL, 0));
	value = 12345;
	IS(NOENT, operate(bloom, LOOKUP, NULL, &value, NULL, 0));
}

static void sections(void)
{
	const char *names[][3] = {
		{ ".rodata", "maps_bpf.rodata", "x.rodata" },
		{ ".data", "maps_bpf.data", "x.data" },
		{ ".bss", "maps_bpf.bss", "x.bss" },
		{ ".data.other", ".data.other", "x.data.other" },
	};
	const uint32_t values[] = { 11, 22, 0, 33 };

	for (int i = 0; i < 4; i++) {
		uint32_t zero = 0, value = 99;
		int fd = fd_of(names[i][0]);
		IS(fd, fd_of(names[i][1]));
		IS(fd, fd_of(names[i][2]));
		IS(0, operate(fd, LOOKUP, &zero, &value, NULL, 0));
		IS(values[i], value);
		IS(i == 0 ? PERM : 0, operate(fd, UPDATE, &zero, &value, NULL, 0));
	}
	IS(NOENT, map_fd(handle, ".kconfig"));
	IS(NOENT, map_fd(handle, ""));
	IS(NOENT, map_fd(handle, "."));
	IS(NOENT, map_fd(handle, "x."));
	IS(NOENT, map_fd(handle, "nothing"));
}

/* Values that are descriptors: the guest's own maps, and nothing else. */
static void descriptors(void)
{
	int outer = fd_of("outer"), inner = fd_of("inner"), hash = fd_of("hash");
	const char *denied[] = { "programs", "counters", "cgroups", "sockets", "tasks" };
	uint32_t key = 0, id = 0;

	IS(0, operate(outer, UPDATE, &key, &inner, NULL, 0));
	IS(0, operate(outer, LOOKUP, &key, &id, NULL, 0));
	CHECK(id != 0);
	/* The kernel refuses a map of another kind. */
	IS(INVAL, operate(outer, UPDATE, &key, &hash, NULL, 0));
	for (int fd = -2; fd < 3; fd++) {
		IS(BADF, operate(outer, UPDATE, &key, &fd, NULL, 0));
		for (int i = 0; i < 5; i++)
			IS(PERM, operate(fd_of(denied[i]), UPDATE, &key, &fd, NULL, 0));
	}
	/* Keys of task storage are descriptors as well. */
	IS(PERM, operate(fd_of("tasks"), LOOKUP, &key, buffer, NULL, 0));
	IS(PERM, operate(fd_of("tasks"), DELETE, &key, NULL, NULL, 0));
}

static void trie(void)
{
	int fd = fd_of("trie");
	struct { uint32_t len; uint8_t bytes[4]; } key = { 8, { 10 } };
	uint32_t value = 1;

	IS(0, operate(fd, UPDATE, &key, &value, NULL, 0));
	key.len = 32;
	key.bytes[3] = 9;
	value = 0;
	IS(0, operate(fd, LOOKUP, &key, &value, NULL, 0));
	IS(1, value);
	key.bytes[0] = 11;
	IS(NOENT, operate(fd, LOOKUP, &key, &value, NULL, 0));
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	cpus = atoi(argv[1]);
	handle = load_object(object, sizeof(object));
	CHECK(handle);
	arrays();
	hashes();
	without_keys();
	sections();
	descriptors();
	trie();
	IS(0, close_object(handle));
	IS(BADF, operate(3, LOOKUP, &cpus, buffer, NULL, 0));
	return 0;
}
