#ifndef NETRIG_VM_INIT_H
#define NETRIG_VM_INIT_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "../common/device.h"
#include "../common/words.h"

/* What the kernel's command line says, as PID 1's environment. */
struct settings {
    bool frozen;      /* NETRIG_FROZEN: writes go to a layer in memory */
    bool virtual_time; /* NETRIG_VIRTUAL: between commands the world waits */
    char *out;        /* NETRIG_OUT: of a frozen tree this folder's files are copied out at the end; or NULL */
};

/* world.c: /proc, /sys, /dev, /tmp, /run, the hostname, lo. 0, or -1 with errno and the step in *step. */
int world_build(const struct settings *settings, const char **step);
int make_folders(char *path, mode_t mode);

/* frozen.c: an overlay over the machine's files becomes the root. */
int frozen_root(const char **step);

/* show.c: what the vm's own /tmp, /run and /dev/shm would hide. */
void show_remember(void); /* before they are mounted */
int show_machine(void);   /* the machine's root as it was at boot; -1 unless frozen */
void show_machine_set(int fd);
void show_path(const char *path, const char *cwd);
void show_own_folder(const char *path, uid_t uid, gid_t gid);

/* groups.c: cgroup v2, a delegated group for each command. */
void groups_setup(void);
/* Answers cgroup.procs of the new group's leaf, -1 where there are none. */
int group_open(unsigned number, uid_t uid, gid_t gid);
void group_kill(unsigned number);
void group_remove(unsigned number);

/* channel.c: descriptors of the host. */
int channel_device(void);
ssize_t channel_receive(int fd, void *data, size_t size, int *fds, size_t *count);

/* body.c: what a command is. */
struct body {
    struct vm_body head;
    gid_t groups[VM_GROUPS_MAX];
    struct launch_words words;
    char *text;
};
bool body_read(struct body *body, int channel, size_t size); /* false with errno */
void body_free(struct body *body);
const char *body_env(const struct body *body, const char *name);

/* start.c */
struct ends {
    int in, out, err; /* ours; -1 where there is none */
    int terminal;     /* the pty's master, which stands for some of them; -1 */
};
/* `lazy`: what is to be stdin as it is, or -1. The pid, or -1 with errno and *stage. */
pid_t start(const struct body *body, int lazy, int group, struct ends *ends, uint32_t *stage);

/* stream.c: one direction of a command's stdio. */
struct stream {
    int from, to; /* -1: over */
    bool ours;    /* `to` is a descriptor that others use, too */
    char *data;
    size_t at, end;
};
enum { STREAM_ROOM = 65536 };
void stream_open(struct stream *s, int from, int to);
void stream_close(struct stream *s);
/* Carries what there is, without waiting; true while there is more to come. */
void stream_carry(struct stream *s);
bool stream_full(const struct stream *s);

/* command.c */
void commands_accept(int device, bool still, bool virtual_time);
size_t commands_running(void);
size_t commands_poll(struct pollfd *polls, size_t room, bool *hurry);
void commands_turn(void);
void commands_reap(void);

/* out.c: copies a folder's files to the machine. 0 or errno. */
int copy_out(const char *from, const char *to);

_Noreturn void vm_end(int connection);

#endif
