/*
 * vm-boot: becomes netrig's kernel. The kernel dies with the thread that started this, has a session of its
 * own (a terminal's Ctrl-C is the command's, not the machine's), and a page of memory as descriptor 3 in
 * which it says how it is. It maps and closes that one; descriptor 4 is for who looks through /proc.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "../../common/sys.h"

enum { STATUS_FD = 3, SHOWN_FD = 4, STATUS_SIZE = 4096, EXIT_CANNOT = 126 };

static int fail(const char *step) {
    fprintf(stderr, "netrig: vm-boot: %s: %s\n", step, strerror(errno));
    return EXIT_CANNOT;
}

/* usage: vm-boot PARENT KERNEL [ARG...] */
int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: vm-boot PARENT KERNEL [ARG...]\n");
        return EXIT_CANNOT;
    }
    pid_t parent = (pid_t)strtol(argv[1], NULL, 10);
    setsid();
    umask(022);
    if (chdir("/") != 0) return fail("/");
    sys_close_range(STATUS_FD, ~0U);
    int page = memfd_create("netrig-status", 0);
    if (page < 0 || ftruncate(page, STATUS_SIZE) != 0) return fail("memfd_create");
    if (page != STATUS_FD && (dup2(page, STATUS_FD) < 0 || close(page) != 0)) return fail("dup2");
    if (dup2(STATUS_FD, SHOWN_FD) < 0) return fail("dup2");
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* It may have gone before the line above. */
    if (getppid() != parent) return EXIT_CANNOT;
    execve(argv[2], argv + 2, (char *[]){"HOME=/", "TMPDIR=/dev/shm", NULL});
    return fail(argv[2]);
}
