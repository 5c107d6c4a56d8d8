// SPDX-License-Identifier: BSL-1.0
#include "daemon.hpp"

#include "environment.hpp"
#include "wiring.hpp"

#include <cerrno>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

std::string last_error(std::string what)
{
    return std::move(what) + ": " + error_code{errno, boost::system::system_category()}.message();
}

[[noreturn]] void end(std::string const& why, int status = failed)
{
    complain(why);
    ::_exit(status);
}

void change_identity(identity const& to)
{
    if (::setgroups(to.groups.size(), to.groups.data()) != 0 || ::setresgid(to.group, to.group, to.group) != 0 || ::setresuid(to.user, to.user, to.user) != 0)
        end(last_error("cannot become user " + std::to_string(to.user)));
}

std::vector<char*> pointers_to(std::vector<std::string>& words)
{
    std::vector<char*> list;
    for (auto& each : words)
        list.push_back(each.data());
    list.push_back(nullptr);
    return list;
}

[[noreturn]] void execute(options const& wanted, std::optional<identity> const& as)
{
    if (as)
        change_identity(*as);
    auto words = wanted.words;
    auto const file = words.front();
    if (!wanted.argv0.empty())
        words.front() = wanted.argv0;
    auto environment = changed_environment(wanted.environment);
    ::execvpe(file.c_str(), pointers_to(words).data(), pointers_to(environment).data());
    int const error = errno;
    end(last_error(file), error == ENOENT ? not_found : cannot_run);
}

/// Waits until the tracer writes to the pipe that it is attached. False if it closes the pipe without that.
bool is_attached(descriptor const& report)
{
    char byte = 0;
    for (;;) {
        auto const got = ::read(report.get(), &byte, 1);
        if (got >= 0 || errno != EINTR)
            return got == 1;
    }
}

void set_up_daemon(daemon how)
{
    if (how == daemon::process_group)
        ::setpgid(0, 0);
    else if (how == daemon::session)
        ::setsid();
    // The tracer keeps no copy of COMMAND's standard input and output, so that the reader of a pipe that COMMAND
    // writes to sees the end of the pipe when COMMAND ends.
    descriptor const null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    ::dup2(null.get(), STDIN_FILENO);
    ::dup2(null.get(), STDOUT_FILENO);
}

} // namespace

result<waiting_command, std::string> leave_to_command(options const& wanted, std::optional<identity> const& as)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return outcome::failure(last_error("pipe2"));
    descriptor report{ends[0]}, attached{ends[1]};
    auto const self = pid{::getpid()};
    ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);   // Yama allows to trace descendants only, see prctl(2)

    // The tracer is a grandchild, so that COMMAND does not inherit it as a child. The child in between reports by its
    // exit status whether the tracer is attached, and its end makes the tracer a child of init.
    pid_t const between = ::fork();
    if (between < 0)
        return outcome::failure(last_error("fork"));
    if (between > 0) {
        attached = descriptor{};
        int status = 0;
        while (::waitpid(between, &status, 0) < 0 && errno == EINTR) {}
        if (status != 0)
            ::_exit(failed);   // the tracer printed the reason
        execute(wanted, as);
    }
    pid_t const tracer = ::fork();
    if (tracer < 0)
        end(last_error("fork"));
    if (tracer > 0) {
        attached = descriptor{};
        ::_exit(is_attached(report) ? 0 : failed);
    }
    set_up_daemon(wanted.daemon);
    return waiting_command{self, std::move(attached)};
}

} // namespace cotrace::app
