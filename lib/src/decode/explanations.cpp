// SPDX-License-Identifier: BSL-1.0
// Adds what the arguments do not say: the namespaces that a call made or entered, and why a virtual CPU returned.
#include "decode/explanations.hpp"

#include "decode/capture.hpp"
#include "uapi/about.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cotrace::decode {
namespace {

namespace about = uapi::about;

struct namespace_kind {
    std::uint64_t flag;      ///< the flag CLONE_NEW* of this kind
    std::string_view name;   ///< the beginning of the link's target: "net" of "net:[4026531840]"
    /// The link in /proc/ID/ns that shows a namespace that unshare(2) or setns(2) has changed. For pid and time
    /// namespaces, it is the link for future children, because unshare(2) moves only these into the new namespace.
    char const* link;
};

// The rows are in the order in which strace shows the namespaces: sorted by name.
constexpr namespace_kind namespace_kinds[] = {
    {0x02000000, "cgroup", "cgroup"},
    {0x08000000, "ipc", "ipc"},
    {0x00020000, "mnt", "mnt"},
    {0x40000000, "net", "net"},
    {0x20000000, "pid", "pid_for_children"},
    {0x00000080, "time", "time_for_children"},
    {0x10000000, "user", "user"},
    {0x04000000, "uts", "uts"},
};

/// The namespaces that a call made or entered.
struct new_namespaces {
    std::uint64_t flags = 0;   ///< the flags of the call, of which only CLONE_NEW* are used
    std::int32_t child = 0;    ///< the new process; 0 if the calling thread or its future children get the namespaces
};

std::optional<new_namespaces> namespaces_of(capture& made)
{
    constexpr std::uint64_t exit_signal = 0xff;   // CSIGNAL: the bits of clone(2)'s flags that contain the exit signal
    auto const& call = made.call();
    auto const& name = call.what->name;
    auto const child = static_cast<std::int32_t>(made.outcome()->value);
    if (name == "clone")
        return new_namespaces{call.args[0] & ~exit_signal, child};
    if (name == "unshare")
        return new_namespaces{call.args[0]};
    if (name == "setns")
        return new_namespaces{call.args[1]};
    std::uint64_t flags = 0;
    if (name == "clone3" && made.read_value(call.args[0], flags))
        return new_namespaces{flags, child};
    return std::nullopt;
}

/// The namespace that a file descriptor refers to, in the form "net:[4026531840]". Empty if the file descriptor refers
/// to something else.
std::string namespace_behind(capture& made, int fd)
{
    open_file file;
    if (!made.system().describe(descriptor_owner{}, fd, {.path = true}, file))
        return {};
    auto const kind = std::string_view{file.path}.substr(0, file.path.find(':'));
    bool const known = std::ranges::find(namespace_kinds, kind, &namespace_kind::name) != std::end(namespace_kinds);
    return known && file.path.ends_with(']') ? file.path : std::string{};
}

void add_namespaces(capture& made)
{
    auto const entered = namespaces_of(made);
    if (!entered)
        return;
    auto& tree = made.into();
    std::optional<std::uint32_t> place;
    auto const add = [&](std::string_view kind, std::string const& text) {
        if (text.empty())
            return;
        if (!place)
            place = tree.open({.as = &about::namespaces, .name = "namespaces"});
        made.add_text(about::path, kind, std::as_bytes(std::span{text.data(), text.size()}));
    };
    for (auto const& each : namespace_kinds)
        if ((entered->flags & each.flag) != 0) {
            std::string const in_child{each.name};
            add(each.name, made.system().namespace_of(entered->child, entered->child != 0 ? in_child.c_str() : each.link));
        }
    if (made.call().what->name == "setns" && made.call().args[1] == 0) {
        auto const text = namespace_behind(made, static_cast<std::int32_t>(made.call().args[0]));
        // The name is from the table, because the tree keeps only a reference to it.
        for (auto const& each : namespace_kinds)
            if (text.starts_with(std::string{each.name} + ':'))
                add(each.name, text);
    }
    if (place)
        tree.close(*place);
}

void add_exit_reason(capture& made)
{
    constexpr std::uint32_t kvm_run = 0xae80;
    constexpr std::uint64_t offset = 8;   // the offset of `exit_reason` in struct kvm_run
    auto const& args = made.call().args;
    if (made.call().what->name != "ioctl" || static_cast<std::uint32_t>(args[1]) != kvm_run)
        return;
    auto const at = made.system().mapping_of(static_cast<std::int32_t>(args[0]));
    std::uint32_t reason = 0;
    if (at != 0 && made.read_value(at + offset, reason))
        made.add_plain(about::exit_reason, "exit_reason", reason);
}

}   // namespace

void add_explanations(reader& memory, capture_options const& options, syscall_call const& call, syscall_exited& exited)
{
    if ((!options.namespaces && !options.virtual_cpus) || exited.outcome.failed)
        return;
    capture made{memory, options, call, exited.values, &exited.outcome};
    if (options.namespaces)
        add_namespaces(made);
    if (options.virtual_cpus)
        add_exit_reason(made);
}

}   // namespace cotrace::decode
