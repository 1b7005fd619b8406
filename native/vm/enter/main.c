/*
 * vm-enter: the outer end of a command that runs in netrig's kernel. It hands its own stdio, arguments,
 * environment and identity to the vm's PID 1, passes signals, keys and window sizes on, and ends as the
 * command ends. When it is killed, the command is.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "../../common/sys.h"
#include "enter.h"

enum { EXIT_NO_VM = 125, EXIT_CANNOT = 126, EXIT_NOT_FOUND = 127 };
/* How long a vm may take to boot on a busy machine, in milliseconds. */
enum { BOOT_PATIENCE = 60000 };

static int say(int connection, uint32_t word, int32_t value, uint32_t detail) {
    struct vm_message message = {.word = word, .value = value, .detail = detail};
    return send(connection, &message, sizeof message, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

static void die_by(int signal_number) {
    terminal_give_back();
    outer_die_by(signal_number);
}

/* For whoever started this: its exit code could be the command's own. */
static void tell(const struct options *o, const struct vm_message *message) {
    if (o->news >= 0 && write(o->news, message, sizeof *message) < 0) perror("netrig: vm-enter: news");
}

static int explain(const struct options *o, const struct vm_message *m) {
    const char *why = strerror(m->value), *file = o->asked.shell != NULL ? o->asked.shell : o->asked.command[0];
    bool absent = m->detail == STAGE_EXEC && m->value == ENOENT;
    terminal_give_back();
    if (o->hush) return absent ? EXIT_NOT_FOUND : EXIT_CANNOT;
    if (m->detail == STAGE_CWD) fprintf(stderr, "netrig: vm: the working folder cannot be entered: %s\n", why);
    else if (m->detail == STAGE_FORK) fprintf(stderr, "netrig: vm: no process for '%s': %s\n", file, why);
    else if (m->detail == STAGE_REQUEST) fprintf(stderr, "netrig: vm: '%s' could not be handed over: %s\n", file, why);
    else if (absent && strchr(file, '/') == NULL)
        fprintf(stderr, "netrig: vm: there is no command '%s' in PATH\n", file);
    else if (absent) fprintf(stderr, "netrig: vm: '%s', or the interpreter it names, does not exist\n", file);
    else fprintf(stderr, "netrig: vm: '%s' cannot be run: %s\n", file, why);
    return absent ? EXIT_NOT_FOUND : EXIT_CANNOT;
}

static void pass_signal(int connection, const struct signalfd_siginfo *info, struct carrier *in) {
    int number = (int)info->ssi_signo;
    uint16_t rows, columns;
    if (number == SIGWINCH) {
        if (terminal_size(&rows, &columns)) say(connection, VM_WINDOW, rows, columns);
        return;
    }
    bool terminal = info->ssi_code == SI_KERNEL; /* Ctrl-C reaches a whole foreground group */
    bool stops = number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
    if (number == SIGCONT) in->waits = false;
    /* The command leads a session of its own, where the kernel lets these stop nobody (an orphaned group). */
    say(connection, VM_SIGNAL, terminal && stops ? SIGSTOP : number, terminal ? VM_GROUP : VM_PROCESS);
    if (terminal && stops) terminal_give_back(), kill(getpid(), SIGSTOP);
    if (number == SIGCONT || (terminal && stops)) terminal_take();
}

/* Descriptors are the command's alone now, so that a pipe ends when the command closes it. */
static void let_go(void) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0) dup2(null, 1), close(null);
}

