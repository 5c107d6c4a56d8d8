// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/call.hpp>

namespace cotrace {

/// The type of a call's return value. For some calls, the type depends on the arguments.
uapi::type const& returned_type(syscall_call const& call) noexcept;

}   // namespace cotrace
