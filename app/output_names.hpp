// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "argument_parsing.hpp"
#include "options.hpp"

#include <cotrace/record.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

namespace cotrace::app {

/// The values that replace %p, %P, %c, %n and %t in the pattern of --output-name.
struct name_parts {
    tid thread{};               ///< %p: the id of the thread
    pid process{};              ///< %P: the id of the process
    std::string command{};      ///< %c: the name of the thread ("comm" of proc(5))
    std::uint64_t number = 0;   ///< %n: the number of the file, counted from 1
    std::int64_t seconds = 0;   ///< %t: the time in seconds since 1970
};

/// Applies --output-name.
usage_error set_output_name(options& to, std::string_view pattern);

/// The name that a valid pattern stands for. Each '/' in the name of the thread becomes '_'.
std::string expanded(std::string_view pattern, name_parts const& parts);

/// Gives the names of the files of -ff. All names are different, even if the kernel reuses a thread id.
class output_names {
public:
    explicit output_names(output_options const& wanted)
        : wanted_{wanted}
    {
    }

    /// The folder of the files, with a '/' at the end. If the folder depends on the thread, as with --output-name=%P/%p, returns
    /// the folder above it.
    std::string folder() const;

    /// The path of the file for the thread of the record. %c is `record::comm`, or "unknown" if that is not known.
    std::string next(record const& seen);

    /// Returns `path`, or `path` with the first unused suffix of .2, .3 and so on.
    std::string unused(std::string path);

private:
    std::string prefix() const;

    output_options const& wanted_;
    std::uint64_t number_ = 0;
    std::unordered_set<std::string> used_;
};

}   // namespace cotrace::app
