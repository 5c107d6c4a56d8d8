// SPDX-License-Identifier: BSL-1.0
#include "argument_parsing.hpp"

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace cotrace::app {

std::optional<int> signal_number(std::string_view name)
{
    constexpr int first_real_time = 32;   // the kernel's SIGRTMIN; the C library's SIGRTMIN is larger
    if (auto const given = number(name))
        return *given <= 255 ? given : std::nullopt;
    if (name.size() > 3 && equal_ignoring_case(name.substr(0, 3), "sig"))
        name.remove_prefix(3);
    if (equal_ignoring_case(name, "rtmin"))
        return first_real_time;
    if (equal_ignoring_case(name, "rtmax"))
        return 64;
    if (equal_ignoring_case(name, "io"))
        return SIGIO;
    if (name.size() > 3 && equal_ignoring_case(name.substr(0, 3), "rt_"))
        if (auto const nth = number(name.substr(3)); nth && *nth <= 64 - first_real_time)
            return first_real_time + *nth;
    for (int candidate = 1; candidate < first_real_time; ++candidate)
        if (char const* known = ::sigabbrev_np(candidate); known && equal_ignoring_case(known, name))
            return candidate;
    return std::nullopt;
}

std::string question_about_signal(std::string_view name)
{
    std::vector<std::string> short_names, names;
    for (int candidate = 1; candidate < NSIG; ++candidate)
        if (char const* const known = ::sigabbrev_np(candidate)) {
            short_names.emplace_back(candidate == SIGIO ? "IO" : known);
            names.push_back("SIG" + short_names.back());
        }
    // Both lists are needed, because the letters "SIG" in `name` may be misspelled or missing.
    auto question = detail::question_about(name, names);
    return question.empty() ? detail::question_about(name, short_names) : question;
}

std::optional<std::chrono::nanoseconds> duration(std::string_view text)
{
    static constexpr choice<double> units[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1.0}, {"", 1e3}};
    constexpr double most = 1e18;
    std::string const whole{text};
    char* end = nullptr;
    double const number = std::strtod(whole.c_str(), &end);
    double unit = 0;
    if (end == whole.c_str() || choose(std::string_view{end}, units, unit) || !(number >= 0) || number * unit > most)
        return std::nullopt;
    return std::chrono::nanoseconds{static_cast<std::int64_t>(number * unit)};
}

}   // namespace cotrace::app
