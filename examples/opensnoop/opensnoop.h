/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What the BPF programs tell the guest of each file opened. The guest uses the definition generated from the object. */
#ifndef OPENSNOOP_H
#define OPENSNOOP_H

struct opened {
	int pid;
	unsigned int uid;
	int ret; /* the file descriptor, or -errno */
	int flags;
	char comm[16];
	char path[256];
};

#endif
