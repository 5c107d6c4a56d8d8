// SPDX-License-Identifier: BSL-1.0
#include "stack/frame_resolver.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <string_view>
#include <utility>

namespace cotrace::stack {

namespace {

/// Demangles the name of a C++ function. Returns the unchanged name if it cannot be demangled.
std::string demangled(char const* name)
{
    if (!std::string_view{name}.starts_with("_Z"))
        return name;
    std::unique_ptr<char, decltype(&::free)> const text{abi::__cxa_demangle(name, nullptr, nullptr, nullptr), ::free};
    return text ? text.get() : name;
}

constexpr Dwfl_Callbacks callbacks{.find_elf = find_elf,
                                   .find_debuginfo = ::dwfl_standard_find_debuginfo,
                                   .section_address = nullptr,
                                   .debuginfo_path = nullptr};

}   // namespace

void frame_resolver::resolve(call_stack const& found)
{
    using enum call_stack::progress;
    // Copies of a record share one `call_stack`, and several threads may call this function for it at the same time.
    for (auto before = none; !found.progress_.compare_exchange_strong(before, under_way); before = none) {
        if (before == done)
            return;
        found.progress_.wait(under_way);
    }
    try {
        std::vector<stack_frame> frames;
        for (auto const address : found.addresses_)
            frames.push_back(resolve(address, *found.modules_));
        found.frames_ = std::move(frames);
    } catch (...) {
        found.progress_ = none;
        found.progress_.notify_all();
        throw;
    }
    found.progress_.store(done, std::memory_order_release);
    found.progress_.notify_all();
}

stack_frame frame_resolver::resolve(std::uint64_t address, module_list const& modules)
{
    auto const* const in = modules.find(address);
    if (in == nullptr)
        return {.address = address};
    auto const offset = address - in->begin + in->file->begin();
    auto& symbols = symbols_of(in->file);
    auto [known, is_new] = symbols.known.try_emplace(offset);
    if (is_new) {
        known->second.offset = offset;
        look_up(symbols, known->second);
    }
    auto frame = known->second;
    frame.address = address;
    frame.file = in->name;
    return frame;
}

frame_resolver::file_symbols& frame_resolver::symbols_of(std::shared_ptr<mapped_file const> const& file)
{
    constexpr std::size_t most_files = 256;   // limits the file descriptors that the files keep open
    if (files_.size() >= most_files && !files_.contains(file.get()))
        files_.clear();
    auto& symbols = files_[file.get()];
    if (symbols.file)
        return symbols;
    symbols.file = file;
    symbols.session.reset(::dwfl_begin(&callbacks));
    if (!symbols.session)
        return symbols;
    // libdwfl takes the address 0 for "no address". Files of the type ET_DYN usually begin at 0, so they are reported at a higher
    // address.
    symbols.bias = file->is_relocatable() ? std::uint64_t{0x10000000} : 0;
    ::dwfl_report_begin(symbols.session.get());
    symbols.module = report(symbols.session.get(), file->path(), file->begin() + symbols.bias, file->end() + symbols.bias, *file);
    ::dwfl_report_end(symbols.session.get(), nullptr, nullptr);
    return symbols;
}

void frame_resolver::look_up(file_symbols& in, stack_frame& frame) const
{
    if (in.module == nullptr)
        return;
    auto const address = frame.offset + in.bias;
    GElf_Sym symbol{};
    if (auto const* const name =
            ::dwfl_module_addrinfo(in.module, address, &frame.function_offset, &symbol, nullptr, nullptr, nullptr))
        frame.function = demangled(name);
    if (wanted_ != symbolizer::detail::source)
        return;
    if (auto* const line = ::dwfl_module_getsrc(in.module, address))
        if (auto const* const source = ::dwfl_lineinfo(line, nullptr, &frame.line, nullptr, nullptr, nullptr))
            frame.source = source;
}

}   // namespace cotrace::stack

namespace cotrace {

symbolizer::symbolizer(detail wanted)
    : resolver_{std::make_unique<stack::frame_resolver>(wanted)}
{
}

symbolizer::~symbolizer() = default;
symbolizer::symbolizer(symbolizer&&) noexcept = default;
symbolizer& symbolizer::operator=(symbolizer&&) noexcept = default;

void symbolizer::resolve(std::shared_ptr<call_stack const> const& found)
{
    if (found && resolver_)
        resolver_->resolve(*found);
}

bool symbolizer::is_available() noexcept { return true; }

}   // namespace cotrace
