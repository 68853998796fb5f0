/* Externs: what the kernel was configured with (.kconfig), which libbpf fills in at load, and symbols of the kernel (.ksyms). */
#include "maps.h"

#define KCONFIG __attribute__((section(".kconfig")))
#define KSYM __attribute__((section(".ksyms")))
#define WEAK __attribute__((weak))

enum libbpf_tristate { TRI_NO, TRI_YES, TRI_MODULE };

extern const int LINUX_KERNEL_VERSION KCONFIG;
extern const _Bool CONFIG_BPF_SYSCALL KCONFIG WEAK;
extern const char CONFIG_NO_SUCH_LETTER KCONFIG WEAK;
extern const enum libbpf_tristate CONFIG_NO_SUCH_MODULE KCONFIG WEAK;
extern const char CONFIG_LOCALVERSION[20] KCONFIG WEAK;
extern const unsigned long CONFIG_HZ KCONFIG WEAK;
extern const __u16 CONFIG_NO_SUCH_NUMBER KCONFIG WEAK;
extern const char CONFIG_DEFAULT_HOSTNAME[7] KCONFIG WEAK;
extern const void no_such_symbol KSYM WEAK;

int seen;

SEC("socket")
int configured(void *ctx)
{
	seen = LINUX_KERNEL_VERSION + CONFIG_HZ + CONFIG_NO_SUCH_NUMBER;
	if (CONFIG_BPF_SYSCALL && CONFIG_NO_SUCH_MODULE != TRI_MODULE)
		return CONFIG_NO_SUCH_LETTER + CONFIG_LOCALVERSION[0] + CONFIG_DEFAULT_HOSTNAME[1];
	return &no_such_symbol != 0;
}

char LICENSE[] SEC("license") = "GPL";
