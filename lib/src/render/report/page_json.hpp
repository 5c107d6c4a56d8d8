// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

namespace cotrace::render {

/// Appends text as a JSON string that can stand in a script element of a page: "<" is written as an escape sequence. A
/// control character and a byte that is not UTF-8 are replaced by the four characters of "\xff".
void put_page_string(std::string& to, std::string_view text);

}   // namespace cotrace::render
