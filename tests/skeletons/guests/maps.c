/* Typed access to the elements of maps. */
#include "check.h"
#include "guest.skel.h"
#include "kinds.skel.h"

static void of_structs(struct kinds_bpf *skel)
{
	kinds_bpf__by_struct__key key = { .family = 2, .address = { 1, 2, 3 }, .port = 80 }, next;
	kinds_bpf__by_struct__value value = { .packets = 1, .bytes = -2, .name = "eth0" }, found;

	CHECK(kinds_bpf__by_struct__lookup(skel, &key, &found) == -ENOENT && errno == ENOENT);
	CHECK(kinds_bpf__by_struct__update(skel, &key, &value, BPF_EXIST) == -ENOENT);
	CHECK(!kinds_bpf__by_struct__update(skel, &key, &value, BPF_NOEXIST));
	CHECK(kinds_bpf__by_struct__update(skel, &key, &value, BPF_NOEXIST) == -EEXIST);
	CHECK(!kinds_bpf__by_struct__lookup(skel, &key, &found));
	CHECK(!memcmp(&found, &value, sizeof(value)));
	key.port = 81;
	value.packets = 2;
	CHECK(!kinds_bpf__by_struct__update(skel, &key, &value, BPF_ANY));
	CHECK(!kinds_bpf__by_struct__next_key(skel, NULL, &next) && next.port == 80);
	CHECK(!kinds_bpf__by_struct__next_key(skel, &next, &next) && next.port == 81);
	CHECK(kinds_bpf__by_struct__next_key(skel, &next, &next) == -ENOENT);
	CHECK(!kinds_bpf__by_struct__delete(skel, &key));
	CHECK(kinds_bpf__by_struct__delete(skel, &key) == -ENOENT);
}

static void of_other_types(struct kinds_bpf *skel)
{
	kinds_bpf__by_index__key index = 6;
	kinds_bpf__by_index__value number = 0x1234567890, read;
	kinds_bpf__lru__key pair = { .a = 1, .b = 1ll << 40 };
	kinds_bpf__lru__value state = BUSY, idle = IDLE;
	kinds_bpf__in_place__key place = { .x = 3, .y = 4 };
	kinds_bpf__in_place__value both = { .whole = 0x01020304 };
	kinds_bpf__by_tiny__key tiny = TINY_B;
	kinds_bpf__by_tiny__value three = { TINY_A, TINY_B, TINY_A }, back;
	kinds_bpf__routes__key prefix = { .length = 8, .address = { 10 } };
	kinds_bpf__routes__value yes = true, known = false;
	kinds_bpf__twin_a__key twin = 5;
	kinds_bpf__twin_a__value pointer = 0x1122334455667788;

	CHECK(!kinds_bpf__by_index__update(skel, &index, &number, 0));
	CHECK(!kinds_bpf__by_index__lookup(skel, &index, &read) && read == number);
	CHECK(!kinds_bpf__by_index__next_key(skel, NULL, &index) && index == 0);
	CHECK(kinds_bpf__by_index__delete(skel, &index) == -EINVAL);
	CHECK(!kinds_bpf__lru__update(skel, &pair, &state, 0));
	CHECK(!kinds_bpf__lru__lookup(skel, &pair, &idle) && idle == BUSY);
	CHECK(!kinds_bpf__in_place__update(skel, &place, &both, 0));
	both.whole = 0;
	CHECK(!kinds_bpf__in_place__lookup(skel, &place, &both) && both.part == 4);
	CHECK(sizeof(tiny) == 1 && sizeof(three) == 3);
	CHECK(!kinds_bpf__by_tiny__update(skel, &tiny, &three, 0));
	CHECK(!kinds_bpf__by_tiny__lookup(skel, &tiny, &back) && back[1] == TINY_B);
	CHECK(!kinds_bpf__routes__update(skel, &prefix, &yes, 0));
	CHECK(!kinds_bpf__routes__lookup(skel, &prefix, &known) && known);
	/* One definition, two maps. */
	CHECK(!kinds_bpf__twin_a__update(skel, &twin, &pointer, 0));
	CHECK(kinds_bpf__twin_b__lookup(skel, &twin, &pointer) == -ENOENT);
	pointer = 0;
	CHECK(!kinds_bpf__twin_a__lookup(skel, &twin, &pointer) && pointer == 0x1122334455667788);
}

static void of_every_cpu(struct guest_bpf *skel)
{
	guest_bpf__per_cpu__key key = 1;
	guest_bpf__per_cpu__value values[8];
	__u64 padded[8] = { 10, 20, 30 };
	int cpus = libbpf_num_possible_cpus();

	CHECK(cpus == 3);
	CHECK(!bpf_map__update_elem(skel->maps.per_cpu, &key, sizeof(key), padded, 3 * sizeof(*padded), 0));
	memset(values, 0xff, sizeof(values));
	CHECK(guest_bpf__per_cpu__lookup(skel, &key, values, 2) == -ENOSPC);
	CHECK(guest_bpf__per_cpu__lookup(skel, &key, values, 8) == 3);
	CHECK(values[0] == 10 && values[1] == 20 && values[2] == 30 && values[3] == 0xffffffff);
	key = 2;
	CHECK(guest_bpf__per_cpu__lookup(skel, &key, values, 8) == -ENOENT);
	/* The plain function knows that one value is not enough. */
	key = 1;
	CHECK(bpf_map__lookup_elem(skel->maps.per_cpu, &key, sizeof(key), values, sizeof(*values), 0) == -EINVAL);
}

int main(void)
{
	struct kinds_bpf *kinds = kinds_bpf__open();
	struct guest_bpf *guest = guest_bpf__open();
	kinds_bpf__by_index__key index = 0;
	kinds_bpf__by_index__value number;

	CHECK(kinds && guest);
	CHECK(kinds_bpf__by_index__lookup(kinds, &index, &number) == -ENOENT);
	CHECK(bpf_map__fd(kinds->maps.by_index) < 0);
	CHECK(!bpf_map__set_max_entries(kinds->maps.sized_later, 12));
	CHECK(!kinds_bpf__load(kinds) && !guest_bpf__load(guest));
	of_structs(kinds);
	of_other_types(kinds);
	of_every_cpu(guest);
	kinds_bpf__destroy(kinds);
	CHECK(kinds_bpf__by_index__lookup(NULL, &index, &number) == -EINVAL);
	CHECK(kinds_bpf__by_index__next_key(NULL, NULL, &index) == -EINVAL);
	guest_bpf__destroy(guest);
	CHECK(blocks == 0);
	return 0;
}
