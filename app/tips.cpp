// SPDX-License-Identifier: BSL-1.0
#include "tips.hpp"

#include "help.hpp"

#include <algorithm>
#include <random>
#include <vector>

namespace cotrace::app {

namespace {

// The numbers of the tips are not stable: a new tip may be anywhere in the list.
constexpr tip tips[] = {
    {"-f also traces the threads and processes that COMMAND creates. Without it, only the first thread is traced.",
     "cotrace -f make"},
    {"-ff with -o writes one file for each thread, so that the lines of threads are not mixed.", "cotrace -ff -o trace make"},
    {"-c prints how often each call was made and how long it took. With -w it counts the time that passed, also while the "
     "call waited.",
     "cotrace -f -c -w make"},
    {"-C prints the trace and, after it, the summary.", "cotrace -C -o trace ls"},
    {"-Z prints only the calls that failed. With %file, these are the files that were looked for and not found.",
     "cotrace -Z -e trace=%file cat missing"},
    {"-y prints the path of each file descriptor, and -yy also the addresses of sockets and the numbers of devices.",
     "cotrace -yy -e trace=%network curl localhost"},
    {"-Y prints the name of a process after its id.", "cotrace -f -Y make"},
    {"-P traces only the calls that use one file, by its path or by a descriptor of it.", "cotrace -P /etc/passwd id"},
    {"--trace-fds traces only the calls that use some file descriptors.", "cotrace --trace-fds=0,1,2 cat"},
    {"-i prints the instruction pointer of each call, which shows where in the program the call was made.", "cotrace -i ls"},
    {"-s sets how many bytes of a string are printed. Paths are never cut.", "cotrace -s 200 -e trace=write ls"},
    {"-v prints structures and arrays in full.", "cotrace -v -e trace=%stat ls"},
    {"-e write=1 dumps all bytes that are written to the standard output, beside the lines of the trace.",
     "cotrace -e write=1 ls"},
    {"-e inject lets calls fail without executing them. when=3 selects the third call of each thread.",
     "cotrace -e inject=write:error=ENOSPC:when=3 ls"},
    {"-e inject can also delay calls: delay_exit=100ms makes a device slow.", "cotrace -e inject=read:delay_exit=100ms cat"},
    {"-e trace takes a regular expression after a slash. /^(recv|send) selects all calls whose names begin with recv or send.",
     "cotrace -e trace=/^(recv|send) curl localhost"},
    {"An exclamation mark inverts a set. In most interactive shells, it needs quotes.", "cotrace -e trace=!futex make"},
    {"A question mark before the name of a call avoids an error where the call does not exist, as open on arm64.",
     "cotrace -e trace=?open,openat ls"},
    {"The suffixes @64, @32 and @x32 limit a name to calls of one kind of programs.", "cotrace -e trace=open@32,openat ls"},
    {"-p attaches to a running process, and -f then also to all its threads. Ctrl-C detaches, and the process runs on.",
     "cotrace -f -p 1"},
    {"--attach-tree attaches to a process and all its descendants.", "cotrace --attach-tree=1"},
    {"--attach-name attaches to all processes with a name, and with --attach-later also to those that start later.",
     "cotrace --attach-name=sshd --attach-later"},
    {"--attach-cgroup attaches to all processes of a cgroup, for example those of a container.",
     "cotrace --attach-cgroup=/sys/fs/cgroup/system.slice"},
    {"--entries-only prints calls when they are made, without their results. It is several times faster, and a debugger can "
     "attach to COMMAND meanwhile.",
     "cotrace --entries-only -e trace=%file make"},
    {"--format=json writes one JSON object for each record, with the decoded arguments.", "cotrace --format=json -o trace ls"},
    {"With -f, a set of calls is filtered in the kernel, so that all other calls run at full speed.",
     "cotrace -f -e trace=%process make"},
    {"-o with a vertical bar pipes the trace into a command.", "cotrace -o |less ls"},
    {"-tt prints the time of day of each line, and -r the time since the line before. Their long forms take a precision.",
     "cotrace --relative-timestamps=ns ls"},
    {"-T prints the time that each call took.", "cotrace -T -e trace=%file ls"},
    {"-D makes cotrace a grandchild of COMMAND, so that the parent of COMMAND and its process id stay as without cotrace.",
     "cotrace -D -o trace ls"},
    {"-E sets or removes a variable in the environment of COMMAND, not of cotrace.", "cotrace -E LD_BIND_NOW=1 -E LANG ls"},
    {"-b execve detaches from a process when it executes another program.", "cotrace -f -b execve make"},
    {"-e quiet=exit leaves out the lines about the end of threads, and -qqq all lines that can be left out.",
     "cotrace -f -e quiet=exit make"},
    {"-X verbose prints the numbers of constants beside their names.", "cotrace -X verbose -e trace=openat ls"},
    {"-N prints the names of arguments.", "cotrace -N -e trace=mmap ls"},
    {"--namespace=new prints the namespaces that clone, unshare and setns make or enter.",
     "cotrace --namespace=new -f unshare -U ls"},
    {"--on-output-error=kill ends COMMAND when the trace cannot be written any more, for example on a full disk.",
     "cotrace --on-output-error=kill -o trace make"},
    {"--syscall-limit detaches after a number of calls. COMMAND runs on.", "cotrace --syscall-limit=100 ls"},
    {"-U selects the columns of a summary, and -S the column by which it is sorted.",
     "cotrace -c -U name,calls,max-time -S calls ls"},
    {"-d shows what cotrace does at each stop of a thread. A report of a fault is clearer with it.", "cotrace -d -o trace ls"},
};

usage_error set_id(tip_options& to, std::string_view word)
{
    if (word == "random") {
        to.id.reset();
        return no_error;
    }
    auto const value = number<unsigned>(word);
    if (!value)
        return invalid_argument();
    to.id = *value;
    return no_error;
}

}   // namespace

std::span<tip const> all_tips() noexcept { return tips; }

std::string tip_text(tip_options const& wanted)
{
    constexpr std::size_t text_width = 60, full_width = 76;
    if (wanted.format == tip_format::none)
        return {};
    bool const full = wanted.format == tip_format::full;
    auto const id = (wanted.id ? *wanted.id : std::random_device{}()) % std::size(tips);
    std::string wrapped;
    append_wrapped(wrapped, tips[id].text, 0, full ? full_width : text_width);
    std::vector<std::string> lines;
    (void)for_each_in(wrapped, "\n", [&](std::string_view line) -> usage_error {
        lines.emplace_back(line);
        return no_error;
    });
    lines.emplace_back();
    lines.emplace_back("    ").append(tips[id].example);
    std::string title = "Tip " + std::to_string(id);
    if (full) {
        title.append(" of 0 to ").append(std::to_string(std::size(tips) - 1));
        lines.emplace_back();
        lines.emplace_back("This tip: cotrace --tips=id:").append(std::to_string(id)).append(". All options: cotrace --help.");
    }
    std::size_t width = full ? full_width : title.size() + 2;
    for (auto const& each : lines)
        width = std::max(width, each.size());
    std::string text = "+- " + title + " ";
    text.append(width + 1 - title.size() - 2, '-').append("+\n");
    for (auto const& each : lines)
        text.append("| ").append(each).append(width - each.size(), ' ').append(" |\n");
    return text.append("+").append(width + 2, '-').append("+\n");
}

usage_error set_tips(options& to, option_argument given)
{
    static constexpr choice<tip_format> formats[] = {
        {"none", tip_format::none}, {"compact", tip_format::compact}, {"full", tip_format::full}};
    to.tips = {.format = tip_format::compact};
    return for_each_in(given.value_or(""), ",", [&](std::string_view part) -> usage_error {
        auto const is = [&](std::string_view label) {
            bool const labelled = part.starts_with(label);
            part.remove_prefix(labelled ? label.size() : 0);
            return labelled;
        };
        bool const id = is("id:"), format = !id && is("format:");
        if (id || (!format && !set_id(to.tips, part)))
            return id ? set_id(to.tips, part) : no_error;
        return choose(part, formats, to.tips.format);
    });
}

}   // namespace cotrace::app
