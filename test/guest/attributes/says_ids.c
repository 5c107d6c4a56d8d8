// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

// Prints its real and effective user and group ids, and the number of its supplementary groups.
int main(void)
{
    uid_t user[3];
    gid_t group[3];
    must(getresuid(&user[0], &user[1], &user[2]) == 0 && getresgid(&group[0], &group[1], &group[2]) == 0);
    say("uid %d %d gid %d %d supplementary %d\n", (int)user[0], (int)user[1], (int)group[0], (int)group[1], getgroups(0, NULL));
    return 0;
}
