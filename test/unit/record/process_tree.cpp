// SPDX-License-Identifier: BSL-1.0
#include <cotrace/process_tree.hpp>

#include "support/catch.hpp"
#include "unit/decode/byte_memory.hpp"

#include <string>
#include <vector>

namespace process_tree_tests {

using namespace cotrace;

namespace {

/// Builds a tree from made-up records, each of them 1 ns after the previous record.
struct made_tree : process_tree {
    template <class Event>
    made_tree& see(int thread, int process, Event what)
    {
        add({.thread = tid{thread},
             .at = timestamp{std::chrono::nanoseconds{++now}},
             .what = std::move(what),
             .process = pid{process}});
        return *this;
    }
    made_tree& launched(int process) { return see(process, process, thread_started{origin::launched}); }
    made_tree& forked(int process, int parent) { return see(process, process, thread_started{origin::fork, tid{parent}}); }
    made_tree& exited(int process, int status) { return see(process, process, thread_exited{status}); }

    int now = 0;
};

/// The entry of an execve(2) with the arguments `words`.
syscall_entered executing(std::vector<std::string> const& words)
{
    test::byte_memory memory;
    std::string pointers;
    std::uint64_t at = 0x10000;
    for (auto const& word : words) {
        memory.put(at, word + '\0');
        pointers.append(reinterpret_cast<char const*>(&at), sizeof at);
        at += 0x1000;
    }
    memory.put(0x1000, pointers + std::string(8, '\0'));
    test::traced_call call{"execve", {0x10000, 0x1000, 0}};
    call.enter(memory);
    return syscall_entered{call.call};
}

}   // namespace

TEST_CASE("in the text of a process tree, each child is a line below its parent")
{
    made_tree tree;
    tree.launched(10).see(10, 10, executing({"make", "-j4"})).see(10, 10, image_replaced{});
    tree.forked(11, 10).see(11, 11, executing({"cc", "a b"})).see(11, 11, image_replaced{});
    tree.forked(12, 11).exited(12, 0).exited(11, 1).forked(13, 10).see(13, 13, thread_exited{9, true}).exited(10, 2);
    CHECK(tree.text()
          == "10 make -j4, exited with 2\n"
             "  11 cc \"a b\", exited with 1\n"
             "    12 cc \"a b\", exited with 0\n"
             "  13 make -j4, killed by signal 9\n");
    CHECK(tree.all()[0].children == std::vector<std::size_t>{1, 3});
    CHECK(tree.all()[2].parent == std::size_t{1});
    CHECK(tree.all()[0].began < tree.all()[1].began);
    CHECK(tree.all()[1].ended < tree.all()[0].ended);
}

TEST_CASE("an argument and a command line that were not captured whole end with three dots")
{
    made_tree tree;
    std::vector<std::string> many(40, "x");
    many[1] = std::string(50, 'y');
    tree.launched(10).see(10, 10, executing(many)).see(10, 10, image_replaced{});
    auto const& command = tree.all()[0].command;
    CHECK(command[1] == std::string(32, 'y') + "...");
    CHECK(command.back() == "...");
    CHECK(command.size() == 33);
}

TEST_CASE("a line break or a control character in a command does not break a line")
{
    made_tree tree;
    tree.launched(10).see(10, 10, executing({"sh", "", "a\nb\x01", "\"quoted\"", "back\\slash"})).see(10, 10, image_replaced{});
    CHECK(tree.text() == "10 sh \"\" \"a\\nb\\x01\" \"\\\"quoted\\\"\" \"back\\\\slash\"\n");
}

TEST_CASE("a process with the id of an earlier process is another process")
{
    made_tree tree;
    tree.launched(10).forked(11, 10).exited(11, 0).forked(11, 10);
    REQUIRE(tree.all().size() == 3);
    CHECK(tree.find(pid{11}) == std::size_t{2});
    CHECK_FALSE(tree.all()[2].end.has_value());
    tree.forked(11, 10);   // a third process gets the id 11, but no record reports the end of the second process
    REQUIRE(tree.all().size() == 4);
    CHECK(tree.all()[0].children == std::vector<std::size_t>{1, 2, 3});
    CHECK_FALSE(tree.all()[2].end.has_value());
}

TEST_CASE("the threads of an attached process belong to one process, in whichever order they are attached")
{
    made_tree tree;
    tree.see(21, 20, thread_started{origin::attached}).see(20, 20, thread_started{origin::attached});
    tree.see(22, 20, thread_started{origin::clone, tid{21}}).forked(30, 22);
    REQUIRE(tree.all().size() == 2);
    CHECK(tree.all()[1].parent == std::size_t{0});
    tree.see(22, 20, thread_exited{0});
    CHECK_FALSE(tree.all()[0].end.has_value());
    tree.see(20, 20, detached{}).see(20, 20, thread_started{origin::attached});
    CHECK(tree.all().size() == 3);
}

TEST_CASE("a child whose first record comes after the end of its parent has this parent")
{
    made_tree tree;
    tree.launched(10).see(10, 10, thread_exited{9, true}).forked(11, 10);
    REQUIRE(tree.all().size() == 2);
    CHECK(tree.all()[1].parent == std::size_t{0});
}

TEST_CASE("a process has the command of the program that its thread executes, also if the thread gets the id of the leader")
{
    made_tree tree;
    tree.launched(10).see(12, 10, thread_started{origin::clone, tid{10}});
    tree.see(10, 10, executing({"other"})).see(12, 10, executing({"true"}));
    tree.see(10, 10, superseded{tid{12}}).see(10, 10, image_replaced{tid{12}});
    REQUIRE(tree.all().size() == 1);
    CHECK(tree.all()[0].command == std::vector<std::string>{"true"});
}

TEST_CASE("a process tree accepts an end with an unknown status, and records without a call")
{
    made_tree tree;
    tree.launched(10).see(10, 10, syscall_entered{}).see(10, 10, syscall_exited{});
    tree.see(10, 10, thread_exited{.known = false});
    CHECK(tree.text() == "10, ended\n");
    tree.see(5, 0, detached{});   // this record has no process
    CHECK(tree.all().size() == 1);
}

TEST_CASE("a process tree can show a chain of very many processes")
{
    made_tree tree;
    tree.launched(1);
    constexpr int count = 3'000;
    for (int i = 2; i <= count; ++i)
        tree.forked(i, i - 1);
    auto const text = tree.text();
    CHECK(std::ranges::count(text, '\n') == count);
}

}   // namespace process_tree_tests
