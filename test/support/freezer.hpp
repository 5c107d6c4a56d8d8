// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include <unistd.h>

namespace cotrace::test {

/// A new cgroup of version 1 or 2 that can freeze its processes (see cgroups(7)). `there` returns false if the cgroup could not
/// be created.
///
/// With version 1, a frozen thread is in uninterruptible sleep. With version 2, a tracer can stop a frozen thread.
class freezer {
public:
    explicit freezer(int version)
        : control_{version == 1 ? "freezer.state" : "cgroup.freeze"}
        , values_{version == 1 ? "THAWED" : "0", version == 1 ? "FROZEN" : "1"}
    {
        auto const roots = version == 1 ? std::vector<std::filesystem::path>{"/sys/fs/cgroup/freezer"}
                                        : std::vector<std::filesystem::path>{"/sys/fs/cgroup/unified", "/sys/fs/cgroup"};
        for (auto const& root : roots) {
            std::error_code none;
            if (!std::filesystem::exists(root / "cgroup.procs", none))
                continue;
            auto const made = root / ("cotrace-" + std::to_string(::getpid()));
            if (std::filesystem::create_directory(made, none) && std::filesystem::exists(made / control_, none)) {
                path_ = made;
                return;
            }
        }
    }
    freezer(freezer const&) = delete;
    freezer& operator=(freezer const&) = delete;
    ~freezer()
    {
        if (path_.empty())
            return;
        thaw();
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }

    bool there() const noexcept { return !path_.empty(); }
    void add(pid process) const { write("cgroup.procs", std::to_string(raw(process))); }
    void freeze() const { write(control_, values_[1]); }
    void thaw() const { write(control_, values_[0]); }
    bool frozen() const
    {
        return text_of(control_).starts_with("FROZEN") || text_of("cgroup.events").find("frozen 1") != std::string::npos;
    }

private:
    void write(std::string const& file, std::string const& text) const { std::ofstream{path_ / file} << text << std::flush; }
    std::string text_of(std::string const& file) const
    {
        std::ifstream from{path_ / file};
        return {std::istreambuf_iterator<char>{from}, {}};
    }

    std::filesystem::path path_;
    std::string control_;
    std::string values_[2];
};

}   // namespace cotrace::test
