// A calendar that runs faster than the world's, for programs whose clock cannot be driven: loaded with LD_PRELOAD, it
// lets CLOCK_REALTIME pass NEBULA_CLOCK_FACTOR times as fast since NEBULA_CLOCK_EPOCH (seconds since 1970). Monotonic
// time, and so every timeout, stays as it is. Processes with the same two values agree on the time, also one after the
// other.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

typedef int (*clock_fn)(clockid_t, struct timespec *);

static int real_clock(clockid_t id, struct timespec *out) {
   static clock_fn real;
   if (real == NULL)
      *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
   return real(id, out);
}

static long long setting(const char *name, long long fallback) {
   const char *text = getenv(name);
   return text == NULL ? fallback : atoll(text);
}

int clock_gettime(clockid_t id, struct timespec *out) {
   const int status = real_clock(id, out);
   if (status != 0 || id != CLOCK_REALTIME)
      return status;
   const long long epoch_ns = setting("NEBULA_CLOCK_EPOCH", 0) * 1000000000;
   const long long factor = setting("NEBULA_CLOCK_FACTOR", 1);
   const long long now_ns = (long long)out->tv_sec * 1000000000 + out->tv_nsec;
   if (now_ns <= epoch_ns || epoch_ns == 0)
      return status;
   const long long fast_ns = epoch_ns + (now_ns - epoch_ns) * factor;
   out->tv_sec = fast_ns / 1000000000;
   out->tv_nsec = fast_ns % 1000000000;
   return status;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
   (void)zone;
   struct timespec now;
   if (clock_gettime(CLOCK_REALTIME, &now) != 0)
      return -1;
   out->tv_sec = now.tv_sec;
   out->tv_usec = now.tv_nsec / 1000;
   return 0;
}

time_t time(time_t *out) {
   struct timespec now;
   if (clock_gettime(CLOCK_REALTIME, &now) != 0)
      return (time_t)-1;
   if (out != NULL)
      *out = now.tv_sec;
   return now.tv_sec;
}
