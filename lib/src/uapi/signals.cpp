// SPDX-License-Identifier: BSL-1.0
#include <cotrace/uapi/signals.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace cotrace::uapi {
namespace {

// The names of signals by number. x86, ARM and RISC-V use the numbers of asm-generic/signal.h.
constexpr std::array<std::string_view, last_signal + 1> signal_names{{
    "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL",
    "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT",
    "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF",
    "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS", "SIGRTMIN", "SIGRT_1", "SIGRT_2", "SIGRT_3", "SIGRT_4",
    "SIGRT_5", "SIGRT_6", "SIGRT_7", "SIGRT_8", "SIGRT_9", "SIGRT_10", "SIGRT_11", "SIGRT_12", "SIGRT_13",
    "SIGRT_14", "SIGRT_15", "SIGRT_16", "SIGRT_17", "SIGRT_18", "SIGRT_19", "SIGRT_20", "SIGRT_21",
    "SIGRT_22", "SIGRT_23", "SIGRT_24", "SIGRT_25", "SIGRT_26", "SIGRT_27", "SIGRT_28", "SIGRT_29",
    "SIGRT_30", "SIGRT_31", "SIGRT_32",
}};

struct synonym {
    std::string_view name;
    int              number;
};

constexpr auto synonyms = std::to_array<synonym>({{"IOT", 6}, {"CLD", 17}, {"POLL", 29}});

constexpr std::string_view prefix = "SIG";

// Converts a letter to upper case. std::toupper is not used, because it depends on the locale.
constexpr char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool same(std::string_view a, std::string_view b) noexcept { return std::ranges::equal(a, b, {}, upper, upper); }

std::optional<int> number_in(std::string_view digits) noexcept
{
    int value = 0;
    auto const [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failed != std::errc{} || end != digits.data() + digits.size() || value < 1 || value > last_signal)
        return std::nullopt;
    return value;
}

} // namespace

std::string_view signal_name(int number) noexcept
{
    return number >= 1 && number <= last_signal ? signal_names[static_cast<std::size_t>(number)] : std::string_view{};
}

std::string_view short_signal_name(int number) noexcept
{
    auto const name = signal_name(number);
    return name.empty() ? name : name.substr(prefix.size());
}

std::optional<int> signal_number(std::string_view name) noexcept
{
    if (auto const number = number_in(name))
        return number;
    if (same(name.substr(0, prefix.size()), prefix))
        name.remove_prefix(prefix.size());
    for (int number = 1; number <= last_signal; ++number)
        if (same(name, short_signal_name(number)))
            return number;
    for (auto const& other : synonyms)
        if (same(name, other.name))
            return other.number;
    return std::nullopt;
}

} // namespace cotrace::uapi
