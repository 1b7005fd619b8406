/* Everything that descends from a program, found in the host's own /proc. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keeper.h"

enum { ROUNDS = 20 };

struct process {
    pid_t pid, parent, session;
    unsigned long long start;
    bool in;
};

static DIR *proc; /* opened before any program runs: root in a host may unmount or cover /proc */

void tree_setup(void) {
    proc = opendir("/proc");
}

/* proc_pid_stat(5): pid (comm) state ppid pgrp session ... starttime is field 22; comm may hold anything. */
static bool read_process(const char *name, struct process *process) {
    char path[64], text[1024], state;
    snprintf(path, sizeof path, "%.20s/stat", name);
    int fd = openat(dirfd(proc), path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    if (got <= 0) return false;
    text[got] = 0;
    const char *after = strrchr(text, ')');
    const char *fields = " %c %d %*d %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu";
    if (after == NULL || sscanf(after + 1, fields, &state, &process->parent, &process->session, &process->start) != 4)
        return false;
    process->pid = atoi(name);
    process->in = false;
    return process->pid != 1 && state != 'Z' && state != 'X';
}

static int by_pid(const void *a, const void *b) {
    pid_t one = ((const struct process *)a)->pid, other = ((const struct process *)b)->pid;
    return (one > other) - (one < other);
}

static size_t read_all(struct process **all) {
    size_t count = 0, room = 0;
    *all = NULL;
    if (proc == NULL) return 0;
    rewinddir(proc);
    for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        if (count == room) {
            struct process *bigger = realloc(*all, (room * 2 + 64) * sizeof **all);
            if (bigger == NULL) break;
            *all = bigger;
            room = room * 2 + 64;
        }
        if (read_process(entry->d_name, *all + count)) count++;
    }
    if (count > 0) qsort(*all, count, sizeof **all, by_pid);
    return count;
}

static struct process *find(struct process *all, size_t count, pid_t pid) {
    struct process key = {.pid = pid};
    return count == 0 ? NULL : bsearch(&key, all, count, sizeof *all, by_pid);
}

/* Marks the root, its session, those known from an earlier look, and all whose parent is marked. */
static void mark(struct process *all, size_t count, const struct tree *tree) {
    for (size_t i = 0; i < count; i++)
        if ((all[i].pid == tree->root && !tree->headless) || all[i].session == tree->root) all[i].in = true;
    for (size_t i = 0; i < tree->count; i++) {
        struct process *found = find(all, count, tree->known[i].pid);
        /* A number may be somebody else's by now, but never with the same start. */
        if (found != NULL && found->start == tree->known[i].start) found->in = true;
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < count; i++) {
            const struct process *parent = all[i].in ? NULL : find(all, count, all[i].parent);
            if (parent != NULL && parent->in) all[i].in = changed = true;
        }
    }
}

/* What is in the tree now is known from now on, whoever adopts it. */
static void remember(struct tree *tree, const struct process *all, size_t count) {
    size_t in = 0;
    for (size_t i = 0; i < count; i++) in += all[i].in;
    struct member *known = in == 0 ? NULL : calloc(in, sizeof *known);
    if (in > 0 && known == NULL) return;
    free(tree->known);
    tree->known = known;
    tree->count = 0;
    for (size_t i = 0; i < count; i++)
        if (all[i].in) known[tree->count++] = (struct member){all[i].pid, all[i].start};
}

static size_t look(struct tree *tree, int signal) {
    struct process *all;
    size_t count = read_all(&all), sent = 0;
    mark(all, count, tree);
    remember(tree, all, count);
    for (size_t i = 0; i < count; i++)
        if (all[i].in && kill(all[i].pid, signal) == 0) sent++;
    free(all);
    return sent;
}

size_t tree_signal(struct tree *tree, int signal) {
    if (signal == SIGKILL || signal == SIGSTOP) {
        /* A stopped process cannot fork: when two looks find equally many, nobody got away. */
        size_t before = 0;
        for (int round = 0; round < ROUNDS; round++) {
            size_t now = look(tree, SIGSTOP);
            if (now == before) break;
            before = now;
        }
        if (signal == SIGSTOP) return before;
    }
    return look(tree, signal);
}

void tree_forget(struct tree *tree) {
    free(tree->known);
    tree->known = NULL;
    tree->count = 0;
}

void tree_continue_except(const pid_t *paused, size_t paused_count) {
    struct process *all;
    size_t count = read_all(&all);
    for (size_t i = 0; i < paused_count; i++) mark(all, count, &(struct tree){.root = paused[i]});
    for (size_t i = 0; i < count; i++)
        if (!all[i].in) kill(all[i].pid, SIGCONT);
    free(all);
}
