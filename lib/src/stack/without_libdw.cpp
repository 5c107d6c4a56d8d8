// SPDX-License-Identifier: BSL-1.0
//
// A build without libdw has this file in place of those that use libdw: no stack is captured, and `symbolizer` does nothing.
#include "stack/unwinder.hpp"

namespace cotrace::stack {

class frame_resolver {};

class unwinder::impl {};

unwinder::unwinder() = default;
unwinder::~unwinder() = default;

std::shared_ptr<call_stack const> unwinder::unwind(tid, pid, tracee::dwarf_registers const&, std::uint32_t)
{
    return std::make_shared<call_stack>(std::vector<std::uint64_t>{}, nullptr, "cotrace was built without libdw");
}

void unwinder::mappings_changed(pid) {}
void unwinder::forget(pid) {}

}   // namespace cotrace::stack

namespace cotrace {

symbolizer::symbolizer(detail) {}
symbolizer::~symbolizer() = default;
symbolizer::symbolizer(symbolizer&&) noexcept = default;
symbolizer& symbolizer::operator=(symbolizer&&) noexcept = default;
void symbolizer::resolve(std::shared_ptr<call_stack const> const&) {}
bool symbolizer::is_available() noexcept { return false; }

}   // namespace cotrace
