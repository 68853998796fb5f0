/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Prints the IP packets that pass an interface. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "sockfilter.wasm.h"
#include "sockfilter.skel.h"

static const char usage[] =
	"Print the IP packets that pass a network interface.\n"
	"\n"
	"USAGE: sockfilter [--help] [-t|-u|-i] INTERFACE\n"
	"\n"
	"EXAMPLES:\n"
	"    sockfilter eth0     # all packets\n"
	"    sockfilter -u lo    # UDP only; -t: TCP, -i: ICMP\n";

enum { ICMP = 1, TCP = 6, UDP = 17, ICMP6 = 58 };

static struct env {
	const char *interface;
	unsigned char protocol;
} env;

static int fail(const char *what, int err)
{
	fprintf(stderr, "%s: %s\n", what, strerror(-err));
	return err;
}

/* 0 to go on, else the exit code plus 1. */
static int parse_args(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help")) {
			fputs(usage, stdout);
			return 1;
		} else if (!strcmp(argv[i], "-t")) {
			env.protocol = TCP;
		} else if (!strcmp(argv[i], "-u")) {
			env.protocol = UDP;
		} else if (!strcmp(argv[i], "-i")) {
			env.protocol = ICMP;
		} else if (argv[i][0] != '-' && !env.interface) {
			env.interface = argv[i];
		} else {
			fail(argv[i], -EINVAL); /* -h tells what there is */
			return 2;
		}
	}
	if (!env.interface)
		fail("INTERFACE is missing", -EINVAL);
	return env.interface ? 0 : 2;
}

/* Prints an address and, if there is one, a port; as wide as the heading. */
static void print_end(const struct packet *packet, const unsigned char *address, unsigned short port)
{
	char text[INET6_ADDRSTRLEN], end[INET6_ADDRSTRLEN + 8];
	bool brackets = packet->version == 6 && port;

	if (!inet_ntop(packet->version == 4 ? AF_INET : AF_INET6, address, text, sizeof(text)))
		strcpy(text, "?");
	if (port)
		snprintf(end, sizeof(end), brackets ? "[%s]:%u" : "%s:%u", text, port);
	else
		snprintf(end, sizeof(end), "%s", text);
	printf("%-25s ", end);
}

static const char *protocol_name(unsigned char protocol)
{
	static char number[4];

	switch (protocol) {
	case ICMP:
		return "ICMP";
	case TCP:
		return "TCP";
	case UDP:
		return "UDP";
	case ICMP6:
		return "ICMP6";
	}
	snprintf(number, sizeof(number), "%u", protocol);
	return number;
}

BPF_SAMPLE_HANDLER(print_packet, struct packet, packet)
{
	unsigned now = (unsigned)(time(NULL) % (24 * 60 * 60));

	printf("%02u:%02u:%02u %-3s %-5s ", now / 3600, now / 60 % 60, now % 60, packet->outgoing ? "OUT" : "IN",
	       protocol_name(packet->protocol));
	print_end(packet, packet->source, packet->source_port);
	print_end(packet, packet->destination, packet->destination_port);
	printf("%u\n", packet->length);
	return 0;
}

static int watch(struct sockfilter_bpf *skel)
{
	struct ring_buffer *rb;
	int err;

	skel->rodata->wanted_protocol = env.protocol;
	err = sockfilter_bpf__load(skel);
	if (err)
		return fail("Failed to load BPF object", err);
	/* A program of this kind has no place of its own: it is attached to what it is given. */
	err = bpf_program__set_target(skel->progs.handle_packet, env.interface);
	if (!err)
		err = sockfilter_bpf__attach(skel);
	if (err)
		return fail(env.interface, err);
	rb = ring_buffer__new(bpf_map__fd(skel->maps.rb), print_packet, NULL, NULL);
	if (!rb)
		return fail("Failed to create ring buffer", -errno);
	printf("%-8s %-3s %-5s %-25s %-25s %s\n", "TIME", "DIR", "PROTO", "SOURCE", "DESTINATION", "BYTES");
	do {
		fflush(stdout);
		err = ring_buffer__poll(rb, 100 /* ms */);
	} while (err >= 0);
	ring_buffer__free(rb);
	/* Ctrl-C ends the poll. */
	if (err != -EINTR)
		return fail("Failed to poll ring buffer", err);
	err = sockfilter_bpf__sync(skel);
	if (err)
		return fail("Failed to read variables", err);
	if (skel->bss->lost)
		printf("%llu packets were lost.\n", (unsigned long long)skel->bss->lost);
	return 0;
}

int main(int argc, char **argv)
{
	struct sockfilter_bpf *skel;
	int err = parse_args(argc, argv);

	if (err)
		return err - 1;
	skel = sockfilter_bpf__open();
	if (!skel) {
		fail("Failed to open BPF object", -errno);
		return 1;
	}
	err = watch(skel);
	sockfilter_bpf__destroy(skel);
	return err ? 1 : 0;
}
