// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/memory.hpp>

#include "decode/reader.hpp"
#include "sys/network.hpp"

#include <array>

namespace cotrace::engine {

class open_files;

/// Gives the decoders access to the present memory and the present file descriptors of a thread.
class live_reader : public decode::reader {
public:
    live_reader(tid thread, open_files& files) noexcept
        : thread_{thread}
        , subject_{thread}
        , files_{files}
    {
    }

    std::size_t read(remote_address from, std::span<std::byte> into) noexcept override
    {
        auto const got = subject_.read_some(from, into);
        return got ? got.value() : 0;
    }

    std::optional<int> netlink_protocol(int fd) noexcept override { return sys::netlink_protocol(thread_, fd); }
    std::string_view interface_name(std::uint32_t index) noexcept override { return sys::interface_name(index, name_); }
    std::string_view generic_family(std::uint16_t number) noexcept override { return sys::generic_family(number); }
    bool describe(decode::descriptor_owner which, int fd, descriptor_details const& wanted, open_file& found) noexcept override;
    std::string context_of(decode::descriptor_owner which, int fd) noexcept override;
    std::string context_of(int directory, std::string_view path) noexcept override;
    std::string namespace_of(std::int32_t id, char const* link) noexcept override;
    std::uint64_t mapping_of(int fd) noexcept override;
    bool describe(decode::process_key key, process_details const& wanted, process_name& found) noexcept override;

private:
    tid thread_;
    memory subject_;
    open_files& files_;
    std::array<char, 16> name_;   // left uninitialised: it is written before it is read
};

}   // namespace cotrace::engine
