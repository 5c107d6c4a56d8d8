// SPDX-License-Identifier: BSL-1.0
#include "render/uroot/arguments.hpp"

#include "render/numbers.hpp"
#include "render/uroot/spelling.hpp"
#include "render/uroot/tables.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <iterator>

#include <arpa/inet.h>

namespace cotrace::render::uroot {

namespace {

class line_writer {
public:
    line_writer(std::string& to, syscall_call const& call, syscall_exited const* exited) noexcept
        : to_{to}
        , call_{call}
        , exited_{exited}
        , done_{exited && !exited->outcome.failed}
    {
    }

    void arguments()
    {
        auto const name = call_.what ? call_.what->name : std::string_view{};
        auto const* known = std::ranges::lower_bound(formats, name, {}, &kinds_of::call);
        auto const kinds = known != std::end(formats) && known->call == name ? known->kinds : std::string_view{};
        auto const count = call_.what ? registers() : 6u;
        for (unsigned i = 0; i < count; ++i) {
            to_ += i != 0 ? ", " : "";
            argument(i, i < kinds.size() ? kinds[i] : 'x');
        }
    }

private:
    // The number of registers that the call uses. The arguments may be in another order than the registers.
    unsigned registers() const noexcept
    {
        unsigned most = 0, next = 0;
        for (auto const& each : call_.what->arguments) {
            if (!each.as)
                break;
            next = each.from >= 0 ? static_cast<unsigned>(each.from) : next;
            most = std::max(most, ++next);
        }
        return call_.what->name == "rt_sigreturn" ? 0 : most;
    }

    std::optional<value> find(unsigned reg) const
    {
        unsigned next = 0;
        for (auto const& each : call_.what->arguments) {
            if (!each.as)
                break;
            auto const from = each.from >= 0 ? static_cast<unsigned>(each.from) : next;
            next = from + 1;
            if (from != reg)
                continue;
            return done_ ? exited_->argument(each.name) : call_.argument(each.name);
        }
        return std::nullopt;
    }

    void argument(unsigned reg, char kind)
    {
        auto const raw = call_.args[reg];
        if (kind == 'x' || !call_.what || (only_at_exit(kind) && kind != 'N' && !done_))
            return hex(to_, raw);
        switch (kind) {
        case 'o': to_ += "0o"; return put_number(to_, raw, 8);
        case 'm': return file_mode(to_, raw);
        case 'O':
            to_ += (raw & 3) == 2 ? "O_RDWR" : (raw & 3) == 1 ? "O_WRONLY" : "O_RDONLY";
            return put_names(to_, raw & 0xfffffffc, open_names, true);
        case 'c': return put_names(to_, raw, clone_names, false);
        case 'X': put_one_of(to_, raw & 127, futex_operations); return put_names(to_, raw & 0xffffff80, futex_names, true);
        case 'k': return put_one_of(to_, raw, itimer_names);
        case 'Y': put_one_of(to_, raw & 15, socket_types); return put_names(to_, raw & 0xfffffff0, socket_flags, true);
        case 'G':
            if (raw == 0) {
                to_ += '0';
                return;
            }
            return put_names(to_, raw, socket_flags, false);
        case 'F':
        case 'Q':
        case 'h': return name(reg, raw);
        default: break;
        }
        auto const target = look(reg);
        if (done_ && (kind == 'w' || kind == 'W')) {
            to_ += "...";
            return;
        }
        if ((kind == 'w' || kind == 'r') && (target ? target->number() : raw) == 0)
            return;   // an empty buffer and NULL are not shown: only the length follows
        if (raw == 0) {
            to_ += kind == 'p' || kind == 'E' || kind == 'W' || kind == 'R' ? "0x0" : "null";
            return;
        }
        if (kind != 'E' || !target)
            hex(to_, raw);
        if (target)
            memory(kind, raw, *target);
    }

    std::optional<value> look(unsigned reg) const
    {
        auto const given = find(reg);
        if (!given || given->shape() != uapi::shape::pointer)
            return std::nullopt;
        return given->target();
    }

    void name(unsigned reg, std::uint64_t raw)
    {
        auto const given = find(reg);
        auto const* names = given ? given->type().names : nullptr;
        auto const* row = names ? names->find(raw) : nullptr;
        if (row)
            to_ += row->name;
        else
            hex(to_, raw);
    }

    void memory(char kind, std::uint64_t raw, value const& target)
    {
        if (kind != 'E')
            to_ += ' ';
        switch (kind) {
        case 'p':
        case 'P': return escape(to_, target.text(), false);   // without quotes; escapes keep the text on one line
        case 'r':
        case 'w': return content(target);
        case 'R':
        case 'W':
        case 'v': return iovecs(target, kind != 'v');
        case 'E': return strings(target);
        case 'f': return pair(target);
        case 's': return stat(target);
        case 'n': return uname(target);
        case 't':
        case 'T':
        case 'u': return time(target, "tv_nsec", "nsec", kind == 'u');
        case 'e': return time(target, "tv_usec", "usec", false);
        case 'i':
        case 'I': return interval(raw, target, "tv_usec", "usec");
        case 'j':
        case 'J': return interval(raw, target, "tv_nsec", "nsec");
        case 'b':
            to_ += "{actime=";
            part(target, "actime");
            to_ += ", modtime=";
            part(target, "modtime");
            to_ += '}';
            return;
        case 'd': return usage(target);
        case 'a':
        case 'A': return address(target);
        case 'l':
            to_ += "{length=";
            put_number(to_, target.number());
            to_ += '}';
            return;
        case 'M': return message(target, true, !done_);
        case 'N': return message(target, done_, done_);
        default: return;
        }
    }

