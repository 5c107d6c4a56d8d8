// SPDX-License-Identifier: BSL-1.0
#include "engine/observe/programs.hpp"

#include "engine/observe/kernel_types.hpp"
#include "engine/observe/ring_reader.hpp"
#include "sys/anonymous_file.hpp"
#include "sys/errno.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <sys/stat.h>
#include <unistd.h>

// The skeleton names the structures of wire.h without a namespace.
using namespace cotrace::engine::observe;   // NOLINT
// The skeleton contains the programs as one string literal. The literal is longer than what the standard requires
// compilers to accept.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
#include "observe.skel.h"
#pragma GCC diagnostic pop

namespace cotrace::engine::observe {

namespace {

struct skeleton_deleter {
    void operator()(observe_bpf* of) const noexcept { observe_bpf::destroy(of); }
};
struct link_deleter {
    void operator()(bpf_link* of) const noexcept { bpf_link__destroy(of); }
};

/// Facts about the running kernel that the loader of the programs needs.
struct kernel_facts {
    std::string structures;                                        ///< the result of `kernel_types::structures`
    std::map<std::string, std::uint32_t, std::less<>> arguments;   ///< key: section of a program; value: BTF id of its arguments
    std::uint32_t completion_parameters = 0;   ///< 1 + number of arguments of the tracepoint io_uring_complete; 0: no tracepoint

    static result<kernel_facts> find();
};

/// Set before the first load of programs, and not changed afterwards.
std::optional<kernel_facts> known_facts;

constexpr std::string_view ring_sections = "observed/io_uring_";   // prefix of the sections of the programs for io_urings
constexpr std::string_view completion_section = "observed/io_uring_complete";
constexpr std::string_view submission_section = "observed/io_uring_submit_req";

/// The name of the kernel's type that describes the arguments of the program in `section`.
std::string argument_type(std::string_view section) { return "btf_trace_" + std::string{section.substr(section.find('/') + 1)}; }

result<kernel_facts> kernel_facts::find()
{
    std::unique_ptr<observe_bpf, skeleton_deleter> const programs{observe_bpf::open()};
    if (!programs)
        return sys::last_error();
    std::set<std::string, std::less<>> wanted;
    auto const* const own = bpf_object__btf(programs->obj);
    for (std::uint32_t id = 1; id < btf__type_cnt(own); ++id)
        if (auto const* const type = btf__type_by_id(own, id); btf_is_struct(type) && type->name_off != 0)
            wanted.insert(btf__name_by_offset(own, type->name_off));
    std::vector<std::string> sections;
    bpf_program* each = nullptr;
    bpf_object__for_each_program(each, programs->obj)
        wanted.insert(argument_type(sections.emplace_back(bpf_program__section_name(each))));
    BOOST_OUTCOME_TRY(auto const types, kernel_types::read(wanted));
    kernel_facts made{types.structures(), {}, types.parameters_of(argument_type(completion_section))};
    for (auto const& section : sections)
        made.arguments[section] = types.id_of(argument_type(section));
    return made;
}

// libbpf calls this function just before it loads a program. If the program had this type from the start, libbpf would
// read all types of the kernel.
int make_tracing(bpf_program* program, bpf_prog_load_opts* options, long)
{
    options->attach_btf_id = known_facts->arguments.find(bpf_program__section_name(program))->second;
    return bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);
}

/// Sets `known_facts`, and registers a handler for the sections of the programs with libbpf. Does nothing if that was
/// done before.
result<void> prepare_loading()
{
    static std::mutex access;
    std::lock_guard const alone{access};
    if (known_facts)
        return outcome::success();
    libbpf_prog_handler_opts options{};
    options.sz = sizeof options;
    options.prog_prepare_load_fn = make_tracing;
    BOOST_OUTCOME_TRY(auto found, kernel_facts::find());
    if (int const done = libbpf_register_prog_handler("observed/", BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_TRACE_RAW_TP, &options);
        done < 0)
        return error_code{-done, boost::system::system_category()};
    known_facts = std::move(found);
    return outcome::success();
}

/// Selects the programs that are to be loaded.
void choose_programs(observe_bpf& from, program_settings const& settings)
{
    bpf_program* each = nullptr;
    bpf_object__for_each_program(each, from.obj)
    {
        std::string_view const section = bpf_program__section_name(each);
        // Older kernels have only some of the tracepoints of io_uring.
        bool const is_there = known_facts->arguments.find(section)->second != 0;
        bpf_program__set_autoload(each, section.starts_with(ring_sections) ? settings.rings && is_there : settings.calls);
    }
}

/// Whether this process is in the initial pid namespace: the BPF programs see ids of that namespace.
bool sees_own_ids() noexcept
{
    constexpr ino_t first = 0xeffffffc;   // PROC_PID_INIT_INO
    struct stat about {};
    return ::stat("/proc/self/ns/pid", &about) == 0 && about.st_ino == first;
}

failure refused(int error, std::string what)
{
    if (error == EPERM || error == EACCES)
        what = "observe without CAP_BPF and CAP_PERFMON";
    else
        what += ": " + error_code{error, boost::system::system_category()}.message();
    return {errc::not_observable, std::move(what), {}, {}};
}

}   // namespace

