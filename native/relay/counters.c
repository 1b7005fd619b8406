#include "counters.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "link.h"

_Static_assert(sizeof(struct counters) == 128, "Node reads records of 128 bytes");

static struct counters *records;
static int file = -1;
static off_t file_size;

int counters_open(int fd) {
    struct stat status;

    if (fstat(fd, &status) < 0)
        return -errno;
    /* Address space for every link there can be; a page exists once the file reaches it. */
    void *map = mmap(NULL, sizeof(struct counters) * 2 * LINKS, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (map == MAP_FAILED)
        return -errno;
    records = map;
    file = fd;
    file_size = status.st_size;
    return 0;
}

struct counters *counters_of_link(uint32_t link) {
    off_t end = (off_t)(sizeof(struct counters) * 2 * ((size_t)link + 1));

    if (end > file_size) {
        off_t size = (end + 4095) / 4096 * 4096;

        if (ftruncate(file, size) < 0)
            return NULL;
        file_size = size;
    }
    memset(records + (size_t)link * 2, 0, sizeof(struct counters) * 2);
    return records + (size_t)link * 2;
}
