// Without /proc, Swift's runtime would crash: it reads the arguments and its own path (for
// backtraces) from there. Both are provided here.
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

extern void _swift_stdlib_overrideUnsafeArgvArgc(char **argv, int argc);

static const char *const root_variable = "SWIFT_ROOT";
static int is_root_set;

/// Runs before the runtime's initializers, one of which looks for its root.
static void name_root(void) {
    if (access("/proc/self/exe", F_OK) == 0 || getenv(root_variable) != NULL) return;
    is_root_set = setenv(root_variable, "/", 0) == 0;
}

__attribute__((section(".preinit_array"), used)) static void (*const first_of_all)(void) = name_root;

/// The C library passes the arguments to constructors.
__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
    // Programs that we start must not inherit the variable.
    if (is_root_set) unsetenv(root_variable);
    _swift_stdlib_overrideUnsafeArgvArgc(argv, argc);
}