    void part(value const& of, std::string_view name)
    {
        auto const found = of.find(name);
        put_signed(to_, found ? found->integer(uapi::model_of(call_.arch)) : 0);
    }

    void content(value const& of)
    {
        quote(to_, of.text());
        to_ += of.state() == value_state::cut ? "..." : "";
    }

    void iovecs(value const& list, bool with_content)
    {
        bool first = true;
        for (auto each : list.parts()) {
            auto const base = each.find("iov_base");
            auto const length = each.find("iov_len");
            if (!base || !length)
                continue;
            to_ += first ? "{base=" : ", {base=";
            first = false;
            hex(to_, base->number());
            to_ += ", len=";
            put_number(to_, length->number());
            auto const bytes = base->target();
            if (with_content && bytes && length->number() != 0) {
                to_ += ", ";
                content(*bytes);
            }
            to_ += '}';
        }
    }

    void strings(value const& list)
    {
        to_ += '[';
        bool first = true;
        for (auto each : list.parts()) {
            to_ += first ? "" : " ";
            first = false;
            if (auto const text = each.target())
                content(*text);
            else
                hex(to_, each.number());
        }
        to_ += list.state() == value_state::complete ? "]" : " ...]";
    }

    void pair(value const& list)
    {
        to_ += '[';
        bool first = true;
        for (auto each : list.parts()) {
            to_ += first ? "" : " ";
            first = false;
            put_signed(to_, each.integer());
        }
        to_ += ']';
    }

    void stat(value const& of)
    {
        constexpr std::pair<std::string_view, std::string_view> parts[] = {
            {"dev", "st_dev"}, {"ino", "st_ino"},   {"mode", "st_mode"}, {"nlink", "st_nlink"},     {"uid", "st_uid"},
            {"gid", "st_gid"}, {"rdev", "st_rdev"}, {"size", "st_size"}, {"blksize", "st_blksize"}, {"blocks", "st_blocks"},
        };
        to_ += '{';
        for (auto const& [label, field] : parts) {
            to_ += label;
            to_ += '=';
            auto const found = of.find(field);
            auto const number = found ? found->number() : 0;
            if (label == "mode")
                put_padded(to_, number & 0777, 9, 8);
            else
                put_number(to_, number);
            to_ += ", ";
        }
        to_ += "atime=";
        local_time(to_, of, "st_atime");
        to_ += ", mtime=";
        local_time(to_, of, "st_mtime");
        to_ += ", ctime=";
        local_time(to_, of, "st_ctime");
        to_ += '}';
    }

    void uname(value const& of)
    {
        constexpr std::string_view names[] = {"sysname", "nodename", "release", "version", "machine", "domainname"};
        to_ += "strace.SaneUtsname{";
        for (auto const& name : names) {
            to_ += name == names[0] ? "" : ", ";
            to_ += static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
            to_ += name.substr(1);
            to_ += ':';
            auto const found = of.find(name);
            quote(to_, found ? found->text() : "");
        }
        to_ += '}';
    }

    void time(value const& of, std::string_view field, std::string_view label, bool special_times)
    {
        // u-root's format shows only the first of the two times of utimes(2) and utimensat(2).
        auto const one = of.shape() == uapi::shape::array && !of.parts().empty() ? of.parts().front() : of;
        auto const fraction = one.find(field);
        to_ += "{sec=";
        part(one, "tv_sec");
        to_ += ' ';
        to_ += label;
        to_ += '=';
        if (special_times && fraction && fraction->number() >> 1 == 0x1fffffff)
            to_ += fraction->number() & 1 ? "UTIME_NOW" : "UTIME_OMIT";
        else
            part(one, field);
        to_ += '}';
    }

    void interval(std::uint64_t at, value const& of, std::string_view field, std::string_view label)
    {
        auto const inner = [&](std::string_view name, std::uint64_t where) {
            hex(to_, where);
            to_ += ' ';
            if (auto const found = of.find(name))
                time(*found, field, label, false);
        };
        to_ += "{interval=";
        inner("it_interval", at);
        to_ += ", value=";
        inner("it_value", at + of.type().size_in(uapi::model_of(call_.arch)) / 2);
        to_ += '}';
    }

