#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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
        else if (strcmp(argv[i], "--cwd") == 0) o.asked.cwd = argv[i + 1];
        else if (strcmp(argv[i], "--argv0") == 0) o.asked.argv0 = argv[i + 1];
        else if (strcmp(argv[i], "--shell") == 0) o.asked.shell = argv[i + 1];
        else if (strcmp(argv[i], "--news") == 0) o.news = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--hush") == 0) o.news = atoi(argv[i + 1]), o.hush = true;
        else if (strcmp(argv[i], "--stdio") == 0) {
            o.plain = true;
            o.lazy = strcmp(argv[i + 1], "lazy") == 0;
        } else usage();
    }
    o.asked.command = argv + i + 1;
    if (o.vm == NULL || (!o.end && !o.ready && i >= argc - 1)) usage();
    return o;
}

static uint64_t soft_limit(int what) {
    struct rlimit limit;
    return getrlimit(what, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
}

int body_write(const struct options *o, const struct vm_body *start, uint32_t *size) {
    struct {
        struct vm_body body;
        gid_t groups[VM_GROUPS_MAX];
    } head = {.body = *start};
    struct vm_body *body = &head.body;
    struct outer_words words;
    int count = getgroups(VM_GROUPS_MAX, head.groups);
    if (outer_words(&words, &o->asked) != 0) return -1;
    body->magic = VM_BODY_MAGIC;
    body->argc = words.argc, body->envc = words.envc;
    body->groups = count < 0 ? 0 : (uint32_t)count;
    body->uid = geteuid(), body->gid = getegid(), body->umask = outer_umask();
    body->files = soft_limit(RLIMIT_NOFILE), body->stack = soft_limit(RLIMIT_STACK);
    int memory = outer_body(&head, sizeof *body + body->groups * sizeof(gid_t), &words, size);
    return memory >= 0 && *size > VM_BODY_MAX ? (errno = E2BIG, -1) : memory;
}
