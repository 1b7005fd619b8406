/*
 * Shows a folder of the machine's /tmp, /run or /dev/shm in a host that runs already: a program's working
 * folder or file lies there. A child does it, because it has to live in the host's mount namespace.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "keeper.h"

struct pending {
    uint32_t cookie, id, host;
    char path[PATH_MAX];
    struct pending *next;
};
static struct pending *pending;
static uint32_t cookies;

/* The keeper's own /tmp is covered, so what lies there is found from below the cover. */
static int open_hidden(struct lab *lab, const char *path) {
    for (int i = 0; i < 3; i++) {
        size_t length = strlen(HIDDEN[i]);
        if (strncmp(path, HIDDEN[i], length) != 0 || path[length] != '/') continue;
        return sys_open_tree(lab->hidden[i], path + length + 1, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    }
    return sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
}

static int make_target(const char *path, bool folder) {
    if (folder) return make_folders(path);
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", path);
    *strrchr(parent, '/') = 0;
    if (make_folders(parent) != 0) return -1;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd >= 0) close(fd);
    return fd < 0 ? -1 : 0;
}

static int place(struct host *host, const char *path, int mount_fd) {
    struct stat about;
    int mounts = namespace_of(host->pid, "mnt");
    if (mounts < 0 || fstat(mount_fd, &about) != 0) return errno;
    pid_t child = fork();
    if (child == 0) {
        umask(022);
        if (setns(mounts, CLONE_NEWNS) != 0) _exit(errno);
        if (access(path, F_OK) != 0 && make_target(path, S_ISDIR(about.st_mode)) != 0) _exit(errno);
        _exit(sys_move_mount(mount_fd, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) == 0 ? 0 : errno);
    }
    int status = 0, saved = errno;
    close(mounts);
    if (child < 0) return saved;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
}

/* A running host's /etc/hosts: another view of the names lies over the one before. */
void show_view(struct host *host, uint32_t id, uint32_t view) {
    char path[32];
    snprintf(path, sizeof path, "/tmp/view.%u", view);
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV};
    int fd = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    int error = fd < 0 || sys_mount_setattr(fd, "", AT_EMPTY_PATH, &attr) != 0 ? errno : place(host, "/etc/hosts", fd);
    if (fd >= 0) close(fd);
    answer(KIND_DONE, id, host->id, error, NULL, NULL, NULL, 0);
}

void show_request(struct lab *lab, struct host *host, uint32_t id, const char *path, const char *source) {
    if (lab->mapping != MAP_TAMED) {
        int fd = open_hidden(lab, source);
        int error = fd < 0 ? errno : place(host, path, fd);
        if (fd >= 0) close(fd);
        return answer(KIND_DONE, id, host->id, error, NULL, NULL, NULL, 0);
    }
    /* Files of the machine's root belong to nobody here: only the supervisor can open them as the lab's own. */
    struct pending *wait = calloc(1, sizeof *wait);
    struct {
        struct message message;
        char path[PATH_MAX];
    } ask = {.message = {.word = WORD_OPEN, .arg = {++cookies}}};
    size_t length = strlen(source) + 1;
    if (wait == NULL || length > sizeof ask.path || strlen(path) >= sizeof wait->path) {
        free(wait);
        return answer(KIND_DONE, id, host->id, ENAMETOOLONG, NULL, NULL, NULL, 0);
    }
    memcpy(ask.path, source, length);
    strcpy(wait->path, path);
    wait->cookie = cookies, wait->id = id, wait->host = host->id, wait->next = pending;
    pending = wait;
    send_fds(lab->supervisor, &ask, sizeof ask.message + length, NULL, 0);
}

void show_opened(struct lab *lab, uint32_t cookie, int error, int mount_fd) {
    (void)lab;
    for (struct pending **at = &pending; *at != NULL; at = &(*at)->next) {
        if ((*at)->cookie != cookie) continue;
        struct pending *wait = *at;
        *at = wait->next;
        struct host *host = host_by_id(wait->host);
        if (error == 0) error = host == NULL ? EHOSTDOWN : mount_fd < 0 ? EBADF : place(host, wait->path, mount_fd);
        answer(KIND_DONE, wait->id, wait->host, error, NULL, NULL, NULL, 0);
        free(wait);
        return;
    }
}
