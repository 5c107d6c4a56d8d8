// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/render/text.hpp>

#include <charconv>
#include <csignal>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cotrace::render {

/// Appends a number.
inline void put_number(std::string& to, std::uint64_t number, int base = 10)
{
    char digits[24];
    auto const end = std::to_chars(digits, digits + sizeof digits, number, base).ptr;
    to.append(digits, end);
}

inline void put_signed(std::string& to, std::int64_t number)
{
    char digits[24];
    auto const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    to.append(digits, end);
}

/// Appends a number as printf's %#x does: zero has no prefix.
inline void put_hex(std::string& to, std::uint64_t number)
{
    if (number != 0)
        to += "0x";
    put_number(to, number, 16);
}

/// Appends a number with leading zeros, `digits` digits in total.
void put_padded(std::string& to, std::uint64_t number, std::size_t digits, int base = 10);

/// Appends a UUID, as "f81d4fae-7dec-11d0-a765-00a0c91e6bf6".
void put_uuid(std::string& to, std::span<std::byte const> raw);

/// Calls `see(name)` for each name that is set in `rest`, and clears its bits in `rest`.
template <class See>
void take_names(abi::name_table const& names, std::uint64_t& rest, See&& see)
{
    auto const whole = rest;
    for (auto const& row : names.all()) {
        bool const field = row.mask != row.value;
        bool const fits = field ? (whole & row.mask) == row.value
                                : row.value != 0 && (rest & row.value) == row.value;
        if (!fits)
            continue;
        see(row.name);
        rest &= ~(field ? row.mask : row.value);
    }
}

/// Appends a number, its name or both, as `how` says. `put` writes the number.
template <class Put>
void put_constant(std::string& to, constants how, std::string_view name, Put&& put)
{
    if (how == constants::abbreviated && !name.empty()) {
        to += name;
        return;
    }
    put();
    if (how == constants::verbose && !name.empty())
        to.append(" /* ").append(name).append(" */");
}

/// Names as "CLOCK_MONOTONIC" and "S_IFREG"; empty for a value without a name.
std::string_view clock_name(std::int32_t id) noexcept;
std::string_view file_type_name(std::uint64_t mode) noexcept;

// The kernel's new_encode_dev() and the dev_t of the C library agree in these bits.
constexpr std::uint64_t device_major(std::uint64_t number) noexcept
{
    return (number >> 8 & 0xfff) | (number >> 32 & 0xfffff000);
}
constexpr std::uint64_t device_minor(std::uint64_t number) noexcept
{
    return (number & 0xff) | (number >> 12 & 0xffffff00);
}

/// The type of a call's return value. It depends on the arguments of some calls.
abi::type const& returned_type(syscall_call const& call) noexcept;

/// Writes values as strace does.
class value_writer {
public:
    value_writer(text_options const& options, abi::data_model model, std::string& to) noexcept
        : options_{options}, model_{model}, to_{to}
    {
    }

    /// `before` is the value at entry, if the call may have changed it.
    void write(value const& shown, std::optional<value> before = {});

    /// Writes the return value of a call, which has the type `as`: "0x8002 (flags O_RDWR|O_LARGEFILE)".
    void write_returned(abi::type const& as, std::int64_t number);

    /// How a string is written: in quotes, or without quotes for use in angle brackets.
    enum class put_as : std::uint8_t { string, inside_brackets };
    bool all_in_hex(std::string_view text) const noexcept;
    void quote(std::string_view text, bool hex = false, put_as how = put_as::string);

    /// Writes the id of a process or thread, and its name and its id in the tracer's pid namespace if they are known.
    void process(std::int32_t id, std::string_view command, std::int32_t outside);

