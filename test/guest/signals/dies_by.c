// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/resource.h>

// Dies by the given signal, without a core dump.
int main(int argc, char** argv)
{
    struct rlimit const none = {0, 0};
    must(setrlimit(RLIMIT_CORE, &none) == 0);
    signal((int)argument(argc, argv, 1, SIGTERM), SIG_DFL);
    raise((int)argument(argc, argv, 1, SIGTERM));
    return 0;
}
