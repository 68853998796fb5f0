/* Bitfields where compilers put them, and where only packed, aligned and zero-width ones get. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef signed char s8;
typedef u32 alias_of_alias;
enum sign { MINUS = -1, PLUS = 1 };
enum plain { NONE, SOME = 3 };
enum tiny : u8 { TINY = 200 };
enum tiny_signed : s8 { TINY_MINUS = -100, TINY_PLUS = 100 };
enum wide : u64 { WIDE = 1ULL << 63 };
enum wide_signed : long { WIDE_MINUS = -1L << 62 };
enum never_negative : int { NEVER, NEGATIVE };

struct each_sign {
	int a : 1; unsigned b : 1; int c : 31; u32 d : 32; s8 e : 7; u8 f : 1; short g : 15; u16 h : 16;
	long i : 63; u64 j : 64; long long k : 33; _Bool l : 1; char m : 5; alias_of_alias n : 9;
};
struct each_enum {
	enum sign a : 2; enum plain b : 2; enum tiny c : 8; enum tiny_signed d : 8; enum wide e : 64; enum wide_signed f : 63;
	enum never_negative g : 1; enum plain h : 31; enum sign i : 32; enum tiny j; enum tiny_signed k; enum wide l;
};
struct packed_across { u8 a : 3; u64 b : 61; u32 c : 30; u64 d : 58; _Bool e : 1; int f : 32; u64 g : 64; char h; long i : 7; } __attribute__((packed));
struct seven_bytes { u64 a : 50; u64 b : 6; char c; };
struct three_bytes { u32 a : 20; u32 b : 4; u8 c; };
struct gaps { u8 a : 1; u8 : 3; u8 b : 1; u8 : 0; u8 c : 2; u32 : 0; u32 d : 1; u64 : 0; u64 e : 1; u32 : 17; u32 f : 5; };
struct aligned_bits { u32 a : 3; u32 b : 3 __attribute__((aligned(8))); u8 c : 1 __attribute__((aligned(16))); } __attribute__((aligned(64)));
struct packed_aligned { char a; u32 b : 9; u16 c; u32 d : 13; } __attribute__((packed, aligned(2)));
struct only_filler { u32 : 5; u32 : 27; };
struct tail { u64 a; u8 b : 1; };
struct nested {
	char lead;
	struct { u32 a : 7; union { u32 b : 9; struct { u64 c : 3; u64 d : 40; }; u64 e; }; };
	struct { int x : 5; struct { int y : 6; } deep[2]; } row[3][2];
	struct each_sign whole;
	struct { u16 z : 3; } zero[0];
	union { struct { u8 lo : 4; u8 hi : 4; } __attribute__((packed)); u8 both; } nibbles[4];
	unsigned last : 2;
};
union bits { int a : 3; u64 b : 41; struct { u8 c : 2; u8 d : 6; }; u8 e[9]; long f : 64; };
typedef struct { u32 a : 1; u32 b : 31; } only_named_by_typedef;
typedef struct { s8 a : 3; u8 b; } array_of_anonymous[3][2];
struct short_unit { u16 a : 12; u8 b : 4; u16 c : 4; u8 d : 8; u16 e : 9; };

struct each_sign each_sign; struct each_enum each_enum; struct packed_across packed_across; struct seven_bytes seven_bytes;
struct three_bytes three_bytes; struct gaps gaps; struct aligned_bits aligned_bits; struct packed_aligned packed_aligned;
struct only_filler only_filler; struct tail tail; struct nested nested; union bits bits; only_named_by_typedef only_named;
array_of_anonymous rows; struct short_unit short_unit;
