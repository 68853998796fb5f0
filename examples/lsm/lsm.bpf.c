/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Denies rmdir below one directory, to everybody. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "lsm.h"

#define EPERM 1
#define MAX_STEPS 4096 /* a path with more directories and mounts is taken for one that is protected */
#define WORDS (NAME_SIZE / 8)

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/*
 * The protected directory's path, set by the guest before load: its names from the root on, in 8-byte words, since these are
 * quick to compare and the verifier has to follow all of it.
 */
const volatile u64 parts[MAX_PARTS][WORDS] = {};
const volatile u32 part_count = 0;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} rb SEC(".maps");

/* Flavours of kernel types with the members that are read here: where these are is found at load. */
struct qstr___lsm {
	const unsigned char *name;
} __attribute__((preserve_access_index));

struct dentry___lsm {
	struct dentry___lsm *d_parent;
	struct qstr___lsm d_name;
} __attribute__((preserve_access_index));

struct vfsmount___lsm {
	struct dentry___lsm *mnt_root;
} __attribute__((preserve_access_index));

struct mount___lsm {
	struct mount___lsm *mnt_parent;
	struct dentry___lsm *mnt_mountpoint;
	struct vfsmount___lsm mnt;
} __attribute__((preserve_access_index));

struct path___lsm {
	struct vfsmount___lsm *mnt;
	struct dentry___lsm *dentry;
} __attribute__((preserve_access_index));

/* A way from a directory up to the root, through all that is mounted, and what is to be known of the names on it. */
struct walk {
	struct mount___lsm *mount;
	struct dentry___lsm *dentry;
	struct denial *denial;
	u32 depth; /* names */
	u32 done, differs; /* 0 or 1: the verifier has to see that a step returns these */
};

static __always_inline void set_out(struct walk *walk, struct path___lsm *path)
{
	void *vfsmount = BPF_CORE_READ(path, mnt);

	walk->mount = vfsmount - bpf_core_field_offset(struct mount___lsm, mnt);
	walk->dentry = BPF_CORE_READ(path, dentry);
}

/* A step: past a name, which is returned, or from the root of what is mounted to where it is mounted: NULL, as at the end. */
static __always_inline struct dentry___lsm *step(struct walk *walk)
{
	struct dentry___lsm *dentry = walk->dentry, *parent = BPF_CORE_READ(dentry, d_parent);
	struct mount___lsm *mount = walk->mount, *below = BPF_CORE_READ(mount, mnt_parent);

	if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
		walk->done = below == mount;
		walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
		walk->mount = below;
		return NULL;
	}
	/* A directory that there is no way to. */
	walk->done = dentry == parent;
	walk->dentry = parent;
	return walk->done ? NULL : dentry;
}

static __always_inline void read_name(struct dentry___lsm *dentry, char *name)
{
	bpf_probe_read_kernel_str(name, NAME_SIZE, BPF_CORE_READ(dentry, d_name.name));
}

/* Whether a directory's name is the `i`th of the protected path. */
static __noinline bool is_part(struct dentry___lsm *dentry, u32 i)
{
	u64 name[WORDS] = {};

	if (i >= MAX_PARTS)
		return false;
	read_name(dentry, (char *)name);
	for (int word = 0; word < WORDS; word++)
		if (name[word] != parts[i][word])
			return false;
	return true;
}

/* The three reasons to walk are called for each step, and return 1 to end it. */
static long count_name(u32 i, struct walk *walk)
{
	if (step(walk))
		walk->depth++;
	return walk->done != 0;
}

static long compare_name(u32 i, struct walk *walk)
{
	struct dentry___lsm *name = step(walk);

	/* Names are met from the last to the first. */
	if (name && --walk->depth < part_count)
		walk->differs = !is_part(name, walk->depth);
	return (walk->done | walk->differs) != 0;
}

static long report_name(u32 i, struct walk *walk)
{
	struct dentry___lsm *name = step(walk);
	u32 at = walk->depth;

	if (name && at < MAX_BELOW) {
		read_name(name, walk->denial->names[at]);
		walk->depth++;
	}
	return walk->done != 0 || at >= MAX_BELOW;
}

/* A function of its own so that its parameter keeps struct denial in the BTF. */
static __noinline void submit(struct denial *denial)
{
	bpf_ringbuf_submit(denial, 0);
}

/* `below`: how many names there are between the protected directory and `dentry`, with that. */
static __always_inline void report(struct path___lsm *parent, struct dentry___lsm *dentry, u32 below)
{
	struct denial *denial = bpf_ringbuf_reserve(&rb, sizeof(*denial), 0);
	struct walk walk = { .denial = denial, .depth = 1 };

	/* Nobody is told of a denial when too many wait to be read; it is one all the same. */
	if (!denial)
		return;
	denial->pid = bpf_get_current_pid_tgid() >> 32;
	denial->uid = bpf_get_current_uid_gid();
	denial->depth = below;
	bpf_get_current_comm(&denial->comm, sizeof(denial->comm));
	read_name(dentry, denial->names[0]);
	set_out(&walk, parent);
	bpf_loop(MAX_STEPS, report_name, &walk, 0);
	submit(denial);
}

SEC("lsm/path_rmdir")
int BPF_PROG(deny_rmdir, struct path___lsm *parent, struct dentry___lsm *dentry, int ret)
{
	struct walk walk = {};
	u32 depth;

	/* Another program has denied it already. */
	if (ret)
		return ret;
	set_out(&walk, parent);
	bpf_loop(MAX_STEPS, count_name, &walk, 0);
	depth = walk.depth;
	if (walk.done) {
		if (depth < part_count)
			return 0;
		set_out(&walk, parent);
		bpf_loop(MAX_STEPS, compare_name, &walk, 0);
		if (walk.differs)
			return 0;
	}
	report(parent, dentry, depth - part_count + 1);
	return -EPERM;
}
