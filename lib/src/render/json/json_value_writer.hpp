// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "render/json/json_object.hpp"

#include <cotrace/value.hpp>

#include <cstdint>
#include <string>

namespace cotrace::render {

/// Adds the members that describe a file descriptor. With `may_be_cwd`, AT_FDCWD is written with its name.
void put_fd_members(json_object& fd, std::int32_t number, bool may_be_cwd);

/// Writes values as JSON.
class json_value_writer {
public:
    json_value_writer(abi::data_model model, std::string& to) noexcept
        : model_{model}
        , to_{to}
    {
    }

    void write(value const& shown);

    /// Writes the return value `number` of a call as a value of the type `as`.
    void write_returned(abi::type const& as, std::int64_t number);

private:
    void number(abi::type const& as, std::uint64_t number);
    void plain(abi::type const& as, std::uint64_t number);
    void named(abi::type const& as, std::uint64_t number);
    void flags(abi::type const& as, std::uint64_t number);
    void packed(abi::type const& as, std::uint64_t whole);
    void limit(abi::type const& as, std::uint64_t number);
    void descriptor(value const& shown);
    void process(value const& shown);
    void pointer(value const& shown);
    void text(value const& shown);
    void unix_path(value const& shown);
    void inet6(value const& shown);
    void uuid(value const& shown);
    void hardware_address(value const& shown);
    void two_bytes(abi::type const& as, std::uint64_t number);
    void attribute_type(abi::type const& as, std::uint64_t number);
    void named_bits(abi::type const& as, std::uint32_t number);
    void port_range(std::uint32_t number);
    void array(value const& shown);
    void structure(value const& shown);
    void signal_set(value const& shown);
    void bit_set(value const& shown, std::size_t bits);
    void bit_names(value const& shown);
    void signal_info(value const& shown);

    abi::data_model model_;
    std::string& to_;
};

}   // namespace cotrace::render
