// SPDX-License-Identifier: BSL-1.0
// Fixtures for attaching to sets of processes: cgroups, and copies of guests that have unique names.
#pragma once

#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/guests.hpp"

#include <cotrace/targets.hpp>
#include <cotrace/tracer.hpp>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace cotrace::test {

/// Whether the kernel reports new processes to this process. Prints a warning if it does not, as in most containers.
inline task<bool> process_events_work(tracer& by)
{
    auto const tried = co_await result_of(by.async_attach(targets::named{"no-such-program", targets::also_later}, use_tuple));
    if (tried.has_value())
        co_return true;
    auto const said = tried.error();
    if (said.code != errc::no_process_events && said.code != boost::system::errc::operation_not_permitted)
        throw std::runtime_error{said.message()};
    WARN("not checked: " << said.message());
    co_return false;
}

/// A new cgroup in `hierarchy`, if the test may create one. The destructor moves the cgroup's processes to the root of the
/// hierarchy.
class group {
public:
    explicit group(std::filesystem::path const& hierarchy,
                   std::string const& name = "cotrace-targets-" + std::to_string(::getpid()))
        : top_{hierarchy}
        , path_{hierarchy / name}
    {
        std::error_code none;
        made_ = std::filesystem::exists(hierarchy / "cgroup.procs", none) && std::filesystem::create_directory(path_, none);
    }
    ~group()
    {
        if (!made_)
            return;
        std::ifstream members{path_ / "cgroup.procs"};
        for (std::string id; members >> id;)
            std::ofstream{top_ / "cgroup.procs"} << id << std::flush;
        // rmdir(2) fails with EBUSY while killed processes of the cgroup have not ended yet.
        for (int tries = 0; ::rmdir(path_.c_str()) != 0 && errno == EBUSY && tries < 1000; ++tries)
            ::usleep(1000);
    }

    bool there() const noexcept { return made_; }
    std::string const& path() const noexcept { return path_.native(); }
    bool add(pid process) const
    {
        std::ofstream file{path_ / "cgroup.procs"};
        file << raw(process) << std::flush;
        return file.good();
    }

private:
    std::filesystem::path top_, path_;
    bool made_ = false;
};

/// The cgroup hierarchies, of both versions, in which the test may create a cgroup.
inline std::vector<std::filesystem::path> hierarchies()
{
    std::vector<std::filesystem::path> found;
    for (auto const* each : {"/sys/fs/cgroup/unified", "/sys/fs/cgroup", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/freezer"})
        if (group{each, "cotrace-probe-" + std::to_string(::getpid())}.there())
            found.emplace_back(each);
    if (found.empty())
        WARN("not checked: there is no cgroup hierarchy that the test may change");
    return found;
}

/// A copy of a guest with a unique name.
class renamed {
public:
    explicit renamed(std::string_view original)
    {
        name = "ct" + std::to_string(::getpid()) + "-" + std::to_string(++count);
        path = std::filesystem::temp_directory_path() / name;
        std::filesystem::copy_file(guest(original), path);
    }
    ~renamed() { std::filesystem::remove(path); }

    std::string name;
    std::filesystem::path path;

private:
    static inline int count = 0;
};

}   // namespace cotrace::test
