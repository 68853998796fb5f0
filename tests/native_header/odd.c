/* What the header of odd.rs has to say, where clang's acceptance does not say it. */
#define SIZE(type, size) _Static_assert(sizeof(type) == size, #type);
#define AT(type, member, at) _Static_assert(__builtin_offsetof(type, member) == at, #type "." #member);
SIZE(struct floats, 64) AT(struct floats, b, 16) AT(struct floats, c, 32) AT(struct floats, d, 44) AT(struct floats, e, 48) AT(struct floats, f, 56)
SIZE(struct rust, 16) AT(struct rust, z, 0) AT(struct rust, _0, 2) AT(struct rust, while___bpf, 4) AT(struct rust, twice, 8)
AT(struct rust, twice___2, 12) AT(struct rust, __anon, 14) AT(struct rust, Vec_T_, 15)
SIZE(struct for___bpf, 1048576) SIZE(union empty_but_large, 100) SIZE(struct only_tail, 3)
SIZE(union tag, 4) SIZE(int___bpf, 4) SIZE(struct points, 56)
