// SPDX-License-Identifier: BSL-1.0
#include "record/predicate_values.hpp"

#include "record/predicate_names.hpp"
#include "uapi/constants/ioctls.hpp"

#include <cotrace/uapi/signals.hpp>

#include <algorithm>
#include <tuple>

#include <arpa/inet.h>
#include <endian.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace cotrace::predicates {

using uapi::shape;

namespace {

static_assert(std::tuple_size_v<text_buffer> > INET6_ADDRSTRLEN);

std::string_view address_text(int family, void const* address, text_buffer& into) noexcept
{
    char const* const made = ::inet_ntop(family, address, into.data(), into.size());
    return made != nullptr ? std::string_view{made} : std::string_view{};
}

/// The path of a Unix socket. The null byte at the beginning of an abstract name is written as "@".
std::string_view socket_path(std::string_view path, text_buffer& into) noexcept
{
    if (path.empty() || path.front() != '\0')
        return path.substr(0, path.find('\0'));
    auto const length = std::min(path.size(), into.size());
    std::copy_n(path.begin(), length, into.begin());
    into.front() = '@';
    return {into.data(), length};
}

}   // namespace

std::optional<std::string_view> text_of(value const& whole, text_buffer& into)
{
    auto const is = whole.target();
    if (!is)
        return std::nullopt;
    auto const number = static_cast<std::uint32_t>(is->number());
    switch (is->shape()) {
    case shape::inet4: return address_text(AF_INET, &number, into);
    case shape::inet6:
        if (is->bytes().size() != sizeof(in6_addr))
            return std::nullopt;
        return address_text(AF_INET6, is->bytes().data(), into);
    case shape::unix_path: return socket_path(is->text(), into);
    default: break;
    }
    if (!is_number(is->type()))
        return is->text();
    if (!is->own_bytes().empty())   // the bytes are a name, for example of a network interface
        return is->text();
    auto const name = is->constant();
    return name.empty() ? std::nullopt : std::optional{name};
}

std::optional<std::string_view> path_of(value const& argument) noexcept
{
    auto const is = is_descriptor(argument.type()) ? argument.find("path") : argument.target();
    bool const is_path = is && is->shape() == shape::characters && is->type().unlimited;
    return is_path ? std::optional{is->text()} : std::nullopt;
}

std::optional<value> counted(value const& whole) noexcept
{
    if (auto const is = whole.target(); is && is_number(is->type()))
        return is;
    bool const has_number = uapi::traits_of(whole.shape()).holds != uapi::holding::memory;
    return has_number ? std::optional{whole} : std::nullopt;
}

std::uint64_t plain_number(value const& of) noexcept
{
    switch (uapi::traits_of(of.shape()).network_bytes) {
    case 2: return ntohs(static_cast<std::uint16_t>(of.number()));
    case 4: return ntohl(static_cast<std::uint32_t>(of.number()));
    case 8: return be64toh(of.number());
    default: return of.number();
    }
}

integer number_of(value const& of) noexcept
{
    auto const& as = of.type();
    bool const is_signed = (as.shape == shape::integer && as.style == uapi::style::decimal)
                           || uapi::traits_of(as.shape).refers != uapi::reference::none;
    return is_signed ? integer::of(of.integer()) : integer{plain_number(of)};
}

std::optional<std::uint64_t> constant_number(uapi::type const& as, std::string_view name) noexcept
{
    if (as.shape == shape::packed) {
        for (auto const* each = as.slices; each != as.slices + as.count; ++each)
            if (auto const found = constant_number(*each->as, name))
                return *found << each->shift & each->mask;
        return std::nullopt;
    }
    if (as.names != nullptr)
        for (auto const& row : as.names->all())
            if (row.name == name)
                return row.value;
    return std::nullopt;
}

bool is_set(value const& found, std::string_view name, syscall_call const* of)
{
    if (found.shape() == shape::signal)
        return static_cast<int>(found.number()) == uapi::signal_number(name);
    if (found.shape() == shape::net_enumeration)
        return constant_number(found.type(), name) == plain_number(found);
    if (found.shape() != shape::ioctl_request || of == nullptr)
        return found.has(name);
    // Several drivers may use the same request number, each under another name.
    uapi::request_names const names{of->arch, static_cast<std::uint32_t>(found.number())};
    return std::find(names.begin(), names.end(), name) != names.end() || found.has(name);
}

bool may_be_set(uapi::type const& as, std::string_view name)
{
    switch (as.shape) {
    case shape::signal: return uapi::signal_number(name).has_value();
    case shape::flags:
    case shape::enumeration: return constant_number(as, name).has_value();
    case shape::packed:
        return std::any_of(as.slices, as.slices + as.count, [&](auto const& each) { return may_be_set(*each.as, name); });
    case shape::ioctl_request:   // a number that several drivers use has a name such as "FS_IOC_FIEMAP or FIEMAP"
        if (auto const both = name.find(" or "); both != name.npos)
            return may_be_set(as, name.substr(0, both)) && may_be_set(as, name.substr(both + 4));
        [[fallthrough]];
    default: return is_constant(name);
    }
}

}   // namespace cotrace::predicates
