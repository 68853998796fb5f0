/* Names that C++, wasi-libc or another type have taken; several types of one name. */
typedef unsigned long size_t; /* 8 bytes here, 4 on wasm32 */
typedef long ssize_t;
typedef long time_t; /* as wasi-libc's */
typedef int pid_t;
typedef unsigned long uint64_t;
typedef long int64_t;
typedef int int32_t;
typedef unsigned long uintptr_t;
typedef unsigned short wchar_t;
typedef struct { long quot, rem; } div_t;
typedef struct FILE { int fd; } FILE;
typedef _Bool bool;
typedef int free;
enum { false, true, NULL, EOF = -1, SIGKILL = 9, stdout = 3, printf = 4 };
struct stat { int st_mode; long st_atime, st_mtime; int errno, stdin, EOF, NULL, BUFSIZ; };
struct class { int new, delete, this, operator, public, template, typename, export, and, or_eq, alignas, constexpr, nullptr; };
union private { struct class class; int not; struct { int xor, thread_local; }; };
enum namespace { typeid = 5, bool_ };
struct timespec { long tv_sec, tv_nsec; };
struct linux { int unix; int linux; int i386; };
struct tm { struct tm *tm_next; struct timespec timespec; };
/* Padding must keep clear of these. */
struct pads { char a; long __pad0; char b; int __pad7; char c; struct { char d; long __pad3; }; char __anon; };
struct padded { char a; long b; char __pad0[2]; long c; };
/* A member hides the type of its own name from C++. */
typedef unsigned port;
typedef struct { int x; } pair;
struct hides { port port; port second; pair pair; pair third; enum namespace namespace; struct timespec timespec; port bits : 3; };
port a_port;
struct hides_deep { struct { port port; }; __typeof__(a_port) after; };
/* A tag and a typedef of one name are two types. */
struct twin { int a; };
typedef long twin;
typedef struct twin alone;
enum alike { ALIKE };
typedef enum alike alike;
struct uses { struct twin twin; twin long_twin; alike alike; alone alone; };

struct same { int first; };
enum number { ONE, TWO };
typedef int scalar;
static int one(int i)
{
	struct same { int a[2]; struct { char c; long d; }; } static volatile same;
	enum number { ONE = 10, THREE } static volatile number;
	typedef long scalar;
	static volatile scalar s;
	same.a[1] = i;
	s = i;
	number = THREE;
	return same.a[0] + s + number;
}
static int two(int i)
{
	union same { int b; char c[9]; } static volatile same;
	typedef struct same___2 { char c; } scalar;
	static volatile scalar s;
	enum { ONE = 20, scalar___2 } static volatile e;
	same.b = i;
	s.c = i;
	e = ONE;
	return same.b + s.c + e;
}

size_t v0; ssize_t v1; time_t v2; pid_t v3; uint64_t v4; int64_t v5; int32_t v6; uintptr_t v7; wchar_t v8; div_t v9; FILE v10; bool v11;
free v12; struct stat v13; union private v14; enum namespace v15; struct linux v16; struct tm v17; struct pads v18; struct padded v19;
struct hides v20; struct hides_deep v21; struct uses v22; struct same v23; enum number v24; scalar v25; alone v26;
enum { IN_PLACE = 1, unix = 7 } v27;
__attribute__((section("socket"), used)) int prog(void *c) { return one(*(int *)c) + two(*(int *)c) + (v11 ? true : SIGKILL); }
