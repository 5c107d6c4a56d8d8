// SPDX-License-Identifier: BSL-1.0
// Compiles the snippets of testing.md, fault-sweep.md and interleaving.md (lib/doc), and runs some of them.
// test/tools/extract_snippets.py copies the snippets from the documents.
#include "support/catch.hpp"
#include "support/live_test.hpp"
#include "support/temporary_folder.hpp"

#include <cotrace/cotrace.hpp>
#include <cotrace/testing.hpp>

#include <cassert>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// The `main` of a snippet becomes a function without a return statement. Snippets also have unused variables and functions.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wreturn-type"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-variable"

namespace kit_documents_tests {

using namespace cotrace;
using namespace cotrace::testing;
using namespace std::chrono_literals;

namespace {

/// While a scene exists, the working directory is a new folder, and `printed` gets what is printed to std::cout.
class scene {
public:
    scene()
        : before_{std::filesystem::current_path()}
        , printed_to_{std::cout.rdbuf(printed.rdbuf())}
    {
        std::filesystem::current_path(folder_.path());
    }
    scene(scene const&) = delete;
    scene& operator=(scene const&) = delete;
    ~scene()
    {
        std::filesystem::current_path(before_);
        std::cout.rdbuf(printed_to_);
    }

    std::ostringstream printed;

private:
    cotrace::test::temporary_folder folder_;
    std::filesystem::path before_;
    std::streambuf* printed_to_;
};

void write_and_rename(std::string const& path, bool syncs)
{
    auto const other = path + ".new";
    int const file = ::open(other.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    (void)!::write(file, "colour=green\n", 13);
    if (syncs)
        ::fsync(file);
    ::close(file);
    ::rename(other.c_str(), path.c_str());
}

bool syncs_settings = true;

void save_settings(std::string const& path) { write_and_rename(path, syncs_settings); }

// These macros turn two test cases and a `main` from the documents into functions.
#pragma push_macro("TEST_CASE")
#undef TEST_CASE
#define TEST_CASE(name) void first_test()
#include "kit_first.inc"
#undef TEST_CASE
#define TEST_CASE(name) void awaiting_test()
#include "kit_awaiting.inc"
#pragma pop_macro("TEST_CASE")
#define main program_without_framework
#include "kit_main.inc"
#undef main

void sync_snippet()
{
#include "kit_sync.inc"
}

void golden_snippet()
{
#include "kit_golden.inc"
}

#include "kit_interleaving.inc"
#include "kit_sweep_names.inc"

int sweep_snippet()
{
#include "kit_sweep.inc"
}

}   // namespace

TEST_CASE("testing.md: the first test", "[testing]")
{
    scene const here;
    first_test();
}

TEST_CASE("testing.md: options of a subject", "[testing]")
{
    scene const here;
#include "kit_options.inc"
}

TEST_CASE("testing.md: a function as the subject", "[testing]")
{
    scene const here;
#include "kit_function.inc"
}

TEST_CASE("testing.md: several subjects", "[testing]")
{
    scene const here;
    REQUIRE(::mkfifo("fifo", 0600) == 0);
    within(60s, []() -> task<void> {
#include "kit_several.inc"
    });
}

TEST_CASE("testing.md: golden traces", "[testing]")
{
    scene const here;
    ::setenv("COTRACE_UPDATE_GOLDEN", "1", 1);
    golden_snippet();
    ::unsetenv("COTRACE_UPDATE_GOLDEN");
    golden_snippet();
    syncs_settings = false;
    std::string said;
    try {
        golden_snippet();
    } catch (test_failed const& failed) {
        said = failed.text();
    }
    syncs_settings = true;
    CHECK(said.starts_with("golden/save_settings.txt differs from this run (- file, + this run):\n@@ -1,6 +1,5 @@\n"
                           " openat(AT_FDCWD, \"settings.new\", O_WRONLY|O_CREAT|O_TRUNC, 0666) = fd1\n"
                           " write(fd1, \"colour=green\\n\", 13) = 13\n-fsync(fd1) = 0\n close(fd1) = 0\n"));
}

TEST_CASE("fault-sweep.md: a sweep", "[testing]")
{
    scene here;
    ::setenv("COTRACE_SWEEP_ONLY", "1", 1);
    (void)sweep_snippet();
    ::unsetenv("COTRACE_SWEEP_ONLY");
    CHECK(here.printed.str().find("sort -o fruit fruit") != std::string::npos);
}

}   // namespace kit_documents_tests

#pragma GCC diagnostic pop
