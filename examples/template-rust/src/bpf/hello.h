/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What the BPF program tells the guest. */
#ifndef HELLO_H
#define HELLO_H

struct event {
	int pid;
	char comm[16];
};

#endif
