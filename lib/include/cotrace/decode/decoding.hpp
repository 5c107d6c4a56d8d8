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

/// What a program's own `custom_decoder` may read and add while the thread that
/// made the call is stopped:
///
///     bool counted_text(decode::capture& made, abi::type const&, std::string_view name, std::uint64_t at)
///     {
///         decode::decoding now{made};
///         auto const length = now.read<std::uint16_t>(at);
///         return length && now.add_bytes_at(name, at + sizeof *length, *length);
///     }
///     inline constexpr abi::type counted = abi::as::custom<counted_text>;
///
/// Reads count against the budgets of `capture_options`. When a budget is used up, reads
/// fail. Names and types must have static storage, as in tables.
class decoding {
public:
    explicit decoding(capture& made) noexcept : made_{&made} {}

    syscall_call const&    call() const noexcept;
    syscall_outcome const* outcome() const noexcept;   ///< null at entry
    capture_options const& options() const noexcept;
    abi::data_model        model() const noexcept;

    /// Argument `index` in the order of the descriptor; the first argument is 0.
    std::uint64_t argument(unsigned index) const noexcept;

    /// The number that an amount stands for, such as `self.length` of the decoder's type.
    std::uint64_t count(abi::amount const& of) noexcept;

    /// Reads up to `into.size()` bytes at `at`, as far as the memory can be read. Gives the number of bytes read.
    std::size_t read(std::uint64_t at, std::span<std::byte> into) noexcept;

    template <class T>
        requires std::is_trivially_copyable_v<T>
    std::optional<T> read(std::uint64_t at) noexcept
    {
        T read_value{};
        if (read(at, std::as_writable_bytes(std::span{&read_value, 1})) != sizeof read_value)
            return std::nullopt;
        return read_value;
    }

    /// Adds a number, or a pointer with what it points to.
    bool add(abi::type const& as, std::string_view name, std::uint64_t number);

    /// Adds the value in memory at address `at`. Returns false if the memory could not be read; then nothing was added.
    bool add_at(abi::type const& as, std::string_view name, std::uint64_t at);

    /// Adds a buffer at `at` of `really` bytes, of which at most the string limit is captured.
    bool add_bytes_at(std::string_view name, std::uint64_t at, std::uint64_t really);

    /// Adds characters or bytes that were already read.
    void add_text(abi::type const& as, std::string_view name, std::span<std::byte const> text);

    /// Adds a structure or an array whose parts are what `parts()` adds. If `parts()` returns
    /// false, nothing is added. `number` is the address of a structure, or the number of
    /// elements that an array really has.
    template <class Parts>
    bool add_group(abi::type const& as, std::string_view name, std::uint64_t number, Parts&& parts)
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

} // namespace cotrace::decode
