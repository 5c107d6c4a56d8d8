// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/limits.hpp"
#include "decode/reader.hpp"

#include <cotrace/call.hpp>
#include <cotrace/uapi/argument.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace cotrace::decode {

/// The structure that is being decoded. The length and the type of a field may depend on other fields.
struct frame {
    uapi::type const* layout = nullptr;
    std::span<std::byte const> raw{};
    std::uint64_t passed = 0;   ///< number of bytes that the traced thread passed; may be less or more than the size of `layout`
    std::uint64_t at = 0;       ///< address of the structure
};

/// Makes the values of one stop from registers and memory. A string, buffer or array that exceeds `limits` is cut. Of a structure
/// that exceeds `limits`, only the address is added.
class capture {
public:
    capture(reader& memory, capture_options const& options, syscall_call const& call, value_tree& into,
            syscall_outcome const* outcome) noexcept
        : memory_{memory}
        , options_{options}
        , call_{call}
        , into_{into}
        , outcome_{outcome}
        , model_{uapi::model_of(call.arch)}
        , left_{limits_of(options)}
    {
        if (outcome && !outcome->failed && outcome->value > 0)
            unspread_ = static_cast<std::uint64_t>(outcome->value);
    }

    /// Takes the arguments from the registers, and cuts them to the widths of their types.
    void take_arguments(std::span<uapi::parameter const> parameters) noexcept { take_arguments(parameters, call_.args); }
    /// Takes the values of the arguments from `from`, for example for a call that has its arguments in memory.
    void take_arguments(std::span<uapi::parameter const> parameters, std::array<std::uint64_t, 6> const& from) noexcept;

    /// Reads memory that arguments point to with one call of `reader::gather`. If called before the arguments are decoded, saves
    /// system calls.
    void fetch(std::span<uapi::parameter const> parameters) noexcept;

    /// Adds the value of an argument or a field, and the target of a pointer if the type and the options ask for it. Returns
    /// false only if a custom decoder fails.
    bool add(uapi::type const& as, std::string_view name, std::uint64_t number, frame const& in = {});

    /// Adds the value in memory at `at`. If the value cannot be decoded, adds nothing and returns false.
    bool add_at(uapi::type const& as, std::string_view name, std::uint64_t at, frame const& in = {});

    /// Adds a number, or a pointer without the target of the pointer.
    void add_plain(uapi::type const& as, std::string_view name, std::uint64_t number, value_state state = value_state::complete);

    /// Adds a file descriptor, with the details of its open file that `capture_options::descriptors` and
    /// `capture_options::contexts` ask for.
    void add_descriptor(uapi::type const& as, std::string_view name, std::uint64_t number);

    /// The pid namespace that an id belongs to: the namespace of the traced thread or the namespace of the tracer.
    enum class namespace_of : std::uint8_t { subject, tracer };
    /// Adds the id of a process or thread with the details of `capture_options::processes`. A process group, which has a negative
    /// id or the shape `process_group`, gets no name.
    void add_process(uapi::type const& as, std::string_view name, std::uint64_t number,
                     namespace_of seen_from = namespace_of::subject);

    /// From now on, file descriptors and ids are added without details.
    void add_numbers_only() noexcept { describes_ = false; }

    /// Adds a number and its name on this system, such as the index and the name of a network device.
    void add_named(uapi::type const& as, std::string_view name, std::uint64_t number, std::string_view known);

    /// Adds characters or bytes that were read already.
    void add_text(uapi::type const& as, std::string_view name, std::span<std::byte const> text);

    /// Adds bytes that were read already. If contents are redacted, adds none of the bytes, and marks the value as cut.
    void add_contents(uapi::type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at);

    /// Adds the SELinux context of a file if the options ask for it. The value at `place` is the path of the file, and must be
    /// the last value.
    void add_context_of_path(std::uint32_t place);

    /// Adds a structure from `raw`, without fields that are not wholly in `raw`. The traced thread passed `passed` bytes (0: the
    /// size of `raw`); the caller has filled the rest of `raw` with zeros. `more` marks the value as cut. Returns true.
    bool add_part_of(uapi::type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at,
                     bool more = false, std::uint64_t passed = 0);

