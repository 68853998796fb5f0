/* What the cases share: no kernel header, so that an object depends on its source and clang alone. */
#define SEC(name) __attribute__((section(name), used))
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
