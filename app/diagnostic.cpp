// SPDX-License-Identifier: BSL-1.0
#include "diagnostic.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include <sys/uio.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

void print_after(std::string_view prefix, std::string_view line)
{
    std::string_view const pieces[] = {program_invocation_name, prefix, line, "\n"};
    iovec text[std::size(pieces)];
    std::ranges::transform(pieces, text, [](std::string_view each) {
        return iovec{const_cast<char*>(each.data()), each.size()};   // writev(2) does not change the text
    });
    // A failure of this write cannot be reported anywhere.
    [[maybe_unused]] auto const written = ::writev(STDERR_FILENO, text, std::size(text));
}

}   // namespace

void print_diagnostic(std::string_view line) { print_after(": ", line); }

void print_debug_line(std::string_view line) noexcept { print_after(": debug: ", line); }

}   // namespace cotrace::app
