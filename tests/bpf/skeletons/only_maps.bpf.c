/* A map and nothing else: no program, no variable, no licence. */
#include "maps.h"

struct {
	NUMBER(type, ARRAY);
	NUMBER(max_entries, 1);
	TYPE(key, int);
	TYPE(value, long);
} only MAPS;
