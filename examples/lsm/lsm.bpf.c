/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Denies rmdir below one directory, to everybody. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "lsm.h"

#define EPERM 1
#define MAX_DEPTH 128 /* a path with more directories is taken for one that is protected */
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

/* A place on the way from a directory up to the root, through all that is mounted. */
struct place {
	struct mount___lsm *mount;
	struct dentry___lsm *dentry;
};

static __always_inline struct place place_of(struct path___lsm *path)
{
	void *vfsmount = BPF_CORE_READ(path, mnt);
	struct place place = {
		.mount = vfsmount - bpf_core_field_offset(struct mount___lsm, mnt),
		.dentry = BPF_CORE_READ(path, dentry),
	};

	return place;
}

/* From the root of what is mounted to where it is mounted. False at the root of all, and where there is no way to it. */
static __always_inline bool leave_mounts(struct place *place)
{
	/* More mounts on top of each other than anybody has. */
	for (int i = 0; i < 8; i++) {
		struct mount___lsm *parent = BPF_CORE_READ(place->mount, mnt_parent);

		if (place->dentry != BPF_CORE_READ(place->mount, mnt.mnt_root))
			return place->dentry != BPF_CORE_READ(place->dentry, d_parent);
		if (parent == place->mount)
			return false;
		place->dentry = BPF_CORE_READ(place->mount, mnt_mountpoint);
		place->mount = parent;
	}
	return false;
}

static __always_inline void read_name(struct dentry___lsm *dentry, char *name)
{
	bpf_probe_read_kernel_str(name, NAME_SIZE, BPF_CORE_READ(dentry, d_name.name));
}

/* How many names a directory's path has. */
static __noinline u32 depth_of(struct path___lsm *path)
{
	struct place place = place_of(path);
	u32 depth;

	for (depth = 0; depth < MAX_DEPTH && leave_mounts(&place); depth++)
		place.dentry = BPF_CORE_READ(place.dentry, d_parent);
	return depth;
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

/* Whether a directory with so many names in its path is the protected one, or below it. */
static __always_inline bool is_protected(struct path___lsm *path, u32 depth)
{
	struct place place = place_of(path);

	if (depth < part_count)
		return false;
	for (u32 i = 0; i < MAX_DEPTH && leave_mounts(&place); i++) {
		/* Names are met from the last to the first. */
		if (depth - 1 - i < part_count && !is_part(place.dentry, depth - 1 - i))
			return false;
		place.dentry = BPF_CORE_READ(place.dentry, d_parent);
	}
	return true;
}

/* A function of its own so that its parameter keeps struct denial in the BTF. */
static __noinline void submit(struct denial *denial)
{
	bpf_ringbuf_submit(denial, 0);
}

/* `depth`: names between the protected directory and the parent of what was to be removed. */
static __always_inline void report(struct path___lsm *parent, struct dentry___lsm *dentry, u32 depth)
{
	struct denial *denial = bpf_ringbuf_reserve(&rb, sizeof(*denial), 0);
	struct place place = place_of(parent);

	/* Nobody is told of a denial when too many wait to be read; it is one all the same. */
	if (!denial)
		return;
	denial->pid = bpf_get_current_pid_tgid() >> 32;
	denial->uid = bpf_get_current_uid_gid();
	denial->depth = depth + 1;
	bpf_get_current_comm(&denial->comm, sizeof(denial->comm));
	read_name(dentry, denial->names[0]);
	for (u32 i = 1; i < MAX_BELOW; i++) {
		denial->names[i][0] = 0;
		if (i > depth || !leave_mounts(&place))
			continue;
		read_name(place.dentry, denial->names[i]);
		place.dentry = BPF_CORE_READ(place.dentry, d_parent);
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
	if (depth < MAX_DEPTH && !is_protected(parent, depth))
		return 0;
	report(parent, dentry, depth - part_count);
	return -EPERM;
}
