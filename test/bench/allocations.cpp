// SPDX-License-Identifier: BSL-1.0
// Counts the heap allocations per traced call: traces a guest twice, the second time with six times as many calls, and
// divides the difference of the allocations by the number of additional calls. A separate program, because it replaces
// malloc(3).
#include <cotrace/cotrace.hpp>
#include <cotrace/render/text.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

std::size_t allocated = 0;   // need not be atomic, because only one thread allocates

}   // namespace

// All code in this process, the C library included, calls these functions: "Replacing malloc" in the manual of glibc.
extern "C" {
void* __libc_malloc(std::size_t size) noexcept;
void* __libc_calloc(std::size_t count, std::size_t size) noexcept;
void* __libc_realloc(void* old, std::size_t size) noexcept;
void* __libc_memalign(std::size_t alignment, std::size_t size) noexcept;

void* malloc(std::size_t size) noexcept
{
    ++allocated;
    return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) noexcept
{
    ++allocated;
    return __libc_calloc(count, size);
}

void* realloc(void* old, std::size_t size) noexcept
{
    ++allocated;
    return __libc_realloc(old, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept
{
    ++allocated;
    return __libc_memalign(alignment, size);
}
}

namespace {

using namespace cotrace;

constexpr int calls = 4000;

/// A kind of call (see test/guest/calls/repeats_calls.c), and the greatest allowed numbers of allocations per call.
struct bound {
    char const* kind;
    double records;   ///< allocations until the records of the call are read
    double text;      ///< allocations to render these records
};

constexpr bound bounds[] = {
    {"getpid", 0.05, 0.01},
    {"openat", 0.05, 0.01},
    {"read32", 0.05, 0.01},
};

struct counts {
    std::size_t all = 0;
    std::size_t text = 0;
};

task<counts> trace(char const* kind, int count)
{
    tracer by{co_await asio::this_coro::executor};
    render::text_renderer renderer;
    std::string shown;
    std::vector<record> batch;
    counts made;
    auto const before = allocated;
    auto target = co_await by.async_launch({COTRACE_GUEST_DIR "/repeats_calls", kind, std::to_string(count)});
    do {
        auto const text_before = allocated;
        shown.clear();
        for (auto const& each : batch)
            renderer.append(each, shown);
        made.text += allocated - text_before;
        batch.clear();
    } while (co_await target.async_read(batch) != 0);
    made.all = allocated - before;
    co_return made;
}

/// The fewest allocations of three runs. The numbers vary with the length of the queue, which depends on the timing.
counts count(char const* kind, int times)
{
    counts fewest{SIZE_MAX, SIZE_MAX};
    for (int run = 0; run < 3; ++run) {
        asio::io_context context{1};
        asio::co_spawn(context, trace(kind, times), [&](std::exception_ptr broken, counts found) {
            if (broken)
                std::rethrow_exception(broken);
            fewest = {std::min(fewest.all, found.all), std::min(fewest.text, found.text)};
        });
        context.run();
    }
    return fewest;
}

bool is_denied()
{
    auto const child = ::fork();
    if (child == 0)
        ::_exit(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0 ? 0 : 1);
    int status = 0;
    ::waitpid(child, &status, 0);
    return status != 0;
}

}   // namespace

int main()
{
    if (is_denied()) {
        std::puts("ptrace is denied here");
        return 77;
    }
    bool good = true;
    std::puts("allocations per traced call: until its records are read, and to render them (and at most)");
    for (auto const& each : bounds) {
        auto const few = count(each.kind, calls), many = count(each.kind, 6 * calls);
        auto const per_call = [](std::size_t more, std::size_t less) {
            return (static_cast<double>(more) - static_cast<double>(less)) / (5 * calls);
        };
        auto const text = per_call(many.text, few.text);
        auto const records = per_call(many.all, few.all) - text;
        std::printf("%-8s%6.2f (%.2f)%8.3f (%.3f)\n", each.kind, records, each.records, text, each.text);
        good = good && records <= each.records && text <= each.text;
    }
    return good ? 0 : 1;
}
