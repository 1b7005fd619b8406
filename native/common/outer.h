/* The outer end of a program: the process that stands for it where it was started, and ends as it ends. */
#ifndef NETRIG_OUTER_H
#define NETRIG_OUTER_H

#include <stdint.h>
#include <sys/types.h>

/* A socket of this type, connected to an abstract name; -1 with errno. ECONNREFUSED: tried for `patience` ms. */
int outer_connect(const char *name, int type, int patience);

/* What the program's command line asks for. */
struct outer_asked {
    const char *cwd;   /* NULL: this process's own */
    const char *argv0; /* what the program is to see as its own name */
    const char *shell; /* that is to run the command, joined by spaces */
    char **command;
};
/* What the program is to be started with, its environment being this process's own. Not to be copied. */
struct outer_words {
    const char *cwd, *file;
    char **argv;
    uint32_t argc, envc;
    char here[4096];
};
/* 0, or -1 with errno. */
int outer_words(struct outer_words *words, const struct outer_asked *asked);
/* A memfd of this head and the words, as launch_words() takes them, its size in *size; -1 with errno. */
int outer_body(const void *head, size_t head_size, const struct outer_words *words, uint32_t *size);
/* This process's umask. */
mode_t outer_umask(void);

/* Blocks all signals but SIGCHLD and gives them as a descriptor; -1 with errno. */
int outer_signals(void);

/* Ends this process as the program was ended, without a core file of its own. */
void outer_die_by(int signal_number);

#endif
