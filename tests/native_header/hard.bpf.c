/* What only the native header shows: pointers, functions, qualifiers, tags and everything else that wasm32 sees as numbers. */
typedef __builtin_va_list va_list;
typedef va_list va_list_again;
struct format { const char *text; va_list args; va_list_again *more; };
struct later; union either; struct never;
struct uses_later { struct later *a; void (*b)(struct later *, union either **, struct never *); struct later *(*c)(void); };
struct later { struct uses_later in; struct later *next, *prev; };
union either { struct later *a; union either *b; };
typedef struct list list_t;
struct list { list_t *next; list_t *(*each)(list_t *, int (*)(list_t *, ...)); };
typedef struct { struct { int a; } *p; struct { int b; } q; list_t list; } named_by_typedef;
typedef int callback(const struct list *restrict, void *restrict const *, volatile int);
typedef callback *callbacks[3][2];
struct signatures { callback *a; callbacks b; int (*(*c)[4])(callback *, char (*)[5]); const char *const volatile *const *d[2];
	void (*const e)(void); int (*(*(*f)(void))[3])(int); callbacks *g; struct list (*h)(union either, list_t); };
enum shared_by_pointer { SHARED_A, SHARED_B };
struct anonymous_enums { enum { INNER_A, INNER_B = 70000 } a, b; enum { POINTED_A = -5 } *c; enum { ROW_A = 1L << 40 } d[2];
	void (*e)(enum { PARAM_A } x); enum shared_by_pointer *f; };
enum { ALONE_A = 300, ALONE_B };
enum : unsigned char { ALONE_SMALL = 255 } alone_small;
struct restricted { char *restrict a; int *restrict *restrict b; };
struct tagged { int __attribute__((btf_type_tag("user"))) *a; int __attribute__((btf_type_tag("a"))) *__attribute__((btf_type_tag("b"))) *b;
	struct { int c; } __attribute__((btf_type_tag("rcu"))) *d; };
struct gap { char a; char b __attribute__((aligned(4096))); char c __attribute__((aligned(512))); } __attribute__((aligned(64)));
struct packed_gap { char a; char :0; long b; short c __attribute__((aligned(2))); char d[3]; long e; } __attribute__((packed));
struct holds_gap { char a; struct gap b; struct packed_gap c; int d : 3; int : 0; int e : 3; };
struct all_chars { char a; char b __attribute__((aligned(4))); char c[3]; };
union big { int a; char b[5]; } __attribute__((aligned(128)));
struct scalars { char a; __int128 b; long double c; _Bool d; unsigned long long e; unsigned f : 20; };
struct pad_names { char a; long __pad0[40] __attribute__((aligned(1024))); char __pad7; char b __attribute__((aligned(1024))); };
struct nest { struct nest *self; struct { struct nest *outer; union { list_t *l; struct { enum { DEEP } deep; }; }; } in[2]; };

struct format v0; struct uses_later v1; named_by_typedef v2; struct signatures v3; struct anonymous_enums v4; struct restricted v5;
struct tagged v6; struct holds_gap v7; struct all_chars v8; union big v9; struct scalars v10; struct pad_names v11; struct nest v12;
struct never *v13; __typeof__(ALONE_A) v14; enum { ALONE_A2 = ALONE_B } v15;
#define KFUNC __attribute__((btf_decl_tag("bpf_kfunc")))
KFUNC int kfunc_two(struct nest *nest, const char *volatile name, list_t *(*each)(list_t *, ...)) { return 0; }
KFUNC __attribute__((btf_decl_tag("bpf_fastcall"))) void *kfunc_one(void) { return 0; }
KFUNC int SHARED_kfunc(enum { KFUNC_PARAM } e) { return e; }
int no_kfunc(int a) { return a; }
int one(int i) { struct never { int a; } static volatile never; never.a = i; return never.a; }
int two(int i) { union never { int a; long b; } static volatile never; never.a = i; return never.a; }
