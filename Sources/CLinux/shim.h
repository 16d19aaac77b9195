// Parts of the GNU C library that Swift's Glibc module leaves out.
#pragma once
#include <pthread.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// Declared in <unistd.h>, <spawn.h> and <pthread.h> only under _GNU_SOURCE (glibc 2.9, 2.34, 2.12).
extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int lowest);
extern int pthread_setname_np(pthread_t thread, const char *name);
// The variant of strerror_r that POSIX describes, under the name by which glibc exports it.
extern int __xpg_strerror_r(int code, char *buffer, size_t size);
