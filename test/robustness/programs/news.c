/*
 * news PID: speaks to the keeper in the name of a host's PID 1, as a program could that has taken that process
 * over. It tells lies about all programs of the lab: that each runs as process 4242, that none could start,
 * and that nothing is left of any.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../../native/common/wire.h"

enum { CHANNEL = 3, TAGS = 100 };

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    int pidfd = (int)syscall(SYS_pidfd_open, atoi(argv[1]), 0);
    int channel = (int)syscall(SYS_pidfd_getfd, pidfd, CHANNEL, 0);
    if (channel < 0) return perror("pidfd_getfd"), 1;
    for (uint32_t tag = 1; tag <= TAGS; tag++) {
        struct message lies[] = {
            {.word = WORD_PROGRAM, .arg = {tag, NEWS_STARTED, 4242, 0}},
            {.word = WORD_PROGRAM, .arg = {tag, NEWS_FAILED, 2, STAGE_EXEC}},
            {.word = WORD_PROGRAM, .arg = {tag, NEWS_GONE, 0, 0}},
        };
        for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
            if (send(channel, &lies[i], sizeof lies[i], 0) < 0) return perror("send"), 1;
    }
    return 0;
}
