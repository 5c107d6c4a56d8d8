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

/// The structure that is being decoded. The lengths and types of some fields depend on the values of other fields of
/// the structure.
struct frame {
    uapi::type const* layout = nullptr;
    std::span<std::byte const> raw{};
    std::uint64_t passed = 0;   ///< number of bytes that the traced thread passed; may differ from the size of `layout`
    std::uint64_t at = 0;       ///< address of the structure
};

/// Makes the values of one stop from the registers of a call and from the memory that the registers point to. `limits`
/// bounds how much memory is read and how many elements are added, whatever the traced thread passes. Strings, buffers and
/// arrays that reach one of the limits are cut. If a structure that a pointer points to reaches a limit, only its address is
/// shown, because a user could mistake a part of the structure for the whole structure.
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

    /// Takes the values of the arguments in `parameters` from the registers. An argument that is narrower than a
    /// register gets only the lower bits of the register.
    void take_arguments(std::span<uapi::parameter const> parameters) noexcept { take_arguments(parameters, call_.args); }
    /// Takes the values of the arguments from `from`, for example for a call that has its arguments in memory.
    void take_arguments(std::span<uapi::parameter const> parameters, std::array<std::uint64_t, 6> const& from) noexcept;

    /// Reads memory that arguments point to, up to `string_chunk` bytes for each argument, with one call of `reader::gather`.
    /// If `fetch` is called before the arguments are decoded, fewer system calls are needed.
    void fetch(std::span<uapi::parameter const> parameters) noexcept;

    /// Adds a value whose number is `number`. If `as` is a choice, the value has the type that the choice selects. The target of
    /// a pointer is added, too, if the pointer's type and the options ask for it at this stop, and if it can be read. Returns
    /// false only for a value of `shape::custom` that could not be decoded.
    bool add(uapi::type const& as, std::string_view name, std::uint64_t number, frame const& in = {});

    /// Adds the value in memory at the address `at`. Returns false, and adds nothing, if the value could not be decoded, for
    /// example because the memory could not be read.
    bool add_at(uapi::type const& as, std::string_view name, std::uint64_t at, frame const& in = {});

    /// Adds a number, or a pointer without the target of the pointer.
    void add_plain(uapi::type const& as, std::string_view name, std::uint64_t number, value_state state = value_state::complete);

    /// Adds a file descriptor, with the details of its open file that `capture_options::descriptors` and
    /// `capture_options::contexts` ask for.
    void add_descriptor(uapi::type const& as, std::string_view name, std::uint64_t number);

    /// The pid namespace that an id belongs to: the namespace of the traced thread or the namespace of the tracer.
    enum class namespace_of : std::uint8_t { subject, tracer };
    /// Adds the id of a process or thread, with the details that `capture_options::processes` asks for. The id of a process
    /// group is added without a name. An id is that of a process group if the id is negative, or if `as` has the shape
    /// `process_group`.
    void add_process(uapi::type const& as, std::string_view name, std::uint64_t number,
                     namespace_of seen_from = namespace_of::subject);

    /// After this call, file descriptors and processes are added as numbers only.
    void add_numbers_only() noexcept { describes_ = false; }

    /// Adds a number and `known`, the name that the number has on this system. An example is the index of a network
    /// device and the name of the device.
    void add_named(uapi::type const& as, std::string_view name, std::uint64_t number, std::string_view known);

    /// Adds characters or bytes that were read already.
    void add_text(uapi::type const& as, std::string_view name, std::span<std::byte const> text);

    /// Adds bytes that were read already at the address `at`, and that are contents: if contents are redacted, adds none of them,
    /// and marks the value as cut.
    void add_contents(uapi::type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at);

    /// Adds the SELinux context of a file if `capture_options::contexts` asks for it. The value at `place` is the path of the
    /// file, and must be the value that was added last.
    void add_context_of_path(std::uint32_t place);

    /// Adds a structure from the bytes in `raw`. A field is left out if `raw` does not contain all of its bytes. `passed` is the
    /// number of bytes that the traced thread passed; 0 stands for the size of `raw`. The bytes of `raw` after the first `passed`
    /// bytes are zeros that the caller added. If `more` is true, the value is marked as cut. Always returns true.
    bool add_part_of(uapi::type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at,
                     bool more = false, std::uint64_t passed = 0);

    /// Returns the type that a choice selects for this call. Any other type is returned unchanged.
    uapi::type const& settle(uapi::type const& as, frame const& in = {}) noexcept
    {
        return as.shape == uapi::shape::choice ? choose(as, in) : as;
    }

    /// Reads memory. If contents are redacted, a trace file gets zeros in place of the bytes, except for those that are shown:
    /// the fields of a structure that `add_part_of` adds, the values that `add_at` adds, and what is passed to `show`.
    std::size_t read(std::uint64_t at, std::span<std::byte> into) noexcept;
    /// Marks memory that was read as shown: a value was made from it, or it decided which values were made.
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

    /// Bytes that were read already, and the address that they were read from.
    struct window {
        std::uint64_t at = 0;
        std::span<std::byte const> bytes{};
    };
    /// Sets the window. If the memory that `read` is asked for is wholly inside the window, `read` copies it from
    /// `shown.bytes`, and does not read it from the traced thread. Returns the previous window, which the caller can set
    /// again.
    window keep(window shown) noexcept { return std::exchange(kept_, shown); }

    /// The source of information that is not in the traced thread's memory, such as the names of network devices.
    reader& system() noexcept { return memory_; }
    template <class T>
    bool read_value(std::uint64_t at, T& into) noexcept
    {
        return read_shown(at, std::as_writable_bytes(std::span{&into, 1})) == sizeof(T);
    }

    std::uint64_t count(uapi::amount const& of, frame const& in = {}) noexcept;
    /// Like `count`, for use in a custom decoder. If `of` refers to a field, the field is looked up in the structure
    /// that contains the value that is being decoded.
    std::uint64_t count_here(uapi::amount const& of) noexcept { return count(of, here_); }
    /// In a custom decoder, the structure that contains the value that is being decoded.
    frame const& here() const noexcept { return here_; }
    /// The number of elements that are captured of an array with `really` elements, according to the options.
    std::uint64_t elements_shown(std::uint64_t really) const noexcept { return std::min(really, most_elements(options_)); }
    /// Whether the contents of buffers are redacted.
    bool redacts() const noexcept { return options_.redact != redaction::none; }
    /// The most bytes that are captured of a buffer (`most_of_buffer`), and of a string that is not a path
    /// (`most_of_string`).
    std::size_t most_of_buffer() const noexcept { return redacts() ? 0 : options_.string_limit; }
    std::size_t most_of_string() const noexcept { return options_.redact == redaction::strings ? 0 : options_.string_limit; }
    /// The most bytes that are read to show `most_of_string` bytes: one more, which tells whether the string ends. A redacted
    /// string is not read.
    std::size_t most_read_of_string() const noexcept
    {
        return options_.redact == redaction::strings ? 0 : options_.string_limit + 1;
    }
    /// Sets the number of bytes that a call transferred to several buffers together. After this, each call of `count`
    /// for a length with `within_return` returns how many of these bytes are in the next buffer, and subtracts them from
    /// the number.
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

    static constexpr std::size_t page = 4096;   ///< the smallest page size; mappings end at page boundaries

    /// The number of bytes from an address to the next multiple of `unit`.
    static std::size_t to_end_of(std::size_t unit, std::uint64_t at) noexcept { return unit - at % unit; }

    /// An aligned block of memory that was read for one value. The block is kept, because the next values often are in
    /// the same block.
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
