// SPDX-License-Identifier: BSL-1.0
#include "engine/rings/ring_queues.hpp"

#include "sys/errno.hpp"
#include "sys/mapping.hpp"
#include "sys/process.hpp"
#include "sys/unique_fd.hpp"

#include <cotrace/memory.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>

#include <sys/syscall.h>
#include <unistd.h>

namespace cotrace::engine {

namespace {

// Newer than some headers.
constexpr std::uint32_t setup_polled = 1u << 1, setup_large_entries = 1u << 10, setup_no_mmap = 1u << 14,
                        setup_registered_only = 1u << 15, setup_no_array = 1u << 16;
constexpr std::uint64_t enter_registered = 1u << 4;   // IORING_ENTER_REGISTERED_RING
constexpr std::uint64_t register_rings = 20;          // IORING_REGISTER_RING_FDS
constexpr std::uint32_t most_entries = 32768;         // IORING_MAX_ENTRIES
constexpr std::uint32_t most_registered = 16;         // IO_RINGFD_REG_MAX

error_code no_ring() noexcept { return {EBADF, boost::system::system_category()}; }

/// The layout of a ring of this process, with one entry. The places of the counters are the same in all rings.
std::optional<io_uring_params> const& own_layout()
{
    static auto const found = []() -> std::optional<io_uring_params> {
        io_uring_params made{};
        sys::unique_fd const ring{static_cast<int>(::syscall(SYS_io_uring_setup, 1, &made))};
        return ring ? std::optional{made} : std::nullopt;
    }();
    return found;
}

/// Reads the memory of a ring.
class ring_memory {
public:
    virtual ~ring_memory() = default;
    /// Reads bytes of the part that has the counters and the array of places.
    virtual result<void> read_ring(std::uint64_t offset, void* into, std::size_t size) = 0;
    /// Reads bytes of the part that has the entries.
    virtual result<void> read_entries(std::uint64_t offset, void* into, std::size_t size) = 0;
};

/// The memory of a ring that the kernel has allocated.
class mapped_ring final : public ring_memory {
public:
    static result<mapped_ring> of(tid thread, pid process, int fd)
    {
        auto holder = thread == leader(process) ? sys::pidfd::of(process) : sys::pidfd::of(thread);
        if (!holder)
            holder = sys::pidfd::of(process);
        if (!holder)
            return sys::last_error();
        sys::unique_fd copy{static_cast<int>(::syscall(SYS_pidfd_getfd, holder.get(), fd, 0))};
        if (!copy)
            return sys::last_error();
        char name[32]{};
        auto const link = "/proc/self/fd/" + std::to_string(copy.get());
        if (::readlink(link.c_str(), name, sizeof name - 1) < 0 || std::string_view{name} != "anon_inode:[io_uring]")
            return no_ring();
        return mapped_ring{std::move(copy)};
    }

    result<void> read_ring(std::uint64_t offset, void* into, std::size_t size) override
    {
        return read(ring_, IORING_OFF_SQ_RING, offset, into, size);
    }
    result<void> read_entries(std::uint64_t offset, void* into, std::size_t size) override
    {
        return read(entries_, IORING_OFF_SQES, offset, into, size);
    }

private:
    explicit mapped_ring(sys::unique_fd copy) noexcept
        : file_{std::move(copy)}
    {
    }

    result<void> read(sys::mapping& from, off_t part, std::uint64_t offset, void* into, std::size_t size)
    {
        constexpr std::uint64_t page = 4096;
        if (from.size() < offset + size) {
            auto const pages = (offset + size + page - 1) / page;
            BOOST_OUTCOME_TRY(from, sys::mapping::make(pages * page, PROT_READ, MAP_SHARED, file_.get(), part));
        }
        std::memcpy(into, from.data<char const>() + offset, size);
        return outcome::success();
    }

    sys::unique_fd file_;
    sys::mapping ring_, entries_;
};

/// The memory of a ring that the process has given.
class given_ring final : public ring_memory {
public:
    given_ring(tid thread, io_uring_params const& layout) noexcept
        : memory_{thread}
        , ring_{layout.cq_off.resv2}   // `user_addr` in newer headers
        , entries_{layout.sq_off.resv2}
    {
    }

