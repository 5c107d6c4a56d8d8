// SPDX-License-Identifier: BSL-1.0
#include "stack/dwfl.hpp"

#include <cstring>

namespace cotrace::stack {

Dwfl_Module* report(Dwfl* session, std::string const& name, std::uint64_t begin, std::uint64_t end, mapped_file const& file)
{
    auto* const made = ::dwfl_report_module(session, name.c_str(), begin, end);
    void** user_data = nullptr;
    if (made != nullptr && ::dwfl_module_info(made, &user_data, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr) != nullptr)
        *user_data = const_cast<mapped_file*>(&file);
    return made;
}

void report(Dwfl* session, module_list const& modules)
{
    ::dwfl_report_begin(session);
    for (auto const& each : modules.all())
        // To find the architecture, libdw ignores modules with names that end with " (deleted)". Users do not see the name
        // "module".
        report(session, "module", each.begin, each.end, *each.file);
    ::dwfl_report_end(session, nullptr, nullptr);
}

int find_elf(Dwfl_Module*, void** user_data, char const*, Dwarf_Addr, char** path, Elf** elf)
{
    auto const* const file = static_cast<mapped_file const*>(*user_data);
    *elf = file != nullptr ? file->open() : nullptr;
    *path = *elf != nullptr ? ::strdup(file->path().c_str()) : nullptr;
    return -1;   // libdwfl gets no file descriptor to close
}

}   // namespace cotrace::stack
