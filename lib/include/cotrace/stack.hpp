// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cotrace {

namespace stack {
class module_list;
class frame_resolver;
}   // namespace stack

/// One frame of a call stack.
struct stack_frame {
    /// The address of the code that the frame executes. In the innermost frame, and in a frame that a signal
    /// interrupted, `address` is that of the next instruction. In all other frames, `address` is the return address
    /// minus one, which is inside the call instruction.
    std::uint64_t address = 0;
    /// The path of the file that is mapped at `address`, as in /proc/PID/maps; "[vdso: PID]" for the vDSO. Empty if
    /// `address` is not in a file, or if the file cannot be read.
    std::string file{};
    std::uint64_t offset = 0;   ///< the address that the code has in `file`, as nm(1) prints it for symbols
    /// The function, demangled if it is a C++ name. Empty if no symbol is known for `address`.
    std::string function{};
    std::uint64_t function_offset = 0;   ///< distance of `address` from the beginning of the function, in bytes
    std::string source{};                ///< source file; empty if not asked for, or not known
    int line = 0;                        ///< line in `source`, from 1 on; 0: not known

    friend bool operator==(stack_frame const& left, stack_frame const& right) noexcept;
};

/// The call stack of a thread at the time of a record. The tracer finds only the addresses of the frames. A
/// `symbolizer` finds the files, functions and source lines later.
///
/// Thread rule: any thread may call the functions.
class call_stack {
public:
    /// For the engine: programs get stacks from records.
    call_stack(std::vector<std::uint64_t> addresses, std::shared_ptr<stack::module_list const> modules, std::string error);

    /// For the readers of trace files: a stack whose frames are known.
    call_stack(std::vector<stack_frame> frames, std::string error);
    ~call_stack();

    /// The addresses of the frames, from the innermost to the outermost: see `stack_frame::address`.
    std::span<std::uint64_t const> addresses() const noexcept;

    /// Why outer frames are missing, for example because a function has no unwind information, or because the stack has
    /// more frames than `stack_options::limit`. Empty if no frame is missing.
    std::string const& error() const noexcept { return error_; }

    /// The frames, from the innermost to the outermost. Empty until `symbolizer::resolve` was called, except in stacks
    /// from trace files.
    std::span<stack_frame const> frames() const noexcept;

private:
    friend class stack::frame_resolver;

    std::vector<std::uint64_t> addresses_;
    std::shared_ptr<stack::module_list const> modules_;   ///< what was mapped at the unwinding; null if the frames are known
    std::string error_;
    // Set once: by the constructor if the frames are known, otherwise by the first `symbolizer` that resolves the stack.
    mutable std::vector<stack_frame> frames_{};
    enum class progress : std::uint8_t { none, under_way, done };
    mutable std::atomic<progress> progress_ = progress::none;
};

/// Finds the files, functions and source lines of call stacks, with libdw of elfutils. A symbolizer keeps up to 256
/// files open, so use one symbolizer for many stacks.
///
///     symbolizer names;
///     if (auto const& stack = std::get<syscall_exited>(seen.what).stack) {
///         names.resolve(stack);
///         for (auto const& frame : stack->frames())
///             std::cout << frame.function << '\n';
///     }
///
/// Thread rule: one thread at a time. Do not use the tracer's thread: reading the symbols of a large file takes long.
/// If the environment variable DEBUGINFOD_URLS is set, libdw also downloads debug information, which may take seconds.
class symbolizer {
public:
    /// What is looked up for an address.
    enum class detail : std::uint8_t {
        function,   ///< the function
        source,     ///< the function, the source file and the line
    };

    explicit symbolizer(detail wanted = detail::function);
    ~symbolizer();
    symbolizer(symbolizer&&) noexcept;
    symbolizer& operator=(symbolizer&&) noexcept;

    /// Sets `call_stack::frames` of the stack `found`. Does nothing if `found` is null, or if the stack was resolved
    /// before.
    void resolve(std::shared_ptr<call_stack const> const& found);

    /// Returns whether the library can capture and resolve stacks, that is, whether it was built with libdw.
    static bool is_available() noexcept;

private:
    std::unique_ptr<stack::frame_resolver> resolver_;
};

}   // namespace cotrace
