/* Arrays: several dimensions, no elements, elements of every sort. */
#include "case.h"

struct item {
	char tag;
	long value;
};

typedef __u16 pair[2];

struct arrays {
	int matrix[2][3];
	pair pairs[4];
	struct item items[2];
	struct {
		char a;
		int b;
	} inline_items[2];
	int none[0];
	char tail_first;
	struct item flexible[];
};

struct arrays arrays = {};
