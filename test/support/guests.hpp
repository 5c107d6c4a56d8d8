// SPDX-License-Identifier: BSL-1.0
#pragma once

// Functions for guests, the programs that the tests trace.

#include <cotrace/command.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/task.hpp>

#include "support/short_form.hpp"
#include "sys/unique_fd.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <cerrno>
#include <chrono>
#include <concepts>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cotrace::test {

/// The path of a guest, in the folder that COTRACE_GUESTS names, or else in the folder `guest` beside the test program.
inline std::string guest(std::string_view name)
{
    static auto const folder = [] {
        auto const* const given = std::getenv("COTRACE_GUESTS");
        return given != nullptr ? std::filesystem::path{given}
                                : std::filesystem::read_symlink("/proc/self/exe").parent_path() / "guest";
    }();
    return folder / name;
}

/// Makes a command of these words. In a `co_await` expression, GCC 12.2 cannot keep the array of a braced list of words.
template <std::convertible_to<std::string>... Words>
command command_of(Words... each)
{
    std::vector<std::string> words;
    (words.emplace_back(std::move(each)), ...);
    return command{std::move(words)};
}

/// The command that runs a guest with these arguments.
template <std::convertible_to<std::string>... Words>
command program(std::string_view name, Words... arguments)
{
    return command_of(guest(name), std::move(arguments)...);
}

/// Whether the guest was built and can run. 32-bit guests are not built where the compiler has no 32-bit libraries.
inline bool has_guest(std::string_view name)
{
    // A kernel may be unable to run 32-bit programs, although the compiler makes them.
    static bool const runs_32_bit = std::system((guest("hello_32") + " >/dev/null 2>&1").c_str()) == 0;
    return ::access(guest(name).c_str(), X_OK) == 0 && (runs_32_bit || !name.ends_with("_32"));
}

/// Returns the result of a system call. Throws a std::system_error with errno if the result is -1.
template <class T>
T must(T returned)
{
    if (returned == T{-1})
        throw std::system_error{errno, std::generic_category()};
    return returned;
}

using sys::unique_fd;

/// /dev/null, opened when the test program starts, so that a test does not find it as a new file descriptor.
inline unique_fd const null_device{must(::open("/dev/null", O_RDWR | O_CLOEXEC))};

/// An anonymous file for the output of a guest, for tests that read the output only after the guest's end.
class capture {
public:
    // The kernel does not lock the offset of a memfd, so without O_APPEND two processes could write at the same offset.
    capture()
        : file_{must(::memfd_create("output", MFD_CLOEXEC))}
    {
        must(::fcntl(file_.get(), F_SETFL, O_APPEND));
    }
    int fd() const noexcept { return file_.get(); }

    std::string text() const
    {
        std::string all(static_cast<std::size_t>(must(::lseek(file_.get(), 0, SEEK_END))), '\0');
        std::size_t had = 0;
        while (had < all.size()) {
            auto const got = must(::pread(file_.get(), all.data() + had, all.size() - had, static_cast<off_t>(had)));
            if (got == 0)
                break;
            had += static_cast<std::size_t>(got);
        }
        return all;
    }

private:
    unique_fd file_;
};

/// Two pipes that are the standard input and output of a guest.
class conversation {
public:
    explicit conversation(asio::any_io_executor executor)
        : from_guest_{executor}
    {
        int in[2], out[2];
        must(::pipe2(in, O_CLOEXEC));
        guest_in_ = unique_fd{in[0]};
        to_guest_ = unique_fd{in[1]};
        must(::pipe2(out, O_CLOEXEC));
        guest_out_ = unique_fd{out[1]};
        from_guest_.assign(out[0]);
    }

    int far_in() const noexcept { return guest_in_.get(); }
    int far_out() const noexcept { return guest_out_.get(); }

    std::vector<command::redirect> redirects() const { return {{.to = 0, .from = far_in()}, {.to = 1, .from = far_out()}}; }

