/* The wall clock as it would be if somebody had set it: CLOCK_REALTIME and so many seconds.

   Loaded with LD_PRELOAD. A process goes by the clock whose file it names: a 64-bit number, which
   may change at any time. Every other clock goes on as it does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int (*real)(clockid_t, struct timespec *);
static volatile int64_t *ahead;

void go_by_clock(const char *name) {
    int file = open(name, O_RDONLY);
    void *found = mmap(0, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (found != MAP_FAILED)
        ahead = found;
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, at);
    if (!failed && ahead && clock == CLOCK_REALTIME)
        at->tv_sec += *ahead;
    return failed;
}
