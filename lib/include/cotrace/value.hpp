// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/recycled.hpp>
#include <cotrace/uapi/type.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace cotrace {

/// How completely a value was captured.
enum class value_state : std::uint8_t {
    complete,
    cut,   ///< only a part was captured, in most cases because of a limit
    /// The target of a pointer, or the rest of an array or buffer, could not be read. Also the state of a pointer whose
    /// target was deliberately not read.
    unreadable,
    /// In the record of a call's entry: the final value of the argument is known only at exit. The parts may be those
    /// of the argument at entry.
    later,
};

/// A node of a `value_tree`. The node describes one value. The nodes of the value's parts directly follow.
struct value_node {
    uapi::type const* as = nullptr;   ///< type of the value
    std::string_view name{};          ///< name of the argument or field; empty for elements and targets of pointers
    /// For a number, the number. For a pointer or a structure, the address. For a buffer, or a string that is not cut,
    /// the full number of bytes. For an array, the full number of elements (2^64 - 1 if not known). For an array that
    /// is `unreadable`, the address at which reading failed.
    std::uint64_t number = 0;
    std::uint32_t extent = 1;   ///< number of nodes of this value and all its parts, including this node
    std::uint32_t begin = 0;    ///< index of the first captured byte in `value_tree::arena`
    std::uint32_t length = 0;   ///< number of bytes that were captured
    value_state state = value_state::complete;
};

class value_list;
class value_tree;

/// One decoded value. It is a view into a tree, which must outlive the view.
class value {
public:
    value(value_tree const& tree, std::uint32_t at) noexcept
        : tree_{&tree}
        , at_{at}
    {
    }

    uapi::type const& type() const noexcept { return *node().as; }
    uapi::shape shape() const noexcept { return node().as->shape; }
    std::string_view name() const noexcept { return node().name; }
    value_state state() const noexcept { return node().state; }

    /// The number as it was in the register or in memory, zero-extended. `value_node::number` says what it is for
    /// values that are not numbers.
    std::uint64_t number() const noexcept { return node().number; }

    /// The number, sign-extended if its type is signed. `model` decides the width of the type; the default is the model
    /// of the tree.
    std::int64_t integer() const noexcept;
    std::int64_t integer(uapi::data_model model) const noexcept;

    /// The name of the constant that has this number, such as "SEEK_SET"; empty if there is none. For a pointer to a
    /// number, the name for the number in memory. For flags, use `has`.
    std::string_view constant() const noexcept;

    /// Whether the number is the constant `name`, or has the flag `name` set: `has("O_CLOEXEC")`. For a pointer to a
    /// number, the number in memory is tested. If `name` is a value of a bit field, the whole field is compared:
    /// `has("O_RDONLY")` is false for O_RDWR.
    bool has(std::string_view name) const noexcept;

    /// The captured bytes of a string or buffer, or of the string or buffer that a pointer points to.
    std::span<std::byte const> bytes() const noexcept;
    std::string_view text() const noexcept;

    /// The captured bytes of this value itself, without the bytes of a pointer's target.
    std::span<std::byte const> own_bytes() const noexcept;

    /// The parts of this value: the fields of a structure, the elements of an array, the target of a pointer, or
    /// details that `capture_options` asks for.
    value_list parts() const noexcept;

    /// For a pointer, the value that the pointer points to; empty if that value was not read. For any other value, the
    /// value itself.
    std::optional<value> target() const noexcept;

    /// The part that `path` names; empty if there is none. `path` is a name, or the index of an array element, from 0.
    /// Points separate several names and indices: "msg_iov.0.iov_len". Pointers on the way are followed.
    std::optional<value> find(std::string_view path) const noexcept;

    /// Compares the shapes, the numbers, the states, the bytes and the parts of two values. Names are not compared.
    /// Pointers with different addresses are not equal.
    friend bool operator==(value const& left, value const& right) noexcept;

