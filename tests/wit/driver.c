/* What drives the implementation in C: the same exports as those of the guest in Rust. */
#include "decoder.h"
#include <stdlib.h>

static decoder_list_u8_t given, taken;

__attribute__((export_name("give"))) uint8_t *give(size_t len)
{
	given.ptr = calloc(len ? len : 1, 1);
	given.len = len;
	return given.ptr;
}

__attribute__((export_name("taken"))) uint8_t *taken_at(void)
{
	return taken.ptr;
}

__attribute__((export_name("taken_len"))) size_t taken_len(void)
{
	return taken.len;
}

static void put_text(const char *text)
{
	while (*text)
		taken.ptr[taken.len++] = *text++;
}

static void put_number(uint64_t number)
{
	char digits[21] = "";
	char *first = digits + 20;

	do
		*--first = '0' + number % 10;
	while (number /= 10);
	put_text(first);
}

/* An error as Rust prints it; without stdio, which needs a host. */
static int length(uint64_t expected, uint64_t actual)
{
	taken.ptr = malloc(100);
	taken.len = 0;
	put_text("DecodeError { expected: ");
	put_number(expected);
	put_text(", actual: ");
	put_number(actual);
	put_text(" }");
	return -(int)taken.len - 1;
}

