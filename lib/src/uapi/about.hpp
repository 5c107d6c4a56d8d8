// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/constants/device.hpp"
#include "uapi/constants/netlink.hpp"

#include "uapi/words.hpp"

/// The types of values that the decoder looks up in addition to the arguments, mostly for file descriptors and processes (-y
/// and -Y). Renderers find these values by name.
namespace cotrace::uapi::about {

inline constexpr type const& path = as::path_characters;
inline constexpr type const& deleted = as::integer;
inline constexpr type const& command = as::path_characters;
inline constexpr type const& outside = as::process_id;

inline constexpr type const& context = as::path_characters;

inline constexpr type const& device = as::device64;
inline constexpr type const& terminal = as::uint32;
inline constexpr type const& pid = as::process_id;
inline constexpr type const& signals = as::signal_set8;

inline constexpr structure counter{{
    {"count", as::hex64},
    {"id", as::uint32},
    {"semaphore", as::uint32},
}};

/// A socket. Captured values of this type have more fields, which depend on the address family; see
/// `open_file::socket`.
inline constexpr structure socket{{
    {"protocol", as::path_characters},
    {"inode", as::uint64},
}};
inline constexpr type const& protocol = as::path_characters;
inline constexpr type const& peer = as::uint32;
inline constexpr type name = {.shape = shape::unix_path, .length = exactly(108)};
inline constexpr type netlink_family = as::one_of<names::netlink_protocols, width::u8>;
inline constexpr type const& port_id = as::uint32;

/// The namespaces that a call made or entered. A captured value of this type has only the fields for these namespaces.
inline constexpr structure namespaces{{
    {"cgroup", as::path_characters},
    {"ipc", as::path_characters},
    {"mnt", as::path_characters},
    {"net", as::path_characters},
    {"pid", as::path_characters},
    {"time", as::path_characters},
    {"user", as::path_characters},
    {"uts", as::path_characters},
}};

/// Why a virtual CPU returned from KVM_RUN.
inline constexpr type exit_reason = as::one_of_decimal<names::kvm_exit_reasons>;

} // namespace cotrace::uapi::about
