/* TLS keys: from files to which programs append them, into a block before the packets that they open. */
#ifndef NETRIG_CAPTURE_KEYS_H
#define NETRIG_CAPTURE_KEYS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Puts a block for `room` bytes of keys into the file. It is there before they are known, for Wireshark needs
 * keys before packets; what is not yet known of it are empty lines.
 */
void keys_begin(uint32_t room);

/* Watches one more file; 0 or an errno. */
int keys_watch(int fd);

/* Lines of such a file. */
void keys_add(const char *text, size_t size);

/* Takes what was appended since. */
void keys_update(void);

#endif
