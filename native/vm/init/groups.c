/*
 * cgroup v2: each command has a group of its own that belongs to its user, and starts in a leaf of it: the group
 * may then hand controllers on to others beside that leaf, which a group with processes in it may not.
 */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "../../common/sys.h"
#include "init.h"

#define TOP "/sys/fs/cgroup"
#define LEAF "main"

static bool available;

static void hand_on(const char *folder) {
    char path[256], text[256], *words, *last;
    snprintf(path, sizeof path, "%s/cgroup.controllers", folder);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) close(fd);
    if (got <= 0) return;
    text[got] = 0;
    snprintf(path, sizeof path, "%s/cgroup.subtree_control", folder);
    for (words = strtok_r(text, " \n", &last); words != NULL; words = strtok_r(NULL, " \n", &last)) {
        char word[64];
        snprintf(word, sizeof word, "+%s", words);
        write_file(AT_FDCWD, path, word);
    }
}

void groups_setup(void) {
    available = mount("cgroup2", TOP, "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0;
    if (available) hand_on(TOP);
}

static void name_of(unsigned number, const char *file, char path[128]) {
    snprintf(path, 128, TOP "/command-%u%s", number, file);
}

int group_open(unsigned number, uid_t uid, gid_t gid) {
    /* What a delegate may write: cgroups(7), "Delegating a hierarchy". */
    static const char *const given[] = {"", "/cgroup.procs", "/cgroup.threads", "/cgroup.subtree_control",
                                        "/" LEAF, "/" LEAF "/cgroup.procs", "/" LEAF "/cgroup.threads",
                                        "/" LEAF "/cgroup.subtree_control"};
    char path[128];
    name_of(number, "", path);
    if (!available || mkdir(path, 0755) != 0) return -1;
    hand_on(path);
    name_of(number, "/" LEAF, path);
    mkdir(path, 0755);
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        name_of(number, given[i], path);
        if (chown(path, uid, gid) != 0 && errno != ENOENT) return -1;
    }
    name_of(number, "/" LEAF "/cgroup.procs", path);
    return open(path, O_WRONLY | O_CLOEXEC);
}

void group_kill(unsigned number) {
    char path[128];
    name_of(number, "/cgroup.kill", path);
    write_file(AT_FDCWD, path, "1");
}

static void remove_below(int at, const char *name) {
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) return;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.') remove_below(dirfd(dir), entry->d_name);
    closedir(dir);
    unlinkat(at, name, AT_REMOVEDIR);
}

/* A group in which something runs stays. */
void group_remove(unsigned number) {
    char path[128];
    name_of(number, "", path);
    remove_below(AT_FDCWD, path);
}
