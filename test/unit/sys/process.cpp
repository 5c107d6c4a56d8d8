// SPDX-License-Identifier: BSL-1.0
#include "sys/process.hpp"

#include "support/catch.hpp"

#include <array>
#include <csignal>
#include <cstdlib>

#include <sys/wait.h>
#include <unistd.h>

namespace process_tests {

using namespace cotrace;

namespace {

using pipe_ends = std::array<int, 2>;

pipe_ends new_pipe()
{
    pipe_ends made{};
    if (::pipe(made.data()) != 0)
        std::abort();
    return made;
}

/// A process that writes back each byte that it reads, until it is killed or this object is destroyed.
class echo {
public:
    /// If `is_child` is false, a child of this process makes the echo process and ends, so the echo process is no child of this
    /// process.
    explicit echo(bool is_child)
    {
        auto const ids = new_pipe();
        pid_t const child = ::fork();
        if (child == 0) {
            if (!is_child && ::fork() != 0)
                ::_exit(0);
            ::close(to_[1]);
            pid_t const own = ::getpid();
            (void)!::write(ids[1], &own, sizeof own);
            for (char byte; ::read(to_[0], &byte, 1) == 1;)
                (void)!::write(from_[1], &byte, 1);
            ::_exit(0);
        }
        ::close(to_[0]);
        ::close(from_[1]);
        pid_t own = 0;
        REQUIRE(::read(ids[0], &own, sizeof own) == sizeof own);
        id_ = pid{own};
        ::close(ids[0]);
        ::close(ids[1]);
        if (!is_child)
            CHECK(::waitpid(child, nullptr, 0) == child);
    }
    echo(echo const&) = delete;
    echo& operator=(echo const&) = delete;
    ~echo()
    {
        ::close(to_[1]);
        ::close(from_[0]);
    }

    pid id() const noexcept { return id_; }
    /// Whether the process writes back a byte. A process to which SIGKILL was sent earlier does not.
    bool answers() const
    {
        char byte = 'x';
        return ::write(to_[1], &byte, 1) == 1 && ::read(from_[0], &byte, 1) == 1;
    }

private:
    pipe_ends to_ = new_pipe();
    pipe_ends from_ = new_pipe();
    pid id_{};
};

}   // namespace

TEST_CASE("kill_child kills a child that was not reaped")
{
    echo const child{/*is_child=*/true};
    REQUIRE(child.answers());
    sys::kill_child(leader(child.id()));
    int status = 0;
    REQUIRE(::waitpid(raw(child.id()), &status, 0) == raw(child.id()));
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("kill_child sends no signal to a process that is no child of this process")
{
    echo const other{/*is_child=*/false};
    REQUIRE(other.answers());
    sys::kill_child(leader(other.id()));
    CHECK(other.answers());
}

}   // namespace process_tests
