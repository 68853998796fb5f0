/* Ring and perf buffers: every event arrives once, in order, as what it is or not at all. */
#include "check.h"
#include "guest.skel.h"

static int seen, sum;

BPF_SAMPLE_HANDLER(typed, struct notice, event)
{
	CHECK(ctx == &sum);
	CHECK(!strcmp(event->name, "task"));
	seen++;
	sum += event->pid;
	return 0;
}

static int stop_at_two(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	CHECK(size == sizeof(struct notice));
	return ++seen == 2 ? -7 : 0;
}

static struct guest_bpf *reader;

/* A callback may do all that the guest may. */
static int busy(void *ctx, void *data, size_t size)
{
	const struct notice *event = BPF_SAMPLE(struct notice, data, size);
	guest_bpf__started__key key = 1;
	guest_bpf__started__value value;

	(void)ctx;
	CHECK(event);
	CHECK(!guest_bpf__started__update(reader, &key, event, BPF_ANY));
	CHECK(!guest_bpf__started__lookup(reader, &key, &value) && value.pid == event->pid);
	if (!reader->links.passes) {
		CHECK(!bpf_program__set_target(reader->progs.passes, "lo"));
		CHECK(bpf_program__attach(reader->progs.passes));
	}
	seen++;
	return 0;
}

static void sample(void *ctx, int cpu, void *data, __u32 size)
{
	(void)cpu;
	CHECK(ctx == &sum);
	seen++;
	sum += size == 5 ? ((char *)data)[4] : -1;
}

/* Larger than the buffer at first: cut, and said so. Then there is room. */
static int large(void *ctx, void *data, size_t size)
{
	CHECK(!ctx && ((char *)data)[size - 1] == 'L');
	CHECK(bpf_sample__truncated() == !seen);
	CHECK(seen ? size == 5000 : size < 5000);
	seen++;
	return 0;
}

/* Polls: two good events, one too short, three to be stopped at the second, two for the busy callback, none, two large ones. */
static void ring(struct guest_bpf *skel)
{
	int fd = bpf_map__fd(skel->maps.rb);
	struct ring_buffer *rb = ring_buffer__new(fd, typed, &sum, NULL);

	CHECK(rb);
	CHECK(ring_buffer__poll(rb, 0) == 2 && seen == 2 && sum == 11 + 22);
	CHECK(ring_buffer__poll(rb, 0) == -EBADMSG && seen == 2);
	ring_buffer__free(rb);

	seen = 0;
	rb = ring_buffer__new(fd, stop_at_two, NULL, NULL);
	CHECK(rb);
	CHECK(ring_buffer__poll(rb, 0) == -7 && seen == 2);
	/* What the callback did not take is not lost. */
	CHECK(ring_buffer__poll(rb, 0) == 1 && seen == 3);
	ring_buffer__free(rb);

	seen = 0;
	rb = ring_buffer__new(fd, busy, NULL, NULL);
	CHECK(rb);
	CHECK(ring_buffer__poll(rb, 0) == 2 && seen == 2);
	CHECK(ring_buffer__poll(rb, 0) == 0);
	ring_buffer__free(rb);

	seen = 0;
	rb = ring_buffer__new(fd, large, NULL, NULL);
	CHECK(rb);
	CHECK(ring_buffer__poll(rb, 0) == 1 && ring_buffer__truncated(rb) == 1);
	CHECK(ring_buffer__poll(rb, 0) == 1 && ring_buffer__truncated(rb) == 1);
	ring_buffer__free(rb);
}

int main(void)
{
	struct perf_buffer *pb;

	reader = guest_bpf__open_and_load();
	CHECK(reader);
	CHECK(!ring_buffer__new(bpf_map__fd(reader->maps.started), typed, NULL, NULL) && errno == EINVAL);
	ring(reader);

	seen = sum = 0;
	pb = perf_buffer__new(bpf_map__fd(reader->maps.perf), 8, sample, NULL, &sum, NULL);
	CHECK(pb);
	CHECK(perf_buffer__poll(pb, 0) >= 0);
	CHECK(seen == 2 && sum == 'a' + 'b');
	perf_buffer__free(pb);

	guest_bpf__destroy(reader);
	CHECK(blocks == 0);
	return 0;
}
