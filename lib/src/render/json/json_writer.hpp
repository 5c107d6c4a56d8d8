// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <rapidjson/writer.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cotrace::render {

/// Appends JSON (RFC 8259) to a string, with separators and escapes. A member of an object is written with `member`, or with
/// `key` and a value.
class json_writer {
public:
    explicit json_writer(std::string& to)
        : stream_{to}
        , out_{stream_}
    {
    }
    json_writer(json_writer const&) = delete;

    void begin_object() { out_.StartObject(); }
    void end_object() { out_.EndObject(); }
    void begin_array() { out_.StartArray(); }
    void end_array() { out_.EndArray(); }
    void key(std::string_view name) { out_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())); }

    /// Writes text. Bytes that are not UTF-8 become U+FFFD.
    void put(std::string_view text);
    void put(char const* text) { put(std::string_view{text}); }
    void put(bool holds) { out_.Bool(holds); }
    void put(double number) { out_.Double(number); }
    template <std::signed_integral Number>
    void put(Number number)
    {
        out_.Int64(number);
    }
    template <std::unsigned_integral Number>
    void put(Number number)
    {
        out_.Uint64(number);
    }
    void put_null() { out_.Null(); }

    /// Writes a number in hexadecimal, as a string: "0x7f…".
    void put_hex(std::uint64_t number);

    template <class Value>
    void member(std::string_view name, Value const& is)
    {
        key(name);
        put(is);
    }

    void hex_member(std::string_view name, std::uint64_t number)
    {
        key(name);
        put_hex(number);
    }

    /// Writes a constant: an object with the member "value" and, unless `name` is empty, the member "name".
    void put_constant(std::int64_t number, std::string_view name);
    void put_signal(int number);

    /// Writes bytes as "string", or as "base64" if they are not UTF-8. If `cut` is true, an incomplete character at the end is
    /// ignored.
    void bytes_member(std::string_view bytes, bool cut = false);

private:
    /// A stream of RapidJSON that appends to a string.
    class string_stream {
    public:
        using Ch = char;   // RapidJSON requires this name

        explicit string_stream(std::string& to) noexcept
            : to_{to}
        {
        }
        void Put(char c) { to_ += c; }
        void Flush() {}

    private:
        std::string& to_;
    };

    string_stream stream_;
    rapidjson::Writer<string_stream> out_;
};

/// Writes the member "fields", an object with a member for each call of `add` or `add_address`. Call `close` at the end.
class json_fields {
public:
    explicit json_fields(json_writer& out)
        : out_{out}
    {
        out_.key("fields");
        out_.begin_object();
    }
    json_fields(json_fields const&) = delete;

    void add(std::string_view field, std::int64_t number, std::string_view name = {})
    {
        out_.key(field);
        out_.put_constant(number, name);
    }
    void add_address(std::string_view field, std::uint64_t at)
    {
        out_.key(field);
        out_.begin_object();
        out_.hex_member("address", at);
        out_.end_object();
    }
    void close() { out_.end_object(); }

private:
    json_writer& out_;
};

}   // namespace cotrace::render
