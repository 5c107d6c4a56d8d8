// SPDX-License-Identifier: BSL-1.0
#include "render/summary_keys.hpp"

#include "record/predicate_values.hpp"
#include "record/returned_type.hpp"
#include "render/numbers.hpp"
#include "uapi/error_label.hpp"

#include <cotrace/render/text.hpp>

#include <algorithm>

namespace cotrace::render {

namespace {

using namespace predicates;
using uapi::shape;

/// Calls `see` for each argument of the call, and for each value that is known only at the exit.
template <class See>
void for_each_value(syscall_exited const& what, See see)
{
    for (auto const each : what.call->values.all())
        see(each);
    for (auto const each : what.values.all())
        see(each);
}

/// The text of an address with its port.
std::string with_port(value const& address, std::optional<value> port)
{
    text_buffer buffer;
    std::string made{text_of(address, buffer).value_or("")};
    if (address.shape() == shape::inet6)
        made = "[" + made + "]";
    if (port)
        put_number(made.append(":"), plain_number(*port));
    return made;
}

/// Joins the path of a folder and an argument `path`. Returns `path` if it is absolute, or if `folder` is empty.
std::string in_folder(std::string_view folder, std::string_view path)
{
    if (folder.empty() || path.starts_with('/'))
        return std::string{path};
    while (path.starts_with("./"))
        path.remove_prefix(2);
    std::string whole{folder};
    if (!path.empty() && path != ".")
        whole.append(folder.ends_with('/') ? "" : "/").append(path);
    return whole;
}

template <class See>
void peers(value const& argument, See const& see)
{
    constexpr std::pair<std::string_view, std::string_view> ends[] = {
        {"sin_addr", "sin_port"}, {"sin6_addr", "sin6_port"}, {"remote", "remote_port"}};
    auto const is = argument.target();
    if (!is)
        return;
    if (is->shape() == shape::unix_path) {
        text_buffer buffer;
        if (auto const text = text_of(*is, buffer); text && !text->empty())
            see(*text);
        return;
    }
    if (auto const name = is_descriptor(is->type()) ? is->find("socket.name") : std::nullopt)
        return;   // the name belongs to the socket itself, and not to its peer
    for (auto const& [address, port] : ends)
        if (auto const found = is->find(address))
            return see(with_port(*found, is->find(port)));
    for (auto const each : is->parts())
        peers(each, see);
}

template <class See>
void descriptors(value const& argument, See const& see)
{
    if (is_descriptor(argument.type())) {
        if (argument.integer() < 0)   // AT_FDCWD, or no file descriptor
            return;
        std::string name;
        put_signed(name, argument.integer());
        if (auto const path = argument.find("path")) {
            put_printable(name.append("<"), path->text());
            name += '>';
        }
        return see(name);
    }
    for (auto const each : argument.parts())
        descriptors(each, see);
}

}   // namespace

std::string id_with_name(std::int32_t id, std::string const* name)
{
    std::string made;
    put_signed(made, id);
    if (name != nullptr)
        put_printable(made.append(" "), *name);
    return made;
}

void for_each_path(syscall_exited const& what, std::function<void(std::string_view)> const& see)
{
    std::optional<value> folder;   // the previous argument, if it is a file descriptor; empty otherwise
    auto const pass_folder = [&] {
        auto const path = folder && folder->constant().empty() ? path_of(*folder) : std::nullopt;
        if (path)
            see(*path);
        folder.reset();
    };
    auto const pass = [&](value const& each) {
        bool const refers = is_descriptor(each.type());
        auto const path = refers ? std::nullopt : path_of(each);
        if (path) {
            see(in_folder(folder ? path_of(*folder).value_or("") : "", *path));
            folder.reset();
            return;
        }
        pass_folder();
        if (refers)
            folder = each;
    };
    if (!what.call)
        return;
    for_each_value(what, pass);
    pass_folder();
}

void for_each_peer(syscall_exited const& what, std::function<void(std::string_view)> const& see)
{
    if (what.call)
        for_each_value(what, [&](value const& each) { peers(each, see); });
}

void put_printable(std::string& to, std::string_view text)
{
    std::string quoted;
    append_quoted(text, {}, quoted);
    to.append(quoted, 1, quoted.size() - 2);
}

std::vector<std::pair<std::string, std::string>> summary_keys(summary_key by, record const* seen, std::string const* leader,
                                                              syscall_exited const& what)
{
    std::vector<std::pair<std::string, std::string>> all;
    auto const add = [&](std::string_view key, std::string name) {
        if (std::ranges::find(all, key, &std::pair<std::string, std::string>::first) == all.end())
            all.emplace_back(key, std::move(name));
    };
    auto const add_text = [&](std::string_view text) {
        std::string name;
        put_printable(name, text);
        add(text, std::move(name));
    };
    switch (by) {
    case summary_key::call: break;
    case summary_key::process:
    case summary_key::thread:
        if (auto const id = seen == nullptr ? 0 : by == summary_key::process ? raw(seen->process) : raw(seen->thread); id != 0)
            add(std::to_string(id), id_with_name(id, leader != nullptr ? leader : seen->comm.get()));
        break;
    case summary_key::path: for_each_path(what, add_text); break;
    case summary_key::fd:
        for_each_value(what, [&](value const& each) { descriptors(each, [&](std::string const& name) { add(name, name); }); });
        if (!what.outcome.failed && what.call && is_descriptor(returned_type(*what.call)) && !what.values.find("return"))
            add(std::to_string(what.outcome.value), std::to_string(what.outcome.value));
        break;
    case summary_key::address: for_each_peer(what, add_text); break;
    case summary_key::error:
        if (what.outcome.failed)
            add_text(uapi::error_label(what.outcome.error()));
        break;
    }
    return all;
}

}   // namespace cotrace::render
