// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/type.hpp>
#include <cotrace/recycled.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace cotrace {

/// How much of a value was had.
enum class value_state : std::uint8_t {
    complete,
    cut,          ///< there is more than was captured: a limit, or memory that ended
    unreadable,   ///< a pointer whose target could not be read, or was not meant to be
    later,        ///< an argument that is known for good at exit only; what it was at entry may be below
};

/// A value of a `value_tree`, with the values it is made of right behind it.
struct value_node {
    abi::type const* as = nullptr;   ///< what it means
    std::string_view name{};         ///< of the argument or field; empty for elements and targets of pointers
    std::uint64_t    number = 0;     ///< a number; a pointer's address; how many bytes or elements there really are
    std::uint32_t    extent = 1;     ///< nodes of this value, itself included
    std::uint32_t    begin = 0;      ///< where its bytes are
    std::uint32_t    length = 0;     ///< how many of them were captured
    value_state      state = value_state::complete;
};

class value_list;
class value_tree;

/// One decoded value: a view into a tree, which must outlive it.
class value {
public:
    value(value_tree const& tree, std::uint32_t at) noexcept : tree_{&tree}, at_{at} {}

    abi::type const& type() const noexcept { return *node().as; }
    abi::shape       shape() const noexcept { return node().as->shape; }
    std::string_view name() const noexcept { return node().name; }
    value_state      state() const noexcept { return node().state; }

    /// The number as it was in the register or in memory, zero-extended.
    std::uint64_t number() const noexcept { return node().number; }

    /// The number with the sign that its type gives it.
    std::int64_t integer() const noexcept;
    std::int64_t integer(abi::data_model model) const noexcept;

    /// The name of the constant that the number is, behind a pointer too:
    /// "SEEK_SET", "SIGTERM", "AT_FDCWD", "S_IFREG"; empty where it has none. Of
    /// flags there are several: see `has`.
    std::string_view constant() const noexcept;

    /// Whether the number, behind a pointer too, has that flag set, or is that
    /// constant: `has("O_CLOEXEC")`. Of several bits, all must be as the name has
    /// them: `has("O_RDONLY")` is not true of O_RDWR.
    bool has(std::string_view name) const noexcept;

    /// The bytes that were captured of a string or buffer; `number()` tells how many there were.
    std::span<std::byte const> bytes() const noexcept;
    std::string_view           text() const noexcept;

    /// The parts of a structure, the elements of an array, the target of a pointer;
    /// of a descriptor or process, what `capture_options` had it asked about.
    value_list parts() const noexcept;

    /// What a pointer points to, if it was read; other values are their own target.
    std::optional<value> target() const noexcept;

    /// The part of that name, looked for behind pointers too. Names and numbers
    /// with points between them lead further in: "msg_iov.0.iov_len".
    std::optional<value> find(std::string_view path) const noexcept;

    /// Same meaning, same content. Addresses count, names do not.
    friend bool operator==(value const& left, value const& right) noexcept;

    /// Compares with a number, or with text. A negative number is compared as the value's type has it.
    template <std::integral Number>
    friend bool operator==(value const& left, Number right) noexcept
    {
        return right < Number{} ? left.integer() == static_cast<std::int64_t>(right)
                                : left.number() == static_cast<std::uint64_t>(right);
    }
    friend bool operator==(value const& left, std::string_view right) noexcept;

    /// Calls `look(value, depth)` for this value and everything below it, in order.
    template <class Visitor>
    void visit(Visitor&& look, unsigned depth = 0) const;

    value_node const& node() const noexcept;

private:
    friend class value_list;
    value_tree const* tree_;
    std::uint32_t     at_;
};

/// Values side by side.
class value_list {
public:
    class iterator {
    public:
        iterator(value_tree const& tree, std::uint32_t at) noexcept : tree_{&tree}, at_{at} {}
        value     operator*() const noexcept { return {*tree_, at_}; }
        iterator& operator++() noexcept;
        friend bool operator==(iterator const& left, iterator const& right) noexcept { return left.at_ == right.at_; }

