// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>

#include "engine/observe/wire.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace cotrace::engine::observe {

/// The settings of the BPF programs, which cannot change after the programs are loaded.
struct program_settings {
    std::size_t buffer = std::size_t{1} << 26;   ///< bytes of the ring buffer; see `load`
    std::uint64_t launch_number = 0;             ///< the number of the call execve(2)
    std::uint64_t cgroup = 0;                    ///< id of the cgroup whose members are observed; 0: none
    std::uint32_t cgroup_level = 0;
    bool everything = false;   ///< observe the whole system
    bool follows = true;
    std::uint32_t most_generations = ~std::uint32_t{0};
    bool announces = true;          ///< send the entry of each call in which the thread sleeps, or makes a thread or process
    std::uint8_t leaves_out = 0;    ///< if `at_success` or `at_failure`: send no events of exits with this outcome
    bool calls = true;              ///< load the programs for calls, threads and signals
    bool rings = false;             ///< load the programs for io_urings
    bool only_polled = false;       ///< report submissions only if the ring has IORING_SETUP_SQPOLL
    bool whole_processes = false;   ///< report io_uring events of all threads with an observed thread group leader
    bool wakes_always = false;      ///< each event wakes the tracer: `expect_wakeup` is not needed
};

/// The loaded BPF programs of a session. The kernel unloads them when this object is destroyed, or when the process
/// ends.
class programs {
public:
    /// `settings.buffer` is rounded up to a power of two from 64 KiB to 1 GiB. Error: `errc::not_observable`, with the
    /// reason in `failure::operation`.
    static result<std::unique_ptr<programs>, failure> load(program_settings const& settings);
    ~programs();

    /// The slots of all interfaces, and the plans that the slots refer to. May be changed while the programs run.
    std::span<call_slot> slots() noexcept;
    std::span<call_plan> plans() noexcept;

    /// Begins to observe a thread. `descriptor` is a pidfd of the thread.
    result<void> observe(int descriptor, thread_state state) noexcept;
    /// Ends the observation of a thread. Does nothing if the thread is not observed.
    void forget(int descriptor) noexcept;
    /// Returns the descriptor of the ring buffer. A wait for the descriptor ends only when the programs wake the
    /// tracer.
    int descriptor() const noexcept;
    /// Makes the next event wake the tracer.
    void expect_wakeup() noexcept;
    /// Calls `on_event` with each event until `on_event` returns false. Returns whether any event was taken: see
    /// `ring_reader::consume`.
    bool consume(std::function<bool(std::span<std::byte const>)> const& on_event);
    /// Whether the programs report submissions to io_urings. That needs Linux 6.3 and `program_settings::rings`.
    bool sees_submissions() const noexcept;
    /// The number of events that were lost since the programs were loaded.
    std::uint64_t lost() const noexcept;

private:
    struct state;
    explicit programs(std::unique_ptr<state> made);

    std::unique_ptr<state> state_;
};

}   // namespace cotrace::engine::observe
