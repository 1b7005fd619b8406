/* System calls that libc's headers may not carry (musl, older glibc), and the few shared habits. */
#ifndef NETRIG_SYS_H
#define NETRIG_SYS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* glibc from 2.36 has the new mount interface in sys/mount.h, and then linux/mount.h clashes with it. */
#ifndef OPEN_TREE_CLONE
#include <linux/mount.h>
#endif

static inline int sys_open_tree(int dir, const char *path, unsigned flags) {
    return (int)syscall(SYS_open_tree, dir, path, flags);
}
static inline int sys_move_mount(int from, const char *from_path, int to, const char *to_path, unsigned flags) {
    return (int)syscall(SYS_move_mount, from, from_path, to, to_path, flags);
}
static inline int sys_mount_setattr(int dir, const char *path, unsigned flags, struct mount_attr *attr) {
    return (int)syscall(SYS_mount_setattr, dir, path, flags, attr, sizeof *attr);
}
static inline pid_t sys_clone3(struct clone_args *args) {
    return (pid_t)syscall(SYS_clone3, args, sizeof *args);
}
static inline int sys_pidfd_open(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}
static inline int sys_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}
static inline int sys_close_range(unsigned first, unsigned last) {
    return (int)syscall(SYS_close_range, first, last, 0);
}

/* Writes the whole text to a file that exists; 0 or -1 with errno. */
int write_file(int dir, const char *path, const char *text);

/* Raises the soft limit of open files to the hard one: a lab of 1000 hosts needs thousands. */
void raise_file_limit(void);

/* Blocks SIGCHLD and no other signal, and gives it as a descriptor that does not block; -1 with errno. */
int child_signals(void);

/* One message with descriptors over a Unix socket; -1 with errno. Retries EINTR. */
ssize_t send_fds(int fd, const void *data, size_t size, const int *fds, size_t count);

/*
 * Receives one message; *count is how many descriptors fit on entry and how many came on return.
 * Descriptors are close-on-exec. -1 with errno, 0 at the end.
 */
ssize_t receive_fds(int fd, void *data, size_t size, int *fds, size_t *count, int flags);

void close_all(int *fds, size_t count);

#endif