    /// A number below 0 is compared with `integer()`, any other number with `number()`. Text is compared with `text()`.
    /// A pointer whose target was not read is not equal to any text.
    template <std::integral Number>
    friend bool operator==(value const& left, Number right) noexcept
    {
        return right < Number{} ? left.integer() == static_cast<std::int64_t>(right)
                                : left.number() == static_cast<std::uint64_t>(right);
    }
    friend bool operator==(value const& left, std::string_view right) noexcept;

    /// Calls `look(value, depth)` for this value, and then for all its inner parts, in order. The depth of a part is
    /// greater by 1 than that of its value.
    template <class Visitor>
    void visit(Visitor&& look, unsigned depth = 0) const;

    value_node const& node() const noexcept;

private:
    friend class value_list;
    value_tree const* tree_;
    std::uint32_t at_;
};

/// A sequence of values: the parts of a value, or all values of a tree.
class value_list {
public:
    /// A forward iterator over the values.
    class iterator {
    public:
        iterator(value_tree const& tree, std::uint32_t at) noexcept
            : tree_{&tree}
            , at_{at}
        {
        }
        value operator*() const noexcept { return {*tree_, at_}; }
        iterator& operator++() noexcept;
        friend bool operator==(iterator const& left, iterator const& right) noexcept { return left.at_ == right.at_; }

    private:
        value_tree const* tree_;
        std::uint32_t at_;
    };

    value_list(value_tree const& tree, std::uint32_t first, std::uint32_t end) noexcept
        : tree_{&tree}
        , first_{first}
        , end_{end}
    {
    }

    iterator begin() const noexcept { return {*tree_, first_}; }
    iterator end() const noexcept { return {*tree_, end_}; }
    bool empty() const noexcept { return first_ == end_; }
    value front() const noexcept { return {*tree_, first_}; }
    std::size_t size() const noexcept;

    /// The value that `path` names; empty if there is none. The first name or index in `path` selects a value of this
    /// list. The rest is the path for `value::find`.
    std::optional<value> find(std::string_view path) const noexcept;

private:
    std::optional<value> part(std::string_view name) const noexcept;

    value_tree const* tree_;
    std::uint32_t first_;
    std::uint32_t end_;
};

/// The decoded values of a call. Each node precedes the nodes of its parts. `clear` keeps the memory for the next call.
class value_tree {
public:
    using node_list = std::vector<value_node, recycling<value_node>>;
    using byte_list = std::vector<std::byte, recycling<std::byte>>;

    void clear() noexcept
    {
        nodes_.clear();
        bytes_.clear();
    }

    /// Reserves memory for `values` nodes.
    void reserve(std::size_t values);

    bool empty() const noexcept { return nodes_.empty(); }
    value_list all() const noexcept { return {*this, 0, static_cast<std::uint32_t>(nodes_.size())}; }
    std::optional<value> find(std::string_view path) const noexcept { return nodes_.empty() ? std::nullopt : all().find(path); }

    /// The data model of the subject's memory, which decides the width of `long` and pointers.
    uapi::data_model model() const noexcept { return model_; }
    void lay_out_as(uapi::data_model model) noexcept { model_ = model; }

    /// Adds a node and returns its place, the index in `nodes`. Values that are added before `close(place)` become
    /// parts of the node's value.
    std::uint32_t open(value_node const& made);
    void close(std::uint32_t place) noexcept { nodes_[place].extent = static_cast<std::uint32_t>(nodes_.size() - place); }

    /// Removes the node at `place` and all nodes that were added after it.
    void cancel(std::uint32_t place) noexcept;

    /// Adds room for `count` bytes, and returns the index of the first of them in `arena`.
    std::uint32_t add_bytes(std::size_t count);
    std::span<std::byte> bytes_at(std::uint32_t begin, std::size_t count) noexcept;
    void drop_bytes(std::size_t count) noexcept;

    node_list const& nodes() const noexcept { return nodes_; }
    value_node& node(std::uint32_t place) noexcept { return nodes_[place]; }
    byte_list const& arena() const noexcept { return bytes_; }

private:
    node_list nodes_;
    byte_list bytes_;
    uapi::data_model model_ = uapi::data_model::lp64;
};

inline value_node const& value::node() const noexcept { return tree_->nodes()[at_]; }

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

}   // namespace cotrace
