// SPDX-License-Identifier: BSL-1.0
#include "engine/session/live_reader.hpp"

#include "engine/session/open_files.hpp"
#include "sys/procfs.hpp"
#include "sys/security_context.hpp"

#include <variant>

namespace cotrace::engine {

namespace {

/// Returns the thread to which the descriptors belong. An id in `which` is translated from the pid namespace of
/// `thread` if possible.
tid owner(decode::descriptor_owner which, tid thread, open_files& files)
{
    using kind = decode::descriptor_owner::kind;
    if (which.is == kind::process) {
        auto const outside = sys::id_outside(thread, which.id, sys::id_kind::thread);
        return tid{outside != 0 ? outside : which.id};
    }
    if (which.is == kind::by_pidfd) {
        open_file file;
        if (!files.describe(thread, which.id, {.process = true}, file))
            return {};
        auto const* const is = std::get_if<open_file::process>(&file.about);
        return is ? leader(is->id) : tid{};
    }
    return thread;
}

}   // namespace

bool live_reader::describe(decode::descriptor_owner which, int fd, descriptor_details const& wanted, open_file& found) noexcept
{
    auto const of = owner(which, thread_, files_);
    return raw(of) > 0 && files_.describe(of, fd, wanted, found);
}

std::string live_reader::context_of(decode::descriptor_owner which, int fd) noexcept
{
    auto const of = owner(which, thread_, files_);
    return raw(of) > 0 ? sys::context_of(of, fd) : std::string{};
}

std::string live_reader::context_of(int directory, std::string_view path) noexcept
{
    return sys::context_of(thread_, directory, path);
}

std::string live_reader::namespace_of(std::int32_t id, char const* link) noexcept
{
    auto const outside = id != 0 ? sys::id_outside(thread_, id, sys::id_kind::thread) : raw(thread_);
    return sys::namespace_of(tid{outside != 0 ? outside : id}, link);
}

std::uint64_t live_reader::mapping_of(int fd) noexcept
{
    auto const path = sys::link_of(thread_, fd);
    return path.empty() ? 0 : sys::mapping_of(thread_, path);
}

bool live_reader::describe(decode::process_key key, process_details const& wanted, process_name& found) noexcept
{
    auto const kind = key.is_group ? sys::id_kind::group : sys::id_kind::thread;
    auto const outside = key.is_ours ? 0 : sys::id_outside(thread_, key.id, kind);
    if (wanted.outside)
        found.outside = outside;
    if (wanted.command)
        found.command = sys::command_of(outside != 0 ? outside : key.id);
    return true;
}

}   // namespace cotrace::engine
