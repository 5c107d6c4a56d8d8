// SPDX-License-Identifier: BSL-1.0
#include "engine/rings/ring_queues.hpp"

#include "sys/errno.hpp"
#include "sys/mapping.hpp"
#include "sys/process.hpp"
#include "sys/unique_fd.hpp"

#include <cotrace/memory.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <sys/syscall.h>
#include <unistd.h>

namespace cotrace::engine {

namespace {

using uapi::ring_entry;

// Some versions of <linux/io_uring.h> do not define these constants.
constexpr std::uint32_t setup_polled = 1u << 1, setup_large_entries = 1u << 10, setup_large_completions = 1u << 11,
                        setup_no_mmap = 1u << 14, setup_registered_only = 1u << 15, setup_no_array = 1u << 16;
constexpr std::uint64_t enter_registered = 1u << 4;                       // IORING_ENTER_REGISTERED_RING
constexpr std::uint64_t register_rings = 20, unregister_rings = 21;       // IORING_REGISTER_RING_FDS, IORING_UNREGISTER_RING_FDS
constexpr std::uint64_t resize_rings = 33;                                // IORING_REGISTER_RESIZE_RINGS
constexpr std::uint64_t operation_mask = 0x7fffffff;                      // all bits but IORING_REGISTER_USE_REGISTERED_RING
constexpr std::uint32_t most_entries = 32768, most_completions = 65536;   // IORING_MAX_ENTRIES, IORING_MAX_CQ_ENTRIES
constexpr std::uint64_t most_registered = 16;                             // IO_RINGFD_REG_MAX

error_code error_of(int number) noexcept { return {number, boost::system::system_category()}; }

/// Copies from the thread if the kernel can (Linux 6.9), because a thread may have its own descriptor table. Otherwise
/// copies from the process.
result<sys::unique_fd> copy_of_descriptor(tid thread, pid process, int fd)
{
    auto holder = thread == leader(process) ? sys::pidfd::of(process) : sys::pidfd::of(thread);
    if (!holder)
        holder = sys::pidfd::of(process);
    if (!holder)
        return sys::last_error();
    sys::unique_fd copied{static_cast<int>(::syscall(SYS_pidfd_getfd, holder.get(), fd, 0))};
    if (!copied)
        return sys::last_error();
    char name[32]{};
    auto const link = "/proc/self/fd/" + std::to_string(copied.get());
    if (::readlink(link.c_str(), name, sizeof name - 1) < 0)
        return sys::last_error();
    if (std::string_view{name} != "anon_inode:[io_uring]")
        return error_of(EBADF);
    return copied;
}

/// Whether a ring can have this layout. The process may have changed the structure that the kernel wrote into its
/// memory.
bool is_possible(io_uring_params const& layout) noexcept
{
    constexpr std::uint32_t largest_offset = 1 << 22;
    auto const& at = layout.sq_off;
    return layout.sq_entries - 1 < most_entries && layout.cq_entries - 1 < most_completions
           && std::max({at.head, at.tail, at.ring_mask, at.array, layout.cq_off.cqes}) < largest_offset;
}

/// Used if no known layout fits. All rings have equal offsets, so a new ring gives the offsets. The numbers of entries
/// come from /proc/self/fdinfo.
result<io_uring_params> find_layout(int ring)
{
    io_uring_params made{};
    sys::unique_fd const own{static_cast<int>(::syscall(SYS_io_uring_setup, 1, &made))};
    if (!own)
        return sys::last_error();
    made.flags = setup_no_array;
    std::ifstream about{"/proc/self/fdinfo/" + std::to_string(ring)};
    for (std::string line; std::getline(about, line);) {
        unsigned number = 0;
        int thread = -1;
        if (std::sscanf(line.c_str(), "SqMask: %x", &number) == 1)
            made.sq_entries = number + 1;
        else if (std::sscanf(line.c_str(), "CqMask: %x", &number) == 1)
            made.cq_entries = number + 1;
        else if (std::sscanf(line.c_str(), "SqThread: %d", &thread) == 1 && thread >= 0)
            made.flags |= setup_polled;
    }
    return is_possible(made) ? result<io_uring_params>{made} : result<io_uring_params>{error_of(EINVAL)};
}

/// Where the memory of a ring is: mapped into this process (`holder` is the calling thread), or in the traced process.
///
/// Mapped memory is also read with system calls: beyond the ring, a direct access would raise SIGBUS.
struct ring_place {
    tid holder{};
    std::uint64_t ring = 0;      ///< the address of the counters of both queues, such as their heads and tails
    std::uint64_t entries = 0;   ///< the address of the submission entries
    sys::mapping mapped_ring{}, mapped_entries{};

