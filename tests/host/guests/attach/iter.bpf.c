/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#include "hits.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} elements SEC(".maps");

/* What the kernel gives an iterator of a map's elements. */
struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
} __attribute__((preserve_access_index));

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key;
	void *value;
} __attribute__((preserve_access_index));

SEC("iter/bpf_map_elem")
int list(struct bpf_iter__bpf_map_elem *ctx)
{
	__u32 *key = ctx->key;
	__u64 *value = ctx->value;
	static const char line[] = "%u=%llu\n";
	__u64 words[2];

	if (!key || !value)
		return 0;
	words[0] = *key;
	words[1] = *value;
	bpf_seq_printf(ctx->meta->seq, line, sizeof(line), words, sizeof(words));
	return hit_by_process();
}