    /// Returns the type that a choice selects for this call. Any other type is returned unchanged.
    uapi::type const& settle(uapi::type const& as, frame const& in = {}) noexcept
    {
        return as.shape == uapi::shape::choice ? choose(as, in) : as;
    }

    /// Reads memory. If contents are redacted, a trace file has zeros in place of memory that was not passed to `show`. `add_at`
    /// and `add_part_of` call `show` themselves.
    std::size_t read(std::uint64_t at, std::span<std::byte> into) noexcept;
    /// Marks memory as shown: values were made from this memory, or this memory decided which values were made.
    void show(std::uint64_t at, std::uint64_t size) noexcept
    {
        if (redacts() && options_.keep_inputs)
            memory_.shown(at, size);
    }
    /// Reads memory and marks all of it as shown.
    std::size_t read_shown(std::uint64_t at, std::span<std::byte> into) noexcept
    {
        auto const got = read(at, into);
        show(at, got);
        return got;
    }

    /// Bytes that `read` uses in place of the memory at `at`.
    struct window {
        std::uint64_t at = 0;
        std::span<std::byte const> bytes{};
    };
    /// Sets the window. If `read` is asked only for memory in the window, `read` takes the memory from `shown.bytes`. Returns the
    /// previous window.
    window keep(window shown) noexcept { return std::exchange(kept_, shown); }

    /// The source of information that is not in the traced thread's memory, such as the names of network devices.
    reader& system() noexcept { return memory_; }
    template <class T>
    bool read_value(std::uint64_t at, T& into) noexcept
    {
        return read_shown(at, std::as_writable_bytes(std::span{&into, 1})) == sizeof(T);
    }

    /// The number that `of` describes, such as a length that is in another argument or in a field of the structure `in`.
    std::uint64_t count(uapi::amount const& of, frame const& in = {}) noexcept;
    /// `count` for a custom decoder: a field is looked up in `here()`.
    std::uint64_t count_here(uapi::amount const& of) noexcept { return count(of, here_); }
    /// In a custom decoder, the structure that contains the value that is being decoded.
    frame const& here() const noexcept { return here_; }
    /// The number of elements that are captured of an array with `really` elements, according to the options.
    std::uint64_t elements_shown(std::uint64_t really) const noexcept { return std::min(really, most_elements(options_)); }
    /// Whether the contents of buffers are redacted.
    bool redacts() const noexcept { return options_.redact != redaction::none; }
    /// The largest number of bytes that are captured of a buffer.
    std::size_t most_of_buffer() const noexcept { return redacts() ? 0 : options_.string_limit; }
    /// The largest number of bytes that are captured of a string that is not a path.
    std::size_t most_of_string() const noexcept { return options_.redact == redaction::strings ? 0 : options_.string_limit; }
    /// One byte more than `most_of_string`, which tells whether the string ends; 0 if strings are redacted.
    std::size_t most_read_of_string() const noexcept
    {
        return options_.redact == redaction::strings ? 0 : options_.string_limit + 1;
    }
    /// Sets the number of bytes that a call transferred to several buffers. For a length with `within_return`, `count` returns
    /// the number of bytes in the next buffer, and subtracts this number.
    void spread(std::uint64_t bytes) noexcept { unspread_ = bytes; }
    std::uint64_t argument(unsigned index) const noexcept { return arguments_[index]; }
    syscall_call const& call() const noexcept { return call_; }
    syscall_outcome const* outcome() const noexcept { return outcome_; }   ///< the outcome of the call; null at entry
    capture_options const& options() const noexcept { return options_; }
    uapi::data_model model() const noexcept { return model_; }
    value_tree& into() noexcept { return into_; }

private:
    static constexpr std::size_t string_chunk = 256;   ///< number of bytes of a string that are read first
    static constexpr std::uint64_t list_chunk = 32;    ///< number of elements of a null-terminated list that are read at once

    static constexpr std::size_t page = 4096;   ///< the smallest page size; mapped memory ends at the end of a page

    /// The number of bytes from an address to the next multiple of `unit`.
    static std::size_t to_end_of(std::size_t unit, std::uint64_t at) noexcept { return unit - at % unit; }

