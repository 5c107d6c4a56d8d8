// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Calls execve(2) three times. Each call fails, and the program goes on.
int main(void)
{
    char const* volatile const wild = (char const*)8;
    char* const none[] = {NULL};
    execve("/no/such/file", none, none);
    say("errno %d\n", errno);
    execve("/", none, none);
    say("errno %d\n", errno);
    execve(wild, none, none);
    say("errno %d\n", errno);
    return 0;
}
