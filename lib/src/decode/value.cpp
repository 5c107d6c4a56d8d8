// SPDX-License-Identifier: BSL-1.0
#include <cotrace/value.hpp>

#include <cotrace/abi/syscalls.hpp>
#include <cotrace/call.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace cotrace {

std::int64_t value::integer(abi::data_model model) const noexcept
{
    auto const& as = type();
    auto const bits = 8 * abi::size_of(as.width, model);
    bool const is_signed = as.style == abi::style::decimal || as.shape == abi::shape::fd
        || as.shape == abi::shape::dirfd || as.shape == abi::shape::process_id
        || as.shape == abi::shape::process_group;
    if (!is_signed || bits >= 64)
        return static_cast<std::int64_t>(number());
    auto const shift = 64 - bits;
    return static_cast<std::int64_t>(number() << shift) >> shift;
}

std::optional<value> value::target() const noexcept
{
    if (shape() != abi::shape::pointer)
        return *this;
    auto const below = parts();
    return below.empty() ? std::nullopt : std::optional{below.front()};
}

std::optional<value> value::find(std::string_view name) const noexcept
{
    auto const* const here = shape() == abi::shape::pointer ? nullptr : this;
    if (here)
        return parts().find(name);
    auto const behind = target();
    return behind ? behind->find(name) : std::nullopt;
}

bool operator==(value const& left, value const& right) noexcept
{
    if (left.type().shape != right.type().shape || left.number() != right.number() || left.state() != right.state())
        return false;
    auto const a = left.bytes(), b = right.bytes();
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
    auto const behind = left.target();
    return behind && behind->text() == right;
}

std::size_t value_list::size() const noexcept
{
    std::size_t n = 0;
    for (auto i = begin(); i != end(); ++i)
        ++n;
    return n;
}

std::optional<value> value_list::find(std::string_view name) const noexcept
{
    for (auto each : *this)
        if (each.name() == name)
            return each;
    return std::nullopt;
}

std::string syscall_call::name() const
{
    if (auto const* known = what ? what : abi::find(arch, number))
        return std::string{known->name};
    char digits[16];
    auto const end = std::to_chars(std::begin(digits), std::end(digits), number, 16).ptr;
    return "syscall_0x" + std::string{digits, end};
}

} // namespace cotrace