    /// An aligned block of memory that was read for a value. Later values are often in the same block.
    struct block {
        std::uint64_t at = 0;
        std::size_t length = 0;
        std::array<std::byte, 1024> bytes;   // left uninitialised: it is written before it is read
    };

    /// Whether the limits allow a read of `size` bytes.
    bool may_read(std::size_t size) const noexcept { return left_.reads != 0 && left_.bytes >= size; }

    // Defined in capture.cpp:
    std::uint64_t entry_pointee(unsigned index) const noexcept;
    uapi::type const& choose(uapi::type const& as, frame const& in) noexcept;
    void add_pointer(uapi::type const& as, std::string_view name, std::uint64_t to, frame const& in);
    bool add_in(uapi::type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at, frame const& in);
    bool custom(uapi::type const& as, std::string_view name, std::uint64_t at, frame const& in);
    bool applies(uapi::condition const& only, frame const& in) noexcept;

    // Defined in capture_memory.cpp:
    std::size_t find_or_read(std::uint64_t at, std::span<std::byte> into) noexcept;
    std::size_t read_plainly(std::uint64_t at, std::span<std::byte> into) noexcept;
    bool read_around(std::uint64_t at, std::span<std::byte> into) noexcept;
    std::size_t first_read(uapi::type const& as) noexcept;

    // Defined in capture_structures.cpp:
    bool add_characters(uapi::type const& as, std::string_view name, std::uint64_t at, frame const& in);
    bool add_bytes(uapi::type const& as, std::string_view name, std::uint64_t at, std::size_t wanted, std::uint64_t really);
    bool add_signal_info(uapi::type const& as, std::string_view name, std::uint64_t at);
    bool add_signal_set(uapi::type const& as, std::string_view name, std::uint64_t at, frame const& in);
    bool add_fd_set(uapi::type const& as, std::string_view name, std::uint64_t at, frame const& in);
    bool add_cpu_set(uapi::type const& as, std::string_view name, std::uint64_t at, frame const& in);
    bool add_array(uapi::type const& as, std::string_view name, std::uint64_t at, frame const& in);
    bool add_count(uapi::type const& as, std::uint64_t at);
    bool add_structure(uapi::type const& as, std::string_view name, std::uint64_t at, frame const& in);
    void add_fields(uapi::type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at, bool more,
                    std::uint64_t passed = 0);
    bool add_field_characters(uapi::type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at,
                              frame const& in);
    bool add_flexible_array(uapi::type const& as, std::string_view name, std::uint64_t at, frame const& in);
    bool add_elements(uapi::type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at,
                      frame const& in);

    // Defined in open_files.cpp:
    descriptor_owner owner_of(uapi::type const& as) const noexcept;
    void add_members(std::uint32_t place);
    void add_context(std::string const& context);
    void add_sender(std::uint32_t place);

    reader& memory_;
    capture_options const& options_;
    syscall_call const& call_;
    value_tree& into_;
    syscall_outcome const* outcome_;
    uapi::data_model model_;
    limits left_;                  ///< what the limits still allow at this stop
    std::uint64_t unspread_ = 0;   ///< number of transferred bytes that are in buffers not decoded yet, see `spread`
    unsigned depth_ = 0;
    bool describes_ = true;                ///< false after `add_numbers_only`
    std::int32_t last_directory_ = -100;   ///< the last value of shape `dirfd` that was added; AT_FDCWD if there is none
    frame here_{};                         ///< the structure that `here()` returns
    std::array<std::uint64_t, 6> arguments_{};
    std::array<window, 6> windows_{};
    std::size_t window_count_ = 0;
    window kept_{};
    std::array<block, 4> blocks_;   ///< the last blocks that were read; the oldest is replaced
    std::size_t block_count_ = 0;
    std::array<std::byte, 6 * string_chunk> fetched_;   // left uninitialised: it is written before it is read
};

/// The little-endian number in `raw`. Only the first 8 bytes of `raw` are used.
inline std::uint64_t load(std::span<std::byte const> raw) noexcept
{
    std::uint64_t number = 0;
    std::memcpy(&number, raw.data(), raw.size() < 8 ? raw.size() : 8);
    return number;
}

}   // namespace cotrace::decode
