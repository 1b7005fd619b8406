#include "counters.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "link.h"

_Static_assert(sizeof(struct counters) == 192 && sizeof(struct rule_counters) == 64,
               "Node reads records of these sizes");

#define LINKS_SIZE (sizeof(struct counters) * 2 * LINKS)
#define WHOLE_SIZE (LINKS_SIZE + sizeof(struct rule_counters) * RULES)

static unsigned char *records;
static int file = -1;
static off_t file_size;

int counters_open(int fd) {
    struct stat status;

    if (fstat(fd, &status) < 0)
        return -errno;
    /* Address space for all there can be; a page exists once the file reaches it and it is written. */
    void *map = mmap(NULL, WHOLE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (map == MAP_FAILED)
        return -errno;
    records = map;
    file = fd;
    file_size = status.st_size;
    return 0;
}

static void *zeroed(size_t at, size_t bytes) {
    off_t end = (off_t)(at + bytes);

    if (end > file_size) {
        off_t size = (end + 4095) / 4096 * 4096;

        if (ftruncate(file, size) < 0)
            return NULL;
        file_size = size;
    }
    return memset(records + at, 0, bytes);
}

struct counters *counters_of_link(uint32_t link) {
    return zeroed(sizeof(struct counters) * 2 * link, sizeof(struct counters) * 2);
}

struct rule_counters *counters_of_rule(uint32_t rule) {
    return zeroed(LINKS_SIZE + sizeof(struct rule_counters) * rule, sizeof(struct rule_counters));
}
