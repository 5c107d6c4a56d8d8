// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/value.hpp>

#include <csignal>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace cotrace::render {

/// Appends text as a JSON string. Bytes that are not UTF-8 become U+FFFD.
void put_json_string(std::string& to, std::string_view text);

/// Appends a number, as a string if a double cannot represent it exactly.
void put_json_integer(std::string& to, std::int64_t number);
void put_json_unsigned(std::string& to, std::uint64_t number);

/// Appends a number that is a time or a duration in nanoseconds.
void put_json_nanoseconds(std::string& to, std::int64_t number);

/// Appends an address; a null pointer is null.
void put_json_address(std::string& to, std::uint64_t at);

/// Appends a constant; an empty name stands for a constant without a name.
void put_json_constant(std::string& to, std::int64_t number, std::string_view name);

void put_json_signal(std::string& to, int number);
void put_json_siginfo(std::string& to, siginfo_t const& info);

/// An object that is being written: call `member` for each member, then `close`.
class json_object {
public:
    explicit json_object(std::string& to) : to_{to} { to_ += '{'; }
    json_object(json_object const&) = delete;

    /// Begins a member. The caller appends its value to the string that this returns.
    std::string& member(std::string_view name)
    {
        if (!std::exchange(first_, false))
            to_ += ',';
        put_json_string(to_, name);
        to_ += ':';
        return to_;
    }
    void close() { to_ += '}'; }

private:
    std::string& to_;
    bool         first_ = true;
};

/// Writes values as JSON.
class json_value_writer {
public:
    json_value_writer(abi::data_model model, std::string& to) noexcept : model_{model}, to_{to} {}

    void write(value const& shown);

    /// Writes the return value of a call, which has the type `as`.
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
    std::string&    to_;
};

} // namespace cotrace::render
