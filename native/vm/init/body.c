#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "init.h"

static bool parse(struct body *body, size_t size) {
    if (size < sizeof body->head) return false;
    memcpy(&body->head, body->text, sizeof body->head);
    const struct vm_body *head = &body->head;
    char *at = body->text + sizeof *head, *end = body->text + size;
    if (head->magic != VM_BODY_MAGIC || head->groups > VM_GROUPS_MAX) return false;
    if ((size_t)(end - at) < head->groups * sizeof(gid_t)) return false;
    memcpy(body->groups, at, head->groups * sizeof(gid_t));
    at += head->groups * sizeof(gid_t);
    return launch_words(&body->words, at, end, head->argc, head->envc);
}

bool body_read(struct body *body, int channel, size_t size) {
    memset(body, 0, sizeof *body);
    errno = EPROTO;
    if (size > VM_BODY_MAX || (body->text = malloc(size)) == NULL) return false;
    size_t have = 0;
    while (have < size) {
        ssize_t got = read(channel, body->text + have, size - have);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        have += (size_t)got;
    }
    errno = EPROTO;
    return parse(body, size);
}

void body_free(struct body *body) {
    launch_words_free(&body->words);
    free(body->text);
}

const char *body_env(const struct body *body, const char *name) {
    size_t length = strlen(name);
    for (char **e = body->words.env; *e != NULL; e++)
        if (strncmp(*e, name, length) == 0 && (*e)[length] == '=') return *e + length + 1;
    return NULL;
}
