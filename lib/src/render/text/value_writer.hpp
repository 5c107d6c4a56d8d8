// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "render/names.hpp"
#include "render/numbers.hpp"
#include "render/text/constants.hpp"
#include "render/text/time.hpp"

#include <cotrace/render/text.hpp>
#include <cotrace/uapi/structure.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace cotrace::render {

/// Writes values as strace does.
class value_writer {
public:
    value_writer(text_options const& options, uapi::data_model model, std::string& to) noexcept
        : options_{options}
        , model_{model}
        , to_{to}
    {
    }

    /// Writes a value. If `shown` is the value at exit, `before` may be the value at entry. Otherwise `before` is empty.
    void write(value const& shown, std::optional<value> before = {});

    /// Writes the return value `number` of a call as a value of the type `as`: "0x8002 (flags O_RDWR|O_LARGEFILE)".
    void write_returned(uapi::type const& as, std::int64_t number);

    /// How a string is written: in quotes, or without quotes for use in angle brackets.
    enum class put_as : std::uint8_t { string, inside_brackets };
    bool all_in_hex(std::string_view text) const noexcept;
    void quote(std::string_view text, bool hex = false, put_as how = put_as::string);

    /// Writes an SELinux context or only the type in the context: see `text_options::full_contexts`.
    void context(std::string_view whole);

    /// Writes the id of a process or thread, its name, and its id in the tracer's pid namespace, as far as they are known.
    void process(std::int32_t id, std::string_view command, std::int32_t outside);

    /// Writes the file descriptors of a set, at most `most`. Returns how many were written.
    std::size_t put_fds(value const& shown, std::size_t most = ~std::size_t{0});

private:
    // Defined in value_writer.cpp:
    void bare(value const& shown, std::optional<value> before);
    void number(uapi::type const& as, std::uint64_t number);
    void remark(std::string_view text);
    void moment(std::int64_t seconds, std::uint64_t fraction, unsigned digits);

    // Defined in quote.cpp:
    void text(value const& shown);

    // Defined in numbers.cpp:
    std::int64_t sign_extended(uapi::type const& as, std::uint64_t number) const noexcept;
    void plain(uapi::type const& as, std::uint64_t number);
    void address(std::uint64_t number);
    void clock_ticks(uapi::type const& as, std::uint64_t number);
    void directory(std::int32_t number);
    void user(uapi::type const& as, std::uint64_t number);
    void padded_hex(uapi::type const& as, std::uint64_t number);
    void two_bytes(uapi::type const& as, std::uint64_t number);
    void spelled(uapi::type const& as, std::uint64_t number);
    void known_name(value const& shown);
    void permissions(std::uint64_t bits);
    void file_mode(std::uint64_t bits);
    void device(std::uint64_t number);
    void signal(uapi::type const& as, std::uint64_t number);
    void error(uapi::type const& as, std::uint64_t number);
    void offset(uapi::type const& as, std::uint64_t number);
    void call_number(uapi::type const& as, std::uint64_t number);
    void clock(std::int32_t id);
    void limit(uapi::type const& as, std::uint64_t number);
    void wake_operation(std::uint32_t packed);
    void wait_status(std::uint32_t status);

    // Defined in flags.cpp:
    void named(uapi::type const& as, std::uint64_t number);
    void request(uapi::type const& as, std::uint32_t number);
    bool set_names(uapi::name_table const& names, std::uint64_t& rest);
    void flags(uapi::type const& as, std::uint64_t number);
    void slices(uapi::type const& as, std::uint64_t whole);
    static bool any_name(uapi::type const& as, std::uint64_t number);
    void packed(uapi::type const& as, std::uint64_t whole);
    void packed_names(uapi::type const& as, std::uint64_t whole);

    // Defined in network.cpp:
    void inet6(value const& shown, std::string_view name);
    void inet4(std::uint32_t number, std::string_view raw = {});
    void port(std::uint16_t number);
    void net_enumeration(uapi::type const& as, std::uint16_t number);
    void net32(uapi::type const& as, std::uint32_t number);
    void net64(std::uint64_t number);
    void interface_index(value const& shown);
    void hardware_address(value const& shown);
    void ax25_address(value const& shown);
    void bluetooth_number(uapi::type const& as, std::uint64_t number);
    void attribute_type(uapi::type const& as, std::uint64_t number);
    void port_range(std::uint32_t number);
    void unix_path(value const& shown);

    // Defined in sets.cpp:
    void named_bits(uapi::type const& as, std::uint32_t number);
    void signal_set(value const& shown);
    std::size_t bit_set(value const& shown, std::size_t bits, std::size_t most = ~std::size_t{0});
    void bit_names(value const& shown);

    // Defined in structures.cpp:
    void null_pointer(value const& shown);
    void element_count(value const& shown, value const& target);
    void pointer(value const& shown, std::optional<value> before);
    void pointed_to(value const& pointer, value const& target, std::optional<value> earlier);
    void array(value const& shown, std::optional<value> before);
    bool special_time(value const& shown);
    void structure(value const& shown, std::optional<value> before);
    void fields(value const& shown, std::optional<value> before);
    void field(value const& each, uapi::shown when, value const& whole, std::optional<value> const& before);
    void surplus_number(value const& shown);
    void more_bytes(value const& shown, std::uint64_t known);
    void extra_data(value const& shown);

    // Defined in open_files.cpp:
    void descriptor(value const& shown);
    void open_file_of(value const& shown);
    void context_of(value const& file);
    void device(value const& path, std::string_view kind, value const& number, std::optional<value> terminal);
    void socket(value const& shown);
    void end(value const& address, std::optional<value> port);
    void counter(value const& shown);
    void process(value const& shown);
    void signal_info(value const& shown);

    // Defined in returned.cpp:
    void returned_flags(uapi::type const& as, std::uint64_t number);

    // Writes a number, its name or both, as the option `names` says. `put` writes the number.
    template <class Put>
    void constant(std::string_view name, Put&& put)
    {
        put_constant(to_, options_.names, name, put);
    }

    // Writes the bytes of a number, its meaning (with `meaning`), or both, as the option `names` says.
    template <class Meaning>
    void bytes_or(std::string_view raw, Meaning&& meaning)
    {
        if (options_.names != constants::abbreviated)
            quote(raw, true);
        if (options_.names == constants::raw)
            return;
        to_ += options_.names == constants::verbose ? " /* " : "";
        meaning();
        to_ += options_.names == constants::verbose ? " */" : "";
    }

    text_options const& options_;
    uapi::data_model model_;
    std::string& to_;
    bool completing_ = false;   // if true, fields that the call does not change are written with their values at entry
};

}   // namespace cotrace::render
