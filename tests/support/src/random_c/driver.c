/* Fills a struct with random bytes, reads every value in it, writes every value in it. The text is the same for the
 * source's own types compiled natively and for the generated header compiled for wasm32; so must be the results.
 *
 * Put behind the types; before it MOST_LEAVES and LARGEST are defined, behind it the structs' own parts. */
#include <string.h>

#pragma clang diagnostic ignored "-Waddress-of-packed-member"
#pragma clang diagnostic ignored "-Warray-bounds"
#pragma clang diagnostic ignored "-Wbitfield-constant-conversion"
#pragma clang diagnostic ignored "-Wignored-qualifiers"
#pragma clang diagnostic ignored "-Wunused-parameter"

typedef unsigned long long word;
typedef unsigned __int128 wide;

static unsigned char room[LARGEST + 1] __attribute__((aligned(64)));
#ifdef __wasm__
#define BYTES (room + 1) /* Generated types need no alignment. */
#define ADDRESS(e) (e)   /* Generated pointers are unsigned numbers. */
#else
#define BYTES room
#define ADDRESS(e) (word)(e)
#endif

/* For a struct: its size, what it reaches, the bytes, the values, a hash of the bytes after each write, the bytes. */
static word output[4 * MOST_LEAVES + LARGEST / 4 + 4];
static word *out;
static word random_state, span;
static enum { CLEAN, READ, WRITE } phase;

static word random_word(void) {
    random_state += 0x9e3779b97f4a7c15ULL;
    word z = random_state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

static wide random_wide(void) {
    wide high = random_word();
    return high << 64 | random_word();
}

static void put(wide value) {
    *out++ = (word)value;
    *out++ = (word)(value >> 64);
}

static void put_bytes(void) {
    memcpy(out, BYTES, span);
    out += (span + 7) / 8;
}

static void put_hash(void) {
    word hash = 0xcbf29ce484222325ULL;
    for (word i = 0; i < span; i++)
        hash = (hash ^ BYTES[i]) * 0x100000001b3ULL;
    *out++ = hash;
}

/* One for each kind of value. A type other than the expected one converts the value, or does not compile. */
#define VISIT(get, set) \
    if (phase == READ) { \
        get; \
    } else if (phase == WRITE) { \
        set; \
        put_hash(); \
    }
#define INT(e) VISIT(put((wide)(e)), (e) = random_wide())
/* 2 is true, and to be stored as 1. */
#define BIT(e) VISIT(put((wide)(e)), (e) = random_word() & 2)
#define PLACE(e) VISIT(put((wide)((unsigned char *)&(e) - BYTES)), )
#define CONSTANT(e) VISIT(put((wide)(e)), )
#define POINTER(e) VISIT(put((wide)ADDRESS(e)), (e) = (__typeof__(e))random_word())
#define FLOATING(e, type, bits) { \
        type value; \
        bits image; \
        VISIT(value = (e); memcpy(&image, &value, sizeof(image)); put(image), \
            image = (bits)random_word(); memcpy(&value, &image, sizeof(image)); (e) = value) \
    }
#define FLOAT(e) FLOATING(e, float, unsigned int)
#define DOUBLE(e) FLOATING(e, double, word)
/* Only 0 and 1 can be read. */
#define BOOL(e) \
    if (phase == CLEAN) \
        *(unsigned char *)&(e) &= 1; \
    else \
        BIT(e)
#define TYPE(e, type) _Static_assert(__builtin_types_compatible_p(__typeof__(e), type), #e " is of type " #type);

struct subject {
    word size, span;
    void (*visit)(void *at);
};
extern const struct subject subjects[];

static void visit(int number, int next_phase) {
    phase = next_phase;
    subjects[number].visit(BYTES);
}

/* Leaves the results for a subject in `output`; returns how many bytes there are. */
static int run(int number, int seed) {
    random_state = (unsigned int)seed;
    span = subjects[number].span;
    out = output;
    *out++ = subjects[number].size;
    *out++ = span;
    for (word i = 0; i < span; i++)
        BYTES[i] = (unsigned char)random_word();
    visit(number, CLEAN);
    put_bytes();
    visit(number, READ);
    /* Writing must leave zeroes alone, and all other bits. */
    if (seed & 1)
        memset(BYTES, 0, span);
    visit(number, WRITE);
    put_bytes();
    return (int)((unsigned char *)out - (unsigned char *)output);
}

#ifndef __wasm__
static void print(int number, int seed) {
    word len = (word)run(number, seed);
    fwrite(&len, sizeof(len), 1, stdout);
    fwrite(output, 1, len, stdout);
}
#else
__attribute__((export_name("run"))) int export_run(int number, int seed) { return run(number, seed); }
__attribute__((export_name("output"))) word *export_output(void) { return output; }
#endif
