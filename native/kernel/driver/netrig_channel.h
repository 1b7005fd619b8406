/* SPDX-License-Identifier: GPL-2.0 */
/* What the device and its channels have in common. */
#ifndef __UM_NETRIG_CHANNEL_H
#define __UM_NETRIG_CHANNEL_H

#include <linux/types.h>
#include <linux/wait.h>
#include <shared/timetravel.h>

struct netrig_channel {
	int fd;			/* the host's */
	bool armed;		/* in the set of events */
	bool still_reads;
	wait_queue_head_t wait;
};

/* The set of events; -1 before there is a device. */
extern int netrig_events_fd;

static inline bool netrig_time_is_virtual(void)
{
	return time_travel_mode != TT_MODE_OFF;
}

/* Nothing runs until the host's fd is ready, not even a timer. */
void netrig_stand_still(struct netrig_channel *ch, int (*until)(int fd, int still));

/* Only what is waited for raises interrupts: they are not repeatable. */
int netrig_arm(struct netrig_channel *ch);

/* A file descriptor of the calling process for the host's, or -errno. */
int netrig_channel_open(int fd, bool still_reads);

#endif
