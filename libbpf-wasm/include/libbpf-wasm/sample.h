/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Events with a type ---- */

/* An event as a `const type *`, NULL if it is too short to be one. */
#define BPF_SAMPLE(type, data, size) ((size) >= sizeof(type) ? (const type *)(data) : (const type *)NULL)

/*
 * Begins the definition of an event callback with a typed event:
 *
 *     BPF_SAMPLE_HANDLER(handle_event, struct event, e) { printf("%d\n", e->pid); return 0; }
 *
 * `ctx` is the caller's. An event too short for the type ends the poll with -EBADMSG.
 */
#define BPF_SAMPLE_HANDLER(name, type, event)                                                                                   \
    static int name##__sample(void *ctx, const type *event);                                                                    \
    static int name(void *ctx, void *data, size_t size)                                                                         \
    {                                                                                                                           \
        return size >= sizeof(type) ? name##__sample(ctx, (const type *)data) : -EBADMSG;                                       \
    }                                                                                                                           \
    static int name##__sample(__attribute__((unused)) void *ctx, const type *event)
