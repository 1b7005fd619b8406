/* The parts of the keeper: who calls whom is in main.c. */
#ifndef NETRIG_KEEPER_H
#define NETRIG_KEEPER_H

#include <poll.h>

#include "../common/sys.h"
#include "../common/wire.h"

enum { PATHS_MAX = 16, KEEP_MAX = 16 };

struct options {
    const char *socket;           /* abstract name without the leading NUL */
    const char *cgroup;           /* cgroup v2 folder for the keeper, or NULL */
    const char *own[PATHS_MAX];   /* folders that are shown with the lab's root as their owner */
    size_t own_count;
    const char *keep[KEEP_MAX];   /* folders that stay visible although /tmp, /run, /dev/shm are hidden */
    size_t keep_count;
    const char *remove[PATHS_MAX]; /* cgroup folders to remove when all is over */
    size_t remove_count;
    bool tame;                    /* real root: map the lab's ids to map_base.. */
    unsigned map_base;
};

/* supervisor.c: outside; outlives Node, ends the lab, removes its cgroups. Returns the exit status. */
int supervise(const struct options *options);

/* groups.c: the lab's control group. Makes options->cgroup for the lab's root and opens it; -1 with errno. */
int group_open(const struct options *options, enum mapping mapping);
void groups_remove(const struct options *options);

/* keeper.c: PID 1 of the lab. Never returns. */
struct lab {
    const struct options *options;
    enum mapping mapping;
    int supervisor;  /* SOCK_SEQPACKET to the supervisor */
    int fabric;      /* the fabric's network namespace */
    int hidden[3];   /* the machine's /tmp, /run, /dev/shm from before they were covered */
    pid_t relay;
};
_Noreturn void keep(const struct options *options, int supervisor, enum mapping mapping);

/* lab.c: what the keeper does to become a lab's root. 0, or -1 with errno and *step. */
int lab_build(struct lab *lab, int *own, size_t own_count, const char **step);
extern const char *const HIDDEN[3];
int make_folders(const char *path);

/* hosts.c: the table of hosts. */
struct host {
    uint32_t id;
    pid_t pid;
    int channel; /* SOCK_SEQPACKET to its PID 1 */
    int pidfd;
    uint32_t flags;
    uint32_t make_id; /* request that made it, until it is ready */
    uint32_t kill_id;
    char name[64];
    struct host *next;
};
struct host *host_by_id(uint32_t id);
struct host *host_by_pid(pid_t pid);
struct host *host_by_name(const char *name);
struct host *host_add(uint32_t id);
void host_remove(struct host *host);

/* requests.c: one request of Node's. */
void answer(uint32_t kind, uint32_t id, uint32_t host, int error, const uint32_t *arg, const char *text,
            const int *fds, size_t count);
void handle_request(struct lab *lab, const struct request *request, size_t size, int *fds, size_t count);

void keeper_watch_host(struct host *host); /* keeper.c */

/* show.c: a folder of the machine, shown in a host that runs already. */
void show_request(struct lab *lab, struct host *host, uint32_t id, const char *path, const char *source);
void show_view(struct host *host, uint32_t id, uint32_t view);
void show_opened(struct lab *lab, uint32_t cookie, int error, int mount_fd);

/* inside.c: things done in a host's namespaces by stepping in and out, or from without. */
int file_in(pid_t pid, const char *path);
int namespace_of(pid_t pid, const char *kind);
int socket_in(struct lab *lab, int netns, int domain, int type, int protocol);
int sysctl_in(struct lab *lab, int netns, const char *path, const char *value);

/* init.c: PID 1 of a host. Never returns. */
struct init_options {
    const struct lab *lab;
    int channel;
    uint32_t view, process_limit, flags;
    const char *name;
};
_Noreturn void host_init(const struct init_options *options);

/* world.c: what a host sees; called by its PID 1 before it runs anything. */
int world_build(const struct init_options *options, const char **step);

/* programs.c: the programs of a host. */
void programs_setup(int channel, uint32_t process_limit);
size_t programs_count(void);
size_t programs_poll(struct pollfd *polls);
void program_connection(int connection);
void programs_event(int fd);
void programs_reap(void);
void programs_signal(uint32_t tag, uint32_t signal, uint32_t reach);
void programs_freeze(bool frozen);

/* tree.c: everything that descends from a program. */
struct member {
    pid_t pid;
    unsigned long long start;
    bool stopped; /* by somebody else, before this signal came */
};
struct tree {
    pid_t root;
    bool headless;        /* the root has been reaped: its number may be somebody else's */
    struct member *known; /* as of the last look */
    size_t count;
};
void tree_setup(void);
/* Signals all that are there at one moment, and remembers them; how many there were. Signal 0 only looks. */
size_t tree_signal(struct tree *tree, int signal);
void tree_forget(struct tree *tree);
void tree_continue_except(const pid_t *paused, size_t count);

/* probe.c */
int probe_main(int argc, char **argv);

#endif
