// SPDX-License-Identifier: BSL-1.0
#include <cotrace/policy.hpp>

#include "engine/exception_text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/uio.h>

namespace cotrace::intercept {

namespace {

/// The names of the calls that change files, directories or mounts. For open(2), openat(2) and openat2(2), `changes_files` looks
/// at the flags instead.
constexpr std::array<std::string_view, 48> changing{"acct",
                                                    "chmod",
                                                    "chown",
                                                    "chown32",
                                                    "creat",
                                                    "fchmodat",
                                                    "fchmodat2",
                                                    "fchownat",
                                                    "file_setattr",
                                                    "futimesat",
                                                    "lchown",
                                                    "lchown32",
                                                    "link",
                                                    "linkat",
                                                    "lremovexattr",
                                                    "lsetxattr",
                                                    "mkdir",
                                                    "mkdirat",
                                                    "mknod",
                                                    "mknodat",
                                                    "mount",
                                                    "mount_setattr",
                                                    "move_mount",
                                                    "open_tree_attr",
                                                    "pivot_root",
                                                    "quotactl",
                                                    "removexattr",
                                                    "removexattrat",
                                                    "rename",
                                                    "renameat",
                                                    "renameat2",
                                                    "rmdir",
                                                    "setxattr",
                                                    "setxattrat",
                                                    "swapoff",
                                                    "swapon",
                                                    "symlink",
                                                    "symlinkat",
                                                    "truncate",
                                                    "truncate64",
                                                    "umount",
                                                    "umount2",
                                                    "unlink",
                                                    "unlinkat",
                                                    "utime",
                                                    "utimensat",
                                                    "utimensat_time64",
                                                    "utimes"};

bool changes_files(syscall_call const& call)
{
    auto const flags = call.argument("flags");
    auto const how = call.argument("how.flags");   // openat2(2)
    for (auto const& each : {flags, how})
        if (each && (each->has("O_WRONLY") || each->has("O_RDWR") || each->has("O_CREAT") || each->has("O_TRUNC")))
            return true;
    return std::ranges::find(changing, call.name()) != changing.end();
}

/// The directory that a relative path starts from: the directory `descriptor`, or the working directory if `descriptor` is empty
/// or AT_FDCWD.
std::filesystem::path folder_of(tid thread, std::optional<value> const& descriptor)
{
    auto const own = "/proc/" + std::to_string(raw(thread));
    bool const is_cwd = !descriptor || descriptor->has("AT_FDCWD");
    std::error_code gone;   // if the link cannot be read, the result is empty
    return std::filesystem::read_symlink(is_cwd ? own + "/cwd" : own + "/fd/" + std::to_string(descriptor->integer()), gone);
}

/// The accesses of one call to paths or network addresses, as far as they were captured.
template <class Access>
struct accesses {
    std::vector<Access> all{};
    /// If one of the accesses was not captured: the errno that the call has to fail with. Otherwise 0.
    int error = 0;
};

/// Whether the argument has the type `as::path`, a pointer to characters without a length limit.
bool is_path(value const& of)
{
    auto const* const target = of.shape() == uapi::shape::pointer ? of.type().of : nullptr;
    return target != nullptr && target->shape == uapi::shape::characters && target->unlimited;
}

/// Whether the argument is the target of the symbolic link that the call creates. The call does not access this path.
bool is_link_text(syscall_call const& call, value const& argument)
{
    return call.name().starts_with("symlink") && argument.name() == "target";
}

/// Returns 0 if the whole path was captured. Otherwise returns the errno that the call has to fail with.
int path_error(value const& path)
{
    auto const text = path.target();
    if (text && text->state() == value_state::complete)
        return 0;
    return text && text->text().size() + 1 >= PATH_MAX ? ENAMETOOLONG : EFAULT;
}

/// The errno that an openat2(2) has to fail with if its flags were not captured; otherwise 0. The kernel checks `size` before it
/// reads `how`.
int open_how_error(syscall_call const& call)
{
    constexpr std::uint64_t smallest = 24;   // OPEN_HOW_SIZE_VER0 of <linux/openat2.h>
    if (call.name() != "openat2" || call.argument("how.flags"))
        return 0;
    auto const size = call.argument("size");
    return size && size->number() < smallest ? EINVAL : EFAULT;
}

/// The paths in the arguments of the call.
accesses<path_access> paths_of(tid thread, syscall_call const& call)
{
    accesses<path_access> found;
    if (found.error = open_how_error(call); found.error != 0)
        return found;
    bool const writes = changes_files(call);
    std::optional<value> before;
    for (auto const each : call.values.all()) {
        auto const folder = std::exchange(before, each);
        if (!is_path(each) || each.number() == 0 || is_link_text(call, each))
            continue;
        if (found.error = path_error(each); found.error != 0)
            break;
        std::filesystem::path path{each.text()};
        if (path.empty())
            continue;
        // The descriptor of the directory is the argument before the path, or `aux` of fsconfig(2).
        bool const has_folder = folder && folder->shape() == uapi::shape::dirfd;
        auto const descriptor = call.name() == "fsconfig" ? call.argument("aux") : has_folder ? folder : std::nullopt;
        if (path.is_relative())
            if (auto const start = folder_of(thread, descriptor); start.is_absolute())
                path = start / path;
        found.all.push_back({thread, path.native(), writes, call});
    }
    return found;
}

void add_address(std::optional<value> const& address, std::optional<value> const& length, accesses<value>& to)
{
    // The kernel rejects or ignores an address that is shorter than the field of the address family.
    if (!address || address->number() == 0 || (length && static_cast<std::int32_t>(length->number()) < 2))
        return;
    if (auto const target = address->target())
        to.all.push_back(*target);
    else
        to.error = EFAULT;
}

/// The network addresses in the arguments. `unseen` becomes the `error` if some messages of a sendmmsg(2) were not captured.
accesses<value> addresses_of(syscall_call const& call, int unseen)
{
    accesses<value> found;
    add_address(call.argument("addr"), call.argument("addrlen"), found);
    add_address(call.argument("dest_addr"), call.argument("addrlen"), found);
    add_address(call.argument("msg.msg_name"), call.argument("msg.msg_namelen"), found);
    if (auto const one = call.argument("msg"); one && !one->target())
        found.error = EFAULT;
    auto const several = call.argument("msgvec");
    if (!several)
        return found;
    auto const messages = several->target();
    auto const vlen = call.argument("vlen") ? call.argument("vlen")->number() : 0;
    std::uint64_t const wanted = std::min<std::uint64_t>(vlen, UIO_MAXIOV);   // the kernel sends at most UIO_MAXIOV messages
    if ((messages ? messages->parts().size() : 0) < wanted)
        found.error = messages ? unseen : EFAULT;
    if (messages)
        for (auto const each : messages->parts())
            add_address(each.find("msg_hdr.msg_name"), each.find("msg_hdr.msg_namelen"), found);
    return found;
}

void note_exception(side_effects& also)
{
    also.failed = errc::interceptor_failed;
    also.failed_operation = engine::exception_text();
}

class policing final : public interceptor {
public:
    explicit policing(access_policy rules)
        : rules_{std::move(rules)}
    {
    }