    private:
        value_tree const* tree_;
        std::uint32_t     at_;
    };

    value_list(value_tree const& tree, std::uint32_t first, std::uint32_t end) noexcept
        : tree_{&tree}, first_{first}, end_{end}
    {
    }

    iterator begin() const noexcept { return {*tree_, first_}; }
    iterator end() const noexcept { return {*tree_, end_}; }
    bool     empty() const noexcept { return first_ == end_; }
    value    front() const noexcept { return {*tree_, first_}; }
    std::size_t size() const noexcept;

    /// As `value::find`; the elements of an array have numbers, beginning with 0.
    std::optional<value> find(std::string_view path) const noexcept;

private:
    std::optional<value> part(std::string_view name) const noexcept;

    value_tree const* tree_;
    std::uint32_t     first_;
    std::uint32_t     end_;
};

/// Decoded values: all nodes in one vector, each before its parts, and all
/// bytes in another. Clearing keeps the memory for the next call.
class value_tree {
public:
    using node_list = std::vector<value_node, recycling<value_node>>;
    using byte_list = std::vector<std::byte, recycling<std::byte>>;

    void clear() noexcept
    {
        nodes_.clear();
        bytes_.clear();
    }

    /// Makes room for as many values at one go.
    void reserve(std::size_t values) { nodes_.reserve(values); }

    bool       empty() const noexcept { return nodes_.empty(); }
    value_list all() const noexcept { return {*this, 0, static_cast<std::uint32_t>(nodes_.size())}; }
    std::optional<value> find(std::string_view path) const noexcept { return all().find(path); }

    /// How the subject's memory is laid out, which decides how wide its `long` is.
    abi::data_model model() const noexcept { return model_; }
    void            lay_out_as(abi::data_model model) noexcept { model_ = model; }

    /// Adds a value; what is added before `close` of its place is part of it.
    std::uint32_t open(value_node const& made)
    {
        nodes_.push_back(made);
        return static_cast<std::uint32_t>(nodes_.size() - 1);
    }
    void close(std::uint32_t place) noexcept
    {
        nodes_[place].extent = static_cast<std::uint32_t>(nodes_.size() - place);
    }

    /// Takes back a value that turned out not to be there, with its parts.
    void cancel(std::uint32_t place) noexcept { nodes_.resize(place); }

    /// Room for `count` bytes, and where they are.
    std::uint32_t add_bytes(std::size_t count)
    {
        bytes_.resize(bytes_.size() + count);
        return static_cast<std::uint32_t>(bytes_.size() - count);
    }
    std::span<std::byte> bytes_at(std::uint32_t begin, std::size_t count) noexcept
    {
        return {bytes_.data() + begin, count};
    }
    void drop_bytes(std::size_t count) noexcept { bytes_.resize(bytes_.size() - count); }

    node_list const& nodes() const noexcept { return nodes_; }
    value_node&      node(std::uint32_t place) noexcept { return nodes_[place]; }
    byte_list const& arena() const noexcept { return bytes_; }

private:
    node_list       nodes_;
    byte_list       bytes_;
    abi::data_model model_ = abi::data_model::lp64;
};

inline value_node const& value::node() const noexcept { return tree_->nodes()[at_]; }

inline std::span<std::byte const> value::bytes() const noexcept
{
    return {tree_->arena().data() + node().begin, node().length};
}

inline std::string_view value::text() const noexcept
{
    auto const raw = bytes();
    return {reinterpret_cast<char const*>(raw.data()), raw.size()};
}

inline value_list value::parts() const noexcept { return {*tree_, at_ + 1, at_ + node().extent}; }

inline value_list::iterator& value_list::iterator::operator++() noexcept
{
    at_ += tree_->nodes()[at_].extent;
    return *this;
}

template <class Visitor>
void value::visit(Visitor&& look, unsigned depth) const
{
    look(*this, depth);
    for (auto part : parts())
        part.visit(look, depth + 1);
}

} // namespace cotrace
