/* Copies what a run left in its --out folder to the machine's folder of the same name. */
#include <dirent.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "../../common/sys.h"
#include "init.h"

static int copy_file(int from, int to, const char *name, mode_t mode) {
    int in = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), error = 0;
    if (in < 0) return errno;
    unlinkat(to, name, 0);
    int out = openat(to, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
    if (out < 0) error = errno;
    char data[65536];
    ssize_t got = 0;
    while (error == 0 && (got = read(in, data, sizeof data)) != 0) {
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) error = errno;
        for (ssize_t at = 0; error == 0 && at < got;) {
            ssize_t done = write(out, data + at, (size_t)(got - at));
            if (done < 0 && errno != EINTR) error = errno;
            if (done > 0) at += done;
        }
    }
    /* What open made of the mode depends on the umask. */
    if (out >= 0) fchmod(out, mode);
    if (out >= 0 && close(out) != 0 && error == 0) error = errno;
    close(in);
    return error;
}

static int copy_link(int from, int to, const char *name) {
    char target[4096];
    ssize_t got = readlinkat(from, name, target, sizeof target - 1);
    if (got < 0) return errno;
    target[got] = 0;
    unlinkat(to, name, 0);
    return symlinkat(target, to, name) != 0 ? errno : 0;
}

static int copy_folder(int from, int to) {
    DIR *dir = fdopendir(from);
    if (dir == NULL) return errno;
    int first = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        const char *name = entry->d_name;
        struct stat info;
        int error = 0;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
        if (fstatat(dirfd(dir), name, &info, AT_SYMLINK_NOFOLLOW) != 0) error = errno;
        else if (S_ISREG(info.st_mode)) error = copy_file(dirfd(dir), to, name, info.st_mode & 0777);
        else if (S_ISLNK(info.st_mode)) error = copy_link(dirfd(dir), to, name);
        else if (S_ISDIR(info.st_mode)) {
            if (mkdirat(to, name, 0755) != 0 && errno != EEXIST) error = errno;
            int below_from = openat(dirfd(dir), name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
            int below_to = openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (error == 0 && (below_from < 0 || below_to < 0)) error = errno;
            if (error == 0) error = copy_folder(below_from, below_to), fchmod(below_to, info.st_mode & 0777);
            else if (below_from >= 0) close(below_from);
            if (below_to >= 0) close(below_to);
        }
        /* Sockets and the like mean nothing outside. The rest is copied though one file was not. */
        if (error != 0 && first == 0) first = error;
    }
    closedir(dir);
    return first;
}

int copy_out(const char *from, const char *to) {
    int source = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int target = openat(show_machine(), to + strspn(to, "/"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (source < 0 || target < 0) return errno;
    int error = copy_folder(source, target);
    close(target);
    return error;
}
