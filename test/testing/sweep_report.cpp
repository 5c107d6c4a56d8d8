// SPDX-License-Identifier: BSL-1.0
#include <cotrace/testing/sweep.hpp>
#include <cotrace/testing/sweep_report.hpp>

#include "support/catch.hpp"
#include "testing/judge.hpp"

#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <vector>

namespace sweep_report_tests {

using namespace cotrace;
using namespace cotrace::testing;

namespace {

file_state file(std::uint64_t content) { return {std::filesystem::file_type::regular, std::filesystem::perms{0644}, 3, content}; }

/// The clean run, which is a run without faults. The run replaced the file "data" and created the file "new".
fault_run clean_run()
{
    fault_run made;
    made.output = "done\n";
    made.before = {{"data", file(1)}};
    made.after = {{"data", file(2)}, {"new", file(3)}};
    return made;
}

fault_run run_with_status(int status)
{
    auto made = clean_run();
    made.end.status = status;
    return made;
}

judgement judged(fault_run const& run, fault_case const& what = {}) { return judge(run, clean_run(), what, compare_outcome); }

fault_result result_of(std::size_t index, char const* call, std::uint64_t occurrence, int error, fault_verdict verdict,
                       char const* detail)
{
    fault_result made;
    made.what = {index, {"1", call, occurrence, std::string{call} + "(3) = 0"}, error, false};
    made.verdict = verdict;
    made.detail = detail;
    return made;
}

}   // namespace

TEST_CASE("a run with the output and the files of the clean run is no finding", "[sweep_report]")
{
    CHECK(judged(run_with_status(0)).verdict == fault_verdict::tolerated);
    CHECK(judged(run_with_status(1)).verdict == fault_verdict::refused);
}

TEST_CASE("exit status 0 with other output or other files than the clean run counts as claimed success", "[sweep_report]")
{
    auto run = run_with_status(0);
    run.output.clear();
    CHECK(judged(run).detail == "exit status 0, but standard output differs");
    CHECK(judged(run).verdict == fault_verdict::claimed_success);
    run = run_with_status(0);
    run.after["data"] = file(9);
    run.after.erase("new");
    CHECK(judged(run).detail == "exit status 0, but data differs, new is missing");
}

TEST_CASE("exit status 0 after a failed sync counts as claimed success, whatever the files contain", "[sweep_report]")
{
    fault_case what;
    what.loses_data = true;
    CHECK(judged(run_with_status(0), what).verdict == fault_verdict::claimed_success);
    CHECK(judged(run_with_status(0), what).detail == "exit status 0, but data may not be on the disk");
    CHECK(judged(run_with_status(1), what).verdict == fault_verdict::refused);
}

TEST_CASE("after a reported failure a file may have its old or its new content, and no other", "[sweep_report]")
{
    auto run = run_with_status(1);
    run.after = {{"data", file(1)}};
    CHECK(judged(run).verdict == fault_verdict::refused);
    run.after = {{"data", file(2)}};
    CHECK(judged(run).verdict == fault_verdict::refused);
    run.after = {{"data", file(7)}, {"new", file(8)}};   // "new" is not damaged: this file did not exist before the run
    CHECK(judged(run).verdict == fault_verdict::damaged);
    CHECK(judged(run).detail == "exit status 1, but data is neither as it was nor as it should be");
    run.after.clear();
    CHECK(judged(run).detail == "exit status 1, but data is gone");
}

TEST_CASE("files that the clean run does not leave are reported as left behind", "[sweep_report]")
{
    auto run = run_with_status(1);
    run.after["data~"] = file(4);
    CHECK(judged(run).verdict == fault_verdict::leaked);
    CHECK(judged(run).detail == "exit status 1, left behind: data~");
}

TEST_CASE("a crash outweighs files left behind, and is ignored if the clean run has the same crash", "[sweep_report]")
{
    auto run = run_with_status(0);
    run.end = {SIGSEGV, true, false, true};
    run.crashes = {"killed by SIGSEGV"};
    run.after["data~"] = file(4);
    CHECK(judged(run).verdict == fault_verdict::crashed);
    CHECK(judged(run).detail == "killed by SIGSEGV, left behind: data~");
    auto const child_dies = [] {
        auto made = run_with_status(0);
        made.crashes = {"thread 1.1 killed by SIGTERM"};
        return made;
    }();
    CHECK(judge(child_dies, child_dies, {}, compare_outcome).verdict == fault_verdict::tolerated);
    CHECK(judged(child_dies).verdict == fault_verdict::crashed);
}

TEST_CASE("a program that was killed at its time limit counts as hung, not as crashed", "[sweep_report]")
{
    auto run = run_with_status(0);
    run.end = {SIGKILL, true, false, true};
    run.crashes = {"killed by SIGKILL"};
    run.timed_out = true;
    CHECK(judged(run).verdict == fault_verdict::hung);
}

TEST_CASE("the text of a report combines equal results of one call", "[sweep_report]")
{
    fault_report report;
    report.subject = "cp a b";
    report.repeat = "./sweeps cp";
    report.calls = 3;
    report.cases = 8;
    report.varying = 1;
    report.unstable.push_back("log");
    report.results.push_back(result_of(1, "openat", 1, EACCES, fault_verdict::refused, "exit status 1"));
    report.results.push_back(result_of(2, "write", 2, EIO, fault_verdict::claimed_success, "exit status 0, but b differs"));
    report.results.push_back(result_of(3, "write", 2, ENOSPC, fault_verdict::claimed_success, "exit status 0, but b differs"));
    report.results.push_back(result_of(4, "write", 2, EINTR, fault_verdict::tolerated, "exit status 0"));
    report.results.push_back(result_of(5, "write", 3, EIO, fault_verdict::crashed, "killed by SIGABRT"));
    report.results.push_back(result_of(6, "write", 3, EFBIG, fault_verdict::crashed, "killed by SIGABRT"));
    report.results.push_back(result_of(7, "write", 3, ENOSPC, fault_verdict::crashed, "killed by SIGABRT"));
    report.results.back().what.site.thread = "1.2";
    CHECK(report.text()
          == "fault sweep of cp a b: 3 calls that can fail, 8 cases, 7 of them run\n"
             "  1 refused, 1 tolerated, 3 crashed, 2 claimed success\n"
             "  left out, as only one of two clean runs made them: 1 call\n"
             "  not compared, as two clean runs left them differently: log\n"
             "\n"
             "cases 2, 3: claimed success after EIO, ENOSPC from the 2nd write\n"
             "    write(3) = 0\n"
             "    exit status 0, but b differs\n"
             "\n"
             "cases 5, 6: crashed after EIO, EFBIG from the 3rd write\n"
             "    write(3) = 0\n"
             "    killed by SIGABRT\n"
             "\n"
             "case 7: crashed after ENOSPC from the 3rd write of thread 1.2\n"
             "    write(3) = 0\n"
             "    killed by SIGABRT\n"
             "\n"
             "repeat a case: COTRACE_SWEEP_ONLY=2 ./sweeps cp\n");
    CHECK(!report.passed());
    CHECK(report.findings().size() == 5);
    CHECK(report.count(fault_verdict::crashed) == 3);
    CHECK(report.list().starts_with("1 EACCES openat(3) = 0: refused\n2 EIO write(3) = 0: claimed success\n"));
    CHECK(report.list().ends_with("7 ENOSPC [1.2] write(3) = 0: crashed\n"));
}

TEST_CASE("a report without findings is short", "[sweep_report]")
{
    fault_report report;
    report.subject = "true";
    CHECK(report.text() == "fault sweep of true: 0 calls that can fail, 0 cases\n");
    CHECK(report.passed());
}

TEST_CASE("a list of cases has numbers and ranges", "[sweep_report]")
{
    CHECK(parse_indices("17,20-22") == std::vector<std::size_t>{17, 20, 21, 22});
    for (auto const* wrong : {"", "x", "17,", "17-5", "20000000", "20000000-5"}) {
        INFO(wrong);
        CHECK_THROWS_AS(parse_indices(wrong), std::invalid_argument);
    }
}

}   // namespace sweep_report_tests
