#define _GNU_SOURCE
#include "CProcess.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *program_name;
static const char *last_line;
static int last_status;

static void say(const char *words) {
    // A write error is ignored, because nothing else can be done.
    (void)!write(STDERR_FILENO, words, strlen(words));
}

/// True if an allocation larger than any heap growth step fails.
static int is_memory_short(void) {
    const size_t size = 16 << 20;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return 1;
    munmap(memory, size);
    return 0;
}

static void explain(int signal) {
    (void)signal;
    if (is_memory_short()) {
        say(program_name);
        say(": no more memory available; raise the limit (ulimit -v, ulimit -d, docker run --memory)\n");
        _exit(PROCESS_NO_RESOURCE);
    }
    // SA_RESETHAND removed the handler, so the signal now crashes the program.
    raise(signal);
}

void process_explain_lack_of_memory(const char *name) {
    static char stack[16384];
    static const int crashes[] = {SIGABRT, SIGTRAP, SIGILL, SIGSEGV, SIGBUS};
    program_name = name;
    // A stack that cannot grow is one way to run out of memory.
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&other, NULL);
    struct sigaction action = {.sa_handler = explain, .sa_flags = SA_RESETHAND | SA_ONSTACK | SA_NODEFER};
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) sigaction(crashes[i], &action, NULL);
}

static void end(int signal) {
    (void)signal;
    say(last_line);
    _exit(last_status);
}

void process_end_after(unsigned seconds, const char *line, int status) {
    last_line = line;
    last_status = status;
    struct sigaction action = {.sa_handler = end};
    sigaction(SIGALRM, &action, NULL);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGALRM);
    // Our parent may have blocked the signal.
    sigprocmask(SIG_UNBLOCK, &signals, NULL);
    alarm(seconds);
}

void process_cannot_go_on(const char *reason) {
    say("pierdat: cannot go on: ");
    say(reason);
    say("\n");
    _exit(PROCESS_NO_RESOURCE);
}
