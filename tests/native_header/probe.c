/* Sets each bitfield to ones among zeroes and to zeroes among ones, looks at every bit, and reads the value back. */
static int t_failures;
static unsigned char t_bytes[LARGEST + 16] __attribute__((aligned(16)));
#define SETTER(i, type, path) \
	static __int128 t_set##i(long long value) { type *it = (type *)t_bytes; it->path = value; return it->path; }
static void t_probe(int i, __int128 (*set)(long long), long size, long first, int width, int is_signed)
{
	for (int ones = 0; ones < 2; ones++) {
		for (long at = 0; at < size; at++)
			t_bytes[at] = ones ? 0 : 0xff;
		__int128 read = set(ones ? -1 : 0);
		int good = read == (!ones ? 0 : is_signed || width == 128 ? -1 : ((__int128)1 << width) - 1);
		for (long bit = 0; bit < size * 8; bit++) {
			int inside = bit >= first && bit < first + width;
			good &= (t_bytes[bit / 8] >> bit % 8 & 1) == (inside ? ones : !ones);
		}
		if (!good) {
			__builtin_printf("%d\n", i);
			t_failures++;
			return;
		}
	}
}
