// SPDX-License-Identifier: GPL-2.0
/*
 * How the kernel is, in a page shared with the host (netrig_status=<fd> on the
 * command line): with it a watchdog outside can tell a world that rests from
 * one that spins, and say which process does. See netrig_status.h.
 */

#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/netrig.h>
#include <init.h>
#include <kern.h>
#include <os.h>
#include <shared/timetravel.h>
#include "netrig_status.h"

static struct netrig_status *status;
static unsigned long long boot_ns;

/* Where time is real: often enough is whenever something happens. */
static void real_time(void)
{
	if (time_travel_mode == TT_MODE_OFF)
		WRITE_ONCE(status->virtual_ns, os_nsecs() - boot_ns);
}

void netrig_status_task(struct task_struct *to)
{
	if (!status)
		return;
	WRITE_ONCE(status->switches, status->switches + 1);
	WRITE_ONCE(status->pid, to->pid);
	memcpy(status->comm, to->comm, sizeof(status->comm));
	real_time();
}

void netrig_status_time(unsigned long long ns)
{
	if (status)
		WRITE_ONCE(status->virtual_ns, ns);
}

void netrig_status_idle(int idle)
{
	if (!status)
		return;
	WRITE_ONCE(status->idle, idle);
	real_time();
}

static int __init netrig_status_setup(char *line, int *add)
{
	int fd;

	if (kstrtoint(line, 10, &fd) || fd < 0) {
		os_warn("netrig_status=%s is no file descriptor\n", line);
		exit(1);
	}
	status = os_mmap_rw_shared(fd, sizeof(*status));
	if (!status) {
		os_warn("netrig_status=%d cannot be mapped\n", fd);
		exit(1);
	}
	os_close_file(fd);
	boot_ns = os_nsecs();
	WRITE_ONCE(status->magic, NETRIG_STATUS_MAGIC);
	*add = 0;
	return 0;
}

__uml_setup("netrig_status=", netrig_status_setup,
"netrig_status=<fd>\n"
"    Say in the first page of this inherited file how this kernel is.\n\n"
);
