/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Reports the IP packets that pass an interface. */
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "sockfilter.h"

/* Constants that a kernel's types do not tell. */
#define ETH_HLEN 14
#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define IP_OFFSET 0x1fff
#define PACKET_OUTGOING 4

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} rb SEC(".maps");

/* Only packets of this protocol, if not 0; the guest sets it before load. */
const volatile u8 wanted_protocol = 0;

/* Packets that found no room in the ring buffer. */
u64 lost = 0;

/* A function of its own so that its parameter keeps struct packet in the BTF. */
static __noinline void submit(struct packet *packet)
{
	bpf_ringbuf_submit(packet, 0);
}

/* Where the transport's header begins, 0 if there is none in this packet. */
static __always_inline u32 read_ipv4(struct __sk_buff *skb, struct packet *packet)
{
	struct iphdr header;

	if (bpf_skb_load_bytes(skb, ETH_HLEN, &header, sizeof(header)))
		return 0;
	packet->version = 4;
	packet->protocol = header.protocol;
	__builtin_memcpy(packet->source, &header.saddr, 4);
	__builtin_memcpy(packet->destination, &header.daddr, 4);
	/* Only the first fragment has ports. */
	return bpf_ntohs(header.frag_off) & IP_OFFSET ? 0 : ETH_HLEN + header.ihl * 4;
}

/* The same; what has extension headers is reported with the first one's number. */
static __always_inline u32 read_ipv6(struct __sk_buff *skb, struct packet *packet)
{
	struct ipv6hdr header;

	if (bpf_skb_load_bytes(skb, ETH_HLEN, &header, sizeof(header)))
		return 0;
	packet->version = 6;
	packet->protocol = header.nexthdr;
	__builtin_memcpy(packet->source, &header.saddr, 16);
	__builtin_memcpy(packet->destination, &header.daddr, 16);
	return ETH_HLEN + sizeof(header);
}

SEC("socket")
int handle_packet(struct __sk_buff *skb)
{
	struct packet packet = {}, *slot;
	__be16 ethertype, ports[2];
	u32 transport;

	if (bpf_skb_load_bytes(skb, offsetof(struct ethhdr, h_proto), &ethertype, sizeof(ethertype)))
		return 0;
	if (ethertype == bpf_htons(ETH_P_IP))
		transport = read_ipv4(skb, &packet);
	else if (ethertype == bpf_htons(ETH_P_IPV6))
		transport = read_ipv6(skb, &packet);
	else
		return 0;
	if (!packet.version || (wanted_protocol && packet.protocol != wanted_protocol))
		return 0;
	if (transport && (packet.protocol == IPPROTO_TCP || packet.protocol == IPPROTO_UDP) &&
	    !bpf_skb_load_bytes(skb, transport, ports, sizeof(ports))) {
		packet.source_port = bpf_ntohs(ports[0]);
		packet.destination_port = bpf_ntohs(ports[1]);
	}
	packet.length = skb->len;
	packet.ifindex = skb->ifindex;
	packet.outgoing = skb->pkt_type == PACKET_OUTGOING;

	slot = bpf_ringbuf_reserve(&rb, sizeof(*slot), 0);
	if (slot) {
		*slot = packet;
		submit(slot);
	} else {
		__sync_fetch_and_add(&lost, 1);
	}
	/* No byte of it is kept for the socket, which nobody reads. */
	return 0;
}
