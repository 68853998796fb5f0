/* What the BPF programs tell the guest. */
#ifndef KINDS_H
#define KINDS_H

struct told {
	long long value;
	char kind[24];
};

#endif
