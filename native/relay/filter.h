#ifndef RELAY_FILTER_H
#define RELAY_FILTER_H

#include <stddef.h>

#include <linux/filter.h>

/*
 * A classic BPF program that lets through what arrives at the devices with these indexes (sorted, none
 * twice) and nothing else. Where there are so many apart from each other that the program would become
 * longer than the kernel takes, it lets some others through as well. `program` has room for BPF_MAXINSNS;
 * returns how many instructions it has.
 */
size_t filter_build(const int *indexes, size_t count, struct sock_filter *program);

#endif
