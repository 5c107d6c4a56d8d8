// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

// Calls connect(2) with 127.0.0.1:9, where no process listens, and with the path of a Unix socket that does not exist.
int main(void)
{
    struct sockaddr_in inet;
    struct sockaddr_un local;
    memset(&inet, 0, sizeof inet);
    inet.sin_family = AF_INET;
    inet.sin_port = htons(9);
    inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(&local, 0, sizeof local);
    local.sun_family = AF_UNIX;
    strcpy(local.sun_path, "/no/such/socket");
    (void)!connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr*)&inet, sizeof inet);
    (void)!connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr*)&local, sizeof local);
    return 0;
}
