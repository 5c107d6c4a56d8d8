// SPDX-License-Identifier: BSL-1.0
// Tests of fault sweeps, which run a program many times and make one system call fail in each run.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/needs_32_bit.hpp"
#include "support/run_for.hpp"
#include "support/temporary_folder.hpp"

#include <cotrace/testing/subject.hpp>
#include <cotrace/testing/sweep.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sweep_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;
using testing::fault_options;
using testing::fault_report;
using testing::fault_verdict;
using testing::run_fault_sweep;

namespace {

/// Runs a fault sweep of the guest `name`. `way` is a function in test/guest/calls/mishandles.c. The guest's file exists before
/// each run.
fault_report sweep_of(std::string way, fault_options options = {}, char const* name = "mishandles")
{
    auto const prepare = [&](testing::fault_run const& run) {
        std::ofstream{run.work / "file"} << "old\n";
        return command{guest(name), way, std::string{"file"}};
    };
    return run_fault_sweep(prepare, std::move(options)).value();
}

fault_options with_errors(std::vector<int> errors)
{
    fault_options options;
    options.errors = std::move(errors);
    return options;
}

/// The findings, each as a text "verdict: errno from call", or "verdict: errno from call of thread".
std::vector<std::string> findings_of(fault_report const& report)
{
    std::vector<std::string> found;
    for (auto const& each : report.findings()) {
        auto text = std::string{name_of(each.verdict)} + ": " + std::to_string(each.what.error) + " from " + each.what.site.call;
        if (each.what.site.thread != "1")
            text += " of " + each.what.site.thread;
        found.push_back(std::move(text));
    }
    return found;
}

/// The cases and their verdicts, without the details that differ between two runs.
std::string cases_of(fault_report const& report)
{
    std::ostringstream text;
    for (auto const& each : report.results)
        text << each.what.index << ' ' << each.what.site.thread << ' ' << each.what.site.call << ' ' << each.what.site.occurrence
             << ' ' << each.what.error << ' ' << name_of(each.verdict) << '\n';
    return text.str();
}

using texts = std::vector<std::string>;

/// A new temporary folder that is TMPDIR while this object exists, so that sweeps make their folders in it.
class sweeps_here {
public:
    sweeps_here() { ::setenv("TMPDIR", folder_.path().c_str(), 1); }
    sweeps_here(sweeps_here const&) = delete;
    sweeps_here& operator=(sweeps_here const&) = delete;
    ~sweeps_here()
    {
        if (before_.empty())
            ::unsetenv("TMPDIR");
        else
            ::setenv("TMPDIR", before_.c_str(), 1);
    }

    /// Whether no sweep has left a folder behind.
    bool is_empty() const { return std::filesystem::is_empty(folder_.path()); }

private:
    temporary_folder folder_;
    std::string before_ = std::getenv("TMPDIR") != nullptr ? std::getenv("TMPDIR") : "";
};

}   // namespace

TEST_CASE("a program that reports each failure passes the sweep", "[sweep]")
{
    fault_options options;
    auto const report = run_fault_sweep(command{guest("mishandles"), "nothing", "file"}, options).value();
    INFO(report.list() << report.text());
    CHECK(report.passed());
    CHECK(report.calls == 2);   // the calls that can fail are an open and a write
    CHECK(report.count(fault_verdict::refused) == report.cases);
    CHECK(report.results.size() == report.cases);
    CHECK(report.subject == guest("mishandles") + " nothing file");
}

TEST_CASE("a sweep finds a program that crashes", "[sweep]")
{
    auto const report = sweep_of("crashes", with_errors({EACCES, ENOENT}));
    INFO(report.text());
    CHECK(findings_of(report) == texts{"crashed: 13 from openat", "crashed: 2 from openat"});
    REQUIRE(report.findings().size() == 2);
    CHECK(report.findings()[0].detail == "killed by SIGSEGV");
    CHECK(report.findings()[0].end.killed);
}

TEST_CASE("a sweep finds a crash of a child process, although the parent only reports failure", "[sweep][processes]")
{
    auto const report = sweep_of("crashes_in_child", with_errors({ENOENT}));
    INFO(report.text());
    CHECK(findings_of(report) == texts{"crashed: 2 from openat of 1.1"});
    REQUIRE(report.findings().size() == 1);
    CHECK(report.findings()[0].detail == "thread 1.1 killed by SIGSEGV");
}

