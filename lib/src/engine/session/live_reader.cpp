// SPDX-License-Identifier: BSL-1.0
#include "engine/session/live_reader.hpp"

#include "engine/session/open_files.hpp"
#include "sys/procfs.hpp"

#include <variant>

namespace cotrace::engine {

namespace {

/// The thread whose descriptors are meant, in our namespace; `tid{}` when that is not known.
tid owner(decode::descriptor_owner whose, tid thread, open_files& files)
{
    using kind = decode::descriptor_owner::kind;
    if (whose.is == kind::process) {
        auto const outside = sys::id_outside(thread, whose.id, sys::id_kind::thread);
        return tid{outside != 0 ? outside : whose.id};
    }
    if (whose.is == kind::behind) {
        open_file file;
        if (!files.describe(thread, whose.id, {.process = true}, file))
            return {};
        auto const* const is = std::get_if<open_file::process>(&file.about);
        return is ? leader(is->id) : tid{};
    }
    return thread;
}

} // namespace

bool live_reader::describe(decode::descriptor_owner whose, int fd, descriptor_details const& wanted, open_file& found) noexcept
{
    auto const of = owner(whose, thread_, files_);
    return raw(of) > 0 && files_.describe(of, fd, wanted, found);
}

bool live_reader::describe(decode::process_key who, process_details const& wanted, process_name& found) noexcept
{
    auto const kind = who.is_group ? sys::id_kind::group : sys::id_kind::thread;
    auto const outside = who.is_ours ? 0 : sys::id_outside(thread_, who.id, kind);
    if (wanted.outside)
        found.outside = outside;
    if (wanted.command)
        found.command = sys::command_of(outside != 0 ? outside : who.id);
    return true;
}

} // namespace cotrace::engine
