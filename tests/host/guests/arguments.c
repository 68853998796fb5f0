/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Prints what the host has given it. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	char line[64];
	FILE *file;

	for (int i = 1; i < argc; i++)
		puts(argv[i]);
	if (getenv("A"))
		printf("A=%s\n", getenv("A"));
	if (getenv("PATH"))
		puts("the host's environment");
	file = fopen("/shared/file", "r");
	if (file && fgets(line, sizeof(line), file)) {
		puts(line);
		fclose(file);
		puts(fopen("/shared/new", "w") ? "writable" : "read only");
	}
	if (fopen("/etc/passwd", "r"))
		puts("the host's files");
	return 0;
}
