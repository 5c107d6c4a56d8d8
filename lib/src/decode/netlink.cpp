// SPDX-License-Identifier: BSL-1.0
#include "abi/custom.hpp"
#include "decode/capture.hpp"
namespace cotrace::decode {
bool netlink_messages(capture&, abi::type const&, std::string_view, std::uint64_t) { return false; }
}
