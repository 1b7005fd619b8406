// SPDX-License-Identifier: GPL-2.0
/*
 * Channels to the host: how commands are handed into this kernel, and their
 * input, output and results out of it.
 *
 * netrig_listen=<name> on the command line makes a socket on the host;
 * /dev/netrig accepts its connections, each a file descriptor here. A message
 * on it may carry descriptors of the host, which become channels as well.
 *
 * Where time is virtual, a wait for the host can be made invisible: the world
 * stands still in a blocking system call of the host, and no time passes.
 */

#include <linux/anon_inodes.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/miscdevice.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <init.h>
#include <irq_kern.h>
#include <irq_user.h>
#include <os.h>
#include <shared/timetravel.h>
#include "netrig.h"
#include "netrig_device.h"

#define CHUNK 65536		/* one read, or write in virtual time */
#define POLITE_CHUNK 4096	/* never blocks a pipe that poll() calls writable */
#define POLITE_WAIT (2 * NSEC_PER_MSEC)

struct channel {
	int fd;			/* the host's */
	bool armed;		/* in the set of events */
	bool still_reads;
	wait_queue_head_t wait;
};

static char *listen_name;
static int events_fd = -1;
static struct channel listener = { .fd = -1 };

static const struct file_operations channel_fops;

static bool time_is_virtual(void)
{
	return time_travel_mode != TT_MODE_OFF;
}

/* Nothing runs meanwhile, not even a timer: see the head of this file. */
static void stand_still(struct channel *ch, int (*until)(int fd, int still))
{
	unsigned long flags;

	local_irq_save(flags);
	until(ch->fd, 1);
	local_irq_restore(flags);
}

static irqreturn_t netrig_interrupt(int irq, void *dev)
{
	void *found[16];
	int i, n;

	while ((n = netrig_events_take(events_fd, found, ARRAY_SIZE(found))) > 0)
		for (i = 0; i < n; i++)
			wake_up_interruptible(&((struct channel *) found[i])->wait);
	return IRQ_HANDLED;
}

/* Only what is waited for raises interrupts: they are not repeatable. */
static int arm(struct channel *ch)
{
	int err;

	if (ch->armed)
		return 0;
	err = netrig_events_add(events_fd, ch->fd, ch);
	if (!err)
		ch->armed = true;
	return err;
}