TEST_CASE("a sweep finds and kills a program that does not end", "[sweep]")
{
    auto options = with_errors({ENOSPC});
    options.time_out = 1s;
    options.calls = filter{"write"};
    auto const report = sweep_of("hangs", options);
    INFO(report.text());
    CHECK(findings_of(report) == texts{"hung: 28 from write"});
    CHECK(children().empty());
}

TEST_CASE("a sweep kills a program that writes without end, and does not wait for the time limit", "[sweep]")
{
    auto options = with_errors({ENOSPC});
    options.time_out = 10min;
    options.calls = filter{"write"};
    auto const report = sweep_of("floods", options);
    CHECK(findings_of(report) == texts{"hung: 28 from write"});
    REQUIRE(report.findings().size() == 1);
    CHECK(report.findings()[0].output.size() == 1 << 20);
}

TEST_CASE("a sweep finds a program that claims success after a failed write", "[sweep]")
{
    auto const report = sweep_of("claims", with_errors({ENOSPC}));
    INFO(report.text());
    CHECK(findings_of(report) == texts{"claimed success: 28 from write"});
    REQUIRE(report.findings().size() == 1);
    CHECK(report.findings()[0].detail == "exit status 0, but file differs");
}

TEST_CASE("a sweep finds a temporary file that is left behind", "[sweep]")
{
    auto const report = sweep_of("leaks", with_errors({ENOSPC}));
    INFO(report.text());
    CHECK(findings_of(report) == texts{"leaked: 28 from write"});
    REQUIRE(report.findings().size() == 1);
    CHECK(report.findings()[0].detail == "exit status 1, left behind: $TMPDIR/mine");
}

TEST_CASE("a sweep finds a damaged file, although the program reported failure", "[sweep]")
{
    auto const report = sweep_of("damages", with_errors({ENOSPC}));
    INFO(report.text());
    CHECK(findings_of(report) == texts{"damaged: 28 from write"});
    CHECK(report.count(fault_verdict::refused) == 1);   // this is the case in which openat(2) fails
}

TEST_CASE("the calls of each child process are separate cases of a sweep", "[sweep][processes]")
{
    auto options = with_errors({ENOSPC});
    options.calls = filter{"write"};
    auto const report = sweep_of("in_child", options);
    INFO(report.list() << report.text());
    // The child 1.1 reports its failed write, and the child 1.2 does not. The parent claims success in both cases.
    CHECK(findings_of(report) == texts{"claimed success: 28 from write of 1.1", "claimed success: 28 from write of 1.2"});
}

TEST_CASE("the index of a case of a sweep does not depend on the number of parallel runs", "[sweep]")
{
    auto options = with_errors({ENOSPC, EIO, ENOMEM, EAGAIN});
    options.parallel = 1;
    auto const once = sweep_of("in_child", options);
    options.parallel = 6;
    auto const again = sweep_of("in_child", options);
    CHECK(cases_of(once) == cases_of(again));
    CHECK(once.cases > 4);
}

TEST_CASE("one case of a sweep can be repeated by its index", "[sweep]")
{
    auto const all = sweep_of("damages");
    REQUIRE(!all.findings().empty());
    auto const which = all.findings().back();
    fault_options options;
    options.only.push_back(which.what.index);
    auto const one = sweep_of("damages", options);
    REQUIRE(one.results.size() == 1);
    CHECK(one.cases == all.cases);
    CHECK(one.results[0].what.index == which.what.index);
    CHECK(one.results[0].what.error == which.what.error);
    CHECK(one.results[0].verdict == which.verdict);
}

namespace {

/// Writes "new" to "file" through a temporary file. Removes the temporary file after a failure, unless `leaves` is true.
int replace_file(bool leaves)
{
    auto const fails = [&] {
        if (!leaves)
            ::unlink("file.new");
        return 1;
    };
    int const fd = ::open("file.new", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0)
        return 1;
    if (::write(fd, "new", 3) != 3) {
        ::close(fd);
        return fails();
    }
    if (::close(fd) != 0 || ::rename("file.new", "file") != 0)
        return fails();
    return 0;
}

}   // namespace

TEST_CASE("a sweep of a function finds what the function does wrong, and nothing else", "[sweep]")
{
    fault_options options;
    options.calls = filter{"openat,write,close,rename"};
    auto const right = run_fault_sweep([] { return replace_file(false); }, options).value();
    CHECK(right.calls == 4);
    CHECK(findings_of(right).empty());
    CHECK(right.subject == "a function in a child");
    auto const wrong = run_fault_sweep([] { return replace_file(true); }, options).value();
    auto const found = findings_of(wrong);
    CHECK(std::ranges::count(found, "leaked: " + std::to_string(ENOSPC) + " from write") == 1);
    CHECK(std::ranges::none_of(found, [](auto const& each) { return each.ends_with("from openat"); }));
}

