// SPDX-License-Identifier: BSL-1.0
#include <cotrace/uapi/errnos.hpp>

#include "support/catch.hpp"

#include <cerrno>
#include <clocale>
#include <cstring>

namespace errnos_tests {

using namespace cotrace::uapi;

TEST_CASE("an errno has its name and the C library's text")
{
    CHECK(errno_name(ENOENT) == "ENOENT");
    CHECK(errno_text(ENOENT) == "No such file or directory");
    CHECK(errno_name(EAGAIN) == "EAGAIN");
    std::setlocale(LC_ALL, "C");
    for (int number = 1; number < 512; ++number) {
        auto const* const found = find_errno(number);
        INFO(number);
        if (found) {
            CHECK(found->number == number);
            CHECK(found->text == std::strerror(number));
            CHECK(errno_number(found->name) == number);
        } else {
            CHECK(std::string{std::strerror(number)}.starts_with("Unknown error"));
        }
    }
}

TEST_CASE("error numbers that only a tracer sees have names, too")
{
    CHECK(errno_name(512) == "ERESTARTSYS");
    CHECK(errno_text(512) == "To be restarted if SA_RESTART is set");
    CHECK(errno_text(513) == "To be restarted");
    CHECK(errno_text(514) == "To be restarted if no handler");
    CHECK(errno_name(516) == "ERESTART_RESTARTBLOCK");
    CHECK(errno_text(516) == "Interrupted by signal");
    CHECK(errno_name(524) == "ENOTSUPP");
    CHECK(errno_text(524) == "Unknown error 524");
}

TEST_CASE("numbers that are not an errno have no name")
{
    for (int const number : {0, -1, 41, 58, 134, 511, 520, 532, 4095, 1 << 30}) {
        INFO(number);
        CHECK(find_errno(number) == nullptr);
        CHECK(errno_name(number).empty());
        CHECK(errno_text(number).empty());
    }
    CHECK_FALSE(errno_number("ENOSUCH"));
    CHECK_FALSE(errno_number(""));
}

TEST_CASE("alternative names of an errno are known")
{
    CHECK(errno_number("EWOULDBLOCK") == EWOULDBLOCK);
    CHECK(errno_number("EDEADLOCK") == EDEADLOCK);
    CHECK(errno_number("ENOTSUP") == ENOTSUP);
}

}   // namespace errnos_tests