    template <class T>
    result<T> at(std::uint64_t address) const
    {
        return memory{holder}.read<T>(remote_address{address});
    }
};

/// Maps a part of a ring, with the first accepted size. Some kernels refuse to map less than the whole part, others
/// more.
result<sys::mapping> map_part(int ring, off_t which, std::initializer_list<std::size_t> sizes)
{
    error_code why;
    for (auto const size : sizes) {
        auto mapped = sys::mapping::make(size, PROT_READ, MAP_SHARED, ring, which);
        if (mapped)
            return mapped;
        why = mapped.error();
    }
    return why;
}

/// Maps a ring. If the entries can be mapped only with twice the usual size, sets the flag for large entries in
/// `layout`.
result<ring_place> map_ring(int ring, io_uring_params& layout)
{
    ring_place made{.holder = tid{static_cast<std::int32_t>(::gettid())}};
    std::size_t const completion = (layout.flags & setup_large_completions) != 0 ? 32 : 16;
    auto const end = layout.cq_off.cqes + layout.cq_entries * completion;
    auto const with_array = std::max<std::size_t>(end, layout.sq_off.array) + layout.sq_entries * sizeof(std::uint32_t);
    BOOST_OUTCOME_TRY(made.mapped_ring, map_part(ring, IORING_OFF_SQ_RING,
                                                 {(layout.flags & setup_no_array) != 0 ? end : with_array, with_array,
                                                  with_array + layout.cq_entries * completion}));
    auto const usual = layout.sq_entries * sizeof(ring_entry);
    bool const is_large = (layout.flags & setup_large_entries) != 0;
    BOOST_OUTCOME_TRY(made.mapped_entries, map_part(ring, IORING_OFF_SQES, {is_large ? 2 * usual : usual, 2 * usual}));
    if (made.mapped_entries.size() == 2 * usual)
        layout.flags |= setup_large_entries;
    made.ring = reinterpret_cast<std::uintptr_t>(made.mapped_ring.data());
    made.entries = reinterpret_cast<std::uintptr_t>(made.mapped_entries.data());
    return made;
}

/// The address of memory that the process has provided: the member `user_addr`, called `resv2` before Linux 6.5.
template <class Offsets>
std::uint64_t provided_memory(Offsets const& of) noexcept
{
    static_assert(sizeof of == 40);
    std::uint64_t address = 0;
    std::memcpy(&address, reinterpret_cast<char const*>(&of) + 32, sizeof address);
    return address;
}

/// Reads at most `most` entries from the head of the queue. As in the kernel, an impossible index ends the submission.
result<std::vector<ring_entry>> entries_in(ring_place const& from, io_uring_params const& layout, std::uint32_t most)
{
    auto const& where = layout.sq_off;
    BOOST_OUTCOME_TRY(auto const head, from.at<std::uint32_t>(from.ring + where.head));
    BOOST_OUTCOME_TRY(auto const tail, from.at<std::uint32_t>(from.ring + where.tail));
    auto const many = std::min({most, tail - head, layout.sq_entries});
    auto const size = sizeof(ring_entry) << ((layout.flags & setup_large_entries) != 0 ? 1 : 0);
    std::vector<ring_entry> made;
    for (std::uint32_t i = 0; i < many; ++i) {
        auto index = (head + i) & (layout.sq_entries - 1);
        if ((layout.flags & setup_no_array) == 0) {
            BOOST_OUTCOME_TRY(index, from.at<std::uint32_t>(from.ring + where.array + std::uint64_t{index} * sizeof index));
        }
        if (index >= layout.sq_entries)
            break;
        BOOST_OUTCOME_TRY(auto const entry, from.at<ring_entry>(from.entries + index * size));
        made.push_back(entry);
    }
    return made;
}

/// Fails with EINVAL if the ring does not have this layout: after a dup2(2), the descriptor may refer to another ring.
result<ring_place> map_known(int ring, io_uring_params layout)
{
    if (!is_possible(layout))
        return error_of(EINVAL);
    BOOST_OUTCOME_TRY(auto mapped, map_ring(ring, layout));
    BOOST_OUTCOME_TRY(auto const submissions, mapped.at<std::uint32_t>(mapped.ring + layout.sq_off.ring_entries));
    BOOST_OUTCOME_TRY(auto const completions, mapped.at<std::uint32_t>(mapped.ring + layout.cq_off.ring_entries));
    if (submissions != layout.sq_entries || completions != layout.cq_entries)
        return error_of(EINVAL);
    return mapped;
}

}   // namespace

ring_queues::layout ring_queues::layout_of(pid process, int fd) const
{
    auto const found = set_up_.find({process, fd});
    return found != set_up_.end() ? layout{found->second} : std::nullopt;
}

void ring_queues::note_setup(tid thread, pid process, arguments const& args, std::int64_t returned)
{
    auto const made = memory{thread}.read<io_uring_params>(remote_address{args[1]});
    if (!made)   // the layout of the ring stays unknown
        return;
    if ((made.value().flags & setup_registered_only) != 0)
        registered_[{thread, static_cast<std::uint32_t>(returned)}] = {process, -1, made.value()};
    else
        set_up_[{process, static_cast<int>(returned)}] = made.value();
}

// At IORING_REGISTER_RING_FDS, the kernel writes the index of each ring that it registers into
// `io_uring_rsrc_update::offset`.
void ring_queues::note_registration(tid thread, pid process, arguments const& args, std::int64_t returned)
{
    auto const operation = args[1] & operation_mask;
    if (operation == resize_rings)
        return note_resize(thread, process, args);
    if (operation != register_rings && operation != unregister_rings)
        return;
    for (std::uint64_t i = 0; i < std::min(static_cast<std::uint64_t>(returned), most_registered); ++i) {
        auto const one = memory{thread}.read<io_uring_rsrc_update>(remote_address{args[2] + i * sizeof(io_uring_rsrc_update)});
        if (!one)
            return;
        auto const fd = static_cast<int>(one.value().data);
        if (operation == register_rings)
            registered_[{thread, one.value().offset}] = {process, fd, layout_of(process, fd)};
        else
            registered_.erase({thread, one.value().offset});
    }
}

// Handles IORING_REGISTER_RESIZE_RINGS. The kernel has written the new layout into the structure that the call has
// passed.
void ring_queues::note_resize(tid thread, pid process, arguments const& args)
{
    auto const made = memory{thread}.read<io_uring_params>(remote_address{args[2]});
    auto const by_index = registered_.find({thread, static_cast<std::uint32_t>(args[0])});
    bool const is_registered = (args[1] & ~operation_mask) != 0;
    if (made && !is_registered)
        set_up_[{process, static_cast<int>(args[0])}] = made.value();
    else if (made && by_index != registered_.end())
        by_index->second.known = made.value();
}

void ring_queues::note_fork(pid parent, pid child)
{
    std::vector<std::pair<int, io_uring_params>> inherited;
    for (auto at = set_up_.lower_bound({parent, 0}); at != set_up_.end() && at->first.first == parent; ++at)
        inherited.emplace_back(at->first.second, at->second);
    for (auto const& [fd, made] : inherited)
        set_up_[{child, fd}] = made;
}

void ring_queues::forget(pid process)
{
    std::erase_if(set_up_, [&](auto const& each) { return each.first.first == process; });
    std::erase_if(registered_, [&](auto const& each) { return each.second.process == process; });
}

result<std::vector<ring_entry>> ring_queues::entries(tid thread, pid process, arguments const& args) const
{
    std::vector<ring_entry> const none;
    auto const most = static_cast<std::uint32_t>(args[1]);
    if (most == 0)
        return none;
    bool const is_registered = (args[3] & enter_registered) != 0;
    auto fd = static_cast<int>(args[0]);
    auto known = is_registered ? layout{} : layout_of(process, fd);
    if (is_registered) {
        auto const found = registered_.find({thread, static_cast<std::uint32_t>(args[0])});
        if (found == registered_.end())
            return error_of(ENOENT);
        fd = found->second.fd;
        known = found->second.known;
    }
    if (known && (known->flags & setup_polled) != 0)
        return none;
    if (known && (known->flags & setup_no_mmap) != 0) {
        if (!is_possible(*known))
            return error_of(EINVAL);
        return entries_in({.holder = thread, .ring = provided_memory(known->cq_off), .entries = provided_memory(known->sq_off)},
                          *known, most);
    }
    auto const ring = copy_of_descriptor(thread, process, fd);
    if (!ring && !is_registered && (ring.error() == error_of(EBADF) || ring.error() == error_of(ESRCH)))
        return none;
    if (!ring)
        return ring.error();
    auto const& file = ring.value();
    if (known)
        if (auto mapped = map_known(file.get(), *known))
            return entries_in(mapped.value(), *known, most);
    BOOST_OUTCOME_TRY(auto found, find_layout(file.get()));
    if ((found.flags & setup_polled) != 0)
        return none;
    BOOST_OUTCOME_TRY(auto const mapped, map_ring(file.get(), found));
    return entries_in(mapped, found, most);
}

}   // namespace cotrace::engine
