// SPDX-License-Identifier: BSL-1.0
#include "failure_text.hpp"

#include "last_error.hpp"
#include "processes.hpp"

#include <algorithm>
#include <fstream>

#include <unistd.h>

namespace cotrace::app {

namespace {

/// Returns ": bad interpreter: INTERPRETER" if execve(2) of the script `path` failed with `why` because the interpreter does not
/// exist, otherwise an empty text.
std::string missing_interpreter(std::string const& path, error_code why)
{
    if (why != boost::system::errc::no_such_file_or_directory)
        return {};
    std::ifstream script{path};
    std::string line;
    std::getline(script, line);
    if (!line.starts_with("#!"))
        return {};
    auto const begin = std::min(line.find_first_not_of(" \t", 2), line.size());
    auto const file = line.substr(begin, line.find_first_of(" \t", begin) - begin);
    if (::access(file.c_str(), F_OK) == 0)   // the interpreter exists, but a file that it needs does not
        return {};
    std::string shown;
    for (unsigned char const c : file)   // replaces control characters, such as a carriage return at the line's end
        c < ' ' || c == 0x7f ? shown.append("\\").append(1, c == '\r' ? 'r' : '?') : shown.append(1, static_cast<char>(c));
    return ": bad interpreter: " + shown;
}

}   // namespace

std::string reason_of(failure const& why)
{
    auto text = why.code.message();
    if (why.other != tid{})
        text += " (by " + std::to_string(raw(why.other)) + ")";
    if (why.code == boost::system::errc::operation_not_permitted)
        text += why_not_permitted(process_of(why.thread));
    return text;
}

std::string command_error(std::string const& command, std::string const& path, error_code why)
{
    return error_text((command.empty() ? "''" : command) + missing_interpreter(path, why), why);
}

}   // namespace cotrace::app
