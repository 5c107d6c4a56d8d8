// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>

#include <string>

namespace cotrace::render::uroot {

/// Appends the arguments of a call: as they were at the entry if `exited` is null, otherwise as they are at the exit.
void put_arguments(std::string& to, syscall_call const& call, syscall_exited const* exited);

}   // namespace cotrace::render::uroot
