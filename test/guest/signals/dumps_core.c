// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <sys/resource.h>

// Dies by SIGSEGV in the given directory, after raising the soft limit of RLIMIT_CORE to its hard limit.
int main(int argc, char** argv)
{
    struct rlimit limit;
    must(argc > 1 && chdir(argv[1]) == 0);
    must(getrlimit(RLIMIT_CORE, &limit) == 0);
    limit.rlim_cur = limit.rlim_max;
    must(setrlimit(RLIMIT_CORE, &limit) == 0);
    int volatile* volatile nowhere = (int volatile*)8;
    *nowhere = 1;
    return 0;
}
