// SPDX-License-Identifier: BSL-1.0
#pragma once

// Guests: where they are, how to talk with them, how to run one untraced, and what /proc says of them.

#include <cotrace/command.hpp>
#include <cotrace/ids.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <cerrno>
#include <chrono>
#include <concepts>
#include <csignal>
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

/// The path of a guest program. The guests are built into a folder beside the test program.
inline std::string guest(std::string_view name)
{
    static auto const folder = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "guest";
    return folder / name;
}

/// A command of these words.
///
/// GCC 12.2 cannot keep the array behind a braced list in a coroutine's frame,
/// so `{"ls", "-l"}` does not compile inside a `co_await`; this does.
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

/// Whether the build made that guest; the compiler may lack 32-bit libraries.
inline bool has_guest(std::string_view name)
{
    return ::access(guest(name).c_str(), X_OK) == 0;
}

/// Throws what errno says when a call of the test's own failed.
template <class T>
T must(T returned)
{
    if (returned == T{-1})
        throw std::system_error{errno, std::generic_category()};
    return returned;
}

/// A descriptor of the test's own.
class unique_fd {
public:
    unique_fd() = default;
    explicit unique_fd(int fd) : fd_{fd} {}
    unique_fd(unique_fd&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    unique_fd& operator=(unique_fd&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~unique_fd() { close(); }

    int get() const noexcept { return fd_; }
    int release() noexcept { return std::exchange(fd_, -1); }
    void close() noexcept
    {
        if (fd_ != -1)
            ::close(std::exchange(fd_, -1));
    }

private:
    int fd_ = -1;
};

/// Where guests read nothing, and write what nobody wants. Opened before any test counts descriptors.
inline unique_fd const null_device{must(::open("/dev/null", O_RDWR | O_CLOEXEC))};

/// A file without a name, for a guest's output when nobody needs it before the end.
class capture {
public:
    // The kernel does not lock the offset of a memfd, so that without O_APPEND two processes may write to one place.
    capture() : file_{must(::memfd_create("output", MFD_CLOEXEC))} { must(::fcntl(file_.get(), F_SETFL, O_APPEND)); }
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

/// A guest's standard input and output, as pipes of ours.
class conversation {
public:
    explicit conversation(asio::any_io_executor executor) : heard_{executor}
    {
        int in[2], out[2];
        must(::pipe2(in, O_CLOEXEC));
        far_in_  = unique_fd{in[0]};
        told_    = unique_fd{in[1]};
        must(::pipe2(out, O_CLOEXEC));
        far_out_ = unique_fd{out[1]};
        heard_.assign(out[0]);
    }

    int far_in() const noexcept { return far_in_.get(); }
    int far_out() const noexcept { return far_out_.get(); }

    std::vector<command::redirect> redirects() const
    {
        return {{.to = 0, .from = far_in()}, {.to = 1, .from = far_out()}};
    }

    /// To be called once the guest has its ends, or no end of file is ever seen.
    void begin() noexcept
    {
        far_in_.close();
        far_out_.close();
    }

    /// The next line that it says, without its newline.
    task<std::string> line()
    {
        auto const length = co_await asio::async_read_until(heard_, asio::dynamic_buffer(buffer_), '\n', asio::use_awaitable);
        std::string said = buffer_.substr(0, length - 1);
        buffer_.erase(0, length);
        co_return said;
    }

    /// All that it says from here to the end.
    task<std::string> rest()
    {
        (void)co_await asio::async_read(heard_, asio::dynamic_buffer(buffer_), use_tuple);
        co_return std::exchange(buffer_, {});
    }

    void tell(std::string_view text) { must(::write(told_.get(), text.data(), text.size())); }
    void close_input() noexcept { told_.close(); }

private:
    unique_fd   far_in_;
    unique_fd   far_out_;
    unique_fd   told_;
    asio::posix::stream_descriptor heard_;
    std::string buffer_;
};

/// The number at the end of a line such as "child 4711" or before the next word, as in "child 4711 seized 0".
inline pid number_after(std::string_view line, std::string_view word)
{
    auto const at = line.find(word);
    if (at == line.npos)
        throw std::runtime_error{"no '" + std::string{word} + "' in '" + std::string{line} + "'"};
    return pid{std::stoi(std::string{line.substr(at + word.size())})};
}

/// Forks and executes as any program would: without cotrace, and with an empty signal mask.
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

/// What a program said and how it ended.
struct outcome_of {
    std::string output;
    int         status = 0;   ///< as waitpid(2) gives it

    friend bool operator==(outcome_of const&, outcome_of const&) = default;
};

/// Runs a program to its end with nobody tracing it; its standard input is empty.
inline outcome_of untraced(command const& what)
{
    capture const said;
    auto const child = spawn(what.argv, null_device.get(), said.fd());
    int status = 0;
    must(::waitpid(child, &status, 0));
    return {said.text(), status};
}

/// Waits for what cannot be awaited - another process's state in /proc, a child's end - by looking again and again.
template <class Condition>
task<void> until(Condition holds)
{
    asio::steady_timer next_look{co_await asio::this_coro::executor};
    while (!holds()) {
        next_look.expires_after(std::chrono::milliseconds{1});
        co_await next_look.async_wait(asio::use_awaitable);
    }
}

/// The value of a field of /proc/TID/status, empty when the thread is gone.
inline std::string proc_status(tid thread, std::string_view field)
{
    std::ifstream file{"/proc/" + std::to_string(raw(thread)) + "/status"};
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(field) && line[field.size()] == ':')
            return line.substr(line.find_first_not_of(" \t", field.size() + 1));
    return {};
}

/// The state letter of a thread, '?' when it is gone.
inline char state_of(tid thread)
{
    auto const state = proc_status(thread, "State");
    return state.empty() ? '?' : state.front();
}

/// Who traces a thread, `tid{}` when nobody does.
inline tid tracer_of(tid thread)
{
    auto const tracer = proc_status(thread, "TracerPid");
    return tracer.empty() ? tid{} : tid{std::stoi(tracer)};
}

/// The threads of a process, now.
inline std::vector<tid> threads_of(pid process)
{
    std::vector<tid> found;
    std::error_code gone;
    for (std::filesystem::directory_iterator each{"/proc/" + std::to_string(raw(process)) + "/task", gone}, end;
         !gone && each != end; each.increment(gone))
        found.push_back(tid{std::stoi(each->path().filename().string())});
    return found;
}

/// Whether any process has this id, a zombie included.
inline bool exists(pid process) { return ::kill(raw(process), 0) == 0 || errno == EPERM; }

/// Whether there is such a process and it is not a zombie.
inline bool lives(pid process)
{
    char const state = state_of(leader(process));
    return state != '?' && state != 'Z' && state != 'X';
}

/// A process's children, zombies included; this one's, unless another is named.
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

/// What this process has open, as "3 -> pipe:[4711]".
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

/// A guest that the test started as a child of its own, untraced; killed with the test.
class started {
public:
    started(asio::any_io_executor executor, command const& what) : talk_{executor}
    {
        child_ = spawn(what.argv, talk_.far_in(), talk_.far_out());
        talk_.begin();
    }
    started(started const&) = delete;
    started& operator=(started const&) = delete;
    ~started()
    {
        if (!status_) {
            ::kill(child_, SIGKILL);
            // It may be traced and stopped right now, and its tracer may be the one who has to reap it.
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

    /// Its wait status, once it has ended; empty when somebody else had it.
    task<std::optional<int>> status()
    {
        int status = 0;
        ::pid_t got = 0;
        co_await until([&] { return (got = ::waitpid(child_, &status, WNOHANG)) != 0; });
        status_ = got == child_ ? status : -1;
        co_return got == child_ ? std::optional{status} : std::nullopt;
    }

private:
    conversation       talk_;
    ::pid_t            child_ = -1;
    std::optional<int> status_;
};

/// Runs `body`, which gives an exit status, in a forked process, and gives what waitpid(2) says of it.
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

} // namespace cotrace::test