    /// Closes this process's copies of the guest's ends, which would keep a read from reaching the end of file. To be called
    /// after the guest has inherited these ends.
    void begin() noexcept
    {
        guest_in_ = unique_fd{};
        guest_out_ = unique_fd{};
    }

    /// The next line of the guest's output, without the line break.
    task<std::string> line()
    {
        auto const length =
            co_await asio::async_read_until(from_guest_, asio::dynamic_buffer(buffer_), '\n', asio::use_awaitable);
        std::string said = buffer_.substr(0, length - 1);
        buffer_.erase(0, length);
        co_return said;
    }

    /// The rest of the guest's output, up to the end of file.
    task<std::string> rest()
    {
        (void)co_await asio::async_read(from_guest_, asio::dynamic_buffer(buffer_), use_tuple);
        co_return std::exchange(buffer_, {});
    }

    void tell(std::string_view text) { must(::write(to_guest_.get(), text.data(), text.size())); }
    void close_input() noexcept { to_guest_ = unique_fd{}; }

private:
    unique_fd guest_in_;
    unique_fd guest_out_;
    unique_fd to_guest_;
    asio::posix::stream_descriptor from_guest_;
    std::string buffer_;
};

/// The process id that comes after `word` in `line`, for example 4711 after "child" in "child 4711 seized 0".
inline pid number_after(std::string_view line, std::string_view word)
{
    auto const at = line.find(word);
    if (at == line.npos)
        throw std::runtime_error{"no '" + std::string{word} + "' in '" + std::string{line} + "'"};
    return pid{std::stoi(std::string{line.substr(at + word.size())})};
}

/// Starts a program, without cotrace and with an empty signal mask. `in` and `out` become the program's standard input and
/// output.
inline ::pid_t spawn(std::vector<std::string> const& argv, int in, int out)
{
    std::vector<char*> words;
    for (auto const& word : argv)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    sigset_t none;
    sigemptyset(&none);
    auto const child = must(::fork());
    if (child == 0) {
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        ::dup2(in, 0);
        ::dup2(out, 1);
        ::execv(words[0], words.data());
        ::_exit(127);
    }
    return child;
}

/// The output of a program, and how the program ended.
struct outcome_of {
    std::string output;
    int status = 0;   ///< the wait status

    friend bool operator==(outcome_of const&, outcome_of const&) = default;
};

/// Runs a program to its end without a tracer, with an empty standard input.
inline outcome_of untraced(command const& what)
{
    capture const said;
    auto const child = spawn(what.argv, null_device.get(), said.fd());
    int status = 0;
    must(::waitpid(child, &status, 0));
    return {said.text(), status};
}

/// Calls `holds()` repeatedly until it returns true, for conditions that no event announces, such as a state in /proc.
template <class Condition>
task<void> until(Condition holds)
{
    asio::steady_timer next_look{co_await asio::this_coro::executor};
    while (!holds()) {
        next_look.expires_after(std::chrono::milliseconds{1});
        co_await next_look.async_wait(asio::use_awaitable);
    }
}

/// The value of a field of /proc/TID/status; empty if the thread or the field does not exist.
inline std::string proc_status(tid thread, std::string_view field)
{
    std::ifstream file{"/proc/" + std::to_string(raw(thread)) + "/status"};
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(field) && line[field.size()] == ':')
            return line.substr(line.find_first_not_of(" \t", field.size() + 1));
    return {};
}

/// The state letter of a thread in /proc/TID/status; '?' if the thread does not exist.
inline char state_of(tid thread)
{
    auto const state = proc_status(thread, "State");
    return state.empty() ? '?' : state.front();
}

/// The thread that traces `thread`; `tid{}` if `thread` is not traced or does not exist.
inline tid tracer_of(tid thread)
{
    auto const tracer = proc_status(thread, "TracerPid");
    return tracer.empty() ? tid{} : tid{std::stoi(tracer)};
}

