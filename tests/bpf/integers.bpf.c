/* Integers, characters, booleans and floats: every size and sign, and spellings whose size differs on wasm32. */
#include "case.h"

struct integers {
	char c;
	signed char sc;
	unsigned char uc;
	_Bool b;
	short s;
	unsigned short us;
	int i;
	unsigned int ui;
	long l;
	unsigned long ul;
	long long ll;
	unsigned long long ull;
	__int128 s128;
	unsigned __int128 u128;
	float f;
	double d;
};

typedef unsigned long size_t; /* 8 bytes here, 4 in wasi-libc */
typedef int pid_t; /* the same in both */
typedef _Bool bool;
typedef unsigned long long uint64_t;
typedef long time_t;

struct typedefs {
	size_t size;
	pid_t pid;
	bool yes;
	uint64_t wide;
	time_t time;
	__u8 narrow;
};

struct integers integers;
struct typedefs typedefs;
