/* Everything that descends from a program, found in the host's own /proc. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keeper.h"

enum { ROUNDS = 250, NAP_US = 1000 };

struct process {
    pid_t pid, parent, session;
    unsigned long long start;
    bool in, stopped, still;
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
    process->stopped = state == 'T';
    /* D: also a parent whose vfork waits for a child that is stopped before its exec. */
    process->still = state == 'T' || state == 't' || state == 'D';
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

static const struct member *recall(const struct tree *tree, const struct process *process) {
    for (size_t i = 0; i < tree->count; i++)
        if (tree->known[i].pid == process->pid && tree->known[i].start == process->start) return &tree->known[i];
    return NULL;
}

/* What is in the tree now is known from now on, whoever adopts it. */
static void remember(struct tree *tree, const struct process *all, size_t count, bool first) {
    size_t in = 0;
    for (size_t i = 0; i < count; i++) in += all[i].in;
    struct member *known = in == 0 ? NULL : calloc(in, sizeof *known);
    if (in > 0 && known == NULL) return;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (!all[i].in) continue;
        const struct member *before = first ? NULL : recall(tree, &all[i]);
        known[at++] = (struct member){all[i].pid, all[i].start, before == NULL ? all[i].stopped : before->stopped};
    }
    free(tree->known);
    tree->known = known;
    tree->count = at;
}

struct sight {
    size_t sent;
    bool still; /* none of them was running */
};

static struct sight look(struct tree *tree, int signal, bool first) {
    struct process *all;
    size_t count = read_all(&all);
    struct sight sight = {.still = true};
    mark(all, count, tree);
    remember(tree, all, count, first);
    for (size_t i = 0; i < count; i++) {
        if (!all[i].in) continue;
        sight.still = sight.still && all[i].still;
        if (kill(all[i].pid, signal) == 0) sight.sent++;
    }
    free(all);
    return sight;
}

/* A stopped process cannot fork, but one that is to stop finishes the fork that it is in: nobody got away
 * when one look finds all of them still and the next finds no more. */
static size_t hold(struct tree *tree) {
    struct sight before = {0};
    for (int round = 0; round < ROUNDS; round++) {
        struct sight now = look(tree, SIGSTOP, round == 0);
        if (now.sent == 0 || (now.sent == before.sent && before.still)) return now.sent;
        if (!now.still) usleep(NAP_US);
        before = now;
    }
    return before.sent;
}

/* SIGCONT would take back a stop that is still to come; 0 only asks who is there. */
static bool wants_all_held(int signal) {
    return signal != 0 && signal != SIGCONT && signal != SIGTSTP && signal != SIGTTIN && signal != SIGTTOU;
}

size_t tree_signal(struct tree *tree, int signal) {
    if (!wants_all_held(signal)) return look(tree, signal, true).sent;
    size_t held = hold(tree);
    if (signal == SIGSTOP) return held;
    size_t sent = look(tree, signal, false).sent;
    if (signal == SIGKILL) return sent;
    for (size_t i = 0; i < tree->count; i++)
        if (!tree->known[i].stopped) kill(tree->known[i].pid, SIGCONT);
    return sent;
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
