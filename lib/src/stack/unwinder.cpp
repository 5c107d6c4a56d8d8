// SPDX-License-Identifier: BSL-1.0
#include "stack/unwinder.hpp"

#include <cotrace/memory.hpp>

#include "stack/dwfl.hpp"
#include "stack/modules.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <new>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cotrace::stack {

namespace {

/// Reads the memory of a stack. The memory is read in large pieces, because each read is a system call.
class stack_memory {
public:
    stack_memory(tid thread, unsigned word) noexcept
        : memory_{thread}
        , word_{word}
    {
    }

    bool read(std::uint64_t address, Dwarf_Word& into) noexcept
    {
        if (address < begin_ || size_ < word_ || address - begin_ > size_ - word_) {
            auto const got = memory_.read_some(remote_address{address}, std::as_writable_bytes(std::span{bytes_}));
            begin_ = address;
            size_ = got ? got.value() : 0;
            if (size_ < word_)
                return false;
        }
        into = 0;   // a 4-byte word fills the low bytes: all supported architectures are little-endian
        std::memcpy(&into, bytes_.data() + (address - begin_), word_);
        return true;
    }

private:
    memory memory_;
    unsigned word_;
    std::uint64_t begin_ = 0;
    std::size_t size_ = 0;
    std::array<char, 8192> bytes_;
};

/// The state of one unwinding.
struct walk {
    tracee::dwarf_registers const& registers;
    stack_memory memory;
    std::vector<std::uint64_t> addresses{};
    std::uint32_t left = 0;   ///< number of frames that may still be added
    bool is_out_of_memory = false;
};

int add_frame(Dwfl_Frame* frame, void* of)
{
    auto& self = *static_cast<walk*>(of);
    Dwarf_Addr address = 0;
    bool is_interrupted = false;
    if (!::dwfl_frame_pc(frame, &address, &is_interrupted))
        return -1;
    if (self.left == 0)
        return DWARF_CB_ABORT;
    --self.left;
    try {
        self.addresses.push_back(is_interrupted ? address : address - 1);
    } catch (std::bad_alloc const&) {   // an exception must not pass through the C functions of libdw
        self.is_out_of_memory = true;
        return DWARF_CB_ABORT;
    }
    return DWARF_CB_OK;
}

/// The files that a process has mapped, and the session of libdw that unwinds the stacks of its threads.
class address_space {
public:
    bool is_stale() const noexcept { return stale_; }
    void mappings_changed() noexcept { stale_ = true; }
    module_list const& modules() const noexcept { return *modules_; }
    std::shared_ptr<module_list const> const& shared_modules() const noexcept { return modules_; }

    /// Reads the list of modules. Begins a new session of libdw if the list has changed: the old session might keep using removed
    /// files.
    void update(file_cache& files, tid thread, pid process)
    {
        auto now = files.modules_of(thread, process);
        stale_ = false;
        bool const is_same = modules_ && modules_->all() == now->all();
        if (is_same && session_) {
            modules_ = std::move(now);
            return;
        }
        session_.reset();   // `modules_` owns the files that the session reads, so the session ends first
        modules_ = std::move(now);
        session_.reset(::dwfl_begin(&callbacks));
        if (!session_) {
            error_ = last_error();
            return;
        }
        report(session_.get(), *modules_);
        bool const is_attached = ::dwfl_attach_state(session_.get(), nullptr, raw(process), &thread_callbacks, this);
        error_ = is_attached ? std::string{} : last_error();
    }

    /// Adds the frames of the thread's stack to `into`. Returns the reason why frames are missing; empty if none is missing.
    std::string walk_frames(tid thread, walk& into)
    {
        if (!error_.empty())
            return error_;
        walk_ = &into;
        int const end = ::dwfl_getthread_frames(session_.get(), raw(thread), add_frame, &into);
        walk_ = nullptr;
        if (end == 0)
            return {};
        if (end > 0)
            return into.is_out_of_memory ? "out of memory" : "too many stack frames";
        return last_error();
    }

private:
    static std::string last_error()
    {
        auto const* const text = ::dwfl_errmsg(-1);
        return text != nullptr ? text : "the stack cannot be unwound";
    }
    static pid_t no_threads(Dwfl*, void*, void**) { return 0; }
    static bool find_thread(Dwfl*, pid_t, void* self, void** thread)
    {
        *thread = self;
        return true;
    }
    static bool read_memory(Dwfl*, Dwarf_Addr address, Dwarf_Word* into, void* self)
    {
        return static_cast<address_space*>(self)->walk_->memory.read(address, *into);
    }
    static bool set_registers(Dwfl_Thread* thread, void* self)
    {
        auto const& from = static_cast<address_space*>(self)->walk_->registers;
        std::array<Dwarf_Word, 32> values{};
        std::ranges::copy(from.values, values.begin());
        if (from.pc)
            ::dwfl_thread_state_register_pc(thread, *from.pc);
        return ::dwfl_thread_state_registers(thread, 0, from.count, values.data());
    }
    // Unwinding needs no debug information, and looking for it may take long.
    static int no_debug_info(Dwfl_Module*, void**, char const*, Dwarf_Addr, char const*, char const*, GElf_Word, char**)
    {
        return -1;
    }

    static constexpr Dwfl_Callbacks callbacks{
        .find_elf = find_elf, .find_debuginfo = no_debug_info, .section_address = nullptr, .debuginfo_path = nullptr};
    static constexpr Dwfl_Thread_Callbacks thread_callbacks{.next_thread = no_threads,
                                                            .get_thread = find_thread,
                                                            .memory_read = read_memory,
                                                            .set_initial_registers = set_registers,
                                                            .detach = nullptr,
                                                            .thread_detach = nullptr};

    std::shared_ptr<module_list const> modules_;
    dwfl_handle session_;   ///< reads the files of `modules_`; is declared after `modules_`, so that it is destroyed first
    walk* walk_ = nullptr;
    std::string error_;   ///< the reason why no stack can be unwound; empty if stacks can be unwound
    bool stale_ = true;
};

}   // namespace

class unwinder::impl {
public:
    file_cache files;
    std::unordered_map<std::int32_t, address_space> spaces;
};

unwinder::unwinder()
    : impl_{std::make_unique<impl>()}
{
}

unwinder::~unwinder() = default;

std::shared_ptr<call_stack const> unwinder::unwind(tid thread, pid process, tracee::dwarf_registers const& registers,
                                                   std::uint32_t limit)
{
    auto& space = impl_->spaces[raw(process)];
    bool const was_stale = space.is_stale();
    if (was_stale)
        space.update(impl_->files, thread, process);
    for (bool again = false;; again = true) {
        walk found{registers, stack_memory{thread, registers.word}, {}, limit};
        auto error = space.walk_frames(thread, found);
        // If an address is unknown, another process that shares the address space may have changed the mappings. Therefore the
        // list is read again, once.
        bool const is_known =
            std::ranges::all_of(found.addresses, [&](auto const address) { return space.modules().knows(address); });
        if (is_known || was_stale || again)
            return std::make_shared<call_stack>(std::move(found.addresses), space.shared_modules(), std::move(error));
        space.update(impl_->files, thread, process);
    }
}

void unwinder::mappings_changed(pid process)
{
    if (auto const known = impl_->spaces.find(raw(process)); known != impl_->spaces.end())
        known->second.mappings_changed();
}

void unwinder::forget(pid process) { impl_->spaces.erase(raw(process)); }

}   // namespace cotrace::stack
