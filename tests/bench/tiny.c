/* The least a plugin can do: one line with performance data, exit 0. It has no library, so that nothing but it is run. */
static long call(long number, long first, const void *second, long third)
{
#if defined(__x86_64__)
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(first), "S"(second), "d"(third)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = first;
    register const void *x1 __asm__("x1") = second;
    register long x2 __asm__("x2") = third;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
#else
#error "how is a system called here?"
#endif
}

#if defined(__x86_64__)
enum { WRITE = 1, EXIT = 60 };
#else
enum { WRITE = 64, EXIT = 93 };
#endif

void _start(void)
{
    static const char line[] = "OK | a=1\n";
    call(WRITE, 1, line, sizeof line - 1);
    call(EXIT, 0, 0, 0);
    __builtin_unreachable();
}
