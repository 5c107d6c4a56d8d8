// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/syscalls.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace cotrace::uapi {

/// A request of ioctl(2): its number, its name, and the types of the third argument and of the result. An object of
/// this type must be a constant with static storage:
///
///     inline constexpr structure frob_args{{{"speed", as::uint32}, {"label", as::in<as::characters>}}};
///     inline constexpr ioctl_descriptor frob{0xc0106601, "FROB_RUN", as::inout<frob_args>};
struct ioctl_descriptor {
    std::uint32_t request = 0;
    arch_set only{};

    constexpr ioctl_descriptor(std::uint32_t number, std::string_view name, type const& argument = as::nothing,
                               returned_value returns = {}, arch_set interfaces = {})
        : request{number}
        , only{interfaces}
        , names{"", {{number, name}}}
        , request_type{.shape = shape::ioctl_request, .style = style::hex, .names = &names}
        , call{"ioctl", {{"fd", as::fd}, {"request", request_type}, {"argp", argument}}, returns, interfaces}
    {
    }
    ioctl_descriptor(ioctl_descriptor const&) = delete;   // pointers of a copy would point into the original

    enum_table<1> names;
    type request_type;
    syscall_descriptor call;
};

/// Descriptors of system calls and ioctl requests that a program adds to the library's tables. Decoding searches
/// `capture_options::vocabulary` before the tables.
///
///     auto words = std::make_shared<uapi::vocabulary>();
///     words->add<frob>();                                // the ioctl request `frob`
///     words->add<my_call>(uapi::arch::x86_64, 470);      // system call 470 of x86_64
///     words->add<my_openat>();                           // "openat", decoded in another way
///
/// A row is a template argument and must have static storage, because records refer to rows. If two rows describe one
/// call or request, the row that was added later is used.
class vocabulary {
public:
    /// Adds a row or an array of rows. A `syscall_descriptor` describes the call that has its name. A row is used on
    /// the interfaces in its member `only`.
    template <auto const& Row>
    vocabulary& add()
    {
        if constexpr (std::is_array_v<std::remove_reference_t<decltype(Row)>>)
            for (auto const& each : Row)
                enter(each);
        else
            enter(Row);
        return *this;
    }

    /// Adds a row for the call with this number. An x32 number includes the bit 0x40000000.
    template <auto const& Row>
    vocabulary& add(arch interface, std::uint64_t number)
    {
        enter(interface, number, {}, Row);
        return *this;
    }

    /// The row that this vocabulary has for a call, or null. For ioctl(2), the second of `args` is the request.
    syscall_descriptor const* find(arch interface, std::uint64_t number, std::span<std::uint64_t const, 6> args) const noexcept;

    /// The number and the name of a call on one system call interface.
    struct call_number {
        arch interface {
        };
        std::uint64_t number = 0;
        std::string_view name{};
    };
    /// The calls that this vocabulary describes, without ioctl requests.
    std::vector<call_number> calls() const;

private:
    struct entry {
        arch interface {
        };
        std::uint64_t number = 0;
        std::optional<std::uint32_t> request{};
        syscall_descriptor const* what = nullptr;

        bool operator<(entry const& other) const noexcept;
    };

    void enter(syscall_descriptor const& row);
    void enter(ioctl_descriptor const& row);
    void enter(arch interface, std::uint64_t number, std::optional<std::uint32_t> request, syscall_descriptor const& row);
    syscall_descriptor const* exactly(entry const& wanted) const noexcept;

    std::vector<entry> entries_;
};

}   // namespace cotrace::uapi
