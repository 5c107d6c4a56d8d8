// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/reader.hpp"

#include <cotrace/recycled.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cotrace::decode {

/// What the values of one stop were decoded from, apart from registers: memory, and answers of `reader`. With the inputs, the
/// values can be decoded again with other options.
struct inputs {
    /// Bytes of the traced thread's memory at the address `at`. They are stored in `inputs::bytes`, from the index `begin`.
    struct piece {
        std::uint64_t at = 0;
        std::uint32_t begin = 0;
        std::uint32_t length = 0;
    };

    /// The function of `reader` that gave an answer.
    enum class question : std::uint8_t {
        file = 1,             ///< `describe` of a file descriptor
        process,              ///< `describe` of a process
        descriptor_context,   ///< `context_of` a file descriptor
        path_context,         ///< `context_of` a path
        namespace_link,       ///< `namespace_of`
        mapping,              ///< `mapping_of`
        netlink_protocol,
        interface_name,
        generic_family,
    };

    /// The result of a function of `reader`, and the arguments that the function was called with.
    struct answer {
        question asked{};
        /// For a file descriptor: `descriptor_owner::is`. For a process: bit 0 is `is_group`, and bit 1 is `is_ours`.
        std::uint8_t kind = 0;
        /// `descriptor_owner::id`. For a path: the file descriptor of the directory. For a namespace: the id of the process.
        std::int32_t owner = 0;
        std::int64_t id = 0;   ///< the file descriptor, process, network interface or netlink family that is asked about
        std::string text{};    ///< the path or the link that is asked about
        /// The result. `std::monostate` in an object that is only compared with answers (`is_about`).
        std::variant<std::monostate, open_file, process_name, std::string, std::uint64_t> found{};

        bool is_about(answer const& other) const noexcept
        {
            return asked == other.asked && kind == other.kind && owner == other.owner && id == other.id && text == other.text;
        }
    };

    std::vector<piece, recycling<piece>> pieces{};
    std::vector<std::byte, recycling<std::byte>> bytes{};
    std::vector<std::shared_ptr<answer const>> answers{};   ///< several calls in a trace file may share an answer

    bool empty() const noexcept { return pieces.empty() && answers.empty(); }
    std::span<std::byte const> bytes_of(piece const& which) const noexcept { return {bytes.data() + which.begin, which.length}; }
};

/// Stores the answers of another reader in an `inputs` object. Memory is stored only if it is passed to `used`. If contents are
/// redacted, call `hide_rest` at the end.
class recording_reader final : public reader {
public:
    explicit recording_reader(reader& from, inputs& into) noexcept
        : from_{from}
        , into_{into}
    {
    }

    std::size_t read(remote_address at, std::span<std::byte> into) noexcept override { return from_.read(at, into); }
    void gather(std::span<piece> pieces) noexcept override { from_.gather(pieces); }
    bool reads_blocks() const noexcept override { return from_.reads_blocks(); }
    void used(std::uint64_t at, std::span<std::byte const> bytes) override;
    void shown(std::uint64_t at, std::uint64_t size) override;
    bool describe(descriptor_owner which, int fd, descriptor_details const& wanted, open_file& found) noexcept override;
    bool describe(process_key key, process_details const& wanted, process_name& found) noexcept override;
    std::string context_of(descriptor_owner which, int fd) noexcept override;
    std::string context_of(int directory, std::string_view path) noexcept override;
    std::string namespace_of(std::int32_t id, char const* link) noexcept override;
    std::uint64_t mapping_of(int fd) noexcept override;
    std::optional<int> netlink_protocol(int fd) noexcept override;
    std::string_view interface_name(std::uint32_t index) noexcept override;
    std::string_view generic_family(std::uint16_t number) noexcept override;

    /// Overwrites the stored memory that was not passed to `shown` with zeros.
    void hide_rest();

private:
    struct range {
        std::uint64_t first, last;
    };

    bool has(std::uint64_t at, std::size_t size) const noexcept;
    void keep(inputs::answer asked, decltype(inputs::answer::found) found);
    template <class Found>
    Found kept(inputs::answer asked, Found found);

    reader& from_;
    inputs& into_;
    std::vector<range> shown_{};   ///< the memory that was passed to `shown`, if contents are redacted
};

/// A reader that gives the answers that a `recording_reader` stored. Memory that was not stored cannot be read.
class replaying_reader final : public reader {
public:
    /// `from` must outlive the reader.
    explicit replaying_reader(inputs const& from);

    std::size_t read(remote_address from, std::span<std::byte> into) noexcept override;
    bool reads_blocks() const noexcept override { return false; }
    bool describe(descriptor_owner which, int fd, descriptor_details const& wanted, open_file& found) noexcept override;
    bool describe(process_key key, process_details const& wanted, process_name& found) noexcept override;
    std::string context_of(descriptor_owner which, int fd) noexcept override;
    std::string context_of(int directory, std::string_view path) noexcept override;
    std::string namespace_of(std::int32_t id, char const* link) noexcept override;
    std::uint64_t mapping_of(int fd) noexcept override;
    std::optional<int> netlink_protocol(int fd) noexcept override;
    std::string_view interface_name(std::uint32_t index) noexcept override;
    std::string_view generic_family(std::uint16_t number) noexcept override;

private:
    template <class Found>
    Found const* find(inputs::answer const& asked) const noexcept;
    std::string_view text(inputs::answer const& asked) const noexcept;

    inputs const& from_;
    std::vector<inputs::piece, recycling<inputs::piece>> sorted_;   ///< the pieces, sorted by address
    std::uint64_t longest_ = 0;                                     ///< length of the longest piece
};

}   // namespace cotrace::decode
