/* A program and nothing else: no map, no variable. */
#include "maps.h"

SEC("socket")
int only(void *ctx)
{
	return 0;
}
