/*
 * keeper: holds one lab. The process that Node starts is the supervisor, outside of everything; its
 * child is the keeper proper, PID 1 of the lab; the keeper's children are the hosts' PID 1s and the relay.
 * When the supervisor's lifeline (fd 3) ends, the kernel takes all of it away.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keeper.h"

static int usage(const char *what) {
    fprintf(stderr, "keeper: %s: this program is started by netrig, not by hand\n", what);
    return 2;
}

static bool add(const char **list, size_t *count, size_t max, const char *value) {
    if (*count == max) return false;
    list[(*count)++] = value;
    return true;
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--probe") == 0) return probe_main(argc - 1, argv + 1);
    struct options options = {0};
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        bool fits = true;
        if (strcmp(name, "--socket") == 0) options.socket = value;
        else if (strcmp(name, "--cgroup") == 0) options.cgroup = value;
        else if (strcmp(name, "--tame") == 0) options.tame = true, options.map_base = (unsigned)strtoul(value, NULL, 10);
        else if (strcmp(name, "--own") == 0) fits = add(options.own, &options.own_count, PATHS_MAX, value);
        else if (strcmp(name, "--keep") == 0) fits = add(options.keep, &options.keep_count, KEEP_MAX, value);
        else if (strcmp(name, "--remove") == 0) fits = add(options.remove, &options.remove_count, PATHS_MAX, value);
        else return usage(name);
        if (!fits) return usage("too many folders");
    }
    if (options.socket == NULL) return usage("no --socket");
    return supervise(&options);
}
