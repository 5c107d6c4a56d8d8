// SPDX-License-Identifier: BSL-1.0
#include "views/report.hpp"

#include "last_error.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace cotrace::app {

namespace {

constexpr std::size_t large_piece = 64 * 1024;

/// A command line on one line. Words that are empty or have blanks or line breaks are in quotes.
std::string line_of(std::vector<std::string> const& words)
{
    std::string line;
    for (auto const& word : words) {
        auto const* const quote = word.empty() || word.find_first_of(" \t\n") != word.npos ? "'" : "";
        line.append(line.empty() ? "" : " ").append(quote).append(word).append(quote);
    }
    std::ranges::replace(line, '\n', ' ');
    return line;
}

/// The heading of the page: the command lines and the process ids of -p, or "attached processes" if there are none.
std::string title_of(options const& wanted)
{
    std::string title;
    auto const add = [&](std::string const& what) { title.append(title.empty() ? "" : ", ").append(what); };
    for (auto const& run : wanted.runs)
        add(line_of(run));
    if (!wanted.command_line.empty())
        add(line_of(wanted.command_line));
    for (pid const each : wanted.attach)
        add("process " + std::to_string(raw(each)));
    return title.empty() ? "attached processes" : title;
}

render::report_options page_options(options const& wanted) { return {.title = title_of(wanted), .text = wanted.text}; }

}   // namespace

result<std::unique_ptr<report_file>, std::string> report_file::open(asio::any_io_executor executor, options const& wanted)
{
    auto const& path = wanted.answers.report;
    auto opened = open_file(path, /*append=*/false);
    if (!opened)
        return outcome::failure(error_text(path, opened.error()));
    return std::make_unique<report_file>(executor, std::move(opened).value(), wanted);
}

report_file::report_file(asio::any_io_executor executor, detail::unique_fd file, options const& wanted)
    : file_{executor, std::move(file), wanted.answers.report}
    , page_{page_options(wanted)}
{
}

error_code report_file::append(record const& seen)
{
    page_.append(seen, file_.pending());
    return file_.pending().size() >= large_piece ? file_.flush_now() : error_code{};
}

error_code report_file::finish()
{
    page_.finish(file_.pending());
    return file_.flush_now();
}

}   // namespace cotrace::app
