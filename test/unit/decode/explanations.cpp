// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include <cotrace/render/json.hpp>
#include <cotrace/render/text.hpp>

#include <cstring>

namespace explanations_tests {

using namespace cotrace;
using cotrace::uapi::arch;
using test::byte_memory;
using test::traced_call;

namespace {

constexpr std::uint64_t new_user = 0x10000000, new_pid = 0x20000000, new_net = 0x40000000, new_time = 0x80, new_uts = 0x04000000;

/// A made-up program. The namespaces of a process have the process's id as their number, such as "net:[7]". The file of
/// descriptor 3 is mapped at 0x5000.
class namespaced final : public decode::reader {
public:
    using decode::reader::describe;

    std::size_t read(remote_address from, std::span<std::byte> into) noexcept override { return memory.read(from, into); }

    std::string namespace_of(std::int32_t id, char const* link) noexcept override
    {
        if (missing == link)
            return {};
        std::string const kind = link;
        return kind.substr(0, kind.find('_')) + ":[" + std::to_string(id) + (kind.ends_with("_children") ? "c]" : "]");
    }

    bool describe(decode::descriptor_owner, int fd, descriptor_details const&, open_file& found) noexcept override
    {
        found.path = fd == 3 ? "uts:[333]" : "pipe:[444]";
        return true;
    }

    std::uint64_t mapping_of(int fd) noexcept override { return fd == 3 ? 0x5000 : 0; }

    byte_memory memory;
    std::string missing;
};

capture_options const asks{.namespaces = true, .virtual_cpus = true};

syscall_exited const& finish(traced_call& call, namespaced& subject, std::int64_t result, capture_options const& options = asks)
{
    decode::decode_entry(subject, options, *call.call);
    call.exit.call = call.call;
    call.exit.outcome = syscall_outcome::from(result);
    decode::decode_exit(subject, options, *call.call, call.exit);
    return call.exit;
}

/// The result in the line of the call: the text after the last ") = ".
std::string result_of(traced_call call, std::int64_t result, namespaced subject = {}, capture_options const& options = asks)
{
    finish(call, subject, result, options);
    auto const line = render::text(call.exited(), {.column = 0});
    return line.substr(line.rfind(") = ") + 4);
}

namespaced with_reason(std::uint32_t reason)
{
    namespaced subject;
    std::string run(16, '\0');
    std::memcpy(run.data() + 8, &reason, sizeof reason);
    subject.memory.put(0x5000, run);
    return subject;
}

}   // namespace

TEST_CASE("the namespaces that a call made follow its result, in the order of their names")
{
    CHECK(result_of(traced_call{"unshare", {new_user | new_net}}, 0) == "0 (net:[0], user:[0])");
    CHECK(result_of(traced_call{"unshare", {new_uts}}, 0) == "0 (uts:[0])");
    CHECK(result_of(traced_call{"clone", {new_net | 17}}, 7) == "7 (net:[7])");
    CHECK(result_of(traced_call{"clone", {new_net | 17}, arch::i386}, 7) == "7 (net:[7])");
    CHECK(result_of(traced_call{"setns", {9, new_net}}, 0) == "0 (net:[0])");
}

TEST_CASE("a process stays in its pid and time namespaces, but a child that clone makes is in the new ones")
{
    CHECK(result_of(traced_call{"unshare", {new_pid | new_time}}, 0) == "0 (pid:[0c], time:[0c])");
    CHECK(result_of(traced_call{"setns", {9, new_pid}}, 0) == "0 (pid:[0c])");
    CHECK(result_of(traced_call{"clone", {new_pid | 17}}, 7) == "7 (pid:[7])");
}

TEST_CASE("the bit of CLONE_NEWTIME is a part of the exit signal in the flags of clone, but not in those of clone3")
{
    CHECK(result_of(traced_call{"clone", {0x91}}, 7) == "7");
    namespaced subject;
    subject.memory.put_words(0x1000, new_time, 0, 0, 0, 17, 0, 0, 0);
    CHECK(result_of(traced_call{"clone3", {0x1000, 64}}, 7, subject) == "7 (time:[7])");
    CHECK(result_of(traced_call{"clone3", {0x9000, 64}}, 7, subject) == "7");
}

TEST_CASE("setns without a type shows the namespace that the descriptor refers to")
{
    CHECK(result_of(traced_call{"setns", {3, 0}}, 0) == "0 (uts:[333])");
    CHECK(result_of(traced_call{"setns", {4, 0}}, 0) == "0");
}

TEST_CASE(
    "no namespace follows the result of a call that failed or made no namespace, or if the options do not ask for namespaces")
{
    CHECK(result_of(traced_call{"unshare", {new_net}}, -EPERM) == "-1 EPERM (Operation not permitted)");
    CHECK(result_of(traced_call{"unshare", {0x200}}, 0) == "0");
    CHECK(result_of(traced_call{"fork"}, 7) == "7");
    CHECK(result_of(traced_call{"unshare", {new_net}}, 0, {}, {}) == "0");
    namespaced subject;
    subject.missing = "net";
    CHECK(result_of(traced_call{"unshare", {new_net | new_user}}, 0, subject) == "0 (user:[0])");
    CHECK(result_of(traced_call{"unshare", {new_net}}, 0, subject) == "0");
}

TEST_CASE("the reason for which KVM_RUN returned follows its result")
{
    CHECK(result_of(traced_call{"ioctl", {3, 0xae80, 0}}, 0, with_reason(2)) == "0 (KVM_EXIT_IO)");
    CHECK(result_of(traced_call{"ioctl", {3, 0xae80, 0}}, 0, with_reason(9999))
          == "0 (KVM_EXIT_???"
             ")");
    CHECK(result_of(traced_call{"ioctl", {3, 0xae80, 0}}, -EINTR, with_reason(2)) == "-1 EINTR (Interrupted system call)");
    CHECK(result_of(traced_call{"ioctl", {4, 0xae80, 0}}, 0, with_reason(2)) == "0");
    CHECK(result_of(traced_call{"ioctl", {3, 0xae80, 0}}, 0) == "0");   // the memory cannot be read
    CHECK(result_of(traced_call{"ioctl", {3, 0xae80, 0}}, 0, with_reason(2), {}) == "0");
}

TEST_CASE("the notes in JSON contain the namespaces that a call made, and the exit reason of KVM_RUN")
{
    traced_call made{"unshare", {new_user | new_net}};
    namespaced subject;
    finish(made, subject, 0);
    std::string line;
    render::append_json(made.exited(), {}, line);
    CHECK(
        line.find(
            R"("notes":{"namespaces":{"fields":{"net":{"string":"net:[0]","length":7},"user":{"string":"user:[0]","length":8}}}})")
        != std::string::npos);
    traced_call run{"ioctl", {3, 0xae80, 0}};
    auto cpu = with_reason(5);
    finish(run, cpu, 0);
    render::append_json(run.exited(), {}, line);
    CHECK(line.find(R"("notes":{"exit_reason":{"value":5,"name":"KVM_EXIT_HLT"}})") != std::string::npos);
}

}   // namespace explanations_tests
