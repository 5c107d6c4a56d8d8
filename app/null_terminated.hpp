// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <vector>

namespace cotrace::app {

/// Pointers to the strings and a null pointer after them: the form in which execve(2) and getopt_long(3) take a list.
inline std::vector<char*> null_terminated(std::vector<std::string>& strings)
{
    std::vector<char*> pointers;
    for (auto& each : strings)
        pointers.push_back(each.data());
    pointers.push_back(nullptr);
    return pointers;
}

}   // namespace cotrace::app
