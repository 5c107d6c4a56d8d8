// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>

// Uses pwrite(2), so that the tests can tell this call from the write(2) in `say_context`.
static void set_context(char const* kind, char const* context)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/thread-self/attr/%s", kind);
    int const file = open(path, O_WRONLY | O_CLOEXEC);
    must(file >= 0 && pwrite(file, context, strlen(context), 0) > 0);
    must(close(file) == 0);
}

static void say_context(void)
{
    char context[4096] = "";
    int const file = open("/proc/thread-self/attr/current", O_RDONLY | O_CLOEXEC);
    must(file >= 0 && read(file, context, sizeof context - 1) > 0);
    must(close(file) == 0);
    say("%s\n", context);
}

static void* change_and_say(void* context)
{
    set_context("current", context);
    say_context();
    return NULL;
}

// Prints the first thread's SELinux context, at the start and after each argument:
// - "current=CONTEXT": changes the context of the first thread.
// - "thread=CONTEXT": starts a thread that changes its own context and prints it.
// - "exec=CONTEXT": executes this program in CONTEXT, with the rest of the arguments.
int main(int argc, char** argv)
{
    say_context();
    for (int i = 1; i < argc; ++i) {
        char* const context = strchr(argv[i], '=') + 1;
        pthread_t thread;
        switch (argv[i][0]) {
        case 'c': set_context("current", context); break;
        case 't': must(pthread_create(&thread, NULL, change_and_say, context) == 0 && pthread_join(thread, NULL) == 0); break;
        default:
            set_context("exec", context);
            argv[i] = argv[0];
            must(execv("/proc/self/exe", argv + i) == 0);
        }
        say_context();
    }
    return 0;
}
