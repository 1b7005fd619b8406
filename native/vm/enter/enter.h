#ifndef NETRIG_VM_ENTER_H
#define NETRIG_VM_ENTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../../common/outer.h"
#include "../common/words.h"

struct options {
    const char *vm;
    struct outer_asked asked;
    int news;          /* for what became of the command, one vm_message after the other; or -1 */
    bool hush;         /* whoever reads the news says on stderr what there is to say */
    bool end;          /* no command: the vm is to end */
    bool ready;        /* no command: wait until the vm takes some */
    bool plain;        /* no terminal, whatever stdio is: what a run sees must not depend on it */
    bool lazy;         /* see vm_body */
};

struct options options_parse(int argc, char **argv);

/* A memfd with the command, its size in *size; -1 with errno. */
int body_write(const struct options *o, const struct vm_body *start, uint32_t *size);

/* The terminal outside. Fills in what the body says of it. */
void terminal_look(bool plain, struct vm_body *body);
/* From now on keys go through as they are, if stdin is a terminal and this its foreground group. */
void terminal_take(void);
void terminal_give_back(void);
/* Whether outside one of these keys would be Ctrl-C or Ctrl-\; in a terminal that is taken they are the vm's. */
bool terminal_interrupted(const char *keys, size_t count);
/* Rows and columns now; false where there is no terminal. */
bool terminal_size(uint16_t *rows, uint16_t *columns);

/* stdin, carried to the vm by a socket of its own: whoever shares the descriptor outside notices nothing. */
struct carrier {
    int socket; /* -1 when all is said */
    char *data;
    size_t from, to;
    bool waits; /* a terminal that belongs to another group just now */
};
enum { CARRIER_ROOM = 65536, GATHER_MAX = 256 << 20, GATHER_PATIENCE = 200 /* ms */ };

int carrier_open(struct carrier *c, int *far);
/*
 * For runs that repeat: when what comes makes no difference. An input that has ended already is handed over
 * as a file, and *whole is true; what goes on is carried, but read when the command reads.
 */
int carrier_gather(struct carrier *c, int *far, bool *whole);
/* What to wait for: POLLIN of stdin, POLLOUT of the socket, or 0. */
short carrier_wants(const struct carrier *c);
void carrier_read(struct carrier *c);
void carrier_write(struct carrier *c);

#endif
