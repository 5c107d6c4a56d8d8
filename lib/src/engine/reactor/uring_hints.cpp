// SPDX-License-Identifier: BSL-1.0
#include "engine/reactor/hints.hpp"

#if COTRACE_HAS_IO_URING

#include <liburing.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <utility>

namespace cotrace::engine {

namespace {

// IORING_OP_WAITID came with Linux 6.7. liburing 2.3 and the headers of Debian 12 are older and do not define it.
constexpr int op_waitid = 50;

// The user_data of a wait for one thread is the thread's id. No thread has the id `cancellation` or `all_threads`.

// The user_data of a cancellation. The completion of a cancellation is ignored.
constexpr std::uint64_t cancellation = 0;
// The user_data of the wait for all threads.
constexpr std::uint64_t all_threads = std::uint64_t{1} << 32;

// WNOWAIT: the status stays with the kernel until waitid(2) takes it.
constexpr unsigned any_status = WEXITED | WSTOPPED | WNOWAIT | __WALL;

bool supported(io_uring& ring) noexcept
{
    io_uring_probe* const probe = io_uring_get_probe_ring(&ring);
    if (probe == nullptr)
        return false;
    bool const known = io_uring_opcode_supported(probe, op_waitid) != 0;
    io_uring_free_probe(probe);
    return known;
}

// Whether a ring with IORING_SETUP_DEFER_TASKRUN signals its eventfd when an operation is over. Linux 6.12.117 does so
// only in io_uring_get_events().
bool signals_eventfd()
{
    io_uring ring{};
    if (io_uring_queue_init(1, &ring, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN) != 0)
        return false;
    sys::unique_fd const completed{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    std::array<int, 2> ends{-1, -1};
    bool works = io_uring_register_eventfd(&ring, completed.get()) == 0 && ::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0;
    sys::unique_fd const readable{ends[0]};
    sys::unique_fd const writable{ends[1]};
    if (works) {
        io_uring_prep_poll_add(io_uring_get_sqe(&ring), readable.get(), POLLIN);
        io_uring_submit(&ring);
        std::uint64_t signalled = 0;
        works = ::write(writable.get(), "", 1) == 1 && ::read(completed.get(), &signalled, sizeof signalled) > 0;
    }
    io_uring_queue_exit(&ring);
    return works;
}

// Only a success is kept: a failure may be due to scarce file descriptors.
bool hints_come()
{
    static std::atomic<bool> works{false};
    if (!works)
        works = signals_eventfd();
    return works;
}

io_uring_sqe* next_entry(io_uring& ring) noexcept
{
    io_uring_sqe* entry = io_uring_get_sqe(&ring);
    if (entry == nullptr) {   // the submission queue is full
        io_uring_submit(&ring);
        entry = io_uring_get_sqe(&ring);
    }
    return entry;
}

}   // namespace

std::unique_ptr<uring_hints> uring_hints::open()
{
    auto ring = std::make_unique<io_uring>();
    // IORING_SETUP_DEFER_TASKRUN: completions are posted only in io_uring_get_events(). IORING_SETUP_R_DISABLED: the
    // ring belongs to the thread that enables it in `begin`.
    constexpr unsigned how =
        IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_R_DISABLED;
    if (io_uring_queue_init(64, ring.get(), how) != 0)
        return nullptr;
    // The eventfd becomes readable even for a completion that the kernel has not posted yet: see `signals_eventfd`.
    sys::unique_fd completed{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (!supported(*ring) || !hints_come() || io_uring_register_eventfd(ring.get(), completed.get()) != 0) {
        io_uring_queue_exit(ring.get());
        return nullptr;
    }
    return std::unique_ptr<uring_hints>{new uring_hints{std::move(ring), std::move(completed)}};
}

uring_hints::uring_hints(std::unique_ptr<io_uring> ring, sys::unique_fd completed) noexcept
    : ring_{std::move(ring)}
    , completed_{std::move(completed)}
{
}

uring_hints::~uring_hints() { io_uring_queue_exit(ring_.get()); }

// Makes the system call itself, because liburing 2.3 declares io_uring_enable_rings() but does not export it.
void uring_hints::begin() { ::syscall(SYS_io_uring_register, ring_->ring_fd, IORING_REGISTER_ENABLE_RINGS, nullptr, 0); }

void uring_hints::arm(tid thread)
{
    if (io_uring_sqe* const entry = next_entry(*ring_)) {
        io_uring_prep_rw(op_waitid, entry, raw(thread), nullptr, P_PID, 0);
        entry->file_index = any_status;
        io_uring_sqe_set_data64(entry, static_cast<std::uint64_t>(raw(thread)));
    }
}

void uring_hints::arm_all()
{
    if (all_)
        return;
    if (io_uring_sqe* const entry = next_entry(*ring_)) {
        io_uring_prep_rw(op_waitid, entry, 0, nullptr, P_ALL, 0);
        entry->file_index = any_status | __WNOTHREAD;
        io_uring_sqe_set_data64(entry, all_threads);
        all_ = true;
    }
}

void uring_hints::submit() { io_uring_submit(ring_.get()); }

void uring_hints::disarm(tid thread)
{
    if (io_uring_sqe* const entry = next_entry(*ring_)) {
        io_uring_prep_cancel64(entry, static_cast<std::uint64_t>(raw(thread)), 0);
        io_uring_sqe_set_data64(entry, cancellation);
    }
}

bool uring_hints::has_completions() const noexcept
{
    return (IO_URING_READ_ONCE(*ring_->sq.kflags) & IORING_SQ_TASKRUN) != 0 || io_uring_cq_ready(ring_.get()) != 0;
}

bool uring_hints::drain(std::vector<tid>& out)
{
    // io_uring_get_events() posts at most 20 completions (Linux 6.13), and may signal the eventfd. The eventfd is read
    // first, so that it stays readable for the rest.
    bool const waited_for_all = all_;
    std::uint64_t signalled = 0;
    (void)!::read(completed_.get(), &signalled, sizeof signalled);
    io_uring_get_events(ring_.get());
    unsigned head = 0;
    unsigned count = 0;
    io_uring_cqe* entry = nullptr;
    io_uring_for_each_cqe(ring_.get(), head, entry)
    {
        ++count;
        if (entry->user_data == all_threads)
            all_ = false;
        else if (entry->user_data != cancellation)
            out.push_back(tid{static_cast<std::int32_t>(entry->user_data)});
    }
    io_uring_cq_advance(ring_.get(), count);
    return waited_for_all && !all_;
}

}   // namespace cotrace::engine

#else

struct io_uring {};

namespace cotrace::engine {

std::unique_ptr<uring_hints> uring_hints::open() { return nullptr; }
uring_hints::uring_hints(std::unique_ptr<io_uring> ring, sys::unique_fd completed) noexcept
    : ring_{std::move(ring)}
    , completed_{std::move(completed)}
{
}
uring_hints::~uring_hints() = default;
void uring_hints::begin() {}
void uring_hints::arm(tid) {}
void uring_hints::submit() {}
void uring_hints::arm_all() {}
void uring_hints::disarm(tid) {}
bool uring_hints::has_completions() const noexcept { return false; }
bool uring_hints::drain(std::vector<tid>&) { return false; }

}   // namespace cotrace::engine

#endif
