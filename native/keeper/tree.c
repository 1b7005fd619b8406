/* Everything that descends from a program, found in the host's own /proc. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keeper.h"

enum { ROUNDS = 20 };

struct process {
    pid_t pid, parent, session;
    bool in;
};

static DIR *proc; /* opened before any program runs: root in a host may unmount or cover /proc */

void tree_setup(void) {
    proc = opendir("/proc");
}

/* proc_pid_stat(5): pid (comm) state ppid pgrp session; comm may hold spaces and brackets. */
static bool read_process(const char *name, struct process *process) {
    char path[64], text[512];
    snprintf(path, sizeof path, "%.20s/stat", name);
    int fd = openat(dirfd(proc), path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    if (got <= 0) return false;
    text[got] = 0;
    const char *after = strrchr(text, ')');
    if (after == NULL || sscanf(after + 1, " %*c %d %*d %d", &process->parent, &process->session) != 2) return false;
    process->pid = atoi(name);
    process->in = false;
    return true;
}

static size_t read_all(struct process **all) {
    size_t count = 0, room = 0;
    *all = NULL;
    if (proc == NULL) return 0;
    rewinddir(proc);
    for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        if (count == room) {
            struct process *bigger = realloc(*all, (room = room * 2 + 64) * sizeof **all);
            if (bigger == NULL) break;
            *all = bigger;
        }
        if (read_process(entry->d_name, *all + count)) count++;
    }
    return count;
}

/* Marks the root, its session and all whose parent is marked, until nothing changes. */
static void mark(struct process *all, size_t count, pid_t root) {
    for (size_t i = 0; i < count; i++)
        if (all[i].pid == root || all[i].session == root) all[i].in = true;
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < count; i++) {
            for (size_t j = 0; j < count && !all[i].in; j++)
                if (all[j].in && all[j].pid == all[i].parent) all[i].in = changed = true;
        }
    }
}

static size_t signal_marked(pid_t root, int signal) {
    struct process *all;
    size_t count = read_all(&all), sent = 0;
    mark(all, count, root);
    for (size_t i = 0; i < count; i++)
        if (all[i].in && all[i].pid != 1 && kill(all[i].pid, signal) == 0) sent++;
    free(all);
    return sent;
}

void tree_signal(pid_t root, int signal) {
    if (signal == SIGKILL || signal == SIGSTOP) {
        /* A stopped process cannot fork: when two looks find equally many, nobody got away. */
        size_t before = 0;
        for (int round = 0; round < ROUNDS; round++) {
            size_t now = signal_marked(root, SIGSTOP);
            if (now == before) break;
            before = now;
        }
    }
    if (signal != SIGSTOP) signal_marked(root, signal);
}

void tree_continue_except(const pid_t *paused, size_t paused_count) {
    struct process *all;
    size_t count = read_all(&all);
    for (size_t i = 0; i < paused_count; i++) mark(all, count, paused[i]);
    for (size_t i = 0; i < count; i++)
        if (!all[i].in && all[i].pid != 1) kill(all[i].pid, SIGCONT);
    free(all);
}
