// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

enum { size = 64 };

static void serve(int door)
{
    char text[size];
    ssize_t got;
    int const client = accept(door, NULL, NULL);
    must(client != -1);
    while ((got = recv(client, text, sizeof text, 0)) > 0)
        must(send(client, text, (size_t)got, MSG_NOSIGNAL) == got);
    _exit(got == 0 ? 0 : 1);
}

// answers_itself COUNT: sends COUNT messages over the loopback interface to a child process, which sends each message back.
int main(int argc, char** argv)
{
    long const count = argument(argc, argv, 1, 1000);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    char text[size] = "a message";
    int const door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(bind(door, (struct sockaddr*)&address, sizeof address) == 0);
    must(listen(door, 1) == 0);
    must(getsockname(door, (struct sockaddr*)&address, &length) == 0);
    pid_t const server = fork();
    must(server != -1);
    if (server == 0)
        serve(door);
    int const to = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int const one = 1;
    must(connect(to, (struct sockaddr*)&address, sizeof address) == 0);
    must(setsockopt(to, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0);
    for (long left = count; left > 0; --left) {
        must(send(to, text, sizeof text, MSG_NOSIGNAL) == size);
        must(recv(to, text, sizeof text, MSG_WAITALL) == size);
    }
    close(to);
    int status = 0;
    must(waitpid(server, &status, 0) == server);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
