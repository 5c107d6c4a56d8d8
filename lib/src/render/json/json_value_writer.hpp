// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "render/json/json_writer.hpp"

#include <cotrace/value.hpp>

#include <cstdint>
#include <string_view>

namespace cotrace::render {

/// Writes values as JSON. Each value is an object; see `append_json` for its members.
class json_value_writer {
public:
    json_value_writer(uapi::data_model model, json_writer& to) noexcept
        : model_{model}
        , out_{to}
    {
    }

    /// Writes a value. The value has the member "text" if `text` is not empty.
    void write(value const& shown, std::string_view text = {});

    /// Writes the members of the return value `number`, except "text". `described` is the value "return" of the record, or empty.
    void returned_members(std::int64_t number, uapi::type const& as, std::optional<value> const& described);

private:
    void members(value const& shown);
    void number(uapi::type const& as, std::uint64_t number);
    void write_number(std::string_view field, uapi::type const& as, std::uint64_t number);

    /// Writes the member "value", unless the value is a return value, which has this member already.
    template <std::integral Number>
    void value_member(Number number)
    {
        if (!has_value_)
            out_.member("value", number);
    }
    void constant(std::int64_t number, std::string_view name);
    void signal(int number);
    void name_member(std::string_view name);
    void text_member(std::string_view text) { out_.member("string", text); }

    // Defined in numbers.cpp:
    void plain(uapi::type const& as, std::uint64_t number);
    void named(uapi::type const& as, std::uint64_t number);
    void flags(uapi::type const& as, std::uint64_t number);
    void packed(uapi::type const& as, std::uint64_t whole);
    std::uint64_t add_names(uapi::type const& as, std::uint64_t number);
    void limit(uapi::type const& as, std::uint64_t number);
    void mode(std::uint64_t bits, bool has_type);
    void device(std::uint64_t number);
    void user(uapi::type const& as, std::uint64_t number);
    void spelled(uapi::type const& as, std::uint64_t number);
    void wake_operation(std::uint32_t packed);
    void wait_status(std::uint32_t status);
    void two_bytes(uapi::type const& as, std::uint64_t number);
    void attribute_type(uapi::type const& as, std::uint64_t number);
    void named_bits(uapi::type const& as, std::uint32_t number);
    void port_range(std::uint32_t number);

    // Defined in structures.cpp:
    void details(value const& shown);
    void pointer(value const& shown);
    void array(value const& shown);
    void structure(value const& shown);
    void signal_set(value const& shown);
    void bit_set(value const& shown, std::size_t bits);
    void bit_names(value const& shown);

    // Defined in json_value_writer.cpp:
    void text(value const& shown);
    void unix_path(value const& shown);
    void inet6(value const& shown);
    void signal_info(value const& shown);

    uapi::data_model model_;
    json_writer& out_;
    bool has_value_ = false;
};

}   // namespace cotrace::render
