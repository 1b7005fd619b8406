/* The machine's files as they are, below a layer in memory that takes every write and ends with the vm. */
#include <string.h>
#include <sys/stat.h>

#include "../../common/sys.h"
#include "init.h"

/* A folder that every machine has and no run writes to; it is covered from here on. */
#define BENCH "/proc"

int frozen_root(const char **step) {
    *step = "the machine's root";
    int machine = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (machine < 0) return -1;
    show_machine_set(machine);
    *step = "a layer in memory";
    if (mount("layer", BENCH, "tmpfs", 0, "mode=0755,size=75%") != 0) return -1;
    if (mkdir(BENCH "/upper", 0755) != 0 || mkdir(BENCH "/work", 0755) != 0 || mkdir(BENCH "/root", 0755) != 0) return -1;
    *step = "an overlay over the machine's files";
    const char *layers = "lowerdir=/,upperdir=" BENCH "/upper,workdir=" BENCH "/work,index=off,metacopy=off,xino=off";
    if (mount("overlay", BENCH "/root", "overlay", 0, layers) != 0) return -1;
    /* As switch_root(8): with chroot alone nobody could make a user namespace (current_chrooted). */
    *step = "its way to the top";
    if (chdir(BENCH "/root") != 0 || mount(".", "/", NULL, MS_MOVE, NULL) != 0) return -1;
    return chroot(".") != 0 || chdir("/") != 0 ? -1 : 0;
}
