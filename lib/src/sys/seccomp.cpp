// SPDX-License-Identifier: BSL-1.0
#include "sys/seccomp.hpp"

#include "sys/errno.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>

#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

namespace cotrace::sys {

namespace {

struct release {
    void operator()(void* made) const noexcept { ::seccomp_release(made); }
};
using context = std::unique_ptr<void, release>;

// Converts the result of a libseccomp function, which is -errno on failure.
result<void> done(int answer)
{
    if (answer < 0)
        return error_code{-answer, boost::system::system_category()};
    return outcome::success();
}

std::optional<std::uint32_t> token_of(uapi::arch interface) noexcept
{
    switch (interface) {
    case uapi::arch::x86_64: return SCMP_ARCH_X86_64;
    case uapi::arch::i386: return SCMP_ARCH_X86;
    case uapi::arch::x32: return SCMP_ARCH_X32;
    case uapi::arch::aarch64: return SCMP_ARCH_AARCH64;
    case uapi::arch::riscv64: return SCMP_ARCH_RISCV64;
    }
    return std::nullopt;
}

// The number of a call in a rule of libseccomp: the tracer's own number, or a negative number of libseccomp. Nothing if
// libseccomp does not know the call.
std::optional<int> number_for(std::uint32_t token, known_call const& call)
{
    if (token == ::seccomp_arch_native())
        return static_cast<int>(call.number);
    if (call.name.empty())
        return std::nullopt;
    int const number = ::seccomp_syscall_resolve_name(call.name.data());
    if (number == __NR_SCMP_ERROR)
        return std::nullopt;
    return number;
}

/// The actions of a seccomp program.
struct plan {
    std::uint32_t otherwise = SCMP_ACT_ALLOW;   ///< the action for calls that no rule names
    std::uint32_t rule = SCMP_ACT_ALLOW;        ///< the action for calls that a rule names
    std::uint32_t foreign = SCMP_ACT_ALLOW;     ///< the action for calls of interfaces that are not in the program
};

constexpr std::uint32_t report = SCMP_ACT_TRACE(our_report);

bool can_be_said(known_interface const& of)
{
    auto const token = token_of(of.interface);
    return std::ranges::all_of(of.calls, [&](auto const& call) { return !call.reported || number_for(*token, call); });
}

result<context> part_for(known_interface const& of, plan const& how)
{
    auto const token = *token_of(of.interface);
    context made{::seccomp_init(how.otherwise)};
    if (!made)
        return error_code{ENOMEM, boost::system::system_category()};
    if (token != ::seccomp_arch_native()) {
        BOOST_OUTCOME_TRYV(done(::seccomp_arch_remove(made.get(), SCMP_ARCH_NATIVE)));
        BOOST_OUTCOME_TRYV(done(::seccomp_arch_add(made.get(), token)));
    }
    BOOST_OUTCOME_TRYV(done(::seccomp_attr_set(made.get(), SCMP_FLTATR_ACT_BADARCH, how.foreign)));
    for (auto const& call : of.calls) {
        if (call.reported != (how.rule == report))
            continue;
        auto const number = number_for(token, call);
        // Without a number, no rule can allow the call. The program then reports the call, and the engine ignores the report.
        if (!number)
            continue;
        BOOST_OUTCOME_TRYV(done(::seccomp_rule_add(made.get(), how.rule, *number, 0)));
    }
    return made;
}

// Exports the program through a file, because libseccomp before 2.6 cannot export to memory.
result<seccomp_program> exported(context const& made)
{
    unique_fd const file{::memfd_create("seccomp", MFD_CLOEXEC)};
    if (!file)
        return last_error();
    BOOST_OUTCOME_TRYV(done(::seccomp_export_bpf(made.get(), file.get())));
    auto const size = ::lseek(file.get(), 0, SEEK_END);
    seccomp_program program(static_cast<std::size_t>(std::max<off_t>(size, 0)) / sizeof(sock_filter));
    auto const bytes = program.size() * sizeof(sock_filter);
    if (::pread(file.get(), program.data(), bytes, 0) != static_cast<ssize_t>(bytes))
        return last_error();
    return program;
}

}   // namespace

// The rules name the reported calls, or all other calls if these are fewer or `others` is true. If a reported call has no number
// for a rule, all calls of other interfaces are reported.
result<seccomp_program> report_calls(std::span<known_interface const> interfaces, bool others)
{
    auto const& own = interfaces.front().calls;
    auto const reported = std::ranges::count_if(own, [](auto const& call) { return call.reported; });
    plan how{SCMP_ACT_ALLOW, report, SCMP_ACT_ALLOW};
    if (others || 2 * static_cast<std::size_t>(reported) > own.size())
        how = {report, SCMP_ACT_ALLOW, SCMP_ACT_ALLOW};
    else if (!std::ranges::all_of(interfaces, can_be_said)) {
        how.foreign = report;
        interfaces = interfaces.first(1);
    }
    BOOST_OUTCOME_TRY(auto all, part_for(interfaces.front(), how));
    for (auto const& each : interfaces.subspan(1)) {
        BOOST_OUTCOME_TRY(auto part, part_for(each, how));
        BOOST_OUTCOME_TRYV(done(::seccomp_merge(all.get(), part.get())));
        (void)part.release();   // seccomp_merge(3) made `all` the owner of `part`
    }
    // Sorts the rules into a tree, so that each call needs few comparisons (libseccomp 2.5).
    BOOST_OUTCOME_TRYV(done(::seccomp_attr_set(all.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2)));
    return exported(all);
}

}   // namespace cotrace::sys