static int wait_readable(struct channel *ch, struct file *file)
{
	int err;

	if (netrig_readable(ch->fd, 0))
		return 0;
	if (file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	if (ch->still_reads && time_is_virtual()) {
		stand_still(ch, netrig_readable);
		return 0;
	}
	err = arm(ch);
	if (err)
		return err;
	return wait_event_interruptible(ch->wait, netrig_readable(ch->fd, 0));
}

static __poll_t channel_poll(struct file *file, poll_table *wait)
{
	struct channel *ch = file->private_data;
	__poll_t mask = EPOLLOUT | EPOLLWRNORM;

	poll_wait(file, &ch->wait, wait);
	/* Armed before it is asked: what comes in between is not missed. */
	if (!netrig_readable(ch->fd, 0) &&
	    (!(poll_requested_events(wait) & EPOLLIN) || arm(ch) < 0 ||
	     !netrig_readable(ch->fd, 0)))
		return mask;
	return mask | EPOLLIN | EPOLLRDNORM;
}

static ssize_t channel_read(struct file *file, char __user *to, size_t size,
			    loff_t *pos)
{
	struct channel *ch = file->private_data;
	ssize_t n;
	void *buf;

	size = min_t(size_t, size, CHUNK);
	buf = kvmalloc(size, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	do {
		n = wait_readable(ch, file);
		if (!n)
			n = netrig_read(ch->fd, buf, size);
	} while (n == -EAGAIN && !(file->f_flags & O_NONBLOCK));
	if (n > 0 && copy_to_user(to, buf, n))
		n = -EFAULT;
	kvfree(buf);
	return n;
}

/* A slow reader on the host must not stop what runs here in real time. */
static int wait_writable(struct channel *ch, struct file *file)
{
	while (!netrig_writable(ch->fd, 0)) {
		ktime_t pause = POLITE_WAIT;

		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (time_is_virtual()) {
			stand_still(ch, netrig_writable);
			continue;
		}
		set_current_state(TASK_INTERRUPTIBLE);
		schedule_hrtimeout(&pause, HRTIMER_MODE_REL);
		if (signal_pending(current))
			return -ERESTARTSYS;
	}
	return 0;
}

static ssize_t write_chunk(struct channel *ch, struct file *file,
			   const void *buf, size_t size)
{
	size_t most = time_is_virtual() ? CHUNK : POLITE_CHUNK;
	size_t done = 0;
	ssize_t n = 0;

	while (done < size) {
		n = wait_writable(ch, file);
		if (!n)
			n = netrig_write(ch->fd, buf + done,
					 min(size - done, most));
		if (n == -EAGAIN && !(file->f_flags & O_NONBLOCK))
			continue;
		if (n < 0)
			break;
		done += n;
	}
	return done ? done : n;
}

static ssize_t channel_write(struct file *file, const char __user *from,
			     size_t size, loff_t *pos)
{
	struct channel *ch = file->private_data;
	size_t done = 0, part;
	ssize_t n = 0;
	void *buf;

	buf = kvmalloc(min_t(size_t, size, CHUNK), GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	while (done < size) {
		part = min_t(size_t, size - done, CHUNK);
		n = -EFAULT;
		if (!copy_from_user(buf, from + done, part))
			n = write_chunk(ch, file, buf, part);
		if (n < 0)
			break;
		done += n;
		if (n < part)
			break;
	}
	kvfree(buf);
	return done ? done : n;
}

static int channel_open(int fd, bool still_reads)
{
	struct channel *ch = kzalloc(sizeof(*ch), GFP_KERNEL);
	int guest = -ENOMEM;

	if (ch) {
		ch->fd = fd;
		ch->still_reads = still_reads;
		init_waitqueue_head(&ch->wait);
		guest = anon_inode_getfd("[netrig]", &channel_fops, ch,
					 O_RDWR | O_CLOEXEC);
	}
	if (guest < 0) {
		kfree(ch);
		os_close_file(fd);
	}
	return guest;
}

static int channel_release(struct inode *inode, struct file *file)
{
	struct channel *ch = file->private_data;
	unsigned long flags;

	/* An interrupt sees the channel in the set, or never again. */
	local_irq_save(flags);
	if (ch->armed)
		netrig_events_remove(events_fd, ch->fd);
	os_close_file(ch->fd);
	local_irq_restore(flags);
	kfree(ch);
	return 0;
}

static long channel_receive(struct channel *ch, struct file *file,
			    struct netrig_message __user *to)
{
	struct netrig_message msg;
	int fds[NETRIG_MESSAGE_FDS];
	int i, count;
	void *buf;
	long n;

	if (copy_from_user(&msg, to, sizeof(msg)))
		return -EFAULT;
	msg.size = min_t(u32, msg.size, NETRIG_MESSAGE_SIZE);
	buf = kvmalloc(msg.size, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	do {
		count = 0;
		n = wait_readable(ch, file);
		if (!n)
			n = netrig_receive(ch->fd, buf, msg.size, fds,
					   NETRIG_MESSAGE_FDS, &count);
	} while (n == -EAGAIN && !(file->f_flags & O_NONBLOCK));

	msg.nfds = count;
	for (i = 0; i < NETRIG_MESSAGE_FDS; i++)
		msg.fds[i] = i < count ? channel_open(fds[i], false) : -1;
	if (n > 0 && copy_to_user(u64_to_user_ptr(msg.data), buf, n))
		n = -EFAULT;
	if (n >= 0 && copy_to_user(to, &msg, sizeof(msg)))
		n = -EFAULT;
	kvfree(buf);
	return n;
}

static long channel_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct channel *ch = file->private_data;

	switch (cmd) {
	case NETRIG_RECEIVE:
		return channel_receive(ch, file, (void __user *) arg);
	case NETRIG_STILL_READS:
		ch->still_reads = arg;
		return 0;
	default:
		return -ENOTTY;
	}
}

static const struct file_operations channel_fops = {
	.owner = THIS_MODULE,
	.read = channel_read,
	.write = channel_write,
	.poll = channel_poll,
	.unlocked_ioctl = channel_ioctl,
	.release = channel_release,
};

static __poll_t device_poll(struct file *file, poll_table *wait)
{
	poll_wait(file, &listener.wait, wait);
	if (arm(&listener) < 0)
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
		if (time_is_virtual()) {
			stand_still(&listener, netrig_readable);
			continue;
		}
		err = arm(&listener);
		if (!err)
			err = wait_event_interruptible(listener.wait,
					netrig_readable(listener.fd, 0));
		if (err)
			return err;
	}
	/* The world stood still for it to come, so for what it says too. */
	return fd < 0 ? fd : channel_open(fd, flags & NETRIG_STILL);
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
	events_fd = netrig_events_open();
	if (events_fd < 0)
		return events_fd;
	err = um_request_irq(UM_IRQ_ALLOC, events_fd, IRQ_READ,
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
