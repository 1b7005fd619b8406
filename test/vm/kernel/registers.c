// Is what a program keeps in its floating point registers still there after whatever the kernel did?
// Threads, signals, forks, faults and a debugger, each with values of its own, in turn for some rounds.
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 300, PAGE = 4096 };

static void fail(const char *what) {
  fprintf(stderr, "lost: %s\n", what);
  exit(1);
}

// Fills xmm0 to xmm15, does one system call, and looks whether they are as they were. All in one
// piece of assembly: a compiler would be free to keep nothing in them.
static int keeps(long number, long a, long b, uint64_t value) {
  uint64_t in[32], out[32];
  for (int i = 0; i < 32; i++) in[i] = value * 1000003u + (uint64_t)i;
  long result = number;
#define LOAD(n) "movdqu " #n "*16(%[in]), %%xmm" #n "\n"
#define STORE(n) "movdqu %%xmm" #n ", " #n "*16(%[out])\n"
#define ALL(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)
  __asm__ volatile(ALL(LOAD) "syscall\n" ALL(STORE)
                   : "+a"(result)
                   : "D"(a), "S"(b), "d"(0L), [in] "r"(in), [out] "r"(out)
                   : "rcx", "r11", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",
                     "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
  return memcmp(in, out, sizeof in) == 0;
}

// The same where no system call is made, but a page is touched for the first time.
static int keeps_at_fault(volatile char *page, uint64_t value) {
  uint64_t in[2] = {value, ~value}, out[2];
  __asm__ volatile("movdqu (%[in]), %%xmm7\n movb $1, (%[page])\n movdqu %%xmm7, (%[out])\n"
                   :
                   : [in] "r"(in), [out] "r"(out), [page] "r"(page)
                   : "memory", "xmm7");
  return in[0] == out[0] && in[1] == out[1];
}

static void *thread(void *argument) {
  uint64_t id = (uint64_t)argument;
  for (uint64_t i = 0; i < ROUNDS; i++)
    if (!keeps(SYS_sched_yield, 0, 0, id << 32 | i)) fail("over a switch of threads");
  return NULL;
}

static void threads(void) {
  pthread_t all[4];
  for (uint64_t i = 0; i < 4; i++) pthread_create(&all[i], NULL, thread, (void *)(i + 1));
  for (int i = 0; i < 4; i++) pthread_join(all[i], NULL);
}

static volatile sig_atomic_t handled;
static void handler(int number) {
  (void)number;
  __asm__ volatile("pcmpeqd %%xmm3, %%xmm3\n pxor %%xmm9, %%xmm9" ::: "xmm3", "xmm9");
  handled++;
}

static void signals(void) {
  signal(SIGUSR1, handler);
  for (uint64_t i = 0; i < ROUNDS; i++)
    if (!keeps(SYS_kill, getpid(), SIGUSR1, i)) fail("over a signal");
  if (handled != ROUNDS) fail("a signal");
}

static void forks(void) {
  for (uint64_t i = 0; i < 20; i++) {
    int status;
    pid_t child;
    double before = (double)i / 3;
    if ((child = fork()) == 0) _exit(before == (double)i / 3 && keeps(SYS_getppid, 0, 0, i) ? 0 : 1);
    if (waitpid(child, &status, 0) < 0 || status != 0) fail("in a child");
    // The child of fork() has those of its parent, for both come back from the same system call.
    if (!keeps(SYS_sched_yield, 0, 0, i)) fail("over a fork");
  }
}

static void faults(void) {
  char *pages = mmap(NULL, ROUNDS * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (uint64_t i = 0; i < ROUNDS; i++)
    if (!keeps_at_fault(pages + i * PAGE, i)) fail("over a page fault");
}

static void debugger(void) {
  struct user_fpregs_struct registers;
  uint64_t value[2] = {0x1122334455667788, 0x99aabbccddeeff00}, seen[2];
  int status, pair[2];
  if (pipe(pair) < 0) fail("a pipe");
  pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    long number = SYS_kill;
    // Stops in the system call, and keeps what the debugger has made of xmm5 meanwhile.
    __asm__ volatile("movdqu (%[in]), %%xmm5\n syscall\n movdqu %%xmm5, (%[out])\n"
                     : "+a"(number)
                     : "D"((long)getpid()), "S"((long)SIGSTOP), [in] "r"(value), [out] "r"(seen)
                     : "rcx", "r11", "memory", "xmm5");
    _exit(seen[0] == value[0] + 1 && seen[1] == value[1] ? 0 : 1);
  }
  if (waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status)) fail("the debugger's child");
  __asm__ volatile("pcmpeqd %%xmm5, %%xmm5" ::: "xmm5");
  if (ptrace(PTRACE_GETFPREGS, child, 0, &registers) < 0) fail("PTRACE_GETFPREGS");
  uint64_t found;
  memcpy(&found, &registers.xmm_space[5 * 4], sizeof found);
  if (found != value[0]) fail("for a debugger that looks");
  found++;
  memcpy(&registers.xmm_space[5 * 4], &found, sizeof found);
  if (ptrace(PTRACE_SETFPREGS, child, 0, &registers) < 0) fail("PTRACE_SETFPREGS");
  ptrace(PTRACE_CONT, child, 0, 0);
  if (waitpid(child, &status, 0) < 0 || status != 0) fail("for a debugger that sets");
}

int main(void) {
  for (int i = 0; i < 3; i++) {
    threads();
    handled = 0;
    signals();
    forks();
    faults();
    debugger();
  }
  puts("kept");
  return 0;
}