    /// Writes the file descriptors of a set, at most `most`. Returns how many were written.
    std::size_t put_fds(value const& shown, std::size_t most = ~std::size_t{0});

private:
    void descriptor(value const& shown);
    void device(value const& path, std::string_view kind, value const& number, std::optional<value> terminal);
    void socket(value const& shown);
    void end(value const& address, std::optional<value> port);
    void counter(value const& shown);
    void process(value const& shown);
    void signal_info(siginfo_t const& info, std::optional<value> sender);
    void bare(value const& shown, std::optional<value> before);
    void number(value const& shown);
    void number(abi::type const& as, std::uint64_t number);
    std::int64_t sign_extended(abi::type const& as, std::uint64_t number) const noexcept;
    void plain(abi::type const& as, std::uint64_t number);
    void named(abi::type const& as, std::uint64_t number);
    void request(abi::type const& as, std::uint32_t number);
    void flags(abi::type const& as, std::uint64_t number);
    void returned_flags(abi::type const& as, std::uint64_t number);
    bool set_names(abi::name_table const& names, std::uint64_t& rest);
    void packed(abi::type const& as, std::uint64_t whole);
    static bool any_name(abi::type const& as, std::uint64_t number);
    void packed_names(abi::type const& as, std::uint64_t whole);
    void slices(abi::type const& as, std::uint64_t whole);
    void error(abi::type const& as, std::uint64_t number);
    void offset(abi::type const& as, std::uint64_t number);
    void call_number(abi::type const& as, std::uint64_t number);
    void remark(std::string_view text);
    void moment(std::int64_t seconds, std::uint64_t fraction, unsigned digits);
    template <class Put>
    void constant(std::string_view name, Put&& put);
    void pointer(value const& shown, std::optional<value> before);
    void text(value const& shown);
    void array(value const& shown, std::optional<value> before);
    bool special_time(value const& shown);
    void structure(value const& shown, std::optional<value> before);
    void fields(value const& shown, std::optional<value> before);
    void permissions(std::uint64_t bits);
    void file_mode(std::uint64_t bits);
    void device(std::uint64_t number);
    void signal(std::uint64_t number);
    void clock(std::int32_t id);
    void wake_operation(std::uint32_t packed);
    void wait_status(std::uint32_t status);
    void signal_set(value const& shown);
    std::size_t bit_set(value const& shown, std::size_t bits, std::size_t most = ~std::size_t{0});
    void more_bytes(value const& shown, std::uint64_t known);
    void extra_data(value const& shown);
    void bit_names(value const& shown);
    void limit(abi::type const& as, std::uint64_t number);
    template <class Meaning>
    void bytes_or(std::string_view raw, Meaning&& meaning);
    void inet6(value const& shown, std::string_view name);
    void inet4(std::uint32_t number, std::string_view raw = {});
    void interface_index(value const& shown);
    void known_name(value const& shown);
    void hardware_address(value const& shown);
    void ax25_address(value const& shown);
    void bluetooth_number(abi::type const& as, std::uint64_t number);
    void attribute_type(abi::type const& as, std::uint64_t number);
    void named_bits(abi::type const& as, std::uint32_t number);
    void port_range(std::uint32_t number);

    text_options const& options_;
    abi::data_model     model_;
    std::string&        to_;
    bool                completing_ = false;   // fields that the call does not change are shown with their values at entry
};

/// Appends a siginfo_t as strace shows it, "{si_signo=SIGTERM, si_code=SI_USER, …}".
/// `sender` is the text for si_pid; if it is empty, the number is written.
void put_siginfo(std::string& to, siginfo_t const& info, std::string_view sender = {}, constants how = constants::abbreviated);

/// Appends the name of a signal, as "SIGTERM", or the number of a signal without a name.
void put_signal(std::string& to, int number, constants how = constants::abbreviated);

/// Appends a time in the local time zone, as "2026-11-23T03:03:00+0000". A fraction that
/// is not 0 is added with `digits` digits. False: the time is invalid, and nothing was added.
bool put_time(std::string& to, std::int64_t seconds, std::uint64_t fraction = 0, unsigned digits = 9);

/// Appends ticks of 1/100 s as seconds.
void put_ticks(std::string& to, std::uint64_t ticks);

} // namespace cotrace::render
