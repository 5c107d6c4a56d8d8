// SPDX-License-Identifier: BSL-1.0
// A program that uses only the installed headers and library.
#include <cotrace/cotrace.hpp>
#include <cotrace/decode/decoding.hpp>
#include <cotrace/render/json.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/testing.hpp>
#include <cotrace/uapi/vocabulary.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>

namespace {

namespace uapi = cotrace::uapi;
namespace as = cotrace::uapi::as;

// A decoder for an argument that is a path. The decoded value is the last component of the path.
bool last_name(cotrace::decode::capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    cotrace::decode::decoding now{made};
    std::string path;
    for (;; ++at) {
        auto const each = now.read<char>(at);
        if (!each || path.size() == 200)
            return false;
        if (*each == '\0')
            break;
        path = *each == '/' ? "" : path + *each;
    }
    now.add_text(as::characters, name, std::as_bytes(std::span{path}));
    return true;
}

inline constexpr uapi::flag_table program_flags{"PROGRAM_???", {{0x1, "PROGRAM_QUIET"}}};
inline constexpr uapi::syscall_descriptor execution{
    "execve", {{"program", as::in<as::custom<last_name>>}, {"argv", as::strings}, {"envp", as::address}}};
inline constexpr uapi::structure frob_args{{{"flags", as::flags<program_flags>}, {"label", as::string}}};
inline constexpr uapi::ioctl_descriptor frob{0xc0106601, "FROB_RUN", as::inout<frob_args>};

struct tally {
    int records = 0;
    bool right = false;
};

void look(cotrace::record const& seen, tally& so_far)
{
    ++so_far.records;
    auto const* back = std::get_if<cotrace::syscall_exited>(&seen.what);
    if (!back || !back->call || back->call->name() != "execve")
        return;
    auto const program = back->argument("program");
    so_far.right = program && *program == "true" && cotrace::render::text(*program) == "\"true\"" && back->argument("argv.0")
                   && cotrace::render::text(seen).starts_with("execve(\"true\", [\"true\"], 0x");
    std::string json;
    cotrace::render::append_json(seen, {}, json);
    so_far.right = so_far.right && json.find("\"program\"") != json.npos;
}

cotrace::task<void> watch(tally& so_far)
{
    auto words = std::make_shared<uapi::vocabulary>();
    words->add<execution>().add<frob>();
    cotrace::session_options options;
    options.capture.vocabulary = words;
    cotrace::tracer tracer{co_await cotrace::asio::this_coro::executor};
    auto subject = co_await tracer.async_launch({"true"}, std::move(options));
    while (auto seen = co_await subject.async_next())
        look(*seen, so_far);
}

bool test_a_function()
{
    namespace testing = cotrace::testing;
    try {
        testing::trace([] { return 3; }).expect(testing::exactly(1, testing::exits(3)), testing::never(cotrace::call("%file")));
    } catch (testing::test_failed const& failed) {
        std::cout << failed.what();
        return false;
    }
    return true;
}

}   // namespace

int main()
{
    bool const tested = test_a_function();
    cotrace::asio::io_context context{1};
    tally so_far;
    cotrace::asio::co_spawn(context, watch(so_far), [](std::exception_ptr failed) {
        if (failed)
            std::rethrow_exception(failed);
    });
    context.run();
    if (!so_far.right)
        std::cout << "not decoded with the program's vocabulary, in ";
    std::cout << so_far.records << " records\n";
    return so_far.right && tested ? 0 : 1;
}
