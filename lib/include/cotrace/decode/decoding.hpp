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

/// What a `custom_decoder` of a user's own may ask and add, while the thread
/// that made the call is stopped:
///
///     bool counted_text(decode::capture& made, abi::type const&, std::string_view name, std::uint64_t at)
///     {
///         decode::decoding now{made};
///         auto const length = now.read<std::uint16_t>(at);
///         return length && now.add_bytes_at(name, at + sizeof *length, *length);
///     }
///     inline constexpr abi::type counted = abi::as::custom<counted_text>;
///
/// Reads count against the budgets of `capture_options`; beyond them nothing is
/// read any more. Names and types must have static storage, as in tables.
class decoding {
public:
    explicit decoding(capture& made) noexcept : made_{&made} {}

    syscall_call const&    call() const noexcept;
    syscall_outcome const* outcome() const noexcept;   ///< null at entry
    capture_options const& options() const noexcept;
    abi::data_model        model() const noexcept;

    /// An argument as the descriptor has it; the first is 0.
    std::uint64_t argument(unsigned index) const noexcept;

    /// What an amount comes to: the `self.length` of the decoder's type, say.
    std::uint64_t count(abi::amount const& of) noexcept;

    /// Reads memory from its start, as much as is there; gives how much that was.
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

    /// Adds what lies at an address. False: it could not be read, and nothing was added.
    bool add_at(abi::type const& as, std::string_view name, std::uint64_t at);

    /// Adds a buffer of `really` bytes, of which as many are kept as the string limit allows.
    bool add_bytes_at(std::string_view name, std::uint64_t at, std::uint64_t really);

    /// Adds characters or bytes that are at hand already.
    void add_text(abi::type const& as, std::string_view name, std::span<std::byte const> text);

    /// Adds a structure or an array made of what `parts()` adds, if that says
    /// true. `number` is the address of a structure; of an array, how many elements it really has.
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
