// A library with functions of several versions, and with static probes, as <sys/sdt.h> would write them.
#define PROBE(name, arguments) \
    __asm__ volatile("990: nop\n" \
                     ".pushsection .note.stapsdt,\"\",\"note\"\n" \
                     ".balign 4\n" \
                     ".4byte 992f-991f, 994f-993f, 3\n" \
                     "991: .asciz \"stapsdt\"\n" \
                     "992: .balign 4\n" \
                     "993: " ADDRESS " 990b, _.stapsdt.base, 0\n" \
                     ".asciz \"provider\"\n" \
                     ".asciz \"" name "\"\n" \
                     ".asciz \"" arguments "\"\n" \
                     "994: .balign 4\n" \
                     ".popsection\n")

#ifdef __LP64__
#define ADDRESS ".8byte"
#else
#define ADDRESS ".4byte"
#endif

__asm__(".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n"
        ".weak _.stapsdt.base\n"
        ".hidden _.stapsdt.base\n"
        "_.stapsdt.base: .space 1\n"
        ".popsection\n");

__asm__(".symver f_old,f@V1");
__asm__(".symver f_new,f@@V");

int f_old(int x) { return x; }

int f_new(int x)
{
    PROBE("name", "-4@%edi 8@-16(%rbp) 4@$5 -2@(%rax,%rcx,4) 1@%sil");
    return x + 1;
}

int entry(int x)
{
    PROBE("other", "");
    PROBE("name", "-4@%eax");
    return f_new(x) + 2;
}
