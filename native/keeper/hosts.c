/* The keeper's table of hosts: found by id through a hash, by pid and name by a walk. */
#include <stdlib.h>
#include <string.h>

#include "keeper.h"

enum { BUCKETS = 256 };
static struct host *table[BUCKETS];

struct host *host_by_id(uint32_t id) {
    for (struct host *h = table[id % BUCKETS]; h != NULL; h = h->next)
        if (h->id == id) return h;
    return NULL;
}

/* By pid and name only when a host dies or a program starts: a walk of at most a few hundred entries. */
struct host *host_by_pid(pid_t pid) {
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct host *h = table[i]; h != NULL; h = h->next)
            if (h->pid == pid) return h;
    return NULL;
}

struct host *host_by_name(const char *name) {
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct host *h = table[i]; h != NULL; h = h->next)
            if (strcmp(h->name, name) == 0) return h;
    return NULL;
}

struct host *host_add(uint32_t id) {
    struct host *host = calloc(1, sizeof *host);
    if (host == NULL) return NULL;
    host->id = id;
    host->channel = host->pidfd = -1;
    host->next = table[id % BUCKETS];
    table[id % BUCKETS] = host;
    return host;
}

void host_remove(struct host *host) {
    struct host **at = &table[host->id % BUCKETS];
    while (*at != host) at = &(*at)->next;
    *at = host->next;
    if (host->channel >= 0) close(host->channel);
    if (host->pidfd >= 0) close(host->pidfd);
    free(host);
}