TEST_CASE("COTRACE_SWEEP_ONLY selects the cases that run, and the report says how to repeat a case", "[sweep]")
{
    ::setenv("COTRACE_SWEEP_ONLY", "2,1", 1);
    auto const some = sweep_of("claims");
    ::unsetenv("COTRACE_SWEEP_ONLY");
    REQUIRE(some.results.size() == 2);
    CHECK(some.results[0].what.index == 1);
    CHECK(some.results[1].what.index == 2);

    auto const all = sweep_of("claims", with_errors({ENOSPC})).text();
    INFO(all);
    CHECK(all.find("\nrepeat a case: COTRACE_SWEEP_ONLY=2 ") != all.npos);
    CHECK(all.find("live-tests") != all.npos);
}

TEST_CASE("a sweep leaves out the calls before main, unless before_main is set", "[sweep]")
{
    auto options = with_errors({ENOENT, ENOMEM});
    options.calls = filter{"openat,mmap"};
    auto const without = sweep_of("nothing", options);
    CHECK(without.list().find("ld.so.cache") == std::string::npos);
    options.before_main = true;
    auto const with = sweep_of("nothing", options);
    INFO(with.list());
    CHECK(with.list().find("ld.so.cache") != std::string::npos);
    CHECK(with.calls > without.calls);
}

TEST_CASE("a sweep leaves out the calls before main in 32-bit programs, too", "[sweep][abi]")
{
    if (lacks_32_bit_guests())
        return;
    auto const report = sweep_of("claims", with_errors({ENOSPC, ENOENT}), "mishandles_32");
    INFO(report.list() << report.text());
    CHECK(report.list().find("ld.so.cache") == std::string::npos);
    CHECK(findings_of(report) == texts{"claimed success: 28 from write"});
}

TEST_CASE("a sweep of a static program includes the calls before main", "[sweep]")
{
    if (!has_guest("hello_static")) {
        WARN("not checked: this compiler builds no static programs");
        return;
    }
    auto const report = run_fault_sweep(command{guest("hello_static")}, with_errors({EIO, ENOMEM})).value();
    INFO(report.list());
    CHECK(report.list().find("brk") != std::string::npos);
}

TEST_CASE("with the option `lasting`, all later calls with the name of the failed call fail, too", "[sweep]")
{
    auto options = with_errors({ENOSPC});
    options.calls = filter{"write"};
    options.only.push_back(1);
    auto const once = sweep_of("in_child", options);
    options.lasting = true;
    auto const lasting = sweep_of("in_child", options);
    REQUIRE(once.results.size() == 1);
    REQUIRE(lasting.results.size() == 1);
    CHECK(once.results[0].detail == "exit status 0, but other is missing");
    CHECK(lasting.results[0].detail == "exit status 0, but file differs, other is missing");
}

TEST_CASE("a sweep does not compare files and outputs that differ between two runs without faults", "[sweep]")
{
    auto options = with_errors({EIO});
    options.calls = filter{"write"};
    auto const report = sweep_of("varies", options);
    INFO(report.text());
    CHECK(report.unstable == texts{"standard output", "file"});
    CHECK(report.count(fault_verdict::claimed_success) == 0);
}

TEST_CASE("a sweep does not report a file with a random name as left behind if the runs without faults leave one, too", "[sweep]")
{
    auto options = with_errors({EIO});
    options.calls = filter{"write"};
    auto const report = run_fault_sweep(
                            [] {
                                char name[] = "made-XXXXXX.txt";
                                int const file = ::mkstemps(name, 4);
                                return file >= 0 && ::write(file, "x", 1) == 1 ? 0 : 1;
                            },
                            options)
                            .value();
    INFO(report.text());
    CHECK(report.unstable.size() == 2);
    CHECK(report.count(fault_verdict::refused) == report.cases);
}

