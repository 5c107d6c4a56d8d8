// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string>

namespace cotrace::render::uroot {

/// Appends the arguments of a call: the values at exit if the call has succeeded, and the values at entry if the call has
/// failed or `exited` is null.
void put_arguments(std::string& to, syscall_call const& call, syscall_exited const* exited);

}   // namespace cotrace::render::uroot
