// What Go knows nothing about: a thread of C, and a function that is inlined there.
#include <pthread.h>
#include <stdint.h>

#include "burn.h"

static volatile uint64_t burnt;

static inline __attribute__((always_inline)) uint64_t stir(uint64_t it) {
	for (int i = 0; i < 1000; i++) {
		it = it * 6364136223846793005u + 1442695040888963407u; // hot line
	}
	return it;
}

static void *burn(void *unused) {
	for (;;) {
		burnt = stir(burnt); // call of what is inlined
	}
	return unused;
}

static int start(void) {
	pthread_t thread;
	int failed = pthread_create(&thread, 0, burn, 0);
	if (!failed) {
		pthread_detach(thread);
	}
	return failed;
}

#ifdef BURNS_WHEN_LOADED
__attribute__((constructor)) static void loaded(void) { start(); }
#endif

int burn_on_a_thread(void) { return start(); }
