// SPDX-License-Identifier: BSL-1.0
#include "testing/place.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <system_error>

#include <fnmatch.h>

namespace cotrace::testing {

namespace fs = std::filesystem;

namespace {

/// FNV-1a, computed piece by piece. It detects changes of content; it is not a cryptographic hash.
class hash {
public:
    void add(std::string_view bytes) noexcept
    {
        for (unsigned char const each : bytes)
            value_ = (value_ ^ each) * 0x100000001b3;
    }
    std::uint64_t value() const noexcept { return value_; }

private:
    std::uint64_t value_ = 0xcbf29ce484222325;
};

std::uint64_t hash_of_file(fs::path const& file)
{
    hash made;
    std::ifstream in{file, std::ios::binary};
    char part[1 << 14];
    while (in.read(part, sizeof part), in.gcount() > 0)
        made.add({part, static_cast<std::size_t>(in.gcount())});
    return made.value();
}

file_state state_of(fs::directory_entry const& entry)
{
    std::error_code gone;
    auto const status = entry.symlink_status(gone);
    file_state state{status.type(), status.permissions(), 0, 0};
    if (state.type == fs::file_type::regular) {
        state.size = entry.file_size(gone);
        state.content = hash_of_file(entry.path());
    } else if (state.type == fs::file_type::symlink) {
        hash target;
        target.add(fs::read_symlink(entry.path(), gone).native());
        state.content = target.value();
    }
    return state;
}

bool is_ignored(std::string const& name, std::vector<std::string> const& ignored)
{
    return std::ranges::any_of(ignored,
                               [&](auto const& pattern) { return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME) == 0; });
}

void add_files(fs::path const& folder, std::string const& before_names, std::vector<std::string> const& ignored, folder_state& to)
{
    std::error_code unreadable;
    for (fs::recursive_directory_iterator each{folder, fs::directory_options::skip_permission_denied, unreadable}, end;
         !unreadable && each != end; each.increment(unreadable))
        if (auto name = before_names + each->path().lexically_relative(folder).native(); !is_ignored(name, ignored))
            to.emplace(std::move(name), state_of(*each));
}

}   // namespace

sweep_folder::sweep_folder()
{
    auto name = (fs::temp_directory_path() / "cotrace-sweep-XXXXXX").native();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::system_error{errno, std::generic_category(), name};
    path_ = name;
    fs::permissions(path_, fs::perms{0755});   // the subject may run as another user
}

sweep_folder::~sweep_folder()
{
    if (!kept_)
        remove_folders(path_);
}

// All paths have the same length, so that output that contains the path is equally long in each run.
fs::path sweep_folder::of_run(std::size_t number) const
{
    char name[16];
    std::snprintf(name, sizeof name, "%07zu", number);
    return path_ / name;
}

void make_folders(fs::path const& of_run, fault_run& run)
{
    run.work = of_run / "work";
    run.temporary = of_run / "tmp";
    fs::create_directories(run.work);
    fs::create_directories(run.temporary);
}

void remove_folders(fs::path const& of_run) noexcept
{
    std::error_code left;   // ignored: the subject may have created files that this process may not remove
    fs::remove_all(of_run, left);
}

folder_state files_of(fault_run const& run, std::vector<std::string> const& ignored)
{
    folder_state found;
    add_files(run.work, "", ignored, found);
    add_files(run.temporary, "$TMPDIR/", ignored, found);
    return found;
}

}   // namespace cotrace::testing