static int follow(const struct options *o, int connection, int signals, struct carrier *in) {
    struct vm_message message;
    for (;;) {
        short wants = carrier_wants(in);
        struct pollfd polls[] = {
            {.fd = connection, .events = POLLIN},
            {.fd = signals, .events = POLLIN},
            {.fd = wants == POLLIN ? 0 : -1, .events = POLLIN},
            {.fd = in->socket, .events = wants == POLLOUT ? POLLOUT : 0},
        };
        if (poll(polls, 4, -1) < 0) continue;
        struct signalfd_siginfo info;
        if (polls[1].revents != 0 && read(signals, &info, sizeof info) == sizeof info) pass_signal(connection, &info, in);
        if (polls[0].revents != 0) {
            if (recv(connection, &message, sizeof message, 0) != sizeof message) {
                tell(o, &(struct vm_message){.word = VM_LOST});
                return die_by(SIGKILL), EXIT_CANNOT;
            }
            tell(o, &message);
            /* stderr was kept for what explain() has to say. */
            if (message.word == VM_BEGAN) dup2(1, 2);
            if (message.word == VM_FAILED) return explain(o, &message);
            if (message.word == VM_EXITED && WIFSIGNALED(message.value)) die_by(WTERMSIG(message.value));
            if (message.word == VM_EXITED) return WIFEXITED(message.value) ? WEXITSTATUS(message.value) : EXIT_CANNOT;
        }
        if (polls[2].revents != 0) {
            carrier_read(in);
            /* It may be that the vm hears nothing any more: whoever started this looks into it. */
            if (!o->hush && terminal_interrupted(in->data, in->to)) tell(o, &(struct vm_message){.word = VM_TYPED});
        }
        if (polls[3].revents & POLLOUT) carrier_write(in);
        else if (polls[3].revents != 0) in->from = in->to = 0, close(in->socket), in->socket = -1;
    }
}

static int end_vm(int connection) {
    struct vm_message message;
    if (say(connection, VM_END, 0, 0) != 0) return EXIT_NO_VM;
    while (recv(connection, &message, sizeof message, 0) == sizeof message)
        if (message.word == VM_COPIED && message.value != 0) {
            fprintf(stderr, "netrig: vm: copying what is to stay: %s\n", strerror(message.value));
            return EXIT_CANNOT;
        }
    return 0; /* the connection ends with the vm */
}

/* The vm's PID 1 hangs up on who says nothing; before it is there the kernel keeps us waiting. */
static int wait_ready(int connection) {
    struct vm_message message;
    shutdown(connection, SHUT_WR);
    return recv(connection, &message, sizeof message, 0) < 0 ? EXIT_NO_VM : 0;
}

static int start(const struct options *o, int connection, struct carrier *in) {
    struct vm_body body = {0};
    struct vm_message run = {.word = VM_RUN};
    uint32_t size = 0;
    terminal_look(o->plain, &body);
    int fds[4] = {-1, -1, 1, 2};
    bool whole = false;
    if ((o->lazy ? carrier_gather(in, &fds[1], &whole) : carrier_open(in, &fds[1])) != 0) return -1;
    body.lazy = o->lazy && !whole;
    fds[0] = body_write(o, &body, &size);
    run.value = (int32_t)size;
    if (fds[0] < 0) return -1;
    terminal_take();
    ssize_t sent = send_fds(connection, &run, sizeof run, fds, 4);
    close_all(fds, 2);
    return sent < 0 ? -1 : 0;
}

int main(int argc, char **argv) {
    struct options o = options_parse(argc, argv);
    struct carrier in;
    /* A descriptor that is missing would be taken by the connection. */
    for (int fd = open("/dev/null", O_RDWR); fd >= 0; fd = open("/dev/null", O_RDWR))
        if (fd > 2) {
            close(fd);
            break;
        }
    int connection = outer_connect(o.vm, SOCK_SEQPACKET, BOOT_PATIENCE);
    if (connection < 0) {
        fprintf(stderr, "netrig: cannot reach the vm: %s\n", strerror(errno));
        return EXIT_NO_VM;
    }
    if (o.end) return end_vm(connection);
    if (o.ready) return wait_ready(connection);
    int signals = outer_signals();
    if (signals < 0 || start(&o, connection, &in) != 0) {
        fprintf(stderr, "netrig: cannot hand the command to the vm: %s\n", strerror(errno));
        return EXIT_NO_VM;
    }
    let_go();
    return follow(&o, connection, signals, &in);
}
