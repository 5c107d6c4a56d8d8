// SPDX-License-Identifier: BSL-1.0
// fault_sweep [-v] [-i FILE]... COMMAND [ARG]...
//
// Runs a command once for each call that can fail and each errno that the call can
// fail with. Each run has a new folder with copies of the FILEs. Prints the faults
// of the command; with -v also the outcome of each run. Exit status: 0 if there is
// no fault, 1 if there is one, 2 if the sweep could not run.
#include <cotrace/testing/sweep.hpp>

#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace {

namespace fs = std::filesystem;

struct arguments {
    std::vector<fs::path> inputs;
    std::vector<std::string> command_line;
    bool verbose = false;
};

arguments parse_arguments(int argc, char** argv)
{
    arguments found;
    for (int option = 0; (option = ::getopt(argc, argv, "+i:v")) != -1;) {
        if (option == 'i')
            found.inputs.push_back(fs::absolute(optarg));
        else if (option == 'v')
            found.verbose = true;
        else
            std::exit(2);
    }
    found.command_line.assign(argv + optind, argv + argc);
    return found;
}

}   // namespace

int main(int argc, char** argv)
{
    auto const given = parse_arguments(argc, argv);
    if (given.command_line.empty()) {
        std::cerr << "usage: fault_sweep [-v] [-i FILE]... COMMAND [ARG]...\n";
        return 2;
    }
    auto const prepare = [&](cotrace::testing::fault_run const& run) {
        for (auto const& each : given.inputs)
            fs::copy(each, run.work / each.filename());
        return cotrace::command{given.command_line};
    };
    auto const report = cotrace::testing::run_fault_sweep(prepare);
    if (!report) {
        std::cerr << "fault_sweep: " << report.error().message() << '\n';
        return 2;
    }
    std::cout << (given.verbose ? report.value().list() : "") << report.value().text();
    return report.value().passed() ? 0 : 1;
}
