// SPDX-License-Identifier: GPL-2.0
/*
 * Channels to the host, the half that makes the host's system calls.
 *
 * A descriptor that came from the host may be shared with others there (a
 * terminal, a pipe of a shell), and its flags with it: so nothing here relies
 * on O_NONBLOCK or sets it, except on descriptors that are waited for by
 * interrupt. poll() is asked before each call that could block.
 *
 * Writing to a pipe that nobody reads gives -EPIPE and no signal, because the
 * kernel blocks SIGPIPE (os-Linux/main.c).
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <os.h>
#include "netrig.h"

#define BACKLOG 64
#define MAX_FDS 4
#define MAX_EVENTS 16

int netrig_listen(const char *name, int len)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, err;

	/* An abstract name: a zero byte, then the name, no padding. */
	if (len <= 0 || len >= (int) sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path + 1, name, len);

	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *) &addr,
		 offsetof(struct sockaddr_un, sun_path) + 1 + len) < 0 ||
	    listen(fd, BACKLOG) < 0) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

/* Abstract names have no permissions, so strangers are sent away here. */
static int is_stranger(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return 1;
	return peer.uid != 0 && peer.uid != geteuid();
}

int netrig_accept(int fd)
{
	int peer;

	for (;;) {
		CATCH_EINTR(peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC));
		if (peer < 0)
			return errno == ECONNABORTED ? -EAGAIN : -errno;
		if (!is_stranger(peer))
			return peer;
		close(peer);
	}
}

int netrig_receive(int fd, void *data, int size, int *fds, int max, int *count)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int) * MAX_FDS)];
		struct cmsghdr align;
	} control;
	struct iovec iov = { .iov_base = data, .iov_len = size };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(sizeof(int) * max),
	};
	struct cmsghdr *cmsg;
	int n;

	*count = 0;
	if (max > MAX_FDS)
		return -EINVAL;
	CATCH_EINTR(n = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC));
	if (n < 0)
		return -errno;
	for (cmsg = CMSG_FIRSTHDR(&msg); cmsg; cmsg = CMSG_NXTHDR(&msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET ||
		    cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		*count = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(cmsg), *count * sizeof(int));
	}
	return n;
}

int netrig_read(int fd, void *data, int size)
{
	int n;

	CATCH_EINTR(n = read(fd, data, size));
	return n < 0 ? -errno : n;
}

int netrig_write(int fd, const void *data, int size)
{
	int n;

	CATCH_EINTR(n = write(fd, data, size));
	return n < 0 ? -errno : n;
}

static int ready(int fd, int events, int still)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;

	CATCH_EINTR(n = poll(&p, 1, still ? -1 : 0));
	/* POLLHUP, POLLERR and POLLNVAL too: the call that follows tells. */
	return n > 0;
}

int netrig_readable(int fd, int still)
{
	return ready(fd, POLLIN, still);
}

int netrig_writable(int fd, int still)
{
	return ready(fd, POLLOUT, still);
}

int netrig_events_open(void)
{
	int fd = epoll_create1(EPOLL_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int netrig_events_add(int events, int fd, void *data)
{
	struct epoll_event event = {
		.events = EPOLLIN | EPOLLRDHUP | EPOLLET,
		.data.ptr = data,
	};
	int err;

	/* The set itself cannot raise SIGIO, what is in it can. */
	err = os_set_fd_async(fd);
	if (err < 0)
		return err;
	return epoll_ctl(events, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

void netrig_events_remove(int events, int fd)
{
	epoll_ctl(events, EPOLL_CTL_DEL, fd, NULL);
}

int netrig_events_take(int events, void **data, int max)
{
	struct epoll_event found[MAX_EVENTS];
	int i, n;

	if (max > MAX_EVENTS)
		max = MAX_EVENTS;
	CATCH_EINTR(n = epoll_wait(events, found, max, 0));
	for (i = 0; i < n; i++)
		data[i] = found[i].data.ptr;
	return n < 0 ? -errno : n;
}
