/* Bitfields: units of 1 to 8 bytes, gaps, signs, enums, booleans, unions. */
#include "case.h"

enum mode { MODE_OFF, MODE_ON, MODE_AUTO };

struct bitfields {
	__u8 first;
	__u32 three_bytes : 23;
	int sign : 3;
	unsigned : 5;
	unsigned after_gap : 4;
	int : 0;
	unsigned next_unit : 1;
	_Bool flag : 1;
	enum mode mode : 2;
	long wide : 40;
	unsigned long full : 64;
	char between;
	short last : 9;
};

struct packed_bits {
	__u8 a : 3;
	__u64 b : 50;
	__u8 c;
	int d : 7;
} __attribute__((packed));

union bits {
	int five : 5;
	unsigned long all;
	unsigned long forty : 40;
};

struct bitfields bitfields;
struct packed_bits packed_bits;
union bits bits;
