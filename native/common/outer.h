/* The outer end of a program: the process that stands for it where it was started, and ends as it ends. */
#ifndef NETRIG_OUTER_H
#define NETRIG_OUTER_H

#include <sys/types.h>

/* A socket of this type, connected to an abstract name; -1 with errno. ECONNREFUSED: tried for `patience` ms. */
int outer_connect(const char *name, int type, int patience);

/* A command joined by spaces, as a shell's -c wants it and as Node and execa join it; NULL when there is no memory. */
char **outer_shell(const char *shell, char **command);

/* Blocks all signals but SIGCHLD and gives them as a descriptor; -1 with errno. */
int outer_signals(void);

/* Ends this process as the program was ended, without a core file of its own. */
void outer_die_by(int signal_number);

#endif
