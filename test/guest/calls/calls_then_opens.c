// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <fcntl.h>
#include <pthread.h>

static void* call(void* unused)
{
    (void)unused;
    for (int i = 0; i < 5000; ++i)
        must(syscall(SYS_getppid) >= 0);
    int const file = open("/dev/null", O_RDONLY);
    must(file >= 0 && close(file) == 0);
    return 0;
}

// When standard input has data or ends, the first thread, a second thread and a child, one after the other, make many calls and
// open a file.
int main(void)
{
    pthread_t thread;
    char byte;
    must(read(0, &byte, 1) >= 0);
    call(0);
    must(pthread_create(&thread, 0, call, 0) == 0);
    must(pthread_join(thread, 0) == 0);
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        call(0);
        _exit(0);
    }
    wait_and_say("the child", child, 0);
    return 0;
}