    void usage(value const& of)
    {
        constexpr std::string_view names[] = {"maxrss",  "ixrss",   "idrss",  "isrss",  "minflt",   "majflt", "nswap",
                                              "inblock", "oublock", "msgsnd", "msgrcv", "nsignals", "nvcsw",  "nivcsw"};
        auto const spent = [&](std::string_view label, std::string_view name) {
            auto const found = of.find(name);
            to_ += label;
            to_ += ":{Sec:";
            if (found)
                part(*found, "tv_sec");
            to_ += " Usec:";
            if (found)
                part(*found, "tv_usec");
            to_ += '}';
        };
        to_ += '{';
        spent("Utime", "ru_utime");
        to_ += ' ';
        spent("Stime", "ru_stime");
        for (auto const& name : names) {
            to_ += ' ';
            to_ += static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
            to_ += name.substr(1);
            to_ += ':';
            part(of, "ru_" + std::string{name});
        }
        to_ += '}';
    }

    void address(value const& of)
    {
        auto const family = of.find("sa_family");
        if (!family)
            return;
        to_ += "{Family: ";
        auto const* row = family->type().names->find(family->number());
        if (row)
            to_ += row->name;
        else
            hex(to_, family->number());
        to_ += ", ";
        if (auto const path = of.find("sun_path")) {
            auto const text = path->text();
            auto const abstract = !text.empty() && text[0] == 0;
            to_ += "Addr: ";
            quote(to_, abstract ? text : text.substr(0, text.find('\0')));
        } else if (auto const v4 = of.find("sin_addr")) {
            to_ += "Addr: 0x";
            put_padded(to_, ntohl(static_cast<std::uint32_t>(v4->number())), 8, 16);
            port(of, "sin_port");
        } else if (auto const v6 = of.find("sin6_addr")) {
            to_ += "Addr: 0x";
            for (auto const byte : v6->bytes())
                put_padded(to_, static_cast<unsigned>(byte), 2, 16);
            port(of, "sin6_port");
        } else if (auto const id = of.find("nl_pid")) {
            to_ += "PortID: ";
            put_number(to_, id->number());
            to_ += ", Groups: ";
            auto const groups = of.find("nl_groups");
            put_number(to_, groups ? groups->number() : 0);
        } else
            to_ += family->number() == 1 ? "Addr: \"\"" : "family addr format unknown";
        to_ += '}';
    }

    void port(value const& of, std::string_view name)
    {
        auto const found = of.find(name);
        to_ += ", Port: ";
        put_number(to_, found ? ntohs(static_cast<std::uint16_t>(found->number())) : 0);
    }

    void message(value const& of, bool with_content, bool with_control)
    {
        auto const number = [&](std::string_view name) {
            auto const found = of.find(name);
            return found ? found->number() : 0;
        };
        to_ += "{name=";
        hex(to_, number("msg_name"));
        to_ += ", namelen=";
        put_number(to_, number("msg_namelen"));
        to_ += ", iovecs=";
        auto const list = of.find("msg_iov");
        hex(to_, list ? list->number() : 0);
        to_ += ' ';
        if (auto const vectors = list ? list->target() : std::nullopt)
            iovecs(*vectors, with_content);
        auto const control = of.find("msg_control");
        if (with_control) {
            to_ += ", control={";
            hex(to_, control ? control->number() : 0);
            to_ += ' ';
            if (auto const chain = control ? control->target() : std::nullopt)
                controls(*chain);
            to_ += '}';
        } else {
            to_ += ", control=";
            hex(to_, control ? control->number() : 0);
            to_ += ", control_len=";
            put_number(to_, number("msg_controllen"));
        }
        to_ += ", flags=";
        put_number(to_, number("msg_flags"));
        to_ += '}';
    }

    void controls(value const& chain)
    {
        bool first = true;
        for (auto each : chain.parts()) {
            auto const level = each.find("cmsg_level");
            auto const type = each.find("cmsg_type");
            auto const length = each.find("cmsg_len");
            if (!level || !type || !length)
                continue;
            to_ += first ? "{level=" : ", {level=";
            first = false;
            bool const plain = level->number() == 1;
            if (plain)
                to_ += "SOL_SOCKET";
            else
                put_number(to_, level->number());
            to_ += ", type=";
            auto const* row = plain && type->type().names ? type->type().names->find(type->number()) : nullptr;
            if (row)
                to_ += row->name;
            else
                put_number(to_, type->number());
            to_ += ", length=";
            put_number(to_, length->number());
            control_data(each, plain ? type->number() : 0);
            to_ += '}';
        }
    }

    void control_data(value const& of, std::uint64_t type)
    {
        auto const data = of.find("cmsg_data");
        if (!data)
            return;
        if (type == 1) {
            to_ += ", content: ";
            bool first = true;
            for (auto each : data->parts()) {
                to_ += first ? "" : ",";
                first = false;
                put_signed(to_, each.integer());
            }
        } else if (type == 2)
            for (auto const* name : {"pid", "uid", "gid"}) {
                to_ += ", ";
                to_ += name;
                to_ += ": ";
                part(*data, name);
            }
    }

    std::string& to_;
    syscall_call const& call_;
    syscall_exited const* exited_;
    bool done_;   ///< whether the call returned without an error
};

}   // namespace

void put_arguments(std::string& to, syscall_call const& call, syscall_exited const* exited)
{
    line_writer{to, call, exited}.arguments();
}

}   // namespace cotrace::render::uroot
