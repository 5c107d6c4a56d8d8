// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>

namespace cotrace::render {

/// The type of a call's return value. It depends on the arguments of some calls.
abi::type const& returned_type(syscall_call const& call) noexcept;

} // namespace cotrace::render
