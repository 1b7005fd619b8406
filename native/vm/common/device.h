/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note OR MIT */
/*
 * What a program in netrig's kernel can ask of /dev/netrig: the way out to the
 * host. The kernel's driver (native/kernel/driver) is built with this file.
 *
 * /dev/netrig   poll() is readable when a connection waits; NETRIG_ACCEPT
 *               answers a channel for it.
 * a channel     a file descriptor of the guest that stands for one of the host:
 *               read(), write(), poll(), close(), O_NONBLOCK, and the ioctls
 *               NETRIG_RECEIVE and NETRIG_STILL_READS.
 */
#ifndef NETRIG_DEVICE_H
#define NETRIG_DEVICE_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define NETRIG_DEVICE "/dev/netrig"

/* Flags of NETRIG_ACCEPT (the ioctl's argument is the number itself). */
#define NETRIG_STILL 1 /* wait for a connection, and with virtual time stop the world meanwhile */

/* Most host file descriptors that one message carries. */
#define NETRIG_MESSAGE_FDS 4

/* Longest message; what is longer is cut. */
#define NETRIG_MESSAGE_SIZE 65536

struct netrig_message {
	__u64 data;			/* in: address of the buffer */
	__u32 size;			/* in: size of the buffer */
	__s32 fds[NETRIG_MESSAGE_FDS];	/* out: the new channels, -1 where none */
	__u32 nfds;			/* out: how many there are */
};

/*
 * On /dev/netrig. Answers a new channel (O_CLOEXEC). Without NETRIG_STILL
 * EAGAIN when no connection waits.
 */
#define NETRIG_ACCEPT _IO('n', 1)

/*
 * On a channel that is a socket: one message with the host's file descriptors
 * in it. Answers its length, 0 at the end. EAGAIN with O_NONBLOCK.
 */
#define NETRIG_RECEIVE _IOWR('n', 2, struct netrig_message)

/*
 * On a channel: from now on (argument 1) a read that has to wait stops the
 * world if time is virtual, so that when the data came makes no difference.
 * A connection that was accepted with NETRIG_STILL is so from the start.
 */
#define NETRIG_STILL_READS _IO('n', 3)

#endif
