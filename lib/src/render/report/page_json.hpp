// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

namespace cotrace::render {

/// Appends text as a JSON string for a script element: "<", ">" and "&" are escaped. Control characters and bytes that are not
/// UTF-8 become the text "\x" and two hexadecimal digits.
void put_page_string(std::string& to, std::string_view text);

}   // namespace cotrace::render
