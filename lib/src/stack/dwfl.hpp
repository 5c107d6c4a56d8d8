// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "stack/modules.hpp"

#include <memory>
#include <string>

#include <elfutils/libdwfl.h>

// Functions for `unwinder` and `frame_resolver`. They use libdwfl, the part of libdw that handles processes.

namespace cotrace::stack {

struct end_dwfl {
    void operator()(Dwfl* session) const noexcept { ::dwfl_end(session); }
};
using dwfl_handle = std::unique_ptr<Dwfl, end_dwfl>;

/// Tells libdwfl that `file` is mapped from `begin` to `end`. `file` must outlive the session. Returns null on failure.
Dwfl_Module* report(Dwfl* session, std::string const& name, std::uint64_t begin, std::uint64_t end, mapped_file const& file);

/// Tells libdwfl the files and addresses of all modules in `modules`. They replace the former modules of the session.
void report(Dwfl* session, module_list const& modules);

/// The callback `find_elf` of Dwfl_Callbacks: gives libdwfl a handle for the file that was passed to `report`.
int find_elf(Dwfl_Module* of, void** user_data, char const* name, Dwarf_Addr begin, char** path, Elf** elf);

}   // namespace cotrace::stack
