/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What the BPF program and the guest both know. The guest uses the definitions generated from the object. */
#ifndef LSM_H
#define LSM_H

#define NAME_SIZE 256 /* of a file name with its NUL */
#define MAX_PARTS 16  /* names in the protected directory's path */
#define MAX_BELOW 8   /* names that a denial tells, from the removed directory upwards */

struct denial {
	int pid;
	unsigned int uid;
	unsigned int depth; /* how many names are between the protected directory and the end of the path */
	char comm[16];
	char names[MAX_BELOW][NAME_SIZE];
};

#endif
