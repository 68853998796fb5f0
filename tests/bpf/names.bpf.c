/* Names that mean something else to C, C++ or wasi-libc, and members that hide a type. */
#include "case.h"

struct timespec {
	long tv_sec;
	long tv_nsec;
};
struct class {
	int new;
	int template;
	int st_atime; /* a macro of <sys/stat.h> */
	int errno;
};
enum signals { SIGINT = 2, EINVAL = 22 };
typedef unsigned dev_t;
typedef __u16 port;
struct port {
	port port;
	port other;
};

struct timespec timespec;
struct class class;
enum signals signals;
dev_t dev;
struct port both;
