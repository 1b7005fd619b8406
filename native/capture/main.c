/*
 * capture: writes packets of the fabric's ports into a pcapng file. It runs inside the fabric's network
 * namespace, where no host can reach it; what it is told, and how, is in request.h.
 *
 * The file comes open from Node, so this program needs no rights to its path. It ends when Node's end of the
 * stream does, with the file complete, or with the lab.
 */
#include <signal.h>
#include <sys/prctl.h>

#include "loop.h"
#include "request.h"
#include "session.h"
#include "sys.h"

enum { FIRST_OTHER = 6 };

int main(void) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "netrig-capture");
    signal(SIGPIPE, SIG_IGN);
    /* A file that is larger than it may be is an error of the write (setrlimit(2), RLIMIT_FSIZE). */
    signal(SIGXFSZ, SIG_IGN);
    sys_close_range(FIRST_OTHER, ~0U);
    if (loop_open(ANSWERS_FD, REQUESTS_FD) != 0)
        return 1;
    loop_run();
    session_end();
    return 0;
}
