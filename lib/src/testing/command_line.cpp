// SPDX-License-Identifier: BSL-1.0
#include "testing/command_line.hpp"

#include <fstream>

namespace cotrace::testing {

void replace_all(std::string& text, std::string const& what, std::string_view with)
{
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

std::string command_line(std::vector<std::string> const& words)
{
    std::string line;
    for (auto const& each : words) {
        bool const plain =
            !each.empty()
            && each.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%") == each.npos;
        auto quoted = each;
        replace_all(quoted, "'", "'\\''");
        line += (line.empty() ? "" : " ") + (plain ? each : '\'' + quoted + '\'');
    }
    return line;
}

std::vector<std::string> own_words()
{
    std::ifstream file{"/proc/self/cmdline", std::ios::binary};
    std::vector<std::string> words;
    for (std::string each; std::getline(file, each, '\0');)
        words.push_back(each);
    return words;
}

}   // namespace cotrace::testing
