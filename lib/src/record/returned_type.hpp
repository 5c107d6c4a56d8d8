// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>

namespace cotrace {

/// The type of the return value of a call. For some calls, this type depends on the arguments.
uapi::type const& returned_type(syscall_call const& call) noexcept;

}   // namespace cotrace
