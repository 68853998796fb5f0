/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What the BPF program tells the guest of each packet. The guest uses the definition generated from the object. */
#ifndef SOCKFILTER_H
#define SOCKFILTER_H

struct packet {
	unsigned char source[16], destination[16]; /* an IPv4 address has the first 4 bytes */
	unsigned short source_port, destination_port; /* 0 if the protocol has none */
	unsigned int length;                          /* of the whole frame */
	unsigned int ifindex;
	unsigned char version;  /* 4 or 6 */
	unsigned char protocol; /* IPPROTO_... */
	unsigned char outgoing; /* seen on its way out */
};

#endif
