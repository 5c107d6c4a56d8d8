// SPDX-License-Identifier: BSL-1.0
#include "render/names.hpp"

#include "uapi/constants/clock.hpp"
#include "uapi/constants/stat.hpp"

#include <sys/stat.h>

namespace cotrace::render {
namespace {

namespace names = uapi::names;

}   // namespace

std::string_view clock_name(std::int32_t id) noexcept
{
    auto const* row = names::clocks.find(static_cast<std::uint32_t>(id));
    return row ? row->name : std::string_view{};
}

std::string_view file_type_name(std::uint64_t mode) noexcept
{
    auto const* row = names::file_types.find(mode & S_IFMT);
    return row ? row->name : std::string_view{};
}

std::string_view interface_name(uapi::arch interface) noexcept
{
    constexpr std::string_view names[] = {"x86_64", "i386", "x32", "aarch64", "riscv64"};
    return names[static_cast<std::size_t>(interface)];
}

}   // namespace cotrace::render
