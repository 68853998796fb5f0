/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Errors ---- */

enum libbpf_errno {
    __LIBBPF_ERRNO__START = 4000,
    LIBBPF_ERRNO__LIBELF = __LIBBPF_ERRNO__START,
    LIBBPF_ERRNO__FORMAT,
    LIBBPF_ERRNO__KVERSION,
    LIBBPF_ERRNO__ENDIAN,
    LIBBPF_ERRNO__INTERNAL,
    LIBBPF_ERRNO__RELOC,
    LIBBPF_ERRNO__LOAD,
    LIBBPF_ERRNO__VERIFY,
    LIBBPF_ERRNO__PROG2BIG,
    LIBBPF_ERRNO__KVER,
    LIBBPF_ERRNO__PROGTYPE,
    LIBBPF_ERRNO__WRNGPID,
    LIBBPF_ERRNO__INVSEQ,
    LIBBPF_ERRNO__NLPARSE,
    __LIBBPF_ERRNO__END,
};

/* Passes a result on; a negative one goes to errno as well. */
BPF_WASM_API int bpf_wasm__result(int ret)
{
    if (ret < 0)
        errno = -ret;
    return ret;
}

BPF_WASM_API void *bpf_wasm__null(int err)
{
    errno = err;
    return NULL;
}

/*
 * A host's result as a result of this library. Failures are negative, on some hosts and in some cases positive numbers of
 * Linux. The table translates them; on Linux it is the identity.
 */
BPF_WASM_API int bpf_wasm__host_error(int ret)
{
    static const unsigned char known[] = {
        0, EPERM, ENOENT, ESRCH, EINTR, EIO, ENXIO, E2BIG, ENOEXEC, EBADF, ECHILD, EAGAIN, ENOMEM, EACCES, EFAULT, 0, EBUSY,
        EEXIST, EXDEV, ENODEV, ENOTDIR, EISDIR, EINVAL, ENFILE, EMFILE, ENOTTY, ETXTBSY, EFBIG, ENOSPC, ESPIPE, EROFS, EMLINK,
        EPIPE, EDOM, ERANGE, EDEADLK, ENAMETOOLONG, ENOLCK, ENOSYS, ENOTEMPTY, ELOOP, 0, ENOMSG, EIDRM,
        /* 44 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        /* 67 */ ENOLINK, 0, 0, 0, EPROTO, EMULTIHOP, 0, EBADMSG, EOVERFLOW,
        /* 76 */ 0, 0, 0, 0, 0, 0, 0, 0, EILSEQ, 0, 0, 0, ENOTSOCK, EDESTADDRREQ, EMSGSIZE, EPROTOTYPE, ENOPROTOOPT,
        /* 93 */ EPROTONOSUPPORT, 0, EOPNOTSUPP, 0, EAFNOSUPPORT, EADDRINUSE, EADDRNOTAVAIL, ENETDOWN, ENETUNREACH, ENETRESET,
        /* 103 */ ECONNABORTED, ECONNRESET, ENOBUFS, EISCONN, ENOTCONN, 0, 0, ETIMEDOUT, ECONNREFUSED, 0, EHOSTUNREACH,
        /* 114 */ EALREADY, EINPROGRESS, ESTALE, 0, 0, 0, 0, 0, EDQUOT, 0, 0, ECANCELED, 0, 0, 0, 0, EOWNERDEAD,
        /* 131 */ ENOTRECOVERABLE,
    };
    unsigned int code = ret < 0 ? 0u - (unsigned int)ret : (unsigned int)ret;

    if (!code || (code >= __LIBBPF_ERRNO__START && code < __LIBBPF_ERRNO__END))
        return -(int)code;
    if (code == 524) /* the kernel's own ENOTSUPP, which it lets through for some maps */
        return -EOPNOTSUPP;
    return code < sizeof(known) && known[code] ? -known[code] : -EIO;
}

/* The same for a call whose -1 may be EPERM, or all that the host ever says. A map without a name does not exist: -ENOENT. */
BPF_WASM_API int bpf_wasm__host_error_of(uint64_t handle, int ret)
{
    if ((ret == 1 || ret == -1) && wasm_bpf_map_fd_by_name(handle, "") == -1)
        return -EIO;
    return bpf_wasm__host_error(ret);
}

/* Describes an error number, of either sign. 0, -EINVAL, -ERANGE if the text was cut, -ENOENT for an unknown number. */
BPF_WASM_API int libbpf_strerror(int err, char *buf, size_t size)
{
    static const char *const own[] = {
        "Something wrong in libelf", "BPF object format invalid", "'version' section incorrect or lost", "Endian mismatch",
        "Internal error in libbpf", "Relocation failed", "Failed to load program", "Kernel verifier blocks program loading",
        "Program too big", "Incorrect kernel version", "Kernel doesn't support this program type",
        "Wrong pid in netlink message", "Invalid netlink sequence", "Incorrect netlink message parsing",
    };
    unsigned int code = err < 0 ? 0u - (unsigned int)err : (unsigned int)err;
    const char *text = "Unknown libbpf error";
    size_t len;

    if (!buf || !size)
        return bpf_wasm__result(-EINVAL);
    if (code < __LIBBPF_ERRNO__START)
        text = strerror((int)code);
    else if (code < __LIBBPF_ERRNO__END)
        text = own[code - __LIBBPF_ERRNO__START];
    len = strlen(text);
    if (len >= size) {
        memcpy(buf, text, size - 1);
        buf[size - 1] = '\0';
        return bpf_wasm__result(-ERANGE);
    }
    memcpy(buf, text, len + 1);
    return code < __LIBBPF_ERRNO__END ? 0 : bpf_wasm__result(-ENOENT);
}

/* -errno if `ptr` is NULL, else 0. */
BPF_WASM_API long libbpf_get_error(const void *ptr)
{
    return ptr ? 0 : -errno;
}

/* Sets who prints libbpf's messages, returns who did. This library has none: those of libbpf appear at the host. */
BPF_WASM_API libbpf_print_fn_t libbpf_set_print(libbpf_print_fn_t fn)
{
    libbpf_print_fn_t old = bpf_wasm__state.print;

    bpf_wasm__state.print = fn;
    return old;
}

enum libbpf_strict_mode {
    LIBBPF_STRICT_NONE = 0,
    LIBBPF_STRICT_ALL = -1,
};

/* Has no effect, as in libbpf since 1.0. */
BPF_WASM_API int libbpf_set_strict_mode(enum libbpf_strict_mode mode)
{
    (void)mode;
    return 0;
}

/* Declares options: LIBBPF_OPTS(ring_buffer_opts, opts, .sample_size = 65536); */
#define LIBBPF_OPTS(TYPE, NAME, ...)                                                                                            \
    BPF_WASM_PRAGMA("clang diagnostic push")                                                                                    \
    BPF_WASM_PRAGMA("clang diagnostic ignored \"-Wmissing-field-initializers\"")                                                \
    struct TYPE NAME = __extension__({                                                                                          \
        memset(&NAME, 0, sizeof(struct TYPE));                                                                                  \
        (struct TYPE){.sz = sizeof(struct TYPE), __VA_ARGS__};                                                                  \
    }) BPF_WASM_PRAGMA("clang diagnostic pop")
#ifdef __clang__
#define BPF_WASM_PRAGMA(text) _Pragma(text)
#else
#define BPF_WASM_PRAGMA(text)
#endif
#define DECLARE_LIBBPF_OPTS LIBBPF_OPTS
