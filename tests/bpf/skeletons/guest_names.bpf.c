/* Types and maps that are called like what the guest library has. */
#include "maps.h"

struct bpf_map {
	int id;
	long owner;
};
struct bpf_program {
	struct bpf_map *map;
	unsigned long tag;
};
struct bpf_object {
	char c;
	long l;
};
struct bpf_link {
	struct bpf_program *prog;
};
struct ring_buffer {
	long producer, consumer;
	char overwrite;
};
struct perf_buffer {
	long pages;
};
struct bpf_map_skeleton {
	__u64 word;
};
struct bpf_object_skeleton {
	__u64 word;
};
struct bpf_object_open_opts {
	long size;
};
enum bpf_prog_type { BPF_PROG_TYPE_UNSPEC, BPF_PROG_TYPE_KPROBE = 77 };
enum bpf_map_type { BPF_MAP_TYPE_UNSPEC, BPF_MAP_TYPE_HASH = 88 };
typedef long (*ring_buffer_sample_fn)(void *ctx, void *data, unsigned long size);
typedef struct {
	int bpf_map__fd;
} bpf_map__name;

struct bpf_map bpf_map;
struct bpf_program bpf_program;
struct bpf_object bpf_object;
struct bpf_link bpf_link;
struct ring_buffer ring_buffer;
struct perf_buffer perf_buffer;
struct bpf_map_skeleton bpf_map_skeleton;
struct bpf_object_skeleton bpf_object_skeleton;
struct bpf_object_open_opts bpf_object_open_opts;
enum bpf_prog_type bpf_prog_type;
enum bpf_map_type bpf_map_type;
ring_buffer_sample_fn ring_buffer_sample_fn_;
bpf_map__name bpf_map__name_;

struct {
	NUMBER(type, HASH);
	NUMBER(max_entries, 2);
	TYPE(key, enum bpf_map_type);
	TYPE(value, struct bpf_map);
} bpf_map__fd MAPS;

SEC("socket")
int bpf_object__load(void *ctx)
{
	return bpf_map.id;
}

char LICENSE[] SEC("license") = "GPL";
