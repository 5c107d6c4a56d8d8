// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/type.hpp>

/// What tables cannot say. Declared here because rows refer to it; at home in
/// the decode layer.
namespace cotrace::decode {

/// A struct sockaddr at `at`, of `self.length` bytes, as its family has it.
bool socket_address(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A chain of struct cmsghdr at `at`, of `self.length` bytes.
bool control_messages(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The entries that getdents64(2) or getdents(2) filled in, as many bytes as it returned.
bool directory_entries(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The mask that rt_sigreturn(2) finds on the stack.
bool signal_frame(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The bytes of a socket option: an int if they are as many, else the bytes themselves.
bool option_value(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// What capget(2) and capset(2) pass: 32 bits of each set, and 32 more if the header's version has them.
bool capability_words(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

} // namespace cotrace::decode
