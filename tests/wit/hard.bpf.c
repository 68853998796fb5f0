/* What WIT has its own way with: flags, flexible arrays, canonical layouts, names, wide bitfields, shapes without bytes. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

enum rights { RIGHT_NONE, RIGHT_READ = 1, RIGHT_WRITE = 2, RIGHT_RUN = 4, RIGHT_EXECUTE = 4, RIGHT_ALL = 0x80 };
enum wide_rights { WIDE_LOW = 1, WIDE_MIDDLE = 1 << 16, WIDE_HIGH = 1ull << 40 };
enum counts { COUNT_0, COUNT_1, COUNT_2 };
enum state { STATE_IDLE = -1, STATE_BUSY = 7, STATE_DEAD = 7, STATE_SELF = 9 };

struct flags { enum rights rights; enum wide_rights wide; enum counts counts; enum rights narrow : 3; enum state state : 5; enum rights row[3]; };

/* The canonical ABI gives these the same layout. */
struct pair { u32 a; u32 b; };
struct gap { u8 a; u64 b; u16 c; };
struct holds { struct pair pair; struct gap gap; void *pointer; double number; unsigned __int128 wide; __int128 signed_wide; };
/* And not these. */
struct tight { u8 a; u64 b; } __attribute__((packed));
struct aligned { u32 a; } __attribute__((aligned(16)));

struct tail { u32 count; u16 kind; u8 bytes[]; };
struct tail_of_pairs { u64 first; u8 second; struct pair pairs[]; };
struct holds_tail { u32 a; struct tail tail; };
struct lent_tail { u32 count; struct { struct {} none; u64 items[]; }; };

struct wide_bits { u8 a : 3; unsigned __int128 b : 100; __int128 c : 70; u8 d : 5; } __attribute__((packed));

struct text { char name[8]; char lines[3][5]; signed char numbers[4]; u8 octets[6]; char one[1]; };
struct shapes { struct {} none; u32 a; u8 zero[0]; struct { int : 5; } filler; struct pair none_of_them[0]; u64 cube[2][0][3]; };
union any { u32 number; char text[6]; struct { u16 low : 4, high : 12; }; struct pair pairs[2]; enum rights rights : 3; void *pointer; u16 row[3]; };
struct holds_any { u8 tag; union any any; union { u64 x; u8 y[3]; }; };

/* Names that fall together, or mean something in WIT, Rust or C. */
struct foo_bar { u32 a_b; u32 a__b; u32 A_B; u32 _9p; u32 a_1; u32 a1; };
struct foo__bar { u32 type; u32 record; u32 self; u32 list; u32 int_; u32 ret; u32 err; u32 f0; u32 u8_; u32 stdin; };
struct fooBar { u32 bytes; u32 value; u32 v; u32 b; u32 Codec; };
struct result { u32 ok; };
struct option { u32 some; };
struct string { u32 len; };
struct guest { u32 guest; };
struct kptr { void *kptr; };
struct decode_error { u32 expected; };
struct uint128 { unsigned __int128 lo; };
typedef struct pair pair_t;
typedef pair_t pair_again;
typedef u32 numbers[4];
struct aliases { pair_t a; pair_again b[2]; numbers c; };
struct node { struct node *next; struct undefined *what; int (*call)(void); };

struct flags v0; struct holds v1; struct tight v2; struct aligned v3; struct tail v4; struct tail_of_pairs v5; struct holds_tail v6;
struct lent_tail v7; struct wide_bits v8; struct text v9; struct shapes v10; struct holds_any v11; struct foo_bar v12;
struct foo__bar v13; struct fooBar v14; struct result v15; struct option v16; struct string v17; struct guest v18; struct kptr v19;
struct decode_error v20; struct uint128 v21; struct aliases v22; struct node v23;
