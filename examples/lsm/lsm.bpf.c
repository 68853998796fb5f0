/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Denies rmdir below one directory, to everybody. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "lsm.h"

#define EPERM 1
#define MAX_STEPS 256 /* a path with more directories and mounts is taken for one that is protected */
#define MAX_MOUNTS 4 /* on top of each other, that a denial's path leads through */
#define NO_DEPTH ((u32)-1)
#define WORDS (NAME_SIZE / 8)

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/*
 * The protected directory's path, set by the guest before load: its names from the root on, in 8-byte words, since these are
 * quick to compare and the verifier has to follow all of it.
 */
const volatile u64 parts[MAX_PARTS][WORDS] = {};
const volatile u32 part_count = 0;

/* Always 0, which the verifier does not know. So it need not tell a way with two names from one with three, at every step. */
u32 zero = 0;

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

/* A way from a directory up to the root, through all that is mounted. */
struct walk {
	struct mount___lsm *mount;
	struct dentry___lsm *dentry;
	bool done;
};

static __always_inline struct walk set_out(struct path___lsm *path)
{
	void *vfsmount = BPF_CORE_READ(path, mnt);
	struct walk walk = {
		.mount = vfsmount - bpf_core_field_offset(struct mount___lsm, mnt),
		.dentry = BPF_CORE_READ(path, dentry),
	};

	return walk;
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

/*
 * Whether a directory's name is the `i`th of the protected path. The verifier follows a function that is not static once, and not
 * for each call; in return it takes numbers only.
 */
__noinline int is_part(u64 dentry, u32 i)
{
	u64 name[WORDS] = {}, difference = 0;

	if (i >= MAX_PARTS)
		return 0;
	read_name((void *)dentry, (char *)name);
	for (int word = 0; word < WORDS; word++)
		difference |= name[word] ^ parts[i][word];
	return !difference;
}

/* How many names a directory's path has, NO_DEPTH if nobody can tell. */
static __noinline u32 depth_of(struct path___lsm *path)
{
	struct walk walk = set_out(path);
	u32 depth = zero;

	for (int i = 0; i < MAX_STEPS && !walk.done; i++)
		if (step(&walk))
			depth++;
	return walk.done ? depth : NO_DEPTH;
}

/* Whether a directory with so many names in its path is the protected one, or below it. */
static __noinline bool is_protected(struct path___lsm *path, u32 depth)
{
	struct walk walk = set_out(path);

	if (depth < part_count)
		return false;
	for (int i = 0; i < MAX_STEPS && !walk.done; i++) {
		struct dentry___lsm *name = step(&walk);

		/* Names are met from the last to the first. */
		if (name && --depth < part_count && !is_part((u64)name, depth))
			return false;
	}
	return true;
}

/* A function of its own so that its parameter keeps struct denial in the BTF. */
static __noinline void submit(struct denial *denial)
{
	bpf_ringbuf_submit(denial, 0);
}

/* `depth`: of the parent of `dentry`. */
static __always_inline void report(struct path___lsm *parent, struct dentry___lsm *dentry, u32 depth)
{
	struct denial *denial = bpf_ringbuf_reserve(&rb, sizeof(*denial), 0);
	struct walk walk = set_out(parent);

	/* Nobody is told of a denial when too many wait to be read; it is one all the same. */
	if (!denial)
		return;
	denial->pid = bpf_get_current_pid_tgid() >> 32;
	denial->uid = bpf_get_current_uid_gid();
	denial->depth = depth - part_count + 1;
	bpf_get_current_comm(&denial->comm, sizeof(denial->comm));
	read_name(dentry, denial->names[0]);
	for (int at = 1; at < MAX_BELOW; at++) {
		struct dentry___lsm *name = NULL;

		denial->names[at][0] = 0;
		for (int i = 0; i < MAX_MOUNTS && !name && !walk.done; i++)
			name = step(&walk);
		if (name)
			read_name(name, denial->names[at]);
	}
	submit(denial);
}

SEC("lsm/path_rmdir")
int BPF_PROG(deny_rmdir, struct path___lsm *parent, struct dentry___lsm *dentry, int ret)
{
	u32 depth;

	/* Another program has denied it already. */
	if (ret)
		return ret;
	depth = depth_of(parent);
	if (depth != NO_DEPTH && !is_protected(parent, depth))
		return 0;
	report(parent, dentry, depth);
	return -EPERM;
}
