// SPDX-License-Identifier: BSL-1.0
#include "render/utf8.hpp"

#include <rapidjson/encodings.h>
#include <rapidjson/memorystream.h>

namespace cotrace::render {

std::size_t utf8_sequence(std::string_view text) noexcept
{
    rapidjson::MemoryStream bytes{text.data(), text.size()};
    unsigned code_point = 0;
    return rapidjson::UTF8<>::Decode(bytes, &code_point) ? bytes.Tell() : 0;
}

std::size_t utf8_length(std::string_view text) noexcept
{
    std::size_t done = 0;
    while (done < text.size()) {
        bool const is_ascii = static_cast<unsigned char>(text[done]) < 0x80;
        auto const length = is_ascii ? 1 : utf8_sequence(text.substr(done));
        if (length == 0)
            break;
        done += length;
    }
    return done;
}

void append_utf8(std::string_view text, std::string& to)
{
    while (!text.empty()) {
        auto const valid = utf8_length(text);
        to += text.substr(0, valid);
        text.remove_prefix(valid);
        if (text.empty())
            return;
        to += "\xef\xbf\xbd";
        text.remove_prefix(1);
    }
}

}   // namespace cotrace::render
