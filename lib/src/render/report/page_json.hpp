// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

namespace cotrace::render {

/// Appends text as a JSON string that can stand in a script element of a page: "<", ">" and "&" are written as escape
/// sequences. In place of each byte of a control character, and of each byte that is not UTF-8, the string has the text "\x"
/// and two hexadecimal digits.
void put_page_string(std::string& to, std::string_view text);

}   // namespace cotrace::render
