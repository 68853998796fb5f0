/* Names of 63 and 64 characters: of the object, its variables, maps, programs and types. */
#include "maps.h"

struct type_of_sixty_four_characters_mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm {
	int member_of_sixty_four_characters_mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm;
};

const volatile int variable_of_sixty_three_characters_mmmmmmmmmmmmmmmmmmmmmmmmmmmm = 1;
const volatile int variable_of_sixty_four_characters_mmmmmmmmmmmmmmmmmmmmmmmmmmmmmm = 2;
struct type_of_sixty_four_characters_mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm zeroed;

struct {
	NUMBER(type, HASH);
	NUMBER(max_entries, 2);
	TYPE(key, int);
	TYPE(value, struct type_of_sixty_four_characters_mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm);
} map_of_sixty_three_characters_mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm MAPS, map_of_sixty_four_characters_mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm MAPS;

SEC("socket")
int program_of_sixty_three_characters_mmmmmmmmmmmmmmmmmmmmmmmmmmmmm(void *ctx)
{
	return 0;
}

SEC("?xdp")
int program_of_sixty_four_characters_mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
