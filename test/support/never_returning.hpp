// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/collect.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace cotrace::test {

/// An object that adds 1 to `gone` when it is destroyed, for example with the frame of a coroutine.
class destruction_counter {
public:
    explicit destruction_counter(int& gone)
        : gone_{&gone}
    {
    }
    destruction_counter(destruction_counter const&) = delete;
    destruction_counter& operator=(destruction_counter const&) = delete;
    ~destruction_counter() { ++*gone_; }

private:
    int* gone_;
};

/// Makes interceptors whose coroutines never return. `asked` counts these coroutines, and `gone` counts those whose
/// frames were destroyed.
struct never_returning {
    int asked = 0, gone = 0;
    tid last{};           ///< the thread of the newest coroutine that never returns
    std::string only{};   ///< if not empty, system calls of threads with another name in /proc proceed at once

    std::shared_ptr<scripted> about(long number)
    {
        auto made = std::make_shared<scripted>(number);
        made->entry = [this](intercepted at, syscall_call const&) -> task<verdict> {
            if (!only.empty() && proc_status(at.thread, "Name") != only)
                co_return proceed{};
            destruction_counter const here{gone};
            ++asked;
            last = at.thread;
            asio::steady_timer never{co_await asio::this_coro::executor, std::chrono::hours{1}};
            co_await never.async_wait(asio::use_awaitable);
            co_return proceed{};
        };
        return made;
    }
};

}   // namespace cotrace::test
