// SPDX-License-Identifier: BSL-1.0
// Measures the cost of decoding a call, and of rendering it in four formats. The arguments are in the memory of this process
// ("capture_bytes") or of a stopped process ("capture_live").
#include "decode/decode.hpp"
#include "engine/session/live_reader.hpp"
#include "engine/session/open_files.hpp"
#include "uapi/numbers.hpp"

#include <cotrace/render/json.hpp>
#include <cotrace/render/perfetto.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/render/uroot.hpp>

#include <benchmark/benchmark.h>

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <vector>

namespace cotrace::bench {
namespace {

template <class T>
std::uint64_t at(T const* where)
{
    return reinterpret_cast<std::uintptr_t>(where);
}

/// The memory that arguments of the measured calls point to. A forked child has a copy at the same address.
struct contents {
    contents()
    {
        std::memset(data, 'x', sizeof data);
        ::stat("/dev/null", &status);
        for (std::size_t i = 0; i < 30; ++i)
            arguments[i] = i % 3 == 0 ? "--a-rather-long-option=with-a-value" : "argument";
        for (std::size_t i = 0; i < 20; ++i)
            environment[i] = "VARIABLE=value";
        terminal.c_iflag = ICRNL | IXON;
        terminal.c_cflag = CS8 | CREAD | B38400;
        message.msg_iov = parts;
        message.msg_iovlen = 2;
    }

    char path[40] = "/usr/lib/x86_64-linux-gnu/libc.so.6";
    char data[4096];
    struct stat status {};
    pollfd wanted[2] = {{0, POLLIN, POLLIN}, {1, POLLOUT, 0}};
    char first[17] = "GET / HTTP/1.1\r\n", second[20] = "Host: localhost\r\n\r\n";
    iovec parts[2] = {{first, 16}, {second, 19}};
    msghdr message{};
    char const* arguments[31] = {};
    char const* environment[21] = {};
    termios terminal{};
};

contents const& memory()
{
    static contents const made;
    return made;
}

/// Reads the memory of this process by memcpy, without a system call.
class own_memory final : public decode::reader {
public:
    std::size_t read(remote_address from, std::span<std::byte> into) noexcept override
    {
        std::memcpy(into.data(), reinterpret_cast<void const*>(raw(from)), into.size());
        return into.size();
    }
};

/// A stopped child with a copy of this process's memory.
class stopped_child {
public:
    stopped_child()
    {
        memory();
        id_ = ::fork();
        if (id_ == 0) {
            ::raise(SIGSTOP);
            ::_exit(0);
        }
        ::waitpid(id_, nullptr, WUNTRACED);
    }
    stopped_child(stopped_child const&) = delete;
    ~stopped_child()
    {
        ::kill(id_, SIGKILL);
        ::waitpid(id_, nullptr, 0);
    }
    tid id() const { return tid{id_}; }

private:
    ::pid_t id_ = 0;
};

struct sample {
    char const* title;
    char const* call;
    std::array<std::uint64_t, 6> args;
    std::int64_t result;
};

std::vector<sample> samples()
{
    auto const& m = memory();
    constexpr std::uint64_t here = static_cast<std::uint32_t>(AT_FDCWD);
    return {
        {"getpid", "getpid", {}, 4711},
        {"read_32", "read", {3, at(m.data), 32}, 32},
        {"read_4096", "read", {3, at(m.data), 4096}, 4096},
        {"openat", "openat", {here, at(m.path), O_RDONLY | O_CLOEXEC}, 3},
        {"newfstatat", "newfstatat", {here, at(m.path), at(&m.status), 0}, 0},
        {"mmap", "mmap", {0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0xffffffff, 0}, 0x7f0000000000},
        {"poll", "poll", {at(m.wanted), 2, 1000}, 1},
        {"sendmsg", "sendmsg", {3, at(&m.message), MSG_NOSIGNAL}, 35},
        {"execve_30", "execve", {at(m.path), at(m.arguments), at(m.environment)}, 0},
        {"ioctl_TCGETS", "ioctl", {0, TCGETS, at(&m.terminal)}, 0},
    };
}

/// A call that is decoded repeatedly. As in the engine, each decoding makes a new tree of values.
class repeated_call {
public:
    explicit repeated_call(sample const& from)
        : call_{std::make_shared<syscall_call>()}
    {
        call_->number = *uapi::number_of(uapi::arch::x86_64, from.call);
        call_->args = from.args;
        exit_.call = call_;
        exit_.outcome.value = from.result;
    }

