/* Far more typedefs than tags have to change their names, and one that stands for a tag that does. */
typedef unsigned long size_t, ssize_t, uintptr_t, intptr_t, ptrdiff_t, wint_t, div_t, ldiv_t, off_t, regex_t;
size_t a; ssize_t b; uintptr_t c; intptr_t d; ptrdiff_t e; wint_t f; div_t g; ldiv_t h; off_t i; regex_t j;
typedef struct FILE { int fd; } FILE;
typedef union sigval { char all[3]; FILE file; } sigval;
FILE file;
sigval value;
