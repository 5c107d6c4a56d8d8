// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace cotrace::render {

/// Appends text as a JSON string. Bytes that are not UTF-8 become U+FFFD.
void put_json_string(std::string& to, std::string_view text);

/// Appends a number. The number is written as a string if its absolute value is greater than 2^53 - 1, the greatest
/// integer that JavaScript calls safe.
void put_json_integer(std::string& to, std::int64_t number);
void put_json_unsigned(std::string& to, std::uint64_t number);

/// Appends a time or a duration in nanoseconds, always as a string.
void put_json_nanoseconds(std::string& to, std::int64_t number);

/// Appends an address. A null pointer becomes the JSON value null.
void put_json_address(std::string& to, std::uint64_t at);

/// Appends an object with the number and the name of a constant. If `name` is empty, the member for the name is null.
void put_json_constant(std::string& to, std::int64_t number, std::string_view name);

void put_json_signal(std::string& to, int number);

/// Appends true or false.
void put_json_boolean(std::string& to, bool holds);

/// An object that is being written. Call `member` for each member, and then `close`.
class json_object {
public:
    explicit json_object(std::string& to)
        : to_{to}
    {
        to_ += '{';
    }
    json_object(json_object const&) = delete;

    /// Begins a member. The caller has to append the value of the member to the returned string.
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
    bool first_ = true;
};

/// Adds the bytes of `text` as the member "text", or as the member "base64" if the bytes are not UTF-8.
void put_json_bytes(json_object& into, std::string_view text);

}   // namespace cotrace::render
