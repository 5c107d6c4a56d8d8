// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace cotrace::decode {

/// Reads memory and adds values for a custom decoder (`uapi::custom_decoder`) of the library's user. With ptrace, the
/// calling thread is stopped meanwhile. An example:
///
///     bool counted_text(decode::capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
///     {
///         decode::decoding now{made};
///         auto const length = now.read<std::uint16_t>(at);
///         return length && now.add_bytes_at(name, at + sizeof *length, *length);
///     }
///     inline constexpr uapi::type counted = uapi::as::custom<counted_text>;
///
/// Reads count against `capture_options::most_bytes` and `capture_options::most_reads`. A read that would exceed one of
/// these limits fails. The names and types of added values must have static storage.
class decoding {
public:
    explicit decoding(capture& made) noexcept
        : made_{&made}
    {
    }

    syscall_call const& call() const noexcept;
    syscall_outcome const* outcome() const noexcept;   ///< the result of the call; null at entry
    capture_options const& options() const noexcept;
    uapi::data_model model() const noexcept;

    /// Returns argument `index` of the call, counted from 0, in the order of the call's descriptor
    /// (`syscall_call::what`).
    std::uint64_t argument(unsigned index) const noexcept;

    /// Calculates the amount that `of` describes for this call. `of` is often the `length` of the decoder's
    /// `uapi::type`.
    std::uint64_t count(uapi::amount const& of) noexcept;

    /// Reads up to `into.size()` bytes at address `at`, and returns the number of bytes that could be read. The bytes
    /// are not redacted in trace files; use `add_bytes_at` for contents.
    std::size_t read(std::uint64_t at, std::span<std::byte> into) noexcept;

    template <class T>
    requires std::is_trivially_copyable_v<T> std::optional<T> read(std::uint64_t at)
    noexcept
    {
        T read_value{};
        if (read(at, std::as_writable_bytes(std::span{&read_value, 1})) != sizeof read_value)
            return std::nullopt;
        return read_value;
    }

    /// Adds `number` as a value of type `as`. For a pointer, also adds the target, unless the target cannot be read or
    /// the options exclude it. Returns false only if `as` has a custom decoder that returned false.
    bool add(uapi::type const& as, std::string_view name, std::uint64_t number);

    /// Adds the value in memory at address `at`. Returns false and adds nothing if the value cannot be decoded, for
    /// example because the memory cannot be read.
    bool add_at(uapi::type const& as, std::string_view name, std::uint64_t at);

    /// Adds a buffer of `really` bytes at address `at`, of which at most `capture_options::string_limit` bytes are
    /// captured. Returns false and adds nothing if these bytes cannot be read.
    bool add_bytes_at(std::string_view name, std::uint64_t at, std::uint64_t really);

    /// Adds characters or bytes that the decoder has read already. They are not redacted.
    void add_text(uapi::type const& as, std::string_view name, std::span<std::byte const> text);

    /// Adds a structure or an array. `parts()` adds the fields or elements; if `parts()` returns false, nothing is
    /// added. `number` is the address of a structure, or the number of elements of an array, including elements that
    /// are not added.
    template <class Parts>
    bool add_group(uapi::type const& as, std::string_view name, std::uint64_t number, Parts&& parts)
    {
        auto& tree = into();
        auto const place = tree.open({.as = &as, .name = name, .number = number});
        bool const had = parts();
        if (had)
            tree.close(place);
        else
            tree.cancel(place);
        return had;
    }

private:
    value_tree& into() noexcept;

    capture* made_;
};

}   // namespace cotrace::decode