    result<void> read_ring(std::uint64_t offset, void* into, std::size_t size) override
    {
        return memory_.read(remote_address{ring_ + offset}, std::span{static_cast<std::byte*>(into), size});
    }
    result<void> read_entries(std::uint64_t offset, void* into, std::size_t size) override
    {
        return memory_.read(remote_address{entries_ + offset}, std::span{static_cast<std::byte*>(into), size});
    }

private:
    memory memory_;
    std::uint64_t ring_, entries_;
};

template <class T>
result<T> number_at(ring_memory& from, std::uint64_t offset)
{
    T made{};
    BOOST_OUTCOME_TRYV(from.read_ring(offset, &made, sizeof made));
    return made;
}

/// Reads at most `most` entries from the head of the queue on. `has_array`: the array says where the entries are.
result<std::vector<uapi::ring_entry>> read_queue(ring_memory& from, io_uring_params const& layout, bool has_array,
                                                 std::uint32_t most)
{
    auto const& at = layout.sq_off;
    BOOST_OUTCOME_TRY(auto const head, number_at<std::uint32_t>(from, at.head));
    BOOST_OUTCOME_TRY(auto const tail, number_at<std::uint32_t>(from, at.tail));
    BOOST_OUTCOME_TRY(auto const mask, number_at<std::uint32_t>(from, at.ring_mask));
    auto const many = std::min({most, tail - head, mask + 1, most_entries});
    auto const size = sizeof(uapi::ring_entry) << ((layout.flags & setup_large_entries) != 0 ? 1 : 0);
    std::vector<uapi::ring_entry> made(mask < most_entries ? many : 0);
    for (std::uint32_t i = 0; i < made.size(); ++i) {
        auto place = (head + i) & mask;
        if (has_array) {
            BOOST_OUTCOME_TRY(place, number_at<std::uint32_t>(from, at.array + std::uint64_t{place} * sizeof place));
        }
        BOOST_OUTCOME_TRYV(from.read_entries((place & mask) * size, &made[i], sizeof made[i]));
    }
    return made;
}

}   // namespace

ring_queues::ring ring_queues::ring_at(pid process, int fd) const
{
    auto found = set_up_.find({process, fd});
    if (found == set_up_.end())   // a child has the descriptors of its parent
        found = std::ranges::find_if(set_up_, [&](auto const& each) { return each.first.second == fd; });
    if (found != set_up_.end())
        return {fd, found->second, true};
    return {fd, own_layout().value_or(io_uring_params{}), false};
}

void ring_queues::note(tid thread, pid process, bool is_setup, std::array<std::uint64_t, 6> const& args, std::int64_t returned)
{
    if (!is_setup)
        return note_registration(thread, process, args);
    auto const layout = memory{thread}.read<io_uring_params>(remote_address{args[1]});
    if (!layout)
        return;
    if ((layout.value().flags & setup_registered_only) != 0)
        registered_[{thread, static_cast<std::uint32_t>(returned)}] = {-1, layout.value(), true};
    else
        set_up_[{process, static_cast<int>(returned)}] = layout.value();
}

// The kernel has written the index of each ring that it has registered.
void ring_queues::note_registration(tid thread, pid process, std::array<std::uint64_t, 6> const& args)
{
    if ((args[1] & 0x7fffffff) != register_rings)
        return;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(args[3], most_registered); ++i) {
        auto const one = memory{thread}.read<io_uring_rsrc_update>(remote_address{args[2] + i * sizeof(io_uring_rsrc_update)});
        if (one)
            registered_[{thread, one.value().offset}] = ring_at(process, static_cast<int>(one.value().data));
    }
}

result<std::vector<uapi::ring_entry>> ring_queues::entries(tid thread, pid process,
                                                           std::array<std::uint64_t, 6> const& args) const
{
    auto const most = static_cast<std::uint32_t>(args[1]);
    if (most == 0)
        return std::vector<uapi::ring_entry>{};
    ring which;
    if ((args[3] & enter_registered) == 0) {
        which = ring_at(process, static_cast<int>(args[0]));
    } else {
        auto const found = registered_.find({thread, static_cast<std::uint32_t>(args[0])});
        if (found == registered_.end())
            return no_ring();
        which = found->second;
    }
    if (!which.is_known && !own_layout())
        return no_ring();
    auto const& layout = which.layout;
    if ((layout.flags & setup_polled) != 0)
        return std::vector<uapi::ring_entry>{};
    bool const has_array = which.is_known && (layout.flags & setup_no_array) == 0;
    if (which.is_known && (layout.flags & setup_no_mmap) != 0) {
        given_ring from{thread, layout};
        return read_queue(from, layout, has_array, most);
    }
    BOOST_OUTCOME_TRY(auto from, mapped_ring::of(thread, process, which.fd));
    return read_queue(from, layout, has_array, most);
}

}   // namespace cotrace::engine
