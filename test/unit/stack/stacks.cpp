// SPDX-License-Identifier: BSL-1.0
// Tests of the functions for call stacks that need no traced process. The tests examine the test program itself.
#include <cotrace/record.hpp>
#include <cotrace/render/folded.hpp>
#include <cotrace/render/json.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/stack.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include "stack/modules.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include <sys/syscall.h>
#include <unistd.h>

namespace stacks_tests {

using namespace cotrace;

/// With extern "C", the name of this function in the symbol table is not mangled.
extern "C" __attribute__((noinline)) int a_function_of_the_test(int number) { return number + 1; }

namespace {

std::shared_ptr<stack::module_list const> own_modules()
{
    static stack::file_cache files;
    return files.modules_of(tid{::gettid()}, pid{::getpid()});
}

std::uint64_t address_of_function() { return reinterpret_cast<std::uintptr_t>(&a_function_of_the_test); }

/// A resolved stack with two frames: the second byte of a function of the test, and an address in no file.
std::shared_ptr<call_stack const> example(std::string error = {})
{
    auto made = std::make_shared<call_stack const>(std::vector<std::uint64_t>{address_of_function() + 1, 16}, own_modules(),
                                                   std::move(error));
    symbolizer{}.resolve(made);
    return made;
}

record call_with(std::shared_ptr<call_stack const> stack, std::chrono::nanoseconds took = {})
{
    auto call = std::make_shared<syscall_call>();
    call->arch = uapi::native;
    call->what = uapi::find(uapi::native, "getppid");
    call->number = SYS_getppid;
    syscall_exited done{call, syscall_outcome{7, false}, took};
    done.stack = std::move(stack);
    record made{tid{42}, {}, std::move(done)};
    made.comm = std::make_shared<std::string const>("a;b");
    return made;
}

}   // namespace

TEST_CASE("the list of modules has the file of a function")
{
    auto const modules = own_modules();
    auto const* const own = modules->find(address_of_function());
    REQUIRE(own != nullptr);
    CHECK(own->name == std::filesystem::read_symlink("/proc/self/exe").string());
    CHECK(own->begin <= address_of_function());
    CHECK(modules->knows(address_of_function()));
    CHECK(modules->find(own->begin) == own);
    CHECK((own->begin == 0 || modules->find(own->begin - 1) != own));
    CHECK(modules->find(own->end) != own);
}

TEST_CASE("the list of modules has the vDSO, with the id of the process")
{
    bool found = false;
    auto const modules = own_modules();
    for (auto const& each : modules->all())
        found = found || each.name == "[vdso: " + std::to_string(::getpid()) + "]";
    CHECK(found);
}

TEST_CASE("the list of modules does not know addresses without code")
{
    int on_the_stack = 0;
    CHECK(own_modules()->find(reinterpret_cast<std::uintptr_t>(&on_the_stack)) == nullptr);
    CHECK_FALSE(own_modules()->knows(16));
    CHECK(own_modules()->find(0) == nullptr);
    CHECK(own_modules()->find(~std::uint64_t{0}) == nullptr);
}

TEST_CASE("two lists of modules share the files")
{
    auto const one = own_modules(), other = own_modules();
    CHECK(one->find(address_of_function())->file == other->find(address_of_function())->file);
}

TEST_CASE("the list of modules of a process that does not exist is empty")
{
    stack::file_cache files;
    CHECK(files.modules_of(tid{0x7fffffff}, pid{0x7fffffff})->all().empty());
}

TEST_CASE("a stack has no frames before a symbolizer resolves it, and keeps the frames afterwards")
{
    auto const stack = std::make_shared<call_stack const>(std::vector{address_of_function()}, own_modules(), "");
    CHECK(stack->frames().empty());
    symbolizer names;
    names.resolve(stack);
    REQUIRE(stack->frames().size() == 1);
    auto const* const frames = stack->frames().data();
    names.resolve(stack);
    CHECK(stack->frames().data() == frames);
    names.resolve(nullptr);
}

TEST_CASE("a frame has the function, and the offset of the address in the function")
{
    auto const stack = example();
    REQUIRE(stack->frames().size() == 2);
    auto const& frame = stack->frames()[0];
    CHECK(frame.function == "a_function_of_the_test");
    CHECK(frame.function_offset == 1);
    CHECK(frame.address == address_of_function() + 1);
    CHECK(frame.source.empty());
    CHECK(stack->frames()[1] == stack_frame{.address = 16});
}

TEST_CASE("the text of a stack follows the line of the call")
{
    auto const line = render::text(call_with(example("an error")), {});
    auto const begin = line.find('\n') + 1;
    auto const stack = example();
    auto const& frame = stack->frames()[0];
    char offset[40];
    std::snprintf(offset, sizeof offset, "%#llx", static_cast<unsigned long long>(frame.offset));
    CHECK(line.substr(begin) == " > " + frame.file + "(a_function_of_the_test+0x1) [" + offset + "]\n > an error");
}

TEST_CASE("the text of a stack that was not resolved has the addresses")
{
    auto const stack = std::make_shared<call_stack const>(std::vector<std::uint64_t>{0x1234}, own_modules(), "");
    auto const line = render::text(call_with(stack), {});
    CHECK(line.substr(line.find('\n') + 1) == " > [0x1234]");
}

TEST_CASE("the JSON of a stack leaves out what is not known")
{
    std::string line;
    render::append_json(call_with(example("an error")), {}, line);
    CHECK(line.find(R"("function":"a_function_of_the_test","function_offset":1},{"address":"0x10"}],"stack_error":"an error"})")
          != line.npos);
}

TEST_CASE("folded stacks count the calls of equal stacks, from the outermost function to the call")
{
    render::folded_stacks counts;
    counts.count(call_with(example()));
    counts.count(call_with(example()));
    counts.count(call_with(nullptr));
    std::string text;
    counts.append(text);
    CHECK(text == "a:b;[unknown];a_function_of_the_test;getppid 2\n");
}

TEST_CASE("folded stacks add up the time of the calls in microseconds")
{
    using namespace std::chrono_literals;
    render::folded_stacks times{render::folded_weight::time};
    times.count(call_with(example(), 1500ns));
    times.count(call_with(example(), 1500ns));
    std::string text;
    times.append(text);
    CHECK(text == "a:b;[unknown];a_function_of_the_test;getppid 3\n");
}

}   // namespace stacks_tests
