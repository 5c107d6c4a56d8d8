// SPDX-License-Identifier: BSL-1.0
//
// Describes the ioctl(2) request FROB_RUN of a new driver to cotrace, and prints each such request of a command. The
// argument of the request points to the structure
//
//     struct frob { uint32_t speed; uint32_t count; };
//
//     custom_ioctl ./frobnicate
#include <cotrace/cotrace.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace uapi = cotrace::uapi;
namespace as = cotrace::uapi::as;

constexpr uapi::flag_table speeds{"FROB_???", {{0x1, "FROB_FAST"}, {0x2, "FROB_QUIET"}}};
constexpr uapi::structure frob_arguments{{
    {"speed", as::flags<speeds>},
    {"count", as::uint32},
}};
constexpr uapi::ioctl_descriptor frob_run{0xc0086601, "FROB_RUN", as::inout<frob_arguments>};

cotrace::task<void> watch(std::vector<std::string> words)
{
    auto known = std::make_shared<uapi::vocabulary>();
    known->add<frob_run>();
    cotrace::tracer tracer{co_await boost::asio::this_coro::executor};
    auto const frob = cotrace::call("ioctl", *known).argument("request", "FROB_RUN");
    auto options = cotrace::session_options{}.with_matching(frob).without_entries();
    options.capture.vocabulary = known;
    auto target = co_await tracer.async_launch(cotrace::command{std::move(words)}, std::move(options));
    auto const use = [](cotrace::record const& seen) {
        auto const* const done = std::get_if<cotrace::syscall_exited>(&seen.what);
        if (done == nullptr)
            return;
        std::cout << cotrace::render::text(seen);
        if (auto const count = done->argument("argp.count"))   // empty if the structure could not be read
            std::cout << "   # count " << count->number();
        std::cout << '\n';
    };
    co_await cotrace::async_for_each_record(target, use);
}

}   // namespace

int main(int count, char** words)
{
    boost::asio::io_context context{1};
    boost::asio::co_spawn(context, watch({words + 1, words + count}), [](std::exception_ptr error) {
        if (error)
            std::rethrow_exception(error);
    });
    context.run();
}
