// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/capture.hpp>
#include <cotrace/record.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace cotrace::engine {

/// Finds the names of the threads of a session, for `record::comm`.
class thread_names {
public:
    /// Returns the name of the record's thread. If the record does not contain the name, this function reads the name
    /// from /proc when no name is known, or when the record is not the last one of the thread and `may_have_changed`
    /// returns true. `may_have_changed` always returns true if `wanted.processes.command` is true, because other
    /// threads may change the name at any time.
    std::shared_ptr<std::string const> name_at(record const& fact, capture_options const& wanted);

private:
    struct known_name {
        std::shared_ptr<std::string const> text{};
        timestamp read_at{};   ///< the time of the record for which the name was read from /proc
    };

    static bool may_have_changed(record const& fact, known_name const& known, capture_options const& wanted);

    std::unordered_map<std::int32_t, known_name> known_;   ///< key: thread id
};

}   // namespace cotrace::engine
