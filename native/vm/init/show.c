/*
 * The vm's /tmp, /run and /dev/shm are its own. What a command is made of (its folder, program, arguments that
 * are files) and what lies there on the machine is shown in them: the whole folder below, `/tmp/project` for
 * `/tmp/project/src`, since a project's files look for each other.
 */
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "../../common/sys.h"
#include "init.h"

static struct place {
    const char *path;
    int machine; /* the folder of the machine */
    bool whole;  /* shown as it is */
} places[] = {{"/tmp", -1, false}, {"/run", -1, false}, {"/dev/shm", -1, false}};
enum { PLACES = sizeof places / sizeof *places, LINKS_MAX = 8 };

static int machine_root = -1;

void show_machine_set(int fd) {
    machine_root = fd;
}

int show_machine(void) {
    return machine_root;
}

void show_remember(void) {
    for (size_t i = 0; i < PLACES; i++) places[i].machine = open(places[i].path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static bool attach(int from, const char *name, const char *to) {
    int tree = sys_open_tree(from, name, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
    if (tree < 0) return false;
    bool done = sys_move_mount(tree, "", AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH) == 0;
    close(tree);
    return done;
}

static void show(const char *path, int depth);

static void show_below(struct place *place, const char *rest, int depth) {
    char name[NAME_MAX + 1], target[PATH_MAX], at[PATH_MAX + 32];
    size_t length = strcspn(rest, "/");
    struct stat info;
    if (place->whole || length > NAME_MAX) return;
    memcpy(name, rest, length);
    name[length] = 0;
    if (length == 0 || strcmp(name, ".") == 0) {
        place->whole = attach(place->machine, "", place->path);
        return;
    }
    snprintf(at, sizeof at, "%s/%s", place->path, name);
    if (strcmp(name, "..") == 0 || lstat(at, &info) == 0) return;
    if (fstatat(place->machine, name, &info, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (S_ISLNK(info.st_mode)) {
        ssize_t got = readlinkat(place->machine, name, target, sizeof target - 1);
        if (got <= 0) return;
        target[got] = 0;
        if (symlink(target, at) != 0) return;
        if (target[0] == '/') show(target, depth + 1);
        else snprintf(at, sizeof at, "%s/%s", place->path, target), show(at, depth + 1);
        return;
    }
    if (S_ISDIR(info.st_mode)) mkdir(at, 0755);
    else close(open(at, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
    if (!attach(place->machine, name, at) && (rmdir(at) != 0)) unlink(at);
}

static void show(const char *path, int depth) {
    if (depth > LINKS_MAX) return;
    for (size_t i = 0; i < PLACES; i++) {
        size_t length = strlen(places[i].path);
        if (places[i].machine < 0 || strncmp(path, places[i].path, length) != 0) continue;
        if (path[length] == 0) show_below(&places[i], "", depth);
        else if (path[length] == '/') show_below(&places[i], path + length + strspn(path + length, "/"), depth);
    }
}

void show_path(const char *path, const char *cwd) {
    char whole[PATH_MAX * 2];
    if (path[0] == '/') {
        show(path, 0);
        return;
    }
    snprintf(whole, sizeof whole, "%.4095s/%.4000s", cwd, path);
    show(whole, 0);
}

/* A folder that programs expect (TMPDIR, XDG_RUNTIME_DIR): the vm's own, where the place is its own. */
void show_own_folder(const char *path, uid_t uid, gid_t gid) {
    char copy[PATH_MAX];
    struct stat info;
    for (size_t i = 0; i < PLACES; i++) {
        size_t length = strlen(places[i].path);
        if (strncmp(path, places[i].path, length) != 0 || path[length] != '/' || strlen(path) >= sizeof copy) continue;
        if (stat(path, &info) == 0) return;
        strcpy(copy, path);
        if (make_folders(copy, 0755) == 0 && chown(copy, uid, gid) == 0) chmod(copy, 0700);
    }
}
