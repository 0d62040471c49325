// Swift's runtime reads /proc, and crashes where there is none: for the arguments, and for the place of the
// program that would show a backtrace. Both come from elsewhere here.
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

extern void _swift_stdlib_overrideUnsafeArgvArgc(char **argv, int argc);

static const char *const root_variable = "SWIFT_ROOT";
static int is_root_set;

/// Before the runtime's own initializers, one of which looks for its root.
static void name_root(void) {
    if (access("/proc/self/exe", F_OK) == 0 || getenv(root_variable) != NULL) return;
    is_root_set = setenv(root_variable, "/", 0) == 0;
}

__attribute__((section(".preinit_array"), used)) static void (*const first_of_all)(void) = name_root;

/// The C library hands the arguments to what runs before main.
__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
    // It is nothing that programs that we start are to have.
    if (is_root_set) unsetenv(root_variable);
    _swift_stdlib_overrideUnsafeArgvArgc(argv, argc);
}