struct programs::state {
    std::unique_ptr<observe_bpf, skeleton_deleter> skeleton;
    std::vector<std::unique_ptr<bpf_link, link_deleter>> links;
    std::optional<ring_reader> ring;
    bool sees_submissions = false;
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
    if (!sees_own_ids())
        return failure{errc::not_observable, "observe from a pid namespace other than the first", {}, {}};
    if (::access("/sys/kernel/btf/vmlinux", R_OK) != 0)
        return failure{errc::not_observable, "observe on a kernel without BTF (CONFIG_DEBUG_INFO_BTF)", {}, {}};
    if (auto const done = prepare_loading(); !done)
        return refused(done.error().value(), "read the types of the kernel");
    auto const structures = sys::anonymous_file::make(known_facts->structures);
    if (!structures)
        return refused(structures.error().value(), "write the types of the kernel");
    auto const path = "/proc/self/fd/" + std::to_string(structures.value().fd());
    bpf_object_open_opts options{};
    options.sz = sizeof options;
    options.btf_custom_path = path.c_str();
    made->skeleton.reset(observe_bpf::open(&options));
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
    fixed.only_polled = settings.only_polled;
    fixed.whole_processes = settings.whole_processes;
    fixed.wakes_always = settings.wakes_always;
    fixed.completion_arguments = known_facts->completion_parameters - 1;
    if (auto const many = known_facts->completion_parameters; settings.rings && (many < 4 || many > 8))
        return failure{errc::not_observable, "observe io_urings on a kernel without their tracepoints", {}, {}};
    made->sees_submissions = settings.rings && known_facts->arguments.find(submission_section)->second != 0;
    choose_programs(*opened, settings);
    auto const size = std::bit_ceil(std::clamp<std::size_t>(settings.buffer, 1 << 16, 1 << 30));
    bpf_map__set_max_entries(opened->maps.ring, static_cast<u32>(size));
    bpf_map__set_max_entries(opened->maps.workplaces, static_cast<u32>(libbpf_num_possible_cpus()));
    if (int const error = observe_bpf::load(opened); error != 0)
        return refused(-error, "load BPF programs (Linux 5.13 or later is needed)");
    auto ring = ring_reader::map(bpf_map__fd(opened->maps.ring), size);
    if (!ring)
        return refused(ring.error().value(), "map the ring buffer");
    made->ring.emplace(std::move(ring).value());
    bpf_program* each = nullptr;
    bpf_object__for_each_program(each, opened->obj)
    {
        if (!bpf_program__autoload(each))
            continue;
        made->links.emplace_back(bpf_program__attach_trace(each));
        if (!made->links.back())
            return refused(errno, "attach BPF programs");
    }
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

void programs::forget(int descriptor) noexcept
{
    (void)bpf_map_delete_elem(bpf_map__fd(state_->skeleton->maps.threads), &descriptor);
}

int programs::descriptor() const noexcept { return bpf_map__fd(state_->skeleton->maps.ring); }

void programs::expect_wakeup() noexcept { __atomic_store_n(&state_->skeleton->bss->asleep, 1u, __ATOMIC_SEQ_CST); }

bool programs::consume(std::function<bool(std::span<std::byte const>)> const& on_event)
{
    return state_->ring->consume(on_event);
}

bool programs::sees_submissions() const noexcept { return state_->sees_submissions; }

std::uint64_t programs::lost() const noexcept { return __atomic_load_n(&state_->skeleton->bss->lost, __ATOMIC_RELAXED); }

}   // namespace cotrace::engine::observe
