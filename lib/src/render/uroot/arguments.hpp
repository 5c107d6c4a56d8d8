// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string>

namespace cotrace::render::uroot {

/// Appends the arguments of a call: the values at exit if the call has succeeded, otherwise the values at entry. `exited` may be
/// null.
void put_arguments(std::string& to, syscall_call const& call, syscall_exited const* exited);

}   // namespace cotrace::render::uroot
