// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <linux/bpf.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/xattr.h>

// Passes secrets to system calls. A secret that begins with STRING is in a string. All other secrets begin with CONTENT.

// Returns a new secret. It is 15 characters long.
static char* secret(char const* kind)
{
    static char made[64][64];
    static int count;
    snprintf(made[count], sizeof made[count], "%.7s%02d-xyzxyz", kind, count);
    return made[count++];
}
#define CONTENT secret("CONTENT")
#define STRING secret("STRINGS")

static void pass_buffers(int file)
{
    struct iovec one = {CONTENT, 15}, two = {CONTENT, 15};
    char buffer[15];
    struct iovec here = {buffer, sizeof buffer};
    (void)!write(file, CONTENT, 15);
    (void)!pwritev(file, &one, 1, 0);
    (void)!process_vm_writev(getpid(), &one, 1, &here, 1, 0);
    (void)!process_vm_readv(getpid(), &here, 1, &two, 1, 0);
    (void)!fsetxattr(file, "user.a", CONTENT, 15, 0);
    struct {
        long type;
        char text[15];
    } message = {1, ""};
    memcpy(message.text, CONTENT, 15);
    int const queue = msgget(IPC_PRIVATE, 0600);
    msgsnd(queue, &message, sizeof message.text, 0);
    msgctl(queue, IPC_RMID, NULL);
    syscall(SYS_add_key, STRING, STRING, CONTENT, 15, -1);
}

static void pass_messages(void)
{
    int pair[2];
    must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
    char control[CMSG_SPACE(15)];
    memset(control, 0, sizeof control);
    *(struct cmsghdr*)(void*)control = (struct cmsghdr){CMSG_LEN(15), SOL_IP, 77};
    memcpy(control + CMSG_LEN(0), CONTENT, 15);
    struct iovec data = {CONTENT, 15};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    sendmsg(pair[0], &message, 0);

    struct {
        struct nlmsghdr header;
        struct ifinfomsg body;
        struct rtattr attribute;
        char payload[16];
    } request = {{sizeof request, RTM_GETLINK, NLM_F_REQUEST, 0, 0}, {0}, {sizeof request.payload + 4, 3000}, ""};
    int const netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    must(bind(netlink, (struct sockaddr*)&address, sizeof address) == 0);
    strcpy(request.payload, CONTENT);
    send(netlink, &request, sizeof request, 0);
    request.attribute.rta_type = IFLA_IFALIAS;
    strcpy(request.payload, STRING);
    send(netlink, &request, sizeof request, 0);
    request.header.nlmsg_type = 9999;
    strcpy(request.payload, CONTENT);
    send(netlink, &request, sizeof request, 0);
}

static void pass_structures(int file)
{
    enum { tcp_add_key = 38, key_length_at = 207, key_at = 208 };
    char key[288] = "";
    key[key_length_at] = 15;
    memcpy(key + key_at, CONTENT, 15);
    setsockopt(socket(AF_INET, SOCK_STREAM, 0), IPPROTO_TCP, tcp_add_key, key, sizeof key);

    struct iovec part = {CONTENT, 15};
    struct sg_io_hdr request = {.interface_id = 'S', .dxfer_direction = SG_DXFER_TO_DEV, .iovec_count = 1, .dxfer_len = 15};
    request.dxferp = &part;
    request.cmdp = (unsigned char*)CONTENT;
    request.cmd_len = 15;
    ioctl(file, SG_IO, &request);

    char attributes[256] = "";
    strcpy(attributes + 200, CONTENT);
    syscall(SYS_bpf, BPF_PROG_LOAD, attributes, sizeof attributes);
    char clone_arguments[256] = "";
    strcpy(clone_arguments + 120, CONTENT);
    syscall(SYS_clone3, clone_arguments, sizeof clone_arguments);
    siginfo_t info = {.si_signo = SIGCONT, .si_code = -1};
    strcpy((char*)&info + 64, CONTENT);
    syscall(SYS_rt_sigqueueinfo, getpid(), SIGCONT, &info);
    (void)!mount("none", "/no/such", "tmpfs", 0, STRING);
}

int main(int count, char** arguments)
{
    if (count > 1)
        return 0;
    int const file = open("/dev/null", O_RDWR);
    pass_buffers(file);
    pass_messages();
    pass_structures(file);
    struct {
        char* list[3];
        char after[64];
    } command = {{arguments[0], STRING, NULL}, ""}, environment = {{STRING, NULL}, ""};
    strcpy(command.after, CONTENT);
    strcpy(environment.after, CONTENT);
    execve("/proc/self/exe", command.list, environment.list);
    return 1;
}
