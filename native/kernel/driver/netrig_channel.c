// SPDX-License-Identifier: GPL-2.0
/*
 * Files here for descriptors of the host. Where time is virtual, a wait for
 * the host can be made invisible: the world stands still in a blocking system
 * call of the host, and no time passes.
 */

#include <linux/anon_inodes.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <os.h>
#include "netrig.h"
#include "netrig_channel.h"
#include "netrig_device.h"

#define CHUNK 65536		/* one read, or write in virtual time */
#define POLITE_CHUNK 4096	/* never blocks a pipe that poll() calls writable */
#define POLITE_WAIT (2 * NSEC_PER_MSEC)

static const struct file_operations channel_fops;

void netrig_stand_still(struct netrig_channel *ch, int (*until)(int fd, int still))
{
	unsigned long flags;

	local_irq_save(flags);
	until(ch->fd, 1);
	local_irq_restore(flags);
}

int netrig_arm(struct netrig_channel *ch)
{
	int err;

	if (ch->armed)
		return 0;
	err = netrig_events_add(netrig_events_fd, ch->fd, ch);
	if (!err)
		ch->armed = true;
	return err;
}

static int wait_readable(struct netrig_channel *ch, struct file *file)
{
	int err;

	if (netrig_readable(ch->fd, 0))
		return 0;
	if (file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	if (ch->still_reads && netrig_time_is_virtual()) {
		netrig_stand_still(ch, netrig_readable);
		return 0;
	}
	err = netrig_arm(ch);
	if (err)
		return err;
	return wait_event_interruptible(ch->wait, netrig_readable(ch->fd, 0));
}

static __poll_t channel_poll(struct file *file, poll_table *wait)
{
	struct netrig_channel *ch = file->private_data;
	__poll_t mask = EPOLLOUT | EPOLLWRNORM;

	poll_wait(file, &ch->wait, wait);
	/* Armed before it is asked: what comes in between is not missed. */
	if (!netrig_readable(ch->fd, 0) &&
	    (!(poll_requested_events(wait) & EPOLLIN) || netrig_arm(ch) < 0 ||
	     !netrig_readable(ch->fd, 0)))
		return mask;
	return mask | EPOLLIN | EPOLLRDNORM;
}

static ssize_t channel_read(struct file *file, char __user *to, size_t size,
			    loff_t *pos)
{
	struct netrig_channel *ch = file->private_data;
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
static int wait_writable(struct netrig_channel *ch, struct file *file)
{
	while (!netrig_writable(ch->fd, 0)) {
		ktime_t pause = POLITE_WAIT;

		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (netrig_time_is_virtual()) {
			netrig_stand_still(ch, netrig_writable);
			continue;
		}
		set_current_state(TASK_INTERRUPTIBLE);
		schedule_hrtimeout(&pause, HRTIMER_MODE_REL);
		if (signal_pending(current))
			return -ERESTARTSYS;
	}
	return 0;
}

static ssize_t write_chunk(struct netrig_channel *ch, struct file *file,
			   const void *buf, size_t size)
{
	size_t most = netrig_time_is_virtual() ? CHUNK : POLITE_CHUNK;
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
	struct netrig_channel *ch = file->private_data;
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

int netrig_channel_open(int fd, bool still_reads)
{
	struct netrig_channel *ch = kzalloc(sizeof(*ch), GFP_KERNEL);
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
	struct netrig_channel *ch = file->private_data;
	unsigned long flags;

	/* An interrupt sees the channel in the set, or never again. */
	local_irq_save(flags);
	if (ch->armed)
		netrig_events_remove(netrig_events_fd, ch->fd);
	os_close_file(ch->fd);
	local_irq_restore(flags);
	kfree(ch);
	return 0;
}

static long channel_receive(struct netrig_channel *ch, struct file *file,
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
		msg.fds[i] = i < count ? netrig_channel_open(fds[i], false) : -1;
	if (n > 0 && copy_to_user(u64_to_user_ptr(msg.data), buf, n))
		n = -EFAULT;
	if (n >= 0 && copy_to_user(to, &msg, sizeof(msg)))
		n = -EFAULT;
	kvfree(buf);
	return n;
}

static long channel_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct netrig_channel *ch = file->private_data;

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
