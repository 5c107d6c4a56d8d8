// SPDX-License-Identifier: BSL-1.0

#include "diagnostic.hpp"
#include "help.hpp"
#include "last_error.hpp"
#include "memory_reserve.hpp"
#include "parse.hpp"
#include "tips.hpp"
#include "trace.hpp"
#include "version.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace {

using namespace cotrace::app;

/// Ends the process by the signal in `how`. If `how` has no signal, returns its exit status.
int end_as(conclusion how)
{
    if (how.signal == 0)
        return how.status;
    // COMMAND may dump core, but cotrace must not. RLIMIT_CORE has no effect on core dumps that are piped to a program (core(5)).
    rlimit const none{};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
    std::signal(how.signal, SIG_DFL);
    sigset_t only;
    ::sigemptyset(&only);
    ::sigaddset(&only, how.signal);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    std::raise(how.signal);
    return 128 + how.signal;   // the status that a shell shows for this signal
}

/// Opens /dev/null for each closed descriptor from 0 to 2, so that no other file of cotrace gets these numbers. Writes still fail
/// with EBADF, because /dev/null is opened read-only.
void reserve_standard_descriptors()
{
    for (;;) {
        int const fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (fd > STDERR_FILENO)
            ::close(fd);
        if (fd < 0 || fd > STDERR_FILENO)
            return;
    }
}

/// Prints the tip of --tips, if there is one, on standard error.
void print_tip(tip_options const& wanted)
{
    auto const text = tip_text(wanted);
    [[maybe_unused]] auto const written = ::write(STDERR_FILENO, text.data(), text.size());   // a failure cannot be reported
}

int print(std::string const& text)
{
    if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0)
        return 0;
    print_diagnostic(error_text("standard output"));
    return failed;
}

std::string wanted_help(options const& wanted)
{
    auto const* const topic = find_help_topic(wanted.help_topic);
    return topic != nullptr ? help_on(*topic, help_width()) : help(help_width());
}

}   // namespace

int main(int argc, char** argv)
{
    reserve_standard_descriptors();
    auto wanted = parse(std::vector<std::string>(argv, argv + argc));
    if (!wanted) {
        print_diagnostic(wanted.error());
        return failed;
    }
    if (wanted.value().help)
        return print(wanted_help(wanted.value()));
    if (wanted.value().version)
        return print(version());
    auto const tips = wanted.value().tips;
    if (wanted.value().only_tip) {
        print_tip(tips);
        return 0;
    }
    for (auto const& line : wanted.value().warnings)
        print_diagnostic(line);
    try {
        auto const end = trace(std::move(wanted).value());
        print_tip(tips);
        return end_as(end);
    } catch (std::bad_alloc const&) {
        print_out_of_memory();
        return failed;
    } catch (std::exception const& broken) {
        print_diagnostic(broken.what());
        return failed;
    }
}
