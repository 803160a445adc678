#include "base.h"

#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

static pthread_t thread;
static bool started;
static volatile bool ended;

static void *sleeper(void *unused) {
   (void)unused;
   while (!ended) {
      usleep(1000);
   }
   return NULL;
}

void fixture_start_thread(void) {
   if (!started) {
      ended = false;
      started = pthread_create(&thread, NULL, sleeper, NULL) == 0;
   }
}

void fixture_join_thread(void) {
   if (started) {
      ended = true;
      pthread_join(thread, NULL);
      started = false;
   }
}
