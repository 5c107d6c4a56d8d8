// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <memory>
#include <utility>

namespace cotrace::engine {

/// The coroutine of one traced thread, from its first stop to its end or detach. The engine resumes the coroutine
/// directly, not through the executor.
class thread_coroutine {
public:
    struct promise_type {
        std::exception_ptr broken{};

        thread_coroutine get_return_object() noexcept { return thread_coroutine{handle::from_promise(*this)}; }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        std::suspend_always final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        void unhandled_exception() noexcept { broken = std::current_exception(); }
    };

    thread_coroutine() noexcept = default;
    thread_coroutine(thread_coroutine&& other) noexcept
        : frame_{std::exchange(other.frame_, {})}
    {
    }
    thread_coroutine& operator=(thread_coroutine&& other) noexcept
    {
        std::swap(frame_, other.frame_);
        return *this;
    }
    ~thread_coroutine()
    {
        if (frame_)
            frame_.destroy();
    }

    std::coroutine_handle<> first() const noexcept { return frame_; }
    bool done() const noexcept { return frame_ && frame_.done(); }
    /// The exception that left the coroutine; null if none did.
    std::exception_ptr broken() const noexcept { return frame_.promise().broken; }

private:
    using handle = std::coroutine_handle<promise_type>;
    explicit thread_coroutine(handle frame) noexcept
        : frame_{frame}
    {
    }

    handle frame_;
};

/// Memory for the frame of a `call_coroutine`. A thread has only one such coroutine at a time, so later coroutines
/// reuse the memory.
class call_frame_room {
public:
    void* take(std::size_t bytes)
    {
        if (bytes > size_) {
            memory_ = std::make_unique<std::byte[]>(bytes);
            size_ = bytes;
        }
        return memory_.get();
    }

private:
    std::unique_ptr<std::byte[]> memory_;
    std::size_t size_ = 0;
};

/// A member coroutine that handles one system call or signal. The `call_frame()` of its class returns the memory for
/// the coroutine frame.
class [[nodiscard]] call_coroutine {
public:
    struct promise_type {
        std::coroutine_handle<> outer{};
        std::exception_ptr broken{};

        template <class Thread, class... Arguments>
        static void* operator new(std::size_t bytes, Thread& self, Arguments const&...)
        {
            return self.call_frame().take(bytes);
        }
        static void operator delete(void*) noexcept {}   // the thread keeps the memory

        call_coroutine get_return_object() noexcept { return call_coroutine{handle::from_promise(*this)}; }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        auto final_suspend() const noexcept
        {
            struct back {
                bool await_ready() const noexcept { return false; }
                std::coroutine_handle<> await_suspend(handle ended) const noexcept { return ended.promise().outer; }
                void await_resume() const noexcept {}
            };
            return back{};
        }
        void return_void() const noexcept {}
        void unhandled_exception() noexcept { broken = std::current_exception(); }
    };

    /// Makes an object that has no coroutine and must not be awaited.
    call_coroutine() noexcept = default;
    call_coroutine(call_coroutine&& other) noexcept
        : frame_{std::exchange(other.frame_, {})}
    {
    }   // clang 14 needs this constructor
    call_coroutine& operator=(call_coroutine&&) = delete;
    ~call_coroutine()
    {
        if (frame_)
            frame_.destroy();
    }

    explicit operator bool() const noexcept { return static_cast<bool>(frame_); }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> outer) const noexcept
    {
        frame_.promise().outer = outer;
        return frame_;
    }
    void await_resume() const
    {
        if (frame_.promise().broken)
            std::rethrow_exception(frame_.promise().broken);
    }

private:
    using handle = std::coroutine_handle<promise_type>;
    explicit call_coroutine(handle frame) noexcept
        : frame_{frame}
    {
    }

    handle frame_;
};

}   // namespace cotrace::engine
