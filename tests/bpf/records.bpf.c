/* Structs and unions: anonymous, nested, packed, over-aligned, empty, and unions with padding. */
#include "case.h"

struct empty {};
union nothing {};

struct packed {
	char c;
	long l;
	short s;
} __attribute__((packed));

struct aligned {
	char c;
	int i __attribute__((aligned(16)));
} __attribute__((aligned(64)));

union padded {
	char bytes[5];
	long l;
	struct packed packed;
} __attribute__((aligned(32)));

struct records {
	char first;
	struct packed packed;
	union {
		int number;
		struct {
			char low;
			union {
				short wide;
				char narrow;
			};
		};
	};
	struct {
		char x;
		long y;
	} named;
	union padded padded;
	struct empty empty;
	union nothing nothing;
	struct aligned aligned;
	char __pad0; /* a member with the name of a padding */
};

typedef struct {
	char c;
	int i;
} anonymous_t;
typedef const anonymous_t constant_t;
typedef struct same {
	int x;
} same;

struct users {
	anonymous_t a;
	constant_t b;
	same c;
};

struct records records;
struct users users;
