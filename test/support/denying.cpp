// SPDX-License-Identifier: BSL-1.0
// denying CALL[:FIRST]=ERRNO… -- PROGRAM ARGUMENT…: runs PROGRAM under a seccomp profile, in which CALL fails with ERRNO (0:
// kills the process). With FIRST, only calls with this first argument fail.
#include "support/denied_calls.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string_view>

#include <unistd.h>

namespace {

cotrace::test::denied_call parsed(std::string const& word)
{
    auto const equals = word.rfind('=');
    auto const colon = word.find(':');
    cotrace::test::denied_call one{word.substr(0, std::min(colon, equals)), std::stoi(word.substr(equals + 1))};
    if (colon < equals)
        one.first = std::stoull(word.substr(colon + 1, equals - colon - 1), nullptr, 0);
    return one;
}

}   // namespace

int main(int, char** words)
{
    try {
        std::vector<cotrace::test::denied_call> calls;
        for (++words; *words != nullptr && *words != std::string_view{"--"}; ++words)
            calls.push_back(parsed(*words));
        if (*words == nullptr || *++words == nullptr)
            throw std::invalid_argument{"no program"};
        cotrace::test::deny(calls);
        ::execvp(*words, words);
        throw std::system_error{errno, std::generic_category(), *words};
    } catch (std::exception const& broken) {
        std::fprintf(stderr, "denying: %s\n", broken.what());
        return 125;
    }
}
