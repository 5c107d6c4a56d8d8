// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "core/audit_arch.hpp"
#include "decode/decode.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cotrace::test {

/// The memory of a made-up traced program. Only the pieces that were passed to `put` are mapped.
class byte_memory final : public decode::reader {
public:
    std::size_t read(remote_address from, std::span<std::byte> into) noexcept override
    {
        ++reads;
        auto const at = raw(from);
        auto const end = pieces_.upper_bound(at);
        if (end == pieces_.begin())
            return 0;
        auto const& [start, bytes] = *std::prev(end);
        if (at - start >= bytes.size())
            return 0;
        auto const had = std::min<std::size_t>(into.size(), bytes.size() - (at - start));
        std::memcpy(into.data(), bytes.data() + (at - start), had);
        return had;
    }

    void put(std::uint64_t at, std::string bytes) { pieces_[at] = std::move(bytes); }

    template <class... Numbers>
    void put_words(std::uint64_t at, Numbers... numbers)
    {
        std::uint64_t const words[] = {static_cast<std::uint64_t>(numbers)...};
        put(at, {reinterpret_cast<char const*>(words), sizeof words});
    }

    std::optional<int> netlink_protocol(int) noexcept override { return protocol; }

    std::string_view interface_name(std::uint32_t index) noexcept override { return index == 1 ? "lo" : ""; }

    std::string_view generic_family(std::uint16_t number) noexcept override { return number == 16 ? "nlctrl" : ""; }

    int reads = 0;
    std::optional<int> protocol;   // the netlink protocol of every socket; empty if no socket is a netlink socket

private:
    std::map<std::uint64_t, std::string> pieces_;
};

/// A made-up system call. `enter` decodes its entry, and `leave` decodes its exit.
struct traced_call {
    explicit traced_call(std::string_view name, std::vector<std::uint64_t> args = {}, uapi::arch interface = uapi::arch::x86_64)
    {
        call->arch = interface;
        for (std::uint64_t number = 0; number < 1024 && call->what == nullptr; ++number) {
            auto const with_bit = uapi::kernel_number(interface, number);
            if (auto const* known = uapi::find(interface, with_bit); known && known->name == name) {
                call->number = with_bit;
                call->what = known;
            }
        }
        std::copy(args.begin(), args.end(), call->args.begin());
    }

    traced_call& enter(byte_memory& memory, capture_options const& options = {})
    {
        decode::decode_entry(memory, options, *call);
        return *this;
    }

    traced_call& leave(byte_memory& memory, std::int64_t value, capture_options const& options = {})
    {
        exit.call = call;
        exit.outcome = syscall_outcome::from(value);
        decode::decode_exit(memory, options, *call, exit);
        return *this;
    }

    record entered() const { return {tid{7}, {}, syscall_entered{call}}; }
    record exited() const { return {tid{7}, {}, exit}; }

    std::shared_ptr<syscall_call> call = std::make_shared<syscall_call>();
    syscall_exited exit{};
};

/// The record of a submission of `entry` to the io_uring with the descriptor 3.
inline ring_submitted submitted(uapi::ring_entry const& entry, byte_memory& memory, capture_options const& options = {},
                                uapi::arch interface = uapi::arch::x86_64)
{
    auto operation = std::make_shared<syscall_call>();
    operation->arch = interface;
    decode::decode_submission(memory, options, entry, *operation);
    return {entry, std::move(operation), 3};
}

}   // namespace cotrace::test
