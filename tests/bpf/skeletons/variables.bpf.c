/* Variables of every section, of every sort of type, with the gaps that alignment leaves. */
#include "maps.h"

enum level { LOW, MIDDLE, HIGH = 7 };
typedef enum { FIRST = 1, SECOND = 1ull << 40 } wide_t;
typedef __u64 counter_t;
struct inner {
	char tag;
	long value;
};
struct settings {
	char c;
	struct inner inner;
	void *pointer;
	unsigned low : 3, high : 7;
	union {
		int number;
		char bytes[5];
	};
};
struct task;
_Static_assert(sizeof(long) == 8, "BPF's long");

/* .rodata */
const volatile char ro_char = 'r';
const volatile long ro_long = 0x1122334455667788;
const volatile _Bool ro_yes = 1;
const volatile __u16 ro_shorts[3] = { 1, 2, 3 };
const volatile struct settings ro_settings = { .c = 1, .inner = { 2, 3 }, .low = 5, .high = 100 };
const volatile __int128 ro_wide = 0x0f;
const volatile enum level ro_level = MIDDLE;
const volatile char ro_text[] = "text with \"quotes\", \\ and \?\?/";
static const volatile int ro_hidden = 4;

/* .rodata.named, .rodata.other */
const volatile int named_limit SEC(".rodata.named") = 10;
const volatile __u8 named_byte SEC(".rodata.named") = 11;
static const volatile long named_hidden SEC(".rodata.named") = 12;
const volatile __u64 other_mask SEC(".rodata.other.deep") = ~0ull;

/* .data */
char data_char = 'd';
struct settings data_settings = { .c = 9, .inner = { 8, 7 } };
unsigned __int128 data_wide = 1;
_Bool data_no = 0, data_yes = 1;
enum level data_level = HIGH;
wide_t data_wide_enum = SECOND;
int data_grid[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
struct task *data_pointer = (void *)0x1234;
static volatile int data_hidden = 2;
__u32 data_aligned __attribute__((aligned(64))) = 64;

/* .data.named */
counter_t named_counter SEC(".data.named") = 3;
struct inner named_inners[2] SEC(".data.named") = { { 'a', 1 }, { 'b', 2 } };

/* .data.shy: what is hidden is as good as static. */
#define SHY __attribute__((visibility("hidden")))
int data_shy_hidden SHY = 3;
int shy_hidden SHY SEC(".data.shy") = 4;

/* .bss: with gaps */
char bss_first;
long bss_long;
char bss_char;
__int128 bss_wide;
short bss_short;
struct inner bss_inner;
void (*bss_function)(struct task *task, const char *name);
_Bool bss_flag;
__u8 bss_block[7] __attribute__((aligned(128)));
static volatile long bss_hidden;

/* .bss.named */
int named_zero SEC(".bss.named");

SEC("socket")
int read_all(void *ctx)
{
	return ro_char + ro_long + ro_hidden + named_hidden + data_hidden + data_level + bss_hidden + bss_char + bss_long;
}

char LICENSE[] SEC("license") = "GPL";
