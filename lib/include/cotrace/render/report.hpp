// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/render/text.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace cotrace::render {

/// Options of `report`.
struct report_options {
    std::string title{};   ///< the heading of the page, such as the command line that was traced
    text_options text{};   ///< how the calls are written; their values are shown as completely as they were captured
};

/// Writes a trace as one page of HTML: a timeline of the threads, and tables of the calls, errors, processes, files and
/// sockets. The page needs no network and no other file. The Content-Security-Policy of the page allows only the
/// scripts that were built into the library.
///
/// The memory depends on the number of threads, and not on the number of records. The page shows control characters,
/// and bytes that are not UTF-8, like this: "\xff".
///
/// Some contents of the page need options of the session:
/// - the files of read(2) and write(2): `descriptor_details::path`;
/// - the addresses of sockets: `descriptor_details::socket`;
/// - the names of processes: `process_details::command` or `capture_options::thread_names`;
/// - calls that never return: `session_options::entries`.
class report {
public:
    /// Whether the library was built with D3, which draws the timeline. If not, nothing is ever appended.
    static bool is_available() noexcept;

    explicit report(report_options options = {});

    /// Appends what the record adds to the page. The first call also appends the beginning of the page.
    void append(record const& seen, std::string& to);

    /// Appends the end of the page. Calls that have not returned are shown as unfinished.
    void finish(std::string& to);

private:
    struct thread_state {
        std::shared_ptr<syscall_call const> call;   ///< the call that the thread is in; null if it is in no call
        timestamp entered{};                        ///< the time of the entry of `call`
    };

    void begin(std::string& to);
    void begin_row(std::string& to);
    void meet(record const& seen, std::string& to);
    void put_call(record const& seen, syscall_exited const& what, std::string& to);
    void put_unfinished(tid thread, std::string& to);
    void put_event(record const& seen, std::string& to);
    void put_start(record const& seen, thread_started const& what, std::string& to);

    report_options options_;
    bool begun_ = false;
    timestamp base_{};         ///< the time of the first record; times in the page are relative to it
    std::uint64_t rows_ = 0;   ///< number of rows in the current script element
    std::unordered_map<std::int32_t, thread_state> threads_;   ///< by thread id: the state of the thread
};

}   // namespace cotrace::render
