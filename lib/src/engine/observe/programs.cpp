// SPDX-License-Identifier: BSL-1.0
#include "engine/observe/programs.hpp"

#include "sys/errno.hpp"

#include <bit>
#include <cerrno>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/stat.h>
#include <unistd.h>

// The skeleton names the structures of wire.h without a namespace.
using namespace cotrace::engine::observe;   // NOLINT
// The programs are one string literal, which is longer than the standard demands of compilers.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
#include "observe.skel.h"
#pragma GCC diagnostic pop

namespace cotrace::engine::observe {

namespace {

struct skeleton_deleter {
    void operator()(observe_bpf* of) const noexcept { observe_bpf::destroy(of); }
};
struct ring_deleter {
    void operator()(ring_buffer* of) const noexcept { ring_buffer__free(of); }
};

failure refused(int error, char const* what)
{
    bool const denied = error == EPERM || error == EACCES;
    return {errc::not_observable, denied ? "observe without CAP_BPF and CAP_PERFMON" : what, {}, {}};
}

}   // namespace

struct programs::state {
    std::unique_ptr<observe_bpf, skeleton_deleter> skeleton;
    std::unique_ptr<ring_buffer, ring_deleter> ring;
    std::function<bool(std::span<std::byte const>)> const* on_event = nullptr;
};

programs::programs(std::unique_ptr<state> made)
    : state_{std::move(made)}
{
}

programs::~programs() = default;

result<std::unique_ptr<programs>, failure> programs::load(program_settings const& settings)
{
    libbpf_set_print(nullptr);
    auto made = std::make_unique<state>();
    if (::access("/sys/kernel/btf/vmlinux", R_OK) != 0)
        return refused(ENOENT, "observe on a kernel without BTF (CONFIG_DEBUG_INFO_BTF)");
    made->skeleton.reset(observe_bpf::open());
    auto* const opened = made->skeleton.get();
    if (opened == nullptr)
        return refused(errno, "read the BPF programs");
    auto& fixed = *opened->rodata;
    fixed.own_process = static_cast<u32>(::getpid());
    fixed.launch_number = settings.launch_number;
    fixed.cgroup = settings.cgroup;
    fixed.cgroup_level = settings.cgroup_level;
    fixed.everything = settings.everything;
    fixed.follows = settings.follows;
    fixed.most_generations = settings.most_generations;
    fixed.announces = settings.announces;
    fixed.leaves_out = settings.leaves_out;
    auto const size = std::bit_ceil(std::max<std::size_t>(settings.buffer, 1 << 16));
    bpf_map__set_max_entries(opened->maps.ring, static_cast<u32>(std::min<std::size_t>(size, std::size_t{1} << 30)));
    bpf_map__set_max_entries(opened->maps.workplaces, static_cast<u32>(libbpf_num_possible_cpus()));
    if (int const error = observe_bpf::load(opened); error != 0)
        return refused(-error, "load BPF programs (Linux 5.13 or later is needed)");
    made->ring.reset(ring_buffer__new(
        bpf_map__fd(opened->maps.ring),
        [](void* of, void* data, std::size_t length) {
            auto const& handle = *static_cast<state*>(of)->on_event;
            return handle({static_cast<std::byte const*>(data), length}) ? 0 : -ECANCELED;
        },
        made.get(), nullptr));
    if (!made->ring)
        return refused(errno, "map the ring buffer");
    if (int const error = observe_bpf::attach(opened); error != 0)
        return refused(-error, "attach BPF programs");
    return std::unique_ptr<programs>{new programs{std::move(made)}};
}

std::span<call_slot> programs::slots() noexcept { return state_->skeleton->bss->slots; }

std::span<call_plan> programs::plans() noexcept { return state_->skeleton->bss->plans; }

result<void> programs::observe(int descriptor, thread_state state) noexcept
{
    observed_thread fresh{};
    fresh.state = state;
    if (bpf_map_update_elem(bpf_map__fd(state_->skeleton->maps.threads), &descriptor, &fresh, BPF_NOEXIST) != 0)
        return sys::last_error();
    return outcome::success();
}

int programs::descriptor() const noexcept { return ring_buffer__epoll_fd(state_->ring.get()); }

void programs::expect_wakeup() noexcept { __atomic_store_n(&state_->skeleton->bss->asleep, 1u, __ATOMIC_SEQ_CST); }

bool programs::consume(std::function<bool(std::span<std::byte const>)> const& on_event)
{
    bool any = false;
    std::function<bool(std::span<std::byte const>)> const noting = [&](std::span<std::byte const> event) {
        any = true;
        return on_event(event);
    };
    state_->on_event = &noting;
    ring_buffer__consume(state_->ring.get());
    state_->on_event = nullptr;
    return any;
}

std::uint64_t programs::lost() const noexcept { return __atomic_load_n(&state_->skeleton->bss->lost, __ATOMIC_RELAXED); }

}   // namespace cotrace::engine::observe
