// SPDX-License-Identifier: BSL-1.0
#include "engine/root_process.hpp"

#include "engine/end_of.hpp"
#include "sys/errno.hpp"
#include "sys/wait.hpp"

#include <utility>

#include <fcntl.h>

namespace cotrace::engine {

using namespace std::chrono_literals;

/// The completion handler of the waits that `await_end` starts.
struct root_process::attempt {
    root_process* self;   ///< may be used only after `reap` has returned false: otherwise, the object may have been destroyed
    std::function<bool()> reap;

    void operator()(error_code why)
    {
        if (why || reap())
            return;
        auto& retry = self->retry_;
        retry.expires_after(10ms);
        retry.async_wait(attempt{self, std::move(reap)});
    }
};

root_process::root_process(asio::any_io_executor const& executor)
    : ended_{executor}
    , retry_{executor}
{
}

result<root_descriptors> root_descriptors::of(pid root)
{
    auto process = sys::pidfd::of(root);
    if (!process)
        return sys::last_error();
    sys::unique_fd end{::fcntl(process.get(), F_DUPFD_CLOEXEC, 0)};
    if (!end)
        return sys::last_error();
    return root_descriptors{std::move(process), std::move(end)};
}

void root_process::assign(pid id, root_descriptors of)
{
    id_ = id;
    process_ = std::move(of.process);
    ended_.assign(of.end.release());
    is_reaped_ = false;
}

void root_process::await_end(std::function<bool()> reap)
{
    ended_.async_wait(asio::posix::descriptor_base::wait_read, attempt{this, std::move(reap)});
}

std::optional<thread_exited> root_process::reap()
{
    auto const status = sys::poll_end(thread());
    if (!status)
        return std::nullopt;
    is_reaped_ = true;
    ended_.close();
    return end_of(*status);
}

void root_process::kill() const noexcept
{
    if (process_)
        process_.kill();
}

void root_process::close()
{
    ended_.close();
    retry_.cancel();
}

void root_process::rest()
{
    ended_.cancel();
    retry_.cancel();
}

}   // namespace cotrace::engine
