// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "unit/decode/byte_memory.hpp"

#include <cotrace/testing/run.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace cotrace::test {

/// Makes a `testing::run` of made-up records. Each member function except `as_run` adds records at the end.
class story {
public:
    story& adds(int thread, event what)
    {
        records_.push_back({tid{thread}, {}, std::move(what)});
        return *this;
    }
    story& starts(int thread) { return adds(thread, thread_started{origin::launched, {}, {}}); }
    story& exits(int thread, int status) { return adds(thread, thread_exited{status}); }

    story& enters(int thread, std::string_view name, std::vector<std::uint64_t> args)
    {
        auto& made = inside_.insert_or_assign(thread, traced_call{name, std::move(args)}).first->second;
        made.enter(memory);
        return adds(thread, syscall_entered{made.call});
    }
    story& leaves(int thread, std::int64_t value)
    {
        auto& made = inside_.at(thread);
        made.leave(memory, value);
        return adds(thread, made.exit);
    }
    story& calls(int thread, std::string_view name, std::vector<std::uint64_t> args, std::int64_t value)
    {
        return enters(thread, name, std::move(args)).leaves(thread, value);
    }
    story& opens(int thread, std::string path, std::int64_t value)
    {
        memory.put(0x1000, std::move(path) + '\0');
        return calls(thread, "openat", {0xffffff9c, 0x1000, 0}, value);
    }

    testing::run as_run() const { return testing::run{records_}; }

    byte_memory memory;

private:
    std::vector<record> records_;
    std::map<int, traced_call> inside_;
};

}   // namespace cotrace::test
