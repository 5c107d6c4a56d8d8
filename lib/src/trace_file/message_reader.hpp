// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <protozero/exception.hpp>
#include <protozero/pbf_message.hpp>

#include <cstdint>
#include <string>

namespace cotrace::trace_file {

/// Thrown if a message has a value that the encoder never writes. The public functions throw no exceptions of protozero.
struct damaged_message : protozero::exception {
    char const* what() const noexcept override { return "damaged message"; }
};

inline void require(bool holds)
{
    if (!holds)
        throw damaged_message{};
}

inline std::string string_in(protozero::data_view bytes) { return {bytes.data(), bytes.size()}; }

/// Reads the fields of a message, and checks the wire type of each field. protozero checks the wire type only with an
/// assertion.
template <class Field>
class message_reader : private protozero::pbf_message<Field> {
    using base = protozero::pbf_message<Field>;
    using wire = protozero::pbf_wire_type;

public:
    using base::base;
    using base::next;
    using base::skip;
    using base::tag;
    using base::wire_type;

    bool get_bool() { return get_uint64() != 0; }
    std::int32_t get_int32() { return of(wire::varint).base::get_int32(); }
    std::uint32_t get_uint32() { return of(wire::varint).base::get_uint32(); }
    std::uint64_t get_uint64() { return of(wire::varint).base::get_uint64(); }
    std::int64_t get_sint64() { return of(wire::varint).base::get_sint64(); }
    std::uint64_t get_fixed64() { return of(wire::fixed64).base::get_fixed64(); }
    protozero::data_view get_view() { return of(wire::length_delimited).base::get_view(); }
    auto get_packed_int32() { return of(wire::length_delimited).base::get_packed_int32(); }
    auto get_packed_uint32() { return of(wire::length_delimited).base::get_packed_uint32(); }
    auto get_packed_uint64() { return of(wire::length_delimited).base::get_packed_uint64(); }

private:
    message_reader& of(wire expected)
    {
        require(base::has_wire_type(expected));
        return *this;
    }
};

}   // namespace cotrace::trace_file