/// The current threads of a process.
inline std::vector<tid> threads_of(pid process)
{
    std::vector<tid> found;
    std::error_code gone;
    for (std::filesystem::directory_iterator each{"/proc/" + std::to_string(raw(process)) + "/task", gone}, end;
         !gone && each != end; each.increment(gone))
        found.push_back(tid{std::stoi(each->path().filename().string())});
    return found;
}

/// Whether a process with this id exists, possibly as a zombie.
inline bool exists(pid process) { return ::kill(raw(process), 0) == 0 || errno == EPERM; }

/// Whether a process with this id exists, and its thread group leader is not a zombie.
inline bool lives(pid process)
{
    char const state = state_of(leader(process));
    return state != '?' && state != 'Z' && state != 'X';
}

/// The children of the process that has the directory /proc/`of`, zombies included. The default is this process.
inline std::vector<pid> children(std::string const& of = "self")
{
    std::vector<pid> found;
    std::error_code none;
    for (auto const& thread : std::filesystem::directory_iterator{"/proc/" + of + "/task", none}) {
        std::ifstream file{thread.path() / "children"};
        for (int id = 0; file >> id;)
            found.push_back(pid{id});
    }
    return found;
}

/// The open file descriptors of this process below 4096, in the form "3 -> pipe:[4711]".
inline std::vector<std::string> open_descriptors()
{
    std::vector<std::string> found;
    for (int fd = 0; fd < 4096; ++fd) {
        std::error_code none;
        auto const number = std::to_string(fd);
        if (auto const what = std::filesystem::read_symlink("/proc/self/fd/" + number, none); !none)
            found.push_back(number + " -> " + what.string());
    }
    return found;
}

/// A guest that the test starts as its child, without a tracer. The destructor kills the guest, unless `status` has seen its end.
class started {
public:
    started(asio::any_io_executor executor, command const& what)
        : talk_{executor}
    {
        child_ = spawn(what.argv, talk_.far_in(), talk_.far_out());
        talk_.begin();
    }
    started(started&& other) noexcept
        : talk_{std::move(other.talk_)}
        , child_{std::exchange(other.child_, -1)}
        , status_{other.status_}
    {
    }
    started& operator=(started&&) = delete;
    ~started()
    {
        if (child_ != -1 && !status_) {
            ::kill(child_, SIGKILL);
            // Does not wait for the guest's end, because a tracer of the guest may have to reap the guest first.
            (void)::waitpid(child_, nullptr, WNOHANG);
        }
    }

    pid id() const noexcept { return pid{child_}; }
    tid leader() const noexcept { return tid{child_}; }
    conversation& io() noexcept { return talk_; }
    task<std::string> line() { return talk_.line(); }
    task<std::string> rest() { return talk_.rest(); }
    void tell(std::string_view text) { talk_.tell(text); }
    void close_input() noexcept { talk_.close_input(); }
    void signal(int sig) const { must(::kill(child_, sig)); }

    /// Waits for the end of the guest. Returns the wait status; empty if other code in this process took the status.
    task<std::optional<int>> status()
    {
        int status = 0;
        ::pid_t got = 0;
        co_await until([&] { return (got = ::waitpid(child_, &status, WNOHANG)) != 0; });
        status_ = got == child_ ? status : -1;
        co_return got == child_ ? std::optional{status} : std::nullopt;
    }

private:
    conversation talk_;
    ::pid_t child_ = -1;
    std::optional<int> status_;
};

/// Kills a process from which its session has detached. Waits until the process is reaped, here or by the tracer.
inline task<void> kill_detached(pid left)
{
    ::kill(raw(left), SIGKILL);
    co_await until([&] { return ::waitpid(raw(left), nullptr, WNOHANG) != 0; });
}

/// Runs `body` in a forked process and returns the wait status. The process exits with the result of `body`, or with 98 if `body`
/// throws.
template <class Body>
int in_a_process(Body body)
{
    auto const child = must(::fork());
    if (child == 0) {
        int status = 98;
        try {
            status = body();
        } catch (...) {
        }
        ::_exit(status);
    }
    int status = 0;
    must(::waitpid(child, &status, 0));
    return status;
}

}   // namespace cotrace::test