    void decode(decode::reader& from)
    {
        call_->values = {};
        exit_.values = {};
        decode::decode_entry(from, options_, *call_);
        decode::decode_exit(from, options_, *call_, exit_);
        benchmark::DoNotOptimize(exit_.values.nodes().data());
    }

    record entry() const { return {tid{7}, at_, syscall_entered{call_}}; }
    record exit() const { return {tid{7}, at_, exit_}; }

private:
    timestamp at_{std::chrono::nanoseconds{1'700'000'000'000'000'000}};
    capture_options options_{};
    std::shared_ptr<syscall_call> call_;
    syscall_exited exit_{};
};

void capture_bytes(benchmark::State& state, sample const& from)
{
    repeated_call call{from};
    own_memory memory;
    for (auto _ : state)
        call.decode(memory);
}

void capture_live(benchmark::State& state, sample const& from)
{
    static stopped_child const child;
    repeated_call call{from};
    engine::open_files files;
    engine::live_reader memory{child.id(), files};
    for (auto _ : state)
        call.decode(memory);
}

/// Measures `append(entry, exit, to)`, which renders the two records of a call.
template <class Append>
void render_call(benchmark::State& state, sample const& from, Append append)
{
    repeated_call call{from};
    own_memory memory;
    call.decode(memory);
    auto const entry = call.entry(), exit = call.exit();
    std::string shown;
    for (auto _ : state) {
        shown.clear();
        append(entry, exit, shown);
        benchmark::DoNotOptimize(shown.data());
    }
    state.counters["bytes"] = static_cast<double>(shown.size());
}

void text(benchmark::State& state, sample const& from)
{
    render::text_renderer renderer;
    render_call(state, from, [&](auto const& entry, auto const& exit, std::string& to) {
        renderer.append(entry, to);
        renderer.append(exit, to);
    });
}

void json(benchmark::State& state, sample const& from)
{
    render_call(state, from, [](auto const&, auto const& exit, std::string& to) { render::append_json(exit, {}, to); });
}

void uroot(benchmark::State& state, sample const& from)
{
    render_call(state, from, [](auto const& entry, auto const& exit, std::string& to) {
        render::append_uroot(entry, to);
        render::append_uroot(exit, to);
    });
}

void perfetto(benchmark::State& state, sample const& from)
{
    render::perfetto_trace trace;
    render_call(state, from, [&](auto const& entry, auto const& exit, std::string& to) {
        trace.append(entry, to);
        trace.append(exit, to);
    });
}

/// Measures how long it takes to render a trace of 100,000 calls for Perfetto. The calls repeat the list of samples.
void perfetto_slices(benchmark::State& state)
{
    std::vector<std::pair<record, record>> calls;
    for (auto const& each : samples()) {
        repeated_call call{each};
        own_memory memory;
        call.decode(memory);
        calls.emplace_back(call.entry(), call.exit());
    }
    std::size_t bytes = 0;
    for (auto _ : state) {
        render::perfetto_trace trace;
        std::string shown;
        for (int i = 0; i < 100'000; ++i) {
            auto& [entry, exit] = calls[static_cast<std::size_t>(i) % calls.size()];
            trace.append(entry, shown);
            trace.append(exit, shown);
            bytes += shown.size();
            shown.clear();
        }
    }
    state.counters["bytes"] = static_cast<double>(bytes) / static_cast<double>(state.iterations());
}

void add(std::string_view what, void (*run)(benchmark::State&, sample const&))
{
    for (auto const& each : samples())
        benchmark::RegisterBenchmark((std::string{what} + "/" + each.title).c_str(),
                                     [run, each](benchmark::State& state) { run(state, each); });
}

}   // namespace
}   // namespace cotrace::bench

int main(int count, char** arguments)
{
    using namespace cotrace::bench;
    add("capture_bytes", capture_bytes);
    add("capture_live", capture_live);
    add("text", text);
    add("json", json);
    add("uroot", uroot);
    add("perfetto", perfetto);
    benchmark::RegisterBenchmark("perfetto/100000_slices", perfetto_slices)->Unit(benchmark::kMillisecond);
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments))
        return 1;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
