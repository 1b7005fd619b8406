/* Tries of mounts: each in a mount namespace of its own, so nothing is to be undone. */
#include <sys/stat.h>
#include <sys/wait.h>

#include "keeper.h"
#include "probe.h"

/* Nothing mounted here may reach the machine, and a shared / would send it there. */
static int private_root(const char **step) {
    *step = "private";
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

int probe_proc(const char **step) {
    if (private_root(step) != 0) return -1;
    *step = "mount";
    return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

int probe_sysfs(const char **step) {
    if (private_root(step) != 0) return -1;
    *step = "mount";
    unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (mount("sysfs", "/sys", "sysfs", flags, NULL) == 0) return 0;
    /* Where the machine's is read-only, as in containers, only a read-only one is allowed. */
    return mount("sysfs", "/sys", "sysfs", flags | MS_RDONLY, NULL);
}

int probe_tmpfs(const char **step) {
    if (private_root(step) != 0) return -1;
    *step = "mount";
    return mount("netrig", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755");
}

int probe_overlay(const char **step) {
    if (probe_tmpfs(step) != 0) return -1;
    *step = "folders";
    const char *folders[] = {"/tmp/lower", "/tmp/upper", "/tmp/work", "/tmp/all"};
    for (int i = 0; i < 4; i++)
        if (mkdir(folders[i], 0755) != 0) return -1;
    *step = "overlay";
    const char *data = "lowerdir=/tmp/lower,upperdir=/tmp/upper,workdir=/tmp/work,userxattr";
    if (mount("netrig", "/tmp/all", "overlay", 0, data) != 0) return -1;
    /* An overlay whose upper layer cannot be used mounts read-only and says so only here. */
    *step = "write";
    return mkdir("/tmp/all/folder", 0755);
}

/* A host's user namespace lies in the lab's. */
int probe_nested(const char **step) {
    *step = "clone3";
    struct clone_args args = {.flags = CLONE_NEWUSER | CLONE_NEWNET, .exit_signal = SIGCHLD};
    pid_t pid = sys_clone3(&args);
    if (pid < 0) return -1;
    if (pid == 0) _exit(0);
    return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}
