// SPDX-License-Identifier: BSL-1.0
#include <cotrace/value.hpp>

#include "uapi/constants/clock.hpp"
#include "uapi/constants/stat.hpp"
#include "uapi/requests.hpp"
#include "uapi/ring_operations.hpp"

#include <cotrace/record.hpp>
#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/signals.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace cotrace {

namespace {

// Whether `number` contains the flag `row`, or has the value of `row` in the bits `row.mask`.
bool is_set(uapi::named_value const& row, std::uint64_t number) noexcept
{
    if (row.mask == 0)
        return number == 0;   // a row with the mask 0 names the empty set of flags
    return (row.mask != row.value || row.value != 0) && (number & row.mask) == row.value;
}

bool has_flag(uapi::type const& as, std::uint64_t number, std::string_view name) noexcept
{
    auto const rows = as.names ? as.names->all() : std::span<uapi::named_value const>{};
    return std::any_of(rows.begin(), rows.end(), [&](auto const& row) { return row.name == name && is_set(row, number); });
}

bool is_index(std::string_view text) noexcept
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view constant_of(uapi::type const& as, std::uint64_t number) noexcept
{
    auto const name = [](uapi::named_value const* row) { return row ? row->name : std::string_view{}; };
    auto const as_int = static_cast<std::int32_t>(number);
    switch (as.shape) {
    case uapi::shape::signal: return uapi::signal_name(as_int);
    case uapi::shape::error: return uapi::errno_name(as_int);
    case uapi::shape::dirfd: return as_int == -100 ? "AT_FDCWD" : std::string_view{};
    case uapi::shape::clock: return name(uapi::names::clocks.find(number));
    case uapi::shape::file_mode: return name(uapi::names::file_types.find(number & 0xf000));
    case uapi::shape::enumeration: return name(uapi::name_of(as, number));
    case uapi::shape::ioctl_request:
        return as.names ? uapi::request_constant(*as.names, static_cast<std::uint32_t>(number)) : std::string_view{};
    default: return {};
    }
}

bool has_constant(uapi::type const& as, std::uint64_t number, std::string_view name) noexcept
{
    switch (as.shape) {
    case uapi::shape::flags: return has_flag(as, number, name);
    case uapi::shape::packed:
        return std::any_of(as.slices, as.slices + as.count, [&](uapi::slice const& each) {
            return has_constant(*each.as, (number & each.mask) >> each.shift, name);
        });
    case uapi::shape::file_mode:
        for (auto const& row : uapi::names::mode_bits.all())
            if (row.name == name)
                return is_set(row, number);
        [[fallthrough]];
    default: return constant_of(as, number) == name;
    }
}

}   // namespace

std::string_view value::constant() const noexcept
{
    auto const is = target();
    return is ? constant_of(is->type(), is->number()) : std::string_view{};
}

bool value::has(std::string_view name) const noexcept
{
    auto const is = target();
    return is && !name.empty() && has_constant(is->type(), is->number(), name);
}

std::int64_t value::integer() const noexcept { return integer(tree_->model()); }

std::int64_t value::integer(uapi::data_model model) const noexcept
{
    auto const& as = type();
    auto const bits = 8 * uapi::size_of(as.width, model);
    bool const is_signed = as.style == uapi::style::decimal || uapi::traits_of(as.shape).refers != uapi::reference::none;
    if (!is_signed || bits >= 64)
        return static_cast<std::int64_t>(number());
    auto const shift = 64 - bits;
    return static_cast<std::int64_t>(number() << shift) >> shift;
}

std::optional<value> value::target() const noexcept
{
    if (shape() != uapi::shape::pointer)
        return *this;
    auto const below = parts();
    return below.empty() ? std::nullopt : std::optional{below.front()};
}

std::optional<value> value::find(std::string_view path) const noexcept
{
    if (shape() != uapi::shape::pointer)
        return parts().find(path);
    auto const pointee = target();
    return pointee ? pointee->find(path) : std::nullopt;
}

bool operator==(value const& left, value const& right) noexcept
{
    if (left.type().shape != right.type().shape || left.number() != right.number() || left.state() != right.state())
        return false;
    auto const a = left.own_bytes(), b = right.own_bytes();
    if (!std::equal(a.begin(), a.end(), b.begin(), b.end()))
        return false;
    auto const x = left.parts(), y = right.parts();
    auto i = x.begin();
    auto j = y.begin();
    for (; i != x.end() && j != y.end(); ++i, ++j)
        if (!(*i == *j))
            return false;
    return i == x.end() && j == y.end();
}

bool operator==(value const& left, std::string_view right) noexcept
{
    auto const pointee = left.target();
    return pointee && pointee->text() == right;
}

std::size_t value_list::size() const noexcept
{
    std::size_t n = 0;
    for (auto i = begin(); i != end(); ++i)
        ++n;
    return n;
}

std::optional<value> value_list::part(std::string_view name) const noexcept
{
    for (auto each : *this)
        if (each.name() == name)
            return each;
    std::size_t index = 0;
    if (!is_index(name) || std::from_chars(name.data(), name.data() + name.size(), index).ec != std::errc{})
        return std::nullopt;
    for (auto each : *this)
        if (each.name().empty() && index-- == 0)
            return each;
    return std::nullopt;
}

std::optional<value> value_list::find(std::string_view path) const noexcept
{
    auto const point = path.find('.');
    auto const here = part(path.substr(0, point));
    return here && point != path.npos ? here->find(path.substr(point + 1)) : here;
}

std::string syscall_call::name() const
{
    if (auto const* known = what ? what : uapi::find(arch, number))
        return std::string{known->name};
    char digits[16];
    auto const end = std::to_chars(std::begin(digits), std::end(digits), number, 16).ptr;
    return "syscall_0x" + std::string{digits, end};
}

std::string_view ring_completed::name() const noexcept { return opcode ? uapi::operation_name(*opcode) : "operation"; }

std::span<std::byte const> value::own_bytes() const noexcept { return {tree_->arena().data() + node().begin, node().length}; }

std::span<std::byte const> value::bytes() const noexcept
{
    if (node().length != 0 || shape() != uapi::shape::pointer)
        return own_bytes();
    auto const is = target();
    return is ? is->bytes() : std::span<std::byte const>{};
}

std::string_view value::text() const noexcept
{
    auto const raw = bytes();
    return {reinterpret_cast<char const*>(raw.data()), raw.size()};
}

void value_tree::reserve(std::size_t values) { nodes_.reserve(values); }

std::uint32_t value_tree::open(value_node const& made)
{
    nodes_.push_back(made);
    return static_cast<std::uint32_t>(nodes_.size() - 1);
}

void value_tree::cancel(std::uint32_t place) noexcept { nodes_.resize(place); }

std::uint32_t value_tree::add_bytes(std::size_t count)
{
    bytes_.resize(bytes_.size() + count);
    return static_cast<std::uint32_t>(bytes_.size() - count);
}

std::span<std::byte> value_tree::bytes_at(std::uint32_t begin, std::size_t count) noexcept
{
    return {bytes_.data() + begin, count};
}

void value_tree::drop_bytes(std::size_t count) noexcept { bytes_.resize(bytes_.size() - count); }

}   // namespace cotrace
