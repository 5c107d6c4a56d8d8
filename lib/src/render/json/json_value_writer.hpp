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
    json_value_writer(uapi::data_model model, std::string& to) noexcept
        : model_{model}
        , to_{to}
    {
    }

    void write(value const& shown);

    /// Writes the return value `number` of a call as a value of the type `as`.
    void write_returned(uapi::type const& as, std::int64_t number);

private:
    void number(uapi::type const& as, std::uint64_t number);
    void plain(uapi::type const& as, std::uint64_t number);
    void named(uapi::type const& as, std::uint64_t number);
    void flags(uapi::type const& as, std::uint64_t number);
    void packed(uapi::type const& as, std::uint64_t whole);
    void limit(uapi::type const& as, std::uint64_t number);
    void descriptor(value const& shown);
    void process(value const& shown);
    void pointer(value const& shown);
    void text(value const& shown);
    void unix_path(value const& shown);
    void inet6(value const& shown);
    void uuid(value const& shown);
    void hardware_address(value const& shown);
    void two_bytes(uapi::type const& as, std::uint64_t number);
    void attribute_type(uapi::type const& as, std::uint64_t number);
    void named_bits(uapi::type const& as, std::uint32_t number);
    void port_range(std::uint32_t number);
    void array(value const& shown);
    void structure(value const& shown);
    void signal_set(value const& shown);
    void bit_set(value const& shown, std::size_t bits);
    void bit_names(value const& shown);
    void signal_info(value const& shown);

    uapi::data_model model_;
    std::string& to_;
};

}   // namespace cotrace::render
