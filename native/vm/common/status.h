/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note OR MIT */
/*
 * The page in which netrig's kernel says how it is (netrig_status=<fd> on its
 * command line, a memfd of at least one page). The kernel writes, the host
 * reads, with no lock: fields may be of different moments.
 */
#ifndef NETRIG_STATUS_H
#define NETRIG_STATUS_H

#include <linux/types.h>

/* "netrigvm" in memory, on little-endian machines */
#define NETRIG_STATUS_MAGIC 0x6d7667697274656eULL

struct netrig_status {
	__u64 magic;		/*  0: written last, when the page is ready */
	__u64 virtual_ns;	/*  8: time since boot, virtual or real, in ns */
	__u64 switches;		/* 16: context switches since boot */
	__u32 idle;		/* 24: 1 while everything waits */
	__s32 pid;		/* 28: of the running task */
	char comm[16];		/* 32: its name */
};

#endif
