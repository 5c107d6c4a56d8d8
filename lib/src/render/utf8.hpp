// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cotrace::render {

/// The length of the UTF-8 sequence at the start of `text`; 0 if there is none. RFC 3629 excludes surrogates and overlong forms.
std::size_t utf8_sequence(std::string_view text) noexcept;

/// The length in bytes of the longest valid UTF-8 text at the start of `text`.
std::size_t utf8_length(std::string_view text) noexcept;

inline bool is_utf8(std::string_view text) noexcept { return utf8_length(text) == text.size(); }

/// Appends UTF-8 to `to`: the characters of `text`, and U+FFFD for each byte that belongs to no character.
void append_utf8(std::string_view text, std::string& to);

}   // namespace cotrace::render
