// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

namespace cotrace::render {

/// Appends text as a JSON string that can stand in a script element. Control characters and invalid UTF-8 become "\x" and two
/// hexadecimal digits.
void put_page_string(std::string& to, std::string_view text);

}   // namespace cotrace::render
