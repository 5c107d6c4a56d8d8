// SPDX-License-Identifier: BSL-1.0
#include <cotrace/uapi/signals.hpp>

#include "support/catch.hpp"

#include <csignal>
#include <cstring>
#include <string>

namespace signals_tests {

using namespace cotrace::uapi;

TEST_CASE("every signal has its name")
{
    CHECK(signal_name(SIGINT) == "SIGINT");
    CHECK(signal_name(SIGSYS) == "SIGSYS");
    CHECK(short_signal_name(SIGCHLD) == "CHLD");
    // For SIGIO, sigabbrev_np(3) returns "POLL".
    for (int number = 1; number < 32; ++number)
        CHECK(short_signal_name(number) == (number == SIGIO ? "IO" : std::string{::sigabbrev_np(number)}));
}

TEST_CASE("the first real-time signal, SIGRTMIN, has the number 32, as in the kernel")
{
    CHECK(signal_name(32) == "SIGRTMIN");
    CHECK(signal_name(34) == "SIGRT_2");
    CHECK(signal_name(64) == "SIGRT_32");
}

TEST_CASE("numbers that are not a signal have no name")
{
    for (int const number : {0, -1, 65, 1000}) {
        CHECK(signal_name(number).empty());
        CHECK(short_signal_name(number).empty());
    }
}

TEST_CASE("a signal is found by its name, its short name or its number")
{
    for (int number = 1; number <= last_signal; ++number) {
        CHECK(signal_number(signal_name(number)) == number);
        CHECK(signal_number(short_signal_name(number)) == number);
        CHECK(signal_number(std::to_string(number)) == number);
    }
    CHECK(signal_number("sigint") == SIGINT);
    CHECK(signal_number("Int") == SIGINT);
    CHECK(signal_number("rt_2") == 34);
    CHECK(signal_number("SIGIOT") == SIGABRT);
    CHECK(signal_number("CLD") == SIGCHLD);
    CHECK(signal_number("SIGPOLL") == SIGIO);
}

TEST_CASE("signal_number() rejects words that are not the name or the number of a signal")
{
    for (char const* const word : {"", "SIG", "SIGNOSUCH", "0", "65", "-1", "9x", "SIG9", "SIGSIGINT", "RT_33"}) {
        INFO(word);
        CHECK_FALSE(signal_number(word));
    }
}

}   // namespace signals_tests
