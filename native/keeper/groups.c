/*
 * The lab's control group. The supervisor makes it, for it is there to remove it whatever becomes of Node:
 * a runner killed before there is a supervisor must leave nothing.
 */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "keeper.h"

/* Lets the lab's root put processes into a group; clone3 asks for no more (cgroup_procs_write_permission). */
static int hand_over(const char *group, unsigned id) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/cgroup.procs", group) >= (int)sizeof path) return errno = ENAMETOOLONG, -1;
    return chown(path, id, id);
}

int group_open(const struct options *options, enum mapping mapping) {
    char parent[PATH_MAX];
    if (snprintf(parent, sizeof parent, "%s", options->cgroup) >= (int)sizeof parent) return errno = ENAMETOOLONG, -1;
    char *slash = strrchr(parent, '/');
    if (slash == NULL) return errno = EINVAL, -1;
    *slash = 0;
    if (mkdir(parent, 0755) != 0 && errno != EEXIST) return -1;
    if (mkdir(options->cgroup, 0755) != 0 && errno != EEXIST) return -1;
    if (geteuid() == 0 && mapping != MAP_SELF) {
        unsigned id = mapping == MAP_TAMED ? options->map_base : 0;
        if (hand_over(parent, id) != 0 || hand_over(options->cgroup, id) != 0) return -1;
    }
    return open(options->cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* cgroup folders empty when their last process is reaped; a straggler takes a few milliseconds. */
static void remove_tree(int parent, const char *name, int depth) {
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) return;
    for (struct dirent *entry; depth > 0 && (entry = readdir(dir)) != NULL;)
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.') remove_tree(fd, entry->d_name, depth - 1);
    closedir(dir);
    for (int i = 0; i < 200 && unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno == EBUSY; i++) usleep(2000);
}

void groups_remove(const struct options *options) {
    for (size_t i = 0; i < options->remove_count; i++) remove_tree(AT_FDCWD, options->remove[i], 3);
}
