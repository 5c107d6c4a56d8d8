// SPDX-License-Identifier: BSL-1.0
#include "memory_reserve.hpp"

#include "conclusion.hpp"
#include "diagnostic.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <new>

#include <sys/mman.h>
#include <unistd.h>

namespace cotrace::app {

namespace {

constexpr std::size_t reserve_size = 16 << 20;
constexpr std::size_t stack_size = 512 << 10;   // several times the stack that tracing needs

std::atomic<void*> reserve = nullptr;
std::atomic<bool> has_failed = false;   // whether an allocation has failed
std::atomic<bool> printed = false;
std::terminate_handler terminate_before = std::abort;

/// The new-handler: operator new calls it when an allocation fails, and then tries again.
void release_reserve()
{
    has_failed = true;
    void* const pages = reserve.exchange(nullptr);
    if (pages == nullptr)
        throw std::bad_alloc{};
    ::munmap(pages, reserve_size);
}

[[noreturn]] void end_out_of_memory() noexcept
{
    try {
        if (auto const thrown = std::current_exception())
            std::rethrow_exception(thrown);
    } catch (std::bad_alloc const&) {
        print_out_of_memory();
        ::_exit(failed);
    } catch (...) {
    }
    terminate_before();
    std::abort();
}

/// Grows the stack now, because a stack that cannot grow later causes a SIGSEGV. Only one page is touched.
[[gnu::noinline]] void grow_stack() noexcept
{
    char volatile lowest[stack_size];
    lowest[0] = 0;
    static_cast<void>(lowest[0]);   // prevents GCC's warning about an unused variable
}

}   // namespace

memory_reserve::memory_reserve() noexcept
{
    grow_stack();
    void* const pages = ::mmap(nullptr, reserve_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    reserve = pages == MAP_FAILED ? nullptr : pages;
    std::set_new_handler(release_reserve);
    terminate_before = std::set_terminate(end_out_of_memory);
}

memory_reserve::~memory_reserve()
{
    std::set_new_handler(nullptr);
    if (void* const pages = reserve.exchange(nullptr))
        ::munmap(pages, reserve_size);
}

bool memory_reserve::has_run_out() const noexcept { return has_failed; }

void print_out_of_memory() noexcept
{
    if (!printed.exchange(true))
        print_diagnostic("out of memory");
}

}   // namespace cotrace::app
