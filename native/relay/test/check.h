#ifndef RELAY_TEST_CHECK_H
#define RELAY_TEST_CHECK_H

#include <stdio.h>
#include <stdlib.h>

/* Ends the program with the place and the claim that does not hold. */
#define CHECK(claim)                                                                                         \
    do {                                                                                                     \
        if (!(claim)) {                                                                                      \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #claim);                                      \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)

#endif
