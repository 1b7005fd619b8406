/* Rights over the machine as a whole, and over processes outside. */
#include "attack.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int kill_outside(const struct target *t) { return said(kill(t->pid, 0)); }

static int ptrace_outside(const struct target *t) {
    if (ptrace(PTRACE_ATTACH, t->pid, NULL, NULL) != 0) return errno;
    waitpid(t->pid, NULL, 0);
    ptrace(PTRACE_DETACH, t->pid, NULL, NULL);
    return 0;
}

/* No such number among the programs of this host: else it would be one of its own that is meant. */
static int proc_outside(const struct target *t) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/status", t->pid);
    return said(open(path, O_RDONLY));
}

static int join_namespace(const struct target *t) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/net", t->pid);
    int fd = open(path, O_RDONLY);
    return fd < 0 ? errno : said(setns(fd, 0));
}

/* The lab's own socket, by which programs are started in hosts: abstract names are the network's. */
static int lab_socket(const struct target *t) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(t->socket);
    memcpy(address.sun_path + 1, t->socket, length);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    return said(connect(fd, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + 1 + length));
}

static int raise_limit(int resource) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return errno;
    if (limit.rlim_max == RLIM_INFINITY) return ENODATA;
    limit.rlim_max++;
    return said(setrlimit(resource, &limit));
}
static int raise_processes(const struct target *t) { return (void)t, raise_limit(RLIMIT_NPROC); }
static int raise_files(const struct target *t) { return (void)t, raise_limit(RLIMIT_NOFILE); }
static int raise_of_init(const struct target *t) {
    (void)t;
    struct rlimit limit;
    if (prlimit(1, RLIMIT_NOFILE, NULL, &limit) != 0) return errno;
    limit.rlim_max++;
    return said(prlimit(1, RLIMIT_NOFILE, &limit, NULL));
}

static int priority(const struct target *t) { return (void)t, said(setpriority(PRIO_PROCESS, 0, -5)); }
static int real_time(const struct target *t) {
    (void)t;
    return said(sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1}));
}

/* Each with something that is not there: who may do it hears that, who may not hears EPERM. */
static int unless_eperm(long result) {
    return result < 0 && (errno == EPERM || errno == ENOSYS) ? errno : 0;
}
static int module_load(const struct target *t) { return (void)t, unless_eperm(syscall(SYS_finit_module, -1, "", 0)); }
static int module_unload(const struct target *t) {
    (void)t;
    return unless_eperm(syscall(SYS_delete_module, "no-such-module", O_NONBLOCK));
}
static int swap(const struct target *t) { return (void)t, unless_eperm(swapon("/no-such-file", 0)); }
static int account(const struct target *t) { return (void)t, unless_eperm(acct("/no-such-file")); }
static int restart(const struct target *t) {
    (void)t;
    /* LINUX_REBOOT_MAGIC1, MAGIC2; 1 is no command. */
    return unless_eperm(syscall(SYS_reboot, 0xfee1dead, 672274793, 1, NULL));
}

static int set_clock(const struct target *t) {
    (void)t;
    struct timex now = {0};
    if (adjtimex(&now) < 0) return errno;
    now.modes = ADJ_FREQUENCY; /* to what it is */
    return said(adjtimex(&now));
}

static int load_bpf(const struct target *t) {
    (void)t;
    struct bpf_insn code[2] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};
    union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_KPROBE};
    attr.insns = (uintptr_t)code;
    attr.insn_cnt = 2;
    attr.license = (uintptr_t) "GPL";
    return said(syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr));
}

const struct attack kernel_attacks[] = {
    {"kill-outside", kill_outside, true},
    {"ptrace-outside", ptrace_outside, true},
    {"proc-outside", proc_outside, true},
    {"setns-outside", join_namespace, true},
    {"lab-socket", lab_socket, true},
    {"raise-processes", raise_processes, true},
    {"raise-files", raise_files, true},
    {"raise-files-of-init", raise_of_init, false},
    {"priority", priority, true},
    {"real-time", real_time, true},
    {"load-module", module_load, true},
    {"unload-module", module_unload, true},
    {"swapon", swap, true},
    {"account", account, true},
    {"reboot", restart, true},
    {"set-clock", set_clock, true},
    {"load-bpf", load_bpf, false},
    {0},
};
