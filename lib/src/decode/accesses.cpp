// SPDX-License-Identifier: BSL-1.0
// Selects the calls that use certain files, for strace's -P and --trace-fds.
#include "decode/capture.hpp"
#include "decode/decode.hpp"
#include "uapi/groups.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <iterator>

namespace cotrace::decode {
namespace {

using uapi::shape;

constexpr std::string_view entry_calls[] = {"poll", "ppoll", "ppoll_time64"};

/// An argument of a system call. As in strace, the arguments in `left_out` are not compared with the selected files.
struct argument_name {
    std::string_view call, argument;
};
constexpr argument_name left_out[] = {
    {"epoll_ctl", "epfd"},   {"fanotify_mark", "fanotify_fd"}, {"fsconfig", "fs_fd"},
    {"mq_open", "name"},     {"perf_event_open", "group_fd"},  {"symlink", "target"},
    {"symlinkat", "target"},
};

class access_check {
public:
    access_check(reader& memory, access_filter const& wanted, syscall_call const& call) noexcept
        : memory_{memory}
        , wanted_{wanted}
        , call_{call}
    {
    }

    bool holds()
    {
        for (auto const each : call_.values.all())
            if (!is_left_out(each.name()) && is_about(each))
                return true;
        return false;
    }

private:
    bool is_left_out(std::string_view argument) const noexcept
    {
        return std::any_of(std::begin(left_out), std::end(left_out),
                           [&](auto const& each) { return each.call == call_.what->name && each.argument == argument; });
    }

    bool is_about(value const& argument)
    {
        auto const& traits = uapi::traits_of(argument.shape());
        if (traits.refers == uapi::reference::descriptor)
            return is_own(argument.type()) && has(static_cast<std::int32_t>(argument.number()));
        if (traits.holds != uapi::holding::pointer)
            return false;
        auto const target = argument.target();
        if (!target)
            return false;
        switch (target->shape()) {
        case shape::characters:
            return target->type().unlimited && target->state() == value_state::complete && wanted_.has(target->text());
        case shape::fd_set: return has_any_of(*target);
        case shape::array: return is_polled(argument);
        default: return false;
        }
    }

    // Some arguments are file descriptors of another process.
    static bool is_own(uapi::type const& as) noexcept { return as.length.from == uapi::source::none; }

    bool has(int fd)
    {
        if (wanted_.has(fd))
            return true;
        open_file file;
        return !wanted_.paths.empty() && fd >= 0 && memory_.describe({}, fd, {.path = true}, file) && wanted_.has(file.path);
    }

    bool has_any_of(value const& set)
    {
        auto const raw = set.bytes();
        for (std::size_t fd = 0; fd < set.number() && fd / 8 < raw.size(); ++fd)
            if ((std::to_integer<unsigned>(raw[fd / 8]) >> fd % 8 & 1) && has(static_cast<int>(fd)))
                return true;
        return false;
    }

    // Whether poll(2)'s array has a selected file descriptor. `list` may contain only its first elements, so the array is read
    // from memory, up to 65536 elements.
    bool is_polled(value const& list)
    {
        if (std::find(std::begin(entry_calls), std::end(entry_calls), call_.what->name) == std::end(entry_calls))
            return false;
        constexpr std::uint64_t entry = 8, most = 1 << 16;   // `entry` is sizeof(struct pollfd)
        auto const many = std::min<std::uint64_t>(call_.args[1] & 0xffffffff, most);
        std::array<std::byte, 512 * entry> part;
        for (std::uint64_t done = 0; done < many;) {
            auto const room = std::span{part}.first(std::min<std::uint64_t>(part.size(), (many - done) * entry));
            auto const got = memory_.read(remote_address{list.number() + done * entry}, room) / entry;
            for (std::uint64_t i = 0; i < got; ++i)
                if (has(static_cast<std::int32_t>(load(std::span<std::byte const>{room}.subspan(i * entry, 4)))))
                    return true;
            if (got * entry < room.size())
                break;
            done += got;
        }
        return false;
    }

    reader& memory_;
    access_filter const& wanted_;
    syscall_call const& call_;
};

}   // namespace

bool accesses(reader& memory, access_filter const& wanted, syscall_call const& call)
{
    return wanted.wants_all() || (can_access(wanted, call.what) && access_check{memory, wanted, call}.holds());
}

bool can_access(access_filter const& wanted, uapi::syscall_descriptor const* what) noexcept
{
    using enum uapi::group;
    return wanted.wants_all() || (what != nullptr && (uapi::groups_of(what->name) & (file | descriptor | network)) != none);
}

}   // namespace cotrace::decode
