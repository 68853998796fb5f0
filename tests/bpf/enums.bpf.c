/* Enums of every size and sign, anonymous ones with and without a typedef, and one that is only declared. */
#include "case.h"

enum plain { PLAIN_A, PLAIN_B = 5, PLAIN_ALIAS = 5 };
enum negative { NEGATIVE = -1, POSITIVE = 1 };
enum big { BIG = 0xffffffffu };
enum wide { WIDE = 1ull << 40, WIDEST = ~0ull };
enum wide_signed { LOWEST = -0x7fffffffffffffffll - 1, HIGHEST = 0x7fffffffffffffffll };
enum tiny { TINY = 200 } __attribute__((packed));
enum tiny_signed { TINY_NEGATIVE = -1 } __attribute__((packed));
enum small { SMALL = 40000 } __attribute__((packed));
typedef enum { NAMED_LATER, NAMED_LATER_TOO = -7 } later_t;

struct enums {
	enum plain plain;
	enum negative negative;
	enum big big;
	enum wide wide;
	enum wide_signed wide_signed;
	enum tiny tiny;
	enum tiny_signed tiny_signed;
	enum small small;
	later_t later;
	enum { INLINE_A, INLINE_B } in_place;
	enum declared *declared;
};

struct enums enums;
