// SPDX-License-Identifier: GPL-2.0
/*
 * Channels to the host: how commands are handed into this kernel, and their
 * input, output and results out of it.
 *
 * netrig_listen=<name> on the command line makes a socket on the host;
 * /dev/netrig accepts its connections, each a file descriptor here. A message
 * on it may carry descriptors of the host, which become channels as well.
 */

#include <linux/fs.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/miscdevice.h>
#include <linux/poll.h>
#include <linux/wait.h>
#include <init.h>
#include <irq_kern.h>
#include <irq_user.h>
#include "netrig.h"
#include "netrig_channel.h"
#include "netrig_device.h"

int netrig_events_fd = -1;

static char *listen_name;
static struct netrig_channel listener = { .fd = -1 };

static irqreturn_t netrig_interrupt(int irq, void *dev)
{
	void *found[16];
	int i, n;

	while ((n = netrig_events_take(netrig_events_fd, found, ARRAY_SIZE(found))) > 0)
		for (i = 0; i < n; i++)
			wake_up_interruptible(&((struct netrig_channel *) found[i])->wait);
	return IRQ_HANDLED;
}

static __poll_t device_poll(struct file *file, poll_table *wait)
{
	poll_wait(file, &listener.wait, wait);
	if (netrig_arm(&listener) < 0)
		return EPOLLERR;
	return netrig_readable(listener.fd, 0) ? EPOLLIN | EPOLLRDNORM : 0;
}

static long device_accept(unsigned long flags)
{
	int fd, err;

	if (flags & ~NETRIG_STILL)
		return -EINVAL;
	while ((fd = netrig_accept(listener.fd)) == -EAGAIN) {
		if (!(flags & NETRIG_STILL))
			return -EAGAIN;
		if (netrig_time_is_virtual()) {
			netrig_stand_still(&listener, netrig_readable);
			continue;
		}
		err = netrig_arm(&listener);
		if (!err)
			err = wait_event_interruptible(listener.wait,
					netrig_readable(listener.fd, 0));
		if (err)
			return err;
	}
	/* The world stood still for it to come, so for what it says too. */
	return fd < 0 ? fd : netrig_channel_open(fd, flags & NETRIG_STILL);
}

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return cmd == NETRIG_ACCEPT ? device_accept(arg) : -ENOTTY;
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.poll = device_poll,
	.unlocked_ioctl = device_ioctl,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "netrig",
	.mode = 0600,
	.fops = &device_fops,
};

static int __init netrig_init(void)
{
	int err;

	if (!listen_name)
		return 0;
	init_waitqueue_head(&listener.wait);
	listener.fd = netrig_listen(listen_name, strlen(listen_name));
	if (listener.fd < 0)
		panic("netrig: cannot listen on @%s, error %d\n", listen_name,
		      listener.fd);
	netrig_events_fd = netrig_events_open();
	if (netrig_events_fd < 0)
		return netrig_events_fd;
	err = um_request_irq(UM_IRQ_ALLOC, netrig_events_fd, IRQ_READ,
			     netrig_interrupt, 0, "netrig", &device);
	if (err < 0)
		return err;
	return misc_register(&device);
}
device_initcall(netrig_init);

/* Not for the command line that programs here can read: names differ. */
static int __init netrig_listen_setup(char *name, int *add)
{
	listen_name = name;
	*add = 0;
	return 0;
}

__uml_setup("netrig_listen=", netrig_listen_setup,
"netrig_listen=<name>\n"
"    Listen on the host's abstract socket of this name for what /dev/netrig\n"
"    shall accept.\n\n"
);
