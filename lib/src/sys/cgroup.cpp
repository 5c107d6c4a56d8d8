// SPDX-License-Identifier: BSL-1.0
#include "sys/cgroup.hpp"

#include "sys/errno.hpp"
#include "sys/procfs.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>

#include <dirent.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cotrace::sys {

namespace {

/// Removes the first field and its separator from `rest`, and returns the field, which is all of `rest` if there is no separator.
std::string_view cut(std::string_view& rest, char separator)
{
    auto const end = std::min(rest.find(separator), rest.size());
    auto const part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

bool has_word(std::string_view list, std::string_view word)
{
    while (!list.empty())
        if (cut(list, ',') == word)
            return true;
    return false;
}

/// Whether `path` is `folder` or a path below `folder`.
bool is_within(std::string_view path, std::string_view folder)
{
    return path.starts_with(folder) && (path.size() == folder.size() || folder.ends_with('/') || path[folder.size()] == '/');
}

/// Joins two paths. "/" and "/a" give "/a"; two empty paths give "/".
std::string joined(std::string_view folder, std::string_view below)
{
    while (folder.ends_with('/'))
        folder.remove_suffix(1);
    auto whole = std::string{folder} + std::string{below};
    return whole.empty() ? "/" : whole;
}

/// The fields of a line of /proc/self/mountinfo that describes a cgroup mount.
struct mounted {
    std::string root;      ///< the mounted directory, as a path in the cgroup hierarchy
    std::string where;     ///< the mount point
    std::string options;   ///< the super options of the mount; in version 1 they include the names of the controllers
    bool unified = false;
};

std::optional<mounted> understand(std::string_view line)
{
    mounted found;
    cut(line, ' '), cut(line, ' '), cut(line, ' ');
    found.root = cut(line, ' ');
    found.where = cut(line, ' ');
    while (!line.empty() && cut(line, ' ') != "-") {
    }
    auto const type = cut(line, ' ');
    cut(line, ' ');
    found.options = line;
    found.unified = type == "cgroup2";
    if (!found.unified && type != "cgroup")
        return std::nullopt;
    return found;
}

/// The cgroup mount that contains `folder`. If several do, the one with the longest mount point. Nothing if there is none.
std::optional<mounted> mount_of(std::string_view folder)
{
    std::optional<mounted> best;
    auto const text = file_of("/proc/self/mountinfo");
    for (std::string_view rest = text; !rest.empty();) {
        auto const each = understand(cut(rest, '\n'));
        if (each && is_within(folder, each->where) && (!best || each->where.size() >= best->where.size()))
            best = each;
    }
    return best;
}

/// Calls `use(controllers, path)` for each line of /proc/PID/cgroup until `use` returns true.
template <class Use>
bool any_membership(pid process, Use use)
{
    auto const text = file_of(path_of(raw(process), "cgroup"));
    for (std::string_view rest = text; !rest.empty();) {
        auto line = cut(rest, '\n');
        cut(line, ':');
        auto const controllers = cut(line, ':');
        if (use(controllers, line))
            return true;
    }
    return false;
}

/// The controllers of the hierarchy, as in /proc/self/cgroup. Empty for version 2; `std::nullopt` if that file has no line of the
/// hierarchy.
std::optional<std::string> hierarchy_of(mounted const& where)
{
    if (where.unified)
        return std::string{};
    std::optional<std::string> name;
    any_membership(pid{::getpid()}, [&](std::string_view controllers, std::string_view) {
        auto rest = controllers;
        auto const first = cut(rest, ',');
        if (controllers.empty() || !has_word(where.options, first))
            return false;
        name = controllers;
        return true;
    });
    return name;
}

void add_folders(std::string const& folder, std::vector<std::string>& into)
{
    std::unique_ptr<DIR, int (*)(DIR*)> const open{::opendir(folder.c_str()), ::closedir};
    if (!open)
        return;
    into.push_back(folder);
    while (dirent const* entry = ::readdir(open.get()))
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
            add_folders(folder + "/" + entry->d_name, into);
}

std::vector<std::int32_t> numbers_in(std::string const& file)
{
    std::vector<std::int32_t> found;
    auto const text = file_of(file);
    for (std::string_view rest = text; !rest.empty();) {
        auto const line = cut(rest, '\n');
        std::int32_t id = 0;
        std::from_chars(line.data(), line.data() + line.size(), id);
        if (id > 0)   // the kernel writes 0 for a process that has no id in this pid namespace
            found.push_back(id);
    }
    return found;
}

}   // namespace

result<cgroup> cgroup::at(std::string const& folder)
{
    std::unique_ptr<char, decltype(&::free)> const real{::realpath(folder.c_str(), nullptr), ::free};
    if (!real)
        return last_error();
    cgroup made;
    made.folder_ = real.get();
    auto const where = mount_of(made.folder_);
    auto const name = where ? hierarchy_of(*where) : std::nullopt;
    if (!name || ::access((made.folder_ + "/cgroup.procs").c_str(), F_OK) != 0)
        return error_code{ENOTDIR, boost::system::system_category()};
    made.hierarchy_ = *name;
    made.path_ = joined(where->root, std::string_view{made.folder_}.substr(where->where.size()));
    return made;
}

std::vector<pid> cgroup::members() const
{
    std::vector<pid> found;
    for (auto const& each : folders()) {
        // In version 2, cgroup.threads is read, too: reading cgroup.procs of a threaded cgroup fails (EOPNOTSUPP), see
        // cgroups(7).
        for (auto const id : numbers_in(each + "/cgroup.procs"))
            found.push_back(pid{id});
        for (auto const id : hierarchy_.empty() ? numbers_in(each + "/cgroup.threads") : std::vector<std::int32_t>{})
            if (auto const about = status_of(tid{id}))
                found.push_back(about->group);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

bool cgroup::has(pid process) const
{
    return any_membership(process, [this](std::string_view controllers, std::string_view path) {
        return controllers == hierarchy_ && is_within(path, path_);
    });
}

// In version 2, the id is the inode number of the directory.
std::uint64_t cgroup::id() const noexcept
{
    struct stat about {};
    return ::stat(folder_.c_str(), &about) == 0 ? about.st_ino : 0;
}

std::uint32_t cgroup::level() const noexcept
{
    return path_ == "/" ? 0 : static_cast<std::uint32_t>(std::ranges::count(path_, '/'));
}

std::vector<std::string> cgroup::folders() const
{
    std::vector<std::string> found;
    add_folders(folder_, found);
    return found;
}

int watch_cgroups() noexcept { return ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK); }

// To move a process into a cgroup, a program writes to cgroup.procs, cgroup.threads or tasks, which inotify(7) reports as
// IN_MODIFY.
result<void> watch_more(int watch, std::vector<std::string> const& folders)
{
    auto const add = [watch](std::string const& path, std::uint32_t what) {
        return ::inotify_add_watch(watch, path.c_str(), what) >= 0 || (errno != ENOSPC && errno != ENOMEM);
    };
    for (auto const& each : folders) {
        if (!add(each, IN_CREATE | IN_ONLYDIR))
            return last_error();
        for (auto const* file : {"/cgroup.procs", "/cgroup.threads", "/tasks"})
            if (!add(each + file, IN_MODIFY))
                return last_error();
    }
    return outcome::success();
}

bool drain_watch(int watch) noexcept
{
    alignas(inotify_event) std::array<char, 4096> events;
    bool any = false;
    while (::read(watch, events.data(), events.size()) > 0)
        any = true;
    return any;
}

}   // namespace cotrace::sys
