/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* What becomes of bootstrap's events, in C: no offset, no size, no padding is known here. */
#include <string.h>
#include "report.h"

typedef bpf_bootstrap_types_event_t event_t;
typedef bpf_bootstrap_types_decode_error_t decode_error_t;
typedef bpf_bootstrap_types_encode_error_t encode_error_t;

/* Text under construction. printf would be for a component that may write to files: it imports WASI. */
struct text {
	char bytes[256];
	size_t len;
};

/* `len` bytes, padded with blanks to `width`. A string of WIT is UTF-8, which the kernel promises of no name. */
static void put(struct text *text, const void *bytes, size_t len, size_t width)
{
	for (size_t i = 0; (i < len || i < width) && text->len < sizeof(text->bytes); i++) {
		char byte = i < len ? ((const char *)bytes)[i] : ' ';

		text->bytes[text->len++] = byte >= ' ' && byte <= '~' ? byte : '?';
	}
}

static void put_string(struct text *text, const char *string, size_t width)
{
	put(text, string, strlen(string), width);
}

/* A list up to its first NUL. */
static void put_list(struct text *text, const report_list_u8_t *list, size_t width)
{
	put(text, list->ptr, strnlen((const char *)list->ptr, list->len), width);
}

static void put_number(struct text *text, uint64_t number, size_t width)
{
	char digits[20], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + number % 10);
	while (number /= 10);
	put(text, p, (size_t)(digits + sizeof(digits) - p), width);
}

/* The event in `bytes`, which are freed; the caller frees the event. */
static bool decode(report_list_u8_t *bytes, event_t *event, report_string_t *why)
{
	decode_error_t error;
	bool decoded = bpf_bootstrap_types_decode_event(bytes, event, &error);

	report_list_u8_free(bytes);
	if (!decoded) {
		struct text text = { .len = 0 };

		put_string(&text, "an event has ", 0);
		put_number(&text, error.expected, 0);
		put_string(&text, " bytes, not ", 0);
		put_number(&text, error.actual, 0);
		report_string_dup_n(why, text.bytes, text.len);
	}
	return decoded;
}

bool exports_report_line(report_list_u8_t *bytes, report_string_t *line, report_string_t *why)
{
	struct text text = { .len = 0 };
	event_t event;

	if (!decode(bytes, &event, why))
		return false;
	put_string(&text, event.exit_event ? "EXIT" : "EXEC", 6);
	put_list(&text, &event.comm, 16);
	put_string(&text, " ", 0);
	put_number(&text, (uint32_t)event.pid, 7);
	put_string(&text, " ", 0);
	put_number(&text, (uint32_t)event.ppid, 7);
	put_string(&text, " ", 0);
	if (!event.exit_event) {
		put_list(&text, &event.filename, 0);
	} else {
		put_string(&text, "[", 0);
		put_number(&text, event.exit_code, 0);
		put_string(&text, "]", 0);
		if (event.duration_ns) {
			put_string(&text, " (", 0);
			put_number(&text, event.duration_ns / 1000000, 0);
			put_string(&text, "ms)", 0);
		}
	}
	report_string_dup_n(line, text.bytes, text.len);
	bpf_bootstrap_types_event_free(&event);
	return true;
}

bool exports_report_redacted(report_list_u8_t *bytes, report_list_u8_t *redacted, report_string_t *why)
{
	event_t event;
	encode_error_t error;
	bool encoded;

	if (!decode(bytes, &event, why))
		return false;
	memset(event.filename.ptr, 0, event.filename.len);
	encoded = bpf_bootstrap_types_encode_event(&event, redacted, &error);
	/* The member that cannot have its value. */
	if (!encoded)
		*why = error.member;
	bpf_bootstrap_types_event_free(&event);
	return encoded;
}