    bool wants(syscall_call const& call) const override { return asks_about_paths(call) || asks_about_addresses(call); }

    task<verdict> on_entry(intercepted at, syscall_call const& call) override
    {
        try {
            co_return co_await decide(at.thread, call);
        } catch (...) {   // a call about which `rules_` cannot decide must not run
            if (at.also != nullptr)
                note_exception(*at.also);
        }
        co_return fail_with{rules_.error};
    }

private:
    // The tasks are named variables, because GCC 12 calls the destructors of some temporaries in a `co_await`
    // expression two times.
    task<verdict> decide(tid thread, syscall_call const& call)
    {
        if (asks_about_paths(call)) {
            auto const paths = paths_of(thread, call);
            for (auto const& each : paths.all) {
                auto asked = rules_.path(each);
                if (auto const said = co_await std::move(asked); said != decision::allow)
                    co_return verdict_of(said);
            }
            if (paths.error != 0)
                co_return fail_with{paths.error};
        }
        if (asks_about_addresses(call)) {
            auto const addresses = addresses_of(call, rules_.error);
            for (auto const& each : addresses.all) {
                address_access const access{thread, each, call};
                auto asked = rules_.address(access);
                if (auto const said = co_await std::move(asked); said != decision::allow)
                    co_return verdict_of(said);
            }
            if (addresses.error != 0)
                co_return fail_with{addresses.error};
        }
        co_return proceed{};
    }

    bool asks_about_paths(syscall_call const& call) const
    {
        static filter const files{"%file"};
        return rules_.path && files.wants(call);
    }

    bool asks_about_addresses(syscall_call const& call) const
    {
        static filter const addresses{"connect,bind,sendto,sendmsg,sendmmsg"};
        return rules_.address && addresses.wants(call);
    }

    verdict verdict_of(decision said) const
    {
        if (said == decision::kill)
            return kill_target{};
        return fail_with{rules_.error};
    }

    access_policy rules_;
};

}   // namespace

interceptor_ptr policy(access_policy rules) { return std::make_shared<policing>(std::move(rules)); }

}   // namespace cotrace::intercept
