/* Neither a map nor a program. */
#include "../case.h"

char LICENSE[] SEC("license") = "GPL";
