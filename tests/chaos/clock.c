/* Moves a process's wall clock: adds a number of seconds to CLOCK_REALTIME.

   Loaded with LD_PRELOAD. The seconds are a 64-bit number in the file that the process names; the
   number may change at any time. Other clocks aren't changed. */
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
