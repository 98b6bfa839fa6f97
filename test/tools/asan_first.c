/*
 * asan_first.c - preloaded with AddressSanitizer's runtime so that it starts first of all.
 *
 * libgpg-error's constructor (the server links libsystemd, that libgcrypt, that
 * libgpg-error) calls bindtextdomain(), whose first malloc() would start
 * AddressSanitizer inside a lock that its own dlerror() takes again: a hang.
 * Linked with -z initfirst, this allocates before any other constructor.
 */
#include <stdlib.h>

__attribute__((constructor)) static void
start_sanitizer(void)
{
	free(malloc(1));
}