TEST_CASE("a run of a sweep without the selected call is no finding, also if a process of the clean run crashes", "[sweep]")
{
    auto options = with_errors({EACCES});
    options.calls = filter{"openat"};
    int runs = 0;
    auto const prepare = [&](testing::fault_run const&) {
        std::string const crash = "sh -c 'kill -9 $$'; ";
        return command{"sh", "-c", crash + (++runs <= 2 ? ": > file" : ":")};
    };
    auto const report = run_fault_sweep(prepare, options).value();
    INFO(report.text());
    CHECK(report.cases == 1);
    CHECK(report.count(fault_verdict::missed) == 1);
}

TEST_CASE("a sweep can ignore files, and can let a function of the user check the outcome", "[sweep]")
{
    auto options = with_errors({ENOSPC});
    options.calls = filter{"write"};
    options.ignore = {"fil?"};
    CHECK(sweep_of("claims", options).passed());

    options.ignore.clear();
    options.check = [](testing::fault_run const& run, testing::fault_run const&) -> std::string {
        return std::filesystem::file_size(run.work / "file") == 4 ? "" : "its size is wrong";
    };
    CHECK(sweep_of("claims", options).passed());   // a failed write leaves the old text of the file, which has 4 bytes
}

TEST_CASE("a sweep that cannot run gives the reason", "[sweep]")
{
    sweeps_here const here;
    auto const missing = run_fault_sweep(command{"/no/such/program"});
    REQUIRE(!missing);
    CHECK(missing.error().code == boost::system::errc::no_such_file_or_directory);

    fault_options options;
    options.time_out = 300ms;
    auto const endless = run_fault_sweep(command{guest("mishandles"), "hangs_anyway", "file"}, options);
    REQUIRE(!endless);
    CHECK(endless.error().code == boost::system::errc::timed_out);

    auto const dies = run_fault_sweep(command{guest("mishandles"), "dies_anyway", "file"});
    REQUIRE(!dies);
    CHECK(dies.error().code == boost::system::errc::operation_canceled);

    CHECK_THROWS_AS(run_fault_sweep([](testing::fault_run const&) -> command { throw std::runtime_error{"no"}; }),
                    std::runtime_error);
    CHECK(children().empty());
    CHECK(here.is_empty());
}

TEST_CASE("an awaited sweep throws its error, and a sweep that can make no child in time names the line of the test", "[sweep]")
{
    sweeps_here const here;
    std::string said;
    testing::within(60s, [&]() -> task<void> {
        auto const prepare = [](testing::fault_run const&) { return command{"/no/such/program"}; };
        try {
            (void)co_await testing::fault_sweep(prepare);
        } catch (failed const& thrown) {
            said = thrown.why().message();
        }
    });
    CHECK(said == "execve /no/such/program: No such file or directory");

    fault_options options;
    options.time_out = 0ns;   // too short, because the child is rarely ready at once
    unsigned line = 0, named = 0;
    for (int i = 0; i < 100 && named == 0; ++i) {
        try {
            line = __LINE__ + 1;
            (void)run_fault_sweep([] { return 0; }, options);
        } catch (testing::test_failed const& thrown) {
            CHECK(std::string{thrown.where().file_name()} == __FILE__);
            named = thrown.where().line();
        }
    }
    CHECK(named == line);
    CHECK(children().empty());
    CHECK(here.is_empty());
}

TEST_CASE("the time-out of a sweep covers a launch that waits for a FIFO", "[sweep]")
{
    sweeps_here const here;
    error_code why;
    testing::within(60s, [&]() -> task<void> {
        auto const prepare = [](testing::fault_run const& run) {
            auto const fifo = run.work / "fifo";
            ::mkfifo(fifo.c_str(), 0600);
            command what{guest("mishandles"), "nothing", "file"};
            what.redirects.push_back({.to = 1, .path = fifo});
            return what;
        };
        fault_options options;
        options.time_out = 100ms;
        try {
            (void)co_await testing::fault_sweep(prepare, options);
        } catch (failed const& thrown) {
            why = thrown.why().code;
        }
    });
    CHECK(why == boost::system::errc::timed_out);
    CHECK(children().empty());
    CHECK(here.is_empty());
}

TEST_CASE("a sweep whose context is destroyed leaves no process and no folder", "[sweep]")
{
    sweeps_here const here;
    bool const ended = ends_within(300ms, []() -> task<void> {
        fault_options options;
        options.time_out = 10min;
        auto swept = co_await testing::fault_sweep(
            [](testing::fault_run const&) {
                return command{guest("mishandles"), "hangs_anyway", "file"};
            },
            options);
        (void)swept;
    });
    CHECK(!ended);
    CHECK(children().empty());
    CHECK(here.is_empty());
}

}   // namespace sweep_tests
