// SPDX-License-Identifier: BSL-1.0
#include "render/text/stack.hpp"

#include <cotrace/stack.hpp>

#include "render/numbers.hpp"

namespace cotrace::render {

namespace {

/// Appends a number in hexadecimal. Zero has the prefix "0x", too.
void put_with_prefix(std::string& to, std::uint64_t number)
{
    to += "0x";
    put_number(to, number, 16);
}

void put_frame(std::string& to, stack_frame const& shown)
{
    to += " > ";
    to += shown.file;
    to += '(';
    if (!shown.function.empty()) {
        to += shown.function;
        to += '+';
        put_with_prefix(to, shown.function_offset);
    }
    to += ") [";
    put_with_prefix(to, shown.offset);
    to += ']';
    if (!shown.source.empty()) {
        to += ' ';
        to += shown.source;
        to += ':';
        put_signed(to, shown.line);
    }
    to += '\n';
}

}   // namespace

void put_stack(std::string& to, call_stack const& shown)
{
    auto const frames = shown.frames();
    for (auto const& each : frames)
        if (!each.file.empty())
            put_frame(to, each);
    for (auto const address : frames.empty() ? shown.addresses() : std::span<std::uint64_t const>{}) {
        to += " > [";
        put_with_prefix(to, address);
        to += "]\n";
    }
    if (!shown.error().empty()) {
        to += " > ";
        to += shown.error();
        to += '\n';
    }
}

}   // namespace cotrace::render
