// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string>

namespace cotrace::render::uroot {

/// Appends the arguments of a call. If `exited` is null, appends the values at entry, otherwise the values at exit.
void put_arguments(std::string& to, syscall_call const& call, syscall_exited const* exited);

}   // namespace cotrace::render::uroot
