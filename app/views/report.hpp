// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"
#include "output.hpp"

#include <cotrace/record.hpp>
#include <cotrace/render/report.hpp>
#include <cotrace/result.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>

namespace cotrace::app {

/// The file of --report. The page is written to the file piece by piece, while records are appended.
class report_file {
public:
    /// Opens the file that the options name. The error is a line that begins with the name of the file.
    static result<std::unique_ptr<report_file>, std::string> open(asio::any_io_executor executor, options const& wanted);

    report_file(asio::any_io_executor executor, detail::unique_fd file, options const& wanted);

    std::string const& name() const noexcept { return file_.name(); }

    /// Adds a record. Writes the file when much text is pending.
    error_code append(record const& seen);

    /// Writes the end of the page, and all text that is not written yet.
    error_code finish();

private:
    output file_;
    render::report page_;
};

}   // namespace cotrace::app
