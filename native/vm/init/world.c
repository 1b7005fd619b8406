#include "../../common/sys.h"

#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "init.h"

#define HOSTNAME "netrig-vm"

enum { SAFE = MS_NOSUID | MS_NODEV };

int make_folders(char *path, mode_t mode) {
    for (char *slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = 0;
        int failed = mkdir(path, 0755);
        *slash = '/';
        if (failed && errno != EEXIST) return -1;
    }
    return mkdir(path, mode) != 0 && errno != EEXIST ? -1 : 0;
}

/* There already where the kernel mounted it by itself. */
static int mount_on(const char *type, const char *at, unsigned long flags, const char *options) {
    return mount(type, at, type, flags, options) != 0 && errno != EBUSY ? -1 : 0;
}

static int devices(const char **step) {
    *step = "/dev";
    if (mount_on("devtmpfs", "/dev", MS_NOSUID, "mode=0755") != 0) return -1;
    mkdir("/dev/pts", 0755);
    mkdir("/dev/shm", 01777);
    if (symlink("/proc/self/fd", "/dev/fd") != 0 && errno != EEXIST) return -1;
    if (symlink("/proc/self/fd/0", "/dev/stdin") != 0 && errno != EEXIST) return -1;
    if (symlink("/proc/self/fd/1", "/dev/stdout") != 0 && errno != EEXIST) return -1;
    if (symlink("/proc/self/fd/2", "/dev/stderr") != 0 && errno != EEXIST) return -1;
    /* As udev has them; a kernel without the one or the other is no worse for it. */
    static const char *const open_to_all[] = {"/dev/net/tun", "/dev/fuse", "/dev/tty", "/dev/ptmx"};
    for (size_t i = 0; i < sizeof open_to_all / sizeof *open_to_all; i++)
        if (chmod(open_to_all[i], 0666) != 0 && errno != ENOENT) return -1;
    *step = "/dev/pts";
    if (mount_on("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "mode=0620,ptmxmode=0666") != 0) return -1;
    *step = "/dev/shm";
    return mount("shm", "/dev/shm", "tmpfs", SAFE, "mode=1777");
}

static int loopback(void) {
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    int failed = ioctl(fd, SIOCSIFFLAGS, &request);
    close(fd);
    return failed;
}

/* Programs look their own name up: /etc/hosts knows it, in a copy of the vm's own. */
static void know_own_name(void) {
    char text[65536];
    int from = open("/etc/hosts", O_RDONLY | O_CLOEXEC);
    ssize_t got = from < 0 ? 0 : read(from, text, sizeof text);
    if (from >= 0) close(from);
    mkdir("/run/netrig", 0755);
    FILE *out = got < 0 ? NULL : fopen("/run/netrig/hosts", "we");
    if (out == NULL) return;
    fwrite(text, 1, (size_t)got, out);
    fputs("\n127.0.1.1 " HOSTNAME "\n", out);
    /* A machine without /etc/hosts keeps doing without. */
    if (fclose(out) == 0 && mount("/run/netrig/hosts", "/etc/hosts", NULL, MS_BIND, NULL) != 0) unlink("/run/netrig/hosts");
}

int world_build(const struct settings *settings, const char **step) {
    if (settings->frozen && frozen_root(step) != 0) return -1;
    show_remember();
    *step = "/proc";
    if (mount_on("proc", "/proc", SAFE | MS_NOEXEC, NULL) != 0) return -1;
    *step = "/sys";
    if (mount_on("sysfs", "/sys", SAFE | MS_NOEXEC, NULL) != 0) return -1;
    if (devices(step) != 0) return -1;
    *step = "/tmp";
    if (mount("tmp", "/tmp", "tmpfs", SAFE, "mode=1777") != 0) return -1;
    *step = "/run";
    if (mount("run", "/run", "tmpfs", SAFE, "mode=0755") != 0) return -1;
    mkdir("/run/lock", 01777);
    *step = "the hostname";
    if (sethostname(HOSTNAME, strlen(HOSTNAME)) != 0) return -1;
    *step = "lo";
    if (loopback() != 0) return -1;
    groups_setup();
    know_own_name();
    /* As systemd has it: ping(8) without capabilities. */
    write_file(AT_FDCWD, "/proc/sys/net/ipv4/ping_group_range", "0 2147483647");
    /* A new network namespace has lo and nothing else (Documentation/admin-guide/sysctl/net.rst). */
    write_file(AT_FDCWD, "/proc/sys/net/core/fb_tunnels_only_for_init_net", "2");
    if (settings->out == NULL) return 0;
    /* What it held before is none of this run's. */
    *step = settings->out;
    show_path(settings->out, "/");
    if (make_folders(settings->out, 0755) != 0) return -1;
    return mount("out", settings->out, "tmpfs", SAFE, "mode=1777");
}
