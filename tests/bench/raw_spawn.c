/* The limit: how many programs a second this machine starts, hears out and reaps when nothing else is done.

   raw_spawn PROGRAM SECONDS LOOPS [bound] [guarded]

   A loop is a process that runs one program at a time; the rate of all loops goes to stdout. A bound loop, and what it
   starts, stays on a processor of its own. A guarded program is given what a plugin is: a session, nothing to read,
   and a pipe of its own for errors. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int is_bound, is_guarded, nothing;

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec + at.tv_nsec / 1e9;
}

static void make_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC))
        exit(2);
}

static void empty(int ends[2])
{
    char output[4096];
    close(ends[1]);
    while (read(ends[0], output, sizeof output) > 0)
        ;
    close(ends[0]);
}

static void run(char *const argv[])
{
    static char *const environment[] = {"LANG=C.UTF-8", NULL};
    int out[2], errors[2], status;
    make_pipe(out);
    if (is_guarded)
        make_pipe(errors);
    pid_t pid = vfork();
    if (pid == 0) {
        if (is_guarded) {
            setsid();
            dup2(nothing, 0);
            dup2(errors[1], 2);
        }
        dup2(out[1], 1);
        execve(argv[0], argv, environment);
        _exit(127);
    }
    empty(out);
    if (is_guarded)
        empty(errors);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        exit(2);
}

static void loop(int number, char *program, double until, long *ran)
{
    char *const argv[] = {program, NULL};
    if (is_bound) {
        cpu_set_t processors;
        CPU_ZERO(&processors);
        CPU_SET(number, &processors);
        sched_setaffinity(0, sizeof processors, &processors);
    }
    for (; now() < until; ++*ran)
        run(argv);
    exit(0);
}

int main(int count, char **arguments)
{
    if (count < 4)
        return 2;
    int loops = atoi(arguments[3]), status;
    for (int each = 4; each < count; each++) {
        is_bound |= !strcmp(arguments[each], "bound");
        is_guarded |= !strcmp(arguments[each], "guarded");
    }
    nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    long *ran = mmap(NULL, loops * sizeof *ran, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    double begun = now();
    for (int each = 0; each < loops; each++)
        if (fork() == 0)
            loop(each, arguments[1], begun + atof(arguments[2]), ran + each);
    while (wait(&status) > 0)
        if (status != 0)
            return 2;
    long total = 0;
    for (int each = 0; each < loops; each++)
        total += ran[each];
    printf("%.1f\n", total / (now() - begun));
    return 0;
}
