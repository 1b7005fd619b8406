/* How the PID 1 of a host, and that of the vm, starts a program from what its outer end has sent. */
#ifndef NETRIG_LAUNCH_H
#define NETRIG_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What could not be done when a program does not start. HOST: there is none to start it in. */
enum stage { STAGE_REQUEST = 1, STAGE_FORK = 2, STAGE_CWD = 3, STAGE_EXEC = 4, STAGE_HOST = 5 };

/* What a program is started with: NUL-ended strings at the end of what its outer end sends (outer_body). */
struct launch_words {
    char *cwd, *file;
    char **argv, **env;
};
/* They lie in the text; the lists are to be freed, whatever this answers. False when the text has fewer. */
bool launch_words(struct launch_words *words, char *at, char *end, uint32_t argc, uint32_t envc);
void launch_words_free(struct launch_words *words);

/* In the child: tells the parent errno and the stage. */
_Noreturn void launch_failed(int report, uint32_t stage);
/* In the child: no signal is blocked, handled or ignored. */
void launch_signals(void);
/* In the child: becomes the program, looked up in the PATH of its own environment, or says why not. */
_Noreturn void launch_exec(int report, const struct launch_words *words);

/*
 * Forks, lets the child `become` the program, and waits until it has. The pid, or -1 with errno and the stage
 * in *stage; a child that could not has been reaped.
 */
pid_t launch(void (*become)(const void *what, int report), const void *what, uint32_t *stage);

#endif
