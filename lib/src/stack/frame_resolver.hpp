// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/stack.hpp>

#include "stack/dwfl.hpp"
#include "stack/modules.hpp"

#include <cstdint>
#include <memory>
#include <unordered_map>

namespace cotrace::stack {

/// The implementation of `symbolizer`. Names are looked up in files and not in processes: an address of a process is
/// first made an address of the file, so that all processes share what is known of a file, and a process may have ended.
class frame_resolver {
public:
    explicit frame_resolver(symbolizer::detail wanted) noexcept
        : wanted_{wanted}
    {
    }

    void resolve(call_stack const& found);

private:
    /// What is known of one file.
    struct file_symbols {
        std::shared_ptr<mapped_file const> file;
        dwfl_handle session;   // destroyed before `file`
        Dwfl_Module* module = nullptr;
        std::uint64_t bias = 0;   ///< difference between an address in `session` and the address in the file
        std::unordered_map<std::uint64_t, stack_frame> known{};
    };

    stack_frame resolve(std::uint64_t address, module_list const& modules);
    file_symbols& symbols_of(std::shared_ptr<mapped_file const> const& file);
    void look_up(file_symbols& in, stack_frame& frame) const;

    symbolizer::detail wanted_;
    std::unordered_map<mapped_file const*, file_symbols> files_;
};

}   // namespace cotrace::stack
