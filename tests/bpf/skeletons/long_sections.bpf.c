/* Sections with names of 16 bytes and more, of which libbpf cuts some; and one that bpftool calls by its end. */
#include "maps.h"

int nested SEC(".bss.MASK_NESTED");
int sorted SEC(".data.sorted_by_size") = 2;
const int listed SEC(".rodata.listed_by_name") = 3;
const int ended SEC(".rodata.tail.data") = 4;

SEC("socket")
int program(void *ctx) { return nested + sorted + *(volatile const int *)&listed + *(volatile const int *)&ended; }

char LICENSE[] SEC("license") = "GPL";
