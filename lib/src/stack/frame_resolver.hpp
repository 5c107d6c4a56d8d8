// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/stack.hpp>

#include "stack/dwfl.hpp"
#include "stack/modules.hpp"

#include <cstdint>
#include <memory>
#include <unordered_map>

namespace cotrace::stack {

/// The implementation of `symbolizer`. Names are looked up in files, so the information about a file serves all processes that
/// map the file.
class frame_resolver {
public:
    explicit frame_resolver(symbolizer::detail wanted) noexcept
        : wanted_{wanted}
    {
    }

    void resolve(call_stack const& found);

private:
    /// The libdwfl session for one file, and the names that were looked up in the file.
    struct file_symbols {
        std::shared_ptr<mapped_file const> file;
        dwfl_handle session;   ///< reads `file`; is declared after `file`, so that it is destroyed first
        Dwfl_Module* module = nullptr;
        std::uint64_t bias = 0;   ///< what is added to an address in the file to get the address in `session`
        std::unordered_map<std::uint64_t, stack_frame> known{};
    };

    stack_frame resolve(std::uint64_t address, module_list const& modules);
    file_symbols& symbols_of(std::shared_ptr<mapped_file const> const& file);
    void look_up(file_symbols& in, stack_frame& frame) const;

    symbolizer::detail wanted_;
    std::unordered_map<mapped_file const*, file_symbols> files_;
};

}   // namespace cotrace::stack
