/*
 * attack PID SOCKET [--harmless]: tries everything and says what came of it, a line each: `name ok` or
 * `name EPERM`. It is meant to fail: in a host as its root.
 */
#include "attack.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a child of its own, for some leave the process changed. */
static int apart(const struct attack *attack, const struct target *target) {
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        alarm(10);
        _exit(attack->run(target));
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    struct target target = {.pid = atoi(argv[1]), .socket = argv[2]};
    bool harmless = argc > 3 && strcmp(argv[3], "--harmless") == 0;
    snprintf(target.folder, sizeof target.folder, "/tmp/attack.XXXXXX");
    if (mkdtemp(target.folder) == NULL) return 3;
    const struct attack *tables[] = {file_attacks, kernel_attacks, group_attacks, network_attacks};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct attack *a = tables[i]; a->name != NULL; a++) {
            if (harmless && !a->harmless) continue;
            int error = apart(a, &target);
            printf("%s %s\n", a->name, error == 0 ? "ok" : strerrorname_np(error));
        }
    rmdir(target.folder);
    return 0;
}
