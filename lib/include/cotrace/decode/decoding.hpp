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

/// The interface through which a custom decoder (`uapi::custom_decoder`) of the library's user reads the memory of the traced
/// process and adds values. The thread that made the call does not run while the decoder runs, except with
/// `tracing::observation`. An example:
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
/// these limits fails. The names and types of added values must have static storage, because the values refer to them.
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

    /// Returns argument `index` of the call. The arguments are counted from 0, in the order in which the descriptor of
    /// the call (`syscall_call::what`) lists them.
    std::uint64_t argument(unsigned index) const noexcept;

    /// Calculates the amount that `of` describes, for the call that is being decoded. `of` is often `self.length`,
    /// where `self` is the type that the decoder got as its second argument.
    std::uint64_t count(uapi::amount const& of) noexcept;

    /// Reads up to `into.size()` bytes at address `at`, as far as the memory can be read. Returns the number of bytes
    /// read. A trace file gets these bytes whatever `capture_options::redact` is, so contents should be added with
    /// `add_bytes_at`.
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

    /// Adds `number` as a value of type `as`. If `as` is a pointer, also adds its target, unless the target cannot be read
    /// or the options exclude it. Returns false only if `as` has a custom decoder, and this decoder returned false.
    bool add(uapi::type const& as, std::string_view name, std::uint64_t number);

    /// Adds the value in memory at address `at`. Returns false and adds nothing if the value could not be decoded, for
    /// example because the memory could not be read.
    bool add_at(uapi::type const& as, std::string_view name, std::uint64_t at);

    /// Adds a buffer of `really` bytes at address `at`. At most `capture_options::string_limit` of the bytes are
    /// captured. Returns false and adds nothing if these bytes cannot be read.
    bool add_bytes_at(std::string_view name, std::uint64_t at, std::uint64_t really);

    /// Adds characters or bytes that the decoder has already read. They are not redacted.
    void add_text(uapi::type const& as, std::string_view name, std::span<std::byte const> text);

    /// Adds a structure or an array. Calls `parts()`, which adds the fields or elements. If
    /// `parts()` returns false, nothing is added. `number` is the address of a structure, or
    /// the number of elements of an array, including those that `parts()` does not add.
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
