// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>
#include <cotrace/value.hpp>

#include <string>

namespace cotrace::render {

/// Appends the data that a call of the thread `owner` read or wrote. `data` is the value "dump" in the record of the exit.
void put_dump(std::string& to, value const& data, tid owner);

}   // namespace cotrace::render
