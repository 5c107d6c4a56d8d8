// SPDX-License-Identifier: BSL-1.0
#include "sys/spawn.hpp"

#include "sys/all_signals_blocked.hpp"
#include "sys/errno.hpp"
#include "sys/process.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string_view>

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cotrace::sys {

namespace {

failure failed(std::string operation) { return {last_error(), std::move(operation), {}, {}}; }

/// Searches PATH before the fork, so that no failed execve(2) is traced. The error is that of the last file that exists, or
/// ENOENT.
result<std::string, failure> find_executable(command const& what)
{
    auto const& name = what.executable.empty() ? what.argv.front() : what.executable;
    if (name.empty())
        return failure{{ENOENT, boost::system::system_category()}, "execve ''", {}, {}};
    // The child resolves a name with a slash, in the child's working directory and as the child's user.
    if (name.find('/') != name.npos)
        return name;
    char const* from = std::getenv("PATH");
    std::string_view path = from != nullptr ? from : "/bin:/usr/bin";
    int why = ENOENT;
    for (bool more = true; more;) {
        auto const colon = path.find(':');
        auto const folder = path.substr(0, colon);
        more = colon != path.npos;
        path.remove_prefix(more ? colon + 1 : path.size());
        auto const file = (folder.empty() ? std::string{"."} : std::string{folder}) + "/" + name;
        struct stat about {};
        if (::stat(file.c_str(), &about) != 0 || S_ISDIR(about.st_mode))
            continue;
        if (::access(file.c_str(), X_OK) == 0)
            return file;
        why = errno;
    }
    return failure{{why, boost::system::system_category()}, "execve " + name, {}, {}};
}

std::vector<char*> pointers(std::vector<std::string> const& strings)
{
    std::vector<char*> list;
    for (auto const& text : strings)
        list.push_back(const_cast<char*>(text.c_str()));
    list.push_back(nullptr);
    return list;
}

/// The data that the child uses, made before the fork. After the fork, the child may only call async-signal-safe functions, see
/// fork(2).
struct child_plan {
    command const& what;
    char const* file;
    std::vector<char*> argv;
    std::vector<char*> envp;
    bool own_environment;
    sigset_t mask;
    int socket;
    int parents_end;
    sock_fprog program;
    std::optional<std::uint64_t> pass;
    std::vector<unsigned> kept;   ///< the descriptors above 2 that are targets of redirections, sorted, without repetitions
};

/// Sends the message `failed` with the name of the operation and, unless null, the path `file`. Ends the child.
[[noreturn]] void give_up(child_plan const& plan, char const* operation, char const* file = nullptr)
{
    child_message message{child_message::kind::failed, errno, {}};
    std::strncpy(message.operation, operation, sizeof message.operation - 1);
    if (file != nullptr) {
        auto const used = std::strlen(message.operation);
        message.operation[used] = ' ';
        std::strncpy(message.operation + used + 1, file, sizeof message.operation - used - 2);
    }
    (void)!::write(plan.socket, &message, sizeof message);
    ::_exit(127);
}

/// Opens a file as the descriptor `to`.
void open_as(child_plan const& plan, int to, char const* path)
{
    int const file = ::open(path, to == 0 ? O_RDONLY | O_NOCTTY : O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY, 0666);
    if (file < 0)
        give_up(plan, "open", path);
    if (file == to)
        return;
    if (::dup2(file, to) < 0)
        give_up(plan, "dup2");
    ::close(file);
}

void redirect(child_plan const& plan)
{
    for (auto const& [to, from, path] : plan.what.redirects) {
        if (!path.empty())
            open_as(plan, to, path.c_str());
        else if (from < 0)
            ::close(to);
        else if (from == to ? ::fcntl(to, F_SETFD, 0) < 0 : ::dup2(from, to) < 0)
            give_up(plan, "dup2");
    }
}

/// Makes the execve(2) close the descriptors from `first` to `last`.
void close_range_at_exec(child_plan const& plan, unsigned first, unsigned last)
{
    if (first <= last && ::syscall(SYS_close_range, first, last, CLOSE_RANGE_CLOEXEC) != 0)
        give_up(plan, "close_range");
}

void close_other_descriptors(child_plan const& plan)
{
    unsigned first = 3;
    for (auto const kept : plan.kept) {
        close_range_at_exec(plan, first, kept - 1);
        first = kept + 1;
    }
    close_range_at_exec(plan, first, ~0u);
}

void become_user(child_plan const& plan)
{
    auto const& what = plan.what;
    if (what.user && ::setgroups(what.groups.size(), what.groups.data()) != 0)
        give_up(plan, "setgroups");
    if (what.group && ::setresgid(*what.group, *what.group, *what.group) != 0)
        give_up(plan, "setresgid");
    if (what.user && ::setresuid(*what.user, *what.user, *what.user) != 0)
        give_up(plan, "setresuid");
}

void wait_to_go_on(child_plan const& plan, child_message::kind what)
{
    child_message const said{what, 0, {}};
    if (::write(plan.socket, &said, sizeof said) != sizeof said)
        ::_exit(127);
    char byte = 0;
    ssize_t got = 0;
    while ((got = ::read(plan.socket, &byte, 1)) < 0 && errno == EINTR) {
    }
    if (got != 1)   // the socket is at end of file, because the tracer is gone
        ::_exit(127);
}

/// Asks the kernel for SIGKILL at the parent's death, see PR_SET_PDEATHSIG(2const), or no longer asks for it.
void die_with_parent(bool wanted) { ::prctl(PR_SET_PDEATHSIG, wanted ? SIGKILL : 0); }

// Installs the seccomp program, with no_new_privs if CAP_SYS_ADMIN is missing. Set-uid programs get no privilege then, as is
// usual for traced programs, see execve(2).
bool confine(sock_fprog const& program)
{
    auto const install = [&] { return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0; };
    return install() || (errno == EACCES && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && install());
}

// Installs the seccomp program, and returns its listener or -1. Before Linux 5.19, any caught signal interrupts a notified call.
// If the call is restarted, the kernel notifies the tracer again.
int listen(sock_fprog const& program)
{
    auto const install = [&](unsigned more) {
        return static_cast<int>(
            ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER | more, &program));
    };
    auto const either = [&] {
        int const listener = install(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
        return listener < 0 && errno == EINVAL ? install(0) : listener;
    };
    int const listener = either();
    bool const lacks_privilege = listener < 0 && errno == EACCES;
    return lacks_privilege && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? either() : listener;
}

/// A message for sendmsg(2) or recvmsg(2) that has `content` as its data and room for one file descriptor.
struct message_with_descriptor {
    explicit message_with_descriptor(child_message& content) noexcept
        : data{&content, sizeof content}
    {
        header.msg_iov = &data;
        header.msg_iovlen = 1;
        header.msg_control = control;
        header.msg_controllen = sizeof control;
    }
    message_with_descriptor(message_with_descriptor const&) = delete;
    message_with_descriptor& operator=(message_with_descriptor const&) = delete;

    iovec data;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
    msghdr header{};
};

// Installs the seccomp program and sends its listener to the tracer, by a sendmsg(2) that the program does not report. The
// execve(2) closes the listener.
void hand_over_listener(child_plan const& plan)
{
    int const listener = listen(plan.program);
    if (listener < 0)
        give_up(plan, "seccomp");
    child_message said{child_message::kind::listening, 0, {}};
    message_with_descriptor message{said};
    auto* const with = CMSG_FIRSTHDR(&message.header);
    with->cmsg_level = SOL_SOCKET;
    with->cmsg_type = SCM_RIGHTS;
    with->cmsg_len = CMSG_LEN(sizeof listener);
    std::memcpy(CMSG_DATA(with), &listener, sizeof listener);
    if (::syscall(SYS_sendmsg, plan.socket, &message.header, 0UL, 0UL, 0UL, *plan.pass) != sizeof said)
        ::_exit(127);
}

/// Duplicates the child's end of the socket to a number that no redirection names, so that no redirection replaces the socket or
/// passes it on.
result<unique_fd, failure> apart_from_redirections(unique_fd socket, command const& what)
{
    auto const is_named = [&](int number) {
        return std::ranges::any_of(what.redirects, [&](auto const& each) { return each.to == number || each.from == number; });
    };
    for (int least = 3;;) {
        unique_fd made{::fcntl(socket.get(), F_DUPFD_CLOEXEC, least)};
        if (!made)   // also fails with EINVAL if no descriptor has the number `least`
            return failure{{EMFILE, boost::system::system_category()}, "fcntl", {}, {}};
        if (!is_named(made.get()))
            return made;
        least = made.get() + 1;
    }
}

std::vector<unsigned> redirected_above_2(command const& what)
{
    std::set<unsigned> found;
    for (auto const& each : what.redirects)
        if (each.to > 2)
            found.insert(static_cast<unsigned>(each.to));
    return {found.begin(), found.end()};
}

[[noreturn]] void child(child_plan const& plan)
{
    // With a copy of the parent's socket, the child would not read end of file when the parent dies.
    ::close(plan.parents_end);
    // A child that waits in open(2), or for the tracer's answer (plan.pass), does not read its socket. Therefore a signal ends
    // the child when the parent dies. If the parent died earlier, the socket is at end of file.
    die_with_parent(true);
    char unused = 0;
    if (::recv(plan.socket, &unused, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
        ::_exit(127);
    reset_signal_handlers();
    if (plan.what.new_process_group && ::setpgid(0, 0) != 0)
        give_up(plan, "setpgid");
    redirect(plan);
    if (plan.what.close_other_descriptors)
        close_other_descriptors(plan);
    // The program is installed before the change of user. After that change, the child might need no_new_privs, and set-uid
    // programs would get no privilege.
    if (plan.pass) {
        hand_over_listener(plan);
    } else {
        die_with_parent(false);   // from now on, the child waits only for its socket
        wait_to_go_on(plan, child_message::kind::ready);
        if (plan.program.len != 0 && !confine(plan.program))
            wait_to_go_on(plan, child_message::kind::unfiltered);
    }
    become_user(plan);
    // A change of user clears the signal that die_with_parent() asked for.
    if (plan.pass)
        die_with_parent(true);
    if (!plan.what.directory.empty() && ::chdir(plan.what.directory.c_str()) != 0)
        give_up(plan, "chdir");
    ::sigprocmask(SIG_SETMASK, &plan.mask, nullptr);
    ::execve(plan.file, plan.argv.data(), plan.own_environment ? plan.envp.data() : environ);
    give_up(plan, "execve");
}

}   // namespace

result<spawned, failure> spawn(command const& what, sigset_t const& unblocked, confinement const& within)
{
    if (what.argv.empty())
        return failure{{EINVAL, boost::system::system_category()}, "launch without a command", {}, {}};
    BOOST_OUTCOME_TRY(auto file, find_executable(what));

    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return failed("socketpair");
    unique_fd ours{ends[0]};
    BOOST_OUTCOME_TRY(auto socket, apart_from_redirections(unique_fd{ends[1]}, what));
    ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);

    child_plan const plan{what,
                          file.c_str(),
                          pointers(what.argv),
                          what.environment ? pointers(*what.environment) : std::vector<char*>{},
                          what.environment.has_value(),
                          what.signal_mask.value_or(unblocked),
                          socket.get(),
                          ours.get(),
                          {static_cast<unsigned short>(within.program.size()), const_cast<sock_filter*>(within.program.data())},
                          within.pass,
                          redirected_above_2(what)};

    pid_t id = 0;
    {
        // A signal handler of the parent must not run in the child before the child has reset the handler.
        all_signals_blocked const blocked;
        id = ::_Fork();
        if (id == 0)
            child(plan);
    }
    if (id < 0)
        return failed("fork");
    return spawned{pid{id}, std::move(ours), std::move(file)};
}

result<std::optional<said_by_child>> receive_from_child(int socket)
{
    said_by_child said{};
    message_with_descriptor message{said.message};
    auto const got = ::recvmsg(socket, &message.header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EAGAIN)
        return last_error();
    if (got != sizeof said.message)
        return std::optional<said_by_child>{};
    if (auto const* const came = CMSG_FIRSTHDR(&message.header); came != nullptr && came->cmsg_type == SCM_RIGHTS) {
        int listener = -1;
        std::memcpy(&listener, CMSG_DATA(came), sizeof listener);
        said.listener = unique_fd{listener};
    }
    return std::optional{std::move(said)};
}

bool is_at_end(int socket) noexcept
{
    char byte = 0;
    return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void reap(pid child) noexcept
{
    while (::waitpid(raw(child), nullptr, __WALL) < 0 && errno == EINTR) {
    }
}

void kill_and_reap(pid child) noexcept
{
    kill_child(leader(child));
    reap(child);
}

void reset_signal_handlers() noexcept
{
    // sigaction() fails for the signals that the C library reserves for itself.
    for (int sig = 1; sig < NSIG; ++sig) {
        struct sigaction now {};
        if (::sigaction(sig, nullptr, &now) == 0 && now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN) {
            now = {};
            now.sa_handler = SIG_DFL;
            ::sigaction(sig, &now, nullptr);
        }
    }
}

}   // namespace cotrace::sys
