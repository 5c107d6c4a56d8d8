// SPDX-License-Identifier: BSL-1.0
// fault_sweep [-v] [-i FILE]... COMMAND [ARG]...
//
// Runs a command once per call that can fail and errno that it can fail with,
// each time in a new folder with copies of the FILEs, and says what it did
// wrong; with -v also what became of each case. Exit status: 0 when nothing was found, 1 when something was, 2 when
// there was no sweep.
#include <cotrace/testing/sweep.hpp>

#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace {

namespace fs = std::filesystem;

struct wishes {
    std::vector<fs::path>    inputs;
    std::vector<std::string> words;
    bool verbose = false;
};

wishes wishes_of(int argc, char** argv)
{
    wishes found;
    for (int option = 0; (option = ::getopt(argc, argv, "+i:v")) != -1;) {
        if (option == 'i')
            found.inputs.push_back(fs::absolute(optarg));
        else if (option == 'v')
            found.verbose = true;
        else
            std::exit(2);
    }
    found.words.assign(argv + optind, argv + argc);
    return found;
}

} // namespace

int main(int argc, char** argv)
{
    auto const wish = wishes_of(argc, argv);
    if (wish.words.empty()) {
        std::cerr << "usage: fault_sweep [-v] [-i FILE]... COMMAND [ARG]...\n";
        return 2;
    }
    auto const prepare = [&](cotrace::testing::fault_run const& run) {
        for (auto const& each : wish.inputs)
            fs::copy(each, run.work / each.filename());
        return cotrace::command{wish.words};
    };
    auto const report = cotrace::testing::run_fault_sweep(prepare);
    if (!report) {
        std::cerr << "fault_sweep: " << report.error().message() << '\n';
        return 2;
    }
    std::cout << (wish.verbose ? report.value().list() : "") << report.value().text();
    return report.value().passed() ? 0 : 1;
}
