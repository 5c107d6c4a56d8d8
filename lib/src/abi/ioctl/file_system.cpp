// SPDX-License-Identifier: BSL-1.0
// What file systems share (ioctl_ficlone(2) and the like), and what only btrfs has.
#include "abi/common.hpp"
#include "abi/ioctl/families.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

constexpr choice_case btrfs_requests[] = {
    {0x40049409, fd},
};

} // namespace

constinit type const btrfs_ioctl = chosen<argument(1), btrfs_requests, long_hex>;

} // namespace cotrace::abi
