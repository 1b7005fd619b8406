#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../common/outer.h"
#include "../../common/sys.h"
#include "enter.h"

enum { EXIT_USAGE = 125 };

static _Noreturn void usage(void) {
    fprintf(stderr, "usage: vm-enter --vm SOCKET [--cwd DIR] [--argv0 NAME] [--shell FILE]\n"
                    "                [--news FD | --hush FD] [--stdio plain|lazy] -- COMMAND [ARG...]\n"
                    "       vm-enter --vm SOCKET --end | --ready\n");
    exit(EXIT_USAGE);
}

struct options options_parse(int argc, char **argv) {
    struct options o = {.news = -1};
    int i = 1;
    for (; i < argc && strcmp(argv[i], "--") != 0; i += 2) {
        o.end = strcmp(argv[i], "--end") == 0;
        o.ready = strcmp(argv[i], "--ready") == 0;
        if (o.end || o.ready) break;
        if (i + 1 >= argc) usage();
        if (strcmp(argv[i], "--vm") == 0) o.vm = argv[i + 1];
        else if (strcmp(argv[i], "--cwd") == 0) o.cwd = argv[i + 1];
        else if (strcmp(argv[i], "--argv0") == 0) o.argv0 = argv[i + 1];
        else if (strcmp(argv[i], "--shell") == 0) o.shell = argv[i + 1];
        else if (strcmp(argv[i], "--news") == 0) o.news = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--hush") == 0) o.news = atoi(argv[i + 1]), o.hush = true;
        else if (strcmp(argv[i], "--stdio") == 0) {
            o.plain = true;
            o.lazy = strcmp(argv[i + 1], "lazy") == 0;
        } else usage();
    }
    o.command = argv + i + 1;
    if (o.vm == NULL || (!o.end && !o.ready && i >= argc - 1)) usage();
    return o;
}

static uint64_t soft_limit(int what) {
    struct rlimit limit;
    return getrlimit(what, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
}

int body_write(const struct options *o, const struct vm_body *start, uint32_t *size) {
    int memory = memfd_create("netrig-command", MFD_CLOEXEC);
    FILE *out = memory < 0 ? NULL : fdopen(dup(memory), "w");
    if (out == NULL) return -1;
    struct vm_body body = *start;
    gid_t groups[VM_GROUPS_MAX];
    int count = getgroups(VM_GROUPS_MAX, groups);
    mode_t mask = umask(0);
    umask(mask);
    char here[4096];
    const char *cwd = o->cwd != NULL ? o->cwd : getcwd(here, sizeof here) != NULL ? here : "/";
    char **argv = o->shell == NULL ? o->command : outer_shell(o->shell, o->command);
    if (argv == NULL) return errno = ENOMEM, -1;
    const char *file = argv[0];
    if (o->argv0 != NULL) argv[0] = (char *)o->argv0;
    body.magic = VM_BODY_MAGIC;
    body.groups = count < 0 ? 0 : (uint32_t)count;
    body.uid = geteuid(), body.gid = getegid(), body.umask = mask;
    body.files = soft_limit(RLIMIT_NOFILE), body.stack = soft_limit(RLIMIT_STACK);
    for (char **a = argv; *a != NULL; a++) body.argc++;
    for (char **e = environ; *e != NULL; e++) body.envc++;
    fwrite(&body, sizeof body, 1, out);
    fwrite(groups, sizeof *groups, body.groups, out);
    fwrite(cwd, strlen(cwd) + 1, 1, out);
    fwrite(file, strlen(file) + 1, 1, out);
    for (char **a = argv; *a != NULL; a++) fwrite(*a, strlen(*a) + 1, 1, out);
    for (char **e = environ; *e != NULL; e++) fwrite(*e, strlen(*e) + 1, 1, out);
    long end = fflush(out) == 0 ? ftell(out) : -1;
    fclose(out);
    if (end < 0) return -1;
    if (end > VM_BODY_MAX) return errno = E2BIG, -1;
    *size = (uint32_t)end;
    /* The vm reads it as a stream. */
    return lseek(memory, 0, SEEK_SET) != 0 ? -1 : memory;
}
