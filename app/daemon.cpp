// SPDX-License-Identifier: BSL-1.0
#include "daemon.hpp"

#include "conclusion.hpp"
#include "diagnostic.hpp"
#include "environment.hpp"
#include "failure_text.hpp"
#include "last_error.hpp"
#include "null_terminated.hpp"
#include "pipe.hpp"

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

[[noreturn]] void exit_with(std::string const& why, int status = failed)
{
    print_diagnostic(why);
    ::_exit(status);
}

void change_identity(identity const& to)
{
    if (::setgroups(to.groups.size(), to.groups.data()) != 0 || ::setresgid(to.group, to.group, to.group) != 0
        || ::setresuid(to.user, to.user, to.user) != 0)
        exit_with(error_text("cannot become user " + std::to_string(to.user)));
}

[[noreturn]] void execute(options const& wanted, std::optional<identity> const& as)
{
    if (as)
        change_identity(*as);
    auto arguments = wanted.command_line;
    auto const file = arguments.front();
    if (!wanted.argv0.empty())
        arguments.front() = wanted.argv0;
    auto environment = changed_environment(wanted.environment);
    ::execvpe(file.c_str(), null_terminated(arguments).data(), null_terminated(environment).data());
    auto const why = last_error();
    exit_with(command_error(file, file, why), why.value() == ENOENT ? not_found : cannot_run);
}

/// Returns true when the tracer has attached to the process that executes COMMAND, and false if the attach failed.
bool wait_for_attach(detail::unique_fd const& report)
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
    // If the tracer kept COMMAND's standard output open, the reader of a pipe would not see the end of the pipe when COMMAND
    // ends.
    detail::unique_fd const null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    ::dup2(null.get(), STDIN_FILENO);
    ::dup2(null.get(), STDOUT_FILENO);
}

}   // namespace

result<waiting_command, std::string> fork_tracer(options const& wanted, std::optional<identity> const& as)
{
    auto made = make_pipe();
    if (!made)
        return outcome::failure(error_text("pipe2", made.error()));
    auto [report, attached] = std::move(made).value();
    auto const self = pid{::getpid()};
    // Allows all processes to attach to this process. Otherwise Yama may allow only ancestors to attach (PR_SET_PTRACER in
    // prctl(2)).
    ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);

    // The tracer is a grandchild, so that the tracer is no child of COMMAND. The exit status of the child in between says whether
    // the tracer has attached.
    pid_t const between = ::fork();
    if (between < 0)
        return outcome::failure(error_text("fork"));
    if (between > 0) {
        attached = detail::unique_fd{};
        int status = 0;
        while (::waitpid(between, &status, 0) < 0 && errno == EINTR) {
        }
        if (status != 0)
            ::_exit(failed);   // the tracer printed the reason
        execute(wanted, as);
    }
    pid_t const tracer = ::fork();
    if (tracer < 0)
        exit_with(error_text("fork"));
    if (tracer > 0) {
        attached = detail::unique_fd{};
        ::_exit(wait_for_attach(report) ? 0 : failed);
    }
    set_up_daemon(wanted.daemon);
    return waiting_command{self, std::move(attached)};
}

}   // namespace cotrace::app
