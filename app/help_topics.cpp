// SPDX-License-Identifier: BSL-1.0
#include "help_topics.hpp"

#include <algorithm>

// The rows of the tables are broken into lines by hand.
// clang-format off

namespace cotrace::app {

namespace {

constexpr std::string_view statuses =
    "cotrace ends with the exit status of COMMAND, or by the signal that killed COMMAND. Exit statuses for failures of "
    "cotrace: 127, COMMAND was not found; 126, COMMAND could not be executed; 1, any other failure.";

constexpr help_part trace_parts[] = {
    {{}, "A set of system calls is the argument of -e trace, abbrev, raw, verbose, inject and fault: a list of these "
         "items, with commas between them. A \"!\" before the list selects all other calls. -P, --trace-fds, -e "
         "status, -z and -Z select among the calls of the set."},
    {"NAME", "the call with this name"},
    {"NUMBER", "the call with this number"},
    {"%CLASS", "the calls of a class, see below"},
    {"/REGEX", "the calls whose names contain a match of this POSIX extended regular expression"},
    {"all, none", "all calls, no calls"},
    {"?ITEM", "ITEM, without an error if there is no such call"},
    {"ITEM@64, ITEM@32, ITEM@x32", "only the calls of this system call interface"},
    {{}, "The classes:"},
    {"%clock", "calls that read or set a clock"},
    {"%creds", "calls that read or set user ids, group ids or capabilities"},
    {"%desc", "calls that take or return a file descriptor"},
    {"%file", "calls that take a file name"},
    {"%fstat", "fstat, newfstatat, statx and their variants"},
    {"%fstatfs", "fstatfs and fstatfs64"},
    {"%io_uring", "the calls of io_uring, and what is submitted to rings and completes there"},
    {"%ipc", "calls of System V IPC"},
    {"%lstat", "lstat and its variants"},
    {"%memory", "calls that map memory or change mappings"},
    {"%network", "calls on sockets; also %net"},
    {"%process", "calls that start, execute, end, signal or wait for processes"},
    {"%pure", "calls that take no argument and never fail"},
    {"%signal", "calls that send, handle or block signals"},
    {"%stat", "stat and its variants"},
    {"%stat_like", "stat, lstat, fstat, statx and their variants; also %%stat"},
    {"%statfs", "statfs and statfs64"},
    {"%statfs_like", "statfs, fstatfs, their variants, and ustat; also %%statfs"},
    {{}, "The classes desc, file, ipc, memory, network, process and signal may be written without \"%\"."},
    {"cotrace -e trace=%file,%network COMMAND", "calls that take a file name, and calls on sockets"},
    {"cotrace -e 'trace=!%memory,brk' COMMAND", "all calls except those of the class, and except brk"},
    {"cotrace -e trace=/^open COMMAND", "the calls whose names begin with \"open\""},
};

constexpr help_part inject_parts[] = {
    {{}, "-e inject=SET:ACTION[:ACTION]... changes the calls of SET (see --help=trace). -e fault=SET takes only "
         "error, syscall, path and when; without error, the calls fail with ENOSYS. If several rules select a call, all of "
         "them apply; the first rule with error or retval decides the result."},
    {"error=ERRNO", "the call is not executed and fails with ERRNO, a name such as ENOENT or a number from 1 to 4095"},
    {"retval=VALUE", "the call is not executed and returns VALUE: a decimal, hexadecimal (0x) or octal (0) number"},
    {"syscall=NAME", "with error or retval: the kernel executes NAME, a call of the class %pure, in place of the call"},
    {"signal=SIGNAL", "the thread gets SIGNAL, a name such as SIGTERM or a number up to 64, when it makes the call"},
    {"delay_enter=TIME, delay_exit=TIME", "the thread waits for TIME before or after the call; in microseconds, or "
                                          "with the suffix s, ms, us or ns"},
    {"poke_enter=@argN=HEX[,@argM=HEX]..., poke_exit=@argN=HEX[,@argM=HEX]...",
     "the bytes HEX, two hexadecimal digits for each, are written to the memory that argument N (1 is the first) "
     "points to, before or after the call"},
    {"path=PATTERN", "only calls with a path argument that matches PATTERN (glob(7)) are changed, and only these are counted "
                     "by when"},
    {"when=FIRST[..LAST][+[STEP]]", "only these calls are changed, counted for each call and each thread, from 1"},
    {{}, "Forms of WHEN:"},
    {"when=3", "only the third call"},
    {"when=3+", "the third call and all later calls"},
    {"when=3+2", "the third, fifth, seventh call, and so on"},
    {"when=3..5", "the third, fourth and fifth call"},
    {"cotrace -e inject=write:error=ENOSPC:when=3 COMMAND", "the third write of each thread fails as on a full disk"},
    {"cotrace -f -e inject=connect:delay_enter=2s COMMAND", "connections take two seconds longer"},
    {"cotrace -e inject=openat:signal=TERM:when=10 COMMAND", "COMMAND gets SIGTERM at its tenth openat"},
};

constexpr help_part quiet_parts[] = {
    {{}, "The argument of -e quiet (--quiet) is a list of these words. They name lines that are not printed. A \"!\" "
         "before the list selects the other lines."},
    {"attach", "a process was attached or detached"},
    {"exit", "a thread has ended; also exits"},
    {"path-resolution", "the path of -P is a symbolic link, and where it leads"},
    {"personality", "a process has changed between 64-bit and 32-bit mode"},
    {"thread-execve", "a thread has ended because another thread of its process executed a program; also superseded"},
    {"all, none", "all these lines, no line"},
    {{}, "-q means attach,personality, -qq means attach,personality,exit, and -qqq means all. With -o and a COMMAND, "
         "-q is always given."},
};

constexpr help_part status_parts[] = {
    {{}, "The argument of -e status (--status) is a list of these words. Only calls that end in one of these ways are "
         "printed. A \"!\" before the list selects the other calls."},
    {"successful", "the call has returned without an error; -z means only these"},
    {"failed", "the call has returned an error; -Z means only these"},
    {"unfinished", "the call did not return, for example exit_group"},
    {"unavailable", "the call has ended, but its result could not be read"},
    {"detached", "cotrace has detached from the thread during the call"},
    {"all, none", "all calls, no calls"},
};

constexpr help_part decode_parts[] = {
    {{}, "The argument of --decode-fds (-e decode-fds) is a list of these words. They name details that are printed "
         "after file descriptors. -y means path, and -yy means all."},
    {"path", "the path of a file"},
    {"socket", "the protocol and the addresses of a socket"},
    {"dev", "the device numbers of a device file"},
    {"eventfd", "the count and the id of an eventfd"},
    {"pidfd", "the process id of a pidfd"},
    {"signalfd", "the signals of a signalfd"},
    {"all, none", "all details, no details"},
    {{}, "The argument of --decode-pids (-e decode-pids) is a list of these words. They name details that are printed "
         "after process ids. -Y means comm."},
    {"comm", "the name of the process"},
    {"pidns", "the id in cotrace's pid namespace, if the process has another one in its own"},
};

constexpr help_part format_parts[] = {
    {{}, "--format selects the form of the trace."},
    {"text", "the text of strace; the default"},
    {"json", "one JSON object for each call (at its exit), signal, and start and end of a thread; the installed file "
             "cotrace/record.schema.json describes the objects"},
    {"json,entries", "as json, and one more object when a call is made"},
    {"rows", "one flat JSON object for each call, with the same members in each line, for databases"},
    {"csv", "the same columns as CSV, with a header line"},
    {"folded", "the number of calls of each call stack, as programs that draw flame graphs read it"},
    {"folded,time", "as folded, with the microseconds that the calls took in place of their number"},
    {"perfetto", "a timeline with a track for each thread, in the binary format of Perfetto, for the file of -o: open it in "
                 "ui.perfetto.dev, or query it with Perfetto's trace_processor"},
    {"uroot", "the text of u-root's strace package, one line for each entry and each exit of a call"},
};

constexpr help_part summary_parts[] = {
    {{}, "-c and -C print a table with one row for each call. -U selects its columns, with commas between them, and -S "
         "one column to sort by. The time of a call is its system CPU time, or, with -w, the time from its entry to "
         "its exit."},
    {"time-percent", "the share of the time of all calls; also time"},
    {"total-time", "the time of all calls of the row, in seconds"},
    {"min-time", "the shortest time of a call; also shortest"},
    {"max-time", "the longest time of a call; also longest and max"},
    {"avg-time", "the average time of a call, in microseconds"},
    {"calls", "the number of calls; also count"},
    {"errors", "the number of calls that failed"},
    {"p50, p95, p99", "the time that 50, 95 or 99 % of the calls did not exceed, in seconds; it is too large by 1/32 at most"},
    {"name", "the name of the call, or what else --by says; always printed"},
    {"wall-total, wall-min, wall-max, wall-avg, wall-p50, wall-p95, wall-p99", "the times from entry to exit, without -w too"},
    {{}, "-S also accepts nothing, which leaves the rows in the order of the first calls."},
};

constexpr help_part effect_parts[] = {
    {{}, "Except in the cases below, a traced program gives the same results as without cotrace. It runs more slowly, "
         "and it can find out that it is traced."},
    {"tracer", "A process has at most one tracer. TracerPid in /proc/PID/status is cotrace's id, and gdb or strace "
               "cannot attach to the process. --entries-only uses no ptrace(2), so this is not so there."},
    {"filter", "With -f and a set of calls (-e trace), COMMAND gets a seccomp filter in the kernel, so that it stops "
               "only at the calls of the set. The program can notice the filter: prctl(PR_GET_SECCOMP) returns 2, and "
               "Seccomp in /proc/PID/status is 2. The kernel refuses seccomp's strict mode (EINVAL). cotrace cannot make "
               "it succeed: a process that has a filter cannot change to strict mode, and a success without strict mode "
               "would let the program make calls that it must not make. If cotrace has no CAP_SYS_ADMIN, NoNewPrivs is "
               "1. --in-kernel-filter=never uses no filter: strict mode works, and the program stops at all calls, which "
               "is slower. Attached processes never get a filter."},
    {"--entries-only", "This always needs a seccomp filter, which can be noticed in these ways, too. It has a "
                       "listener, and the kernel allows only one: a program that makes a listener of its own gets "
                       "EBUSY. If a signal arrives before cotrace has seen a call, and the handler of the signal was "
                       "installed without SA_RESTART, the call fails with EINTR, also a call that no signal interrupts "
                       "otherwise. Set-uid programs gain no privileges if cotrace has no CAP_SYS_ADMIN."},
    {"attaching", "An attach and a detach interrupt a call that waits. The kernel restarts the call, except for a few "
                  "calls such as epoll_wait(2), which fail with EINTR (ptrace(2), \"BUGS\")."},
    {"set-uid", "A set-uid program that is traced gains no privileges if cotrace has no CAP_SYS_PTRACE (execve(2))."},
    {"CPUs", "Threads that stop often are moved to cotrace's CPU (--placement). They get their own CPUs back when they "
             "ask for them, with few exceptions, and when cotrace detaches from them. After a SIGKILL of cotrace, "
             "programs that were attached with --placement=always stay on one CPU."},
    {"end of cotrace", "A SIGKILL of cotrace kills the programs that it has started, and detaches it from attached "
                       "ones. With -D, COMMAND runs on. With --entries-only only COMMAND is killed, and in the other "
                       "processes each call that would have been printed fails with ENOSYS."},
};

constexpr help_part exit_parts[] = {
    {{}, statuses},
    {{}, "cotrace passes SIGTERM and SIGHUP on to COMMAND, traces COMMAND until it ends, and then detaches from the "
         "processes that COMMAND left running. ^C and ^\\ reach COMMAND from the terminal, and cotrace does not react "
         "to them while COMMAND runs. After the end of COMMAND, SIGTERM, SIGHUP and a repeated ^C detach cotrace from "
         "the processes that COMMAND left running. Without a COMMAND, any of these signals detaches cotrace from all "
         "traced processes. The next signal ends cotrace at once and kills COMMAND, as SIGKILL does."},
    {{}, "Where the kernel filters the calls (-f with -e trace, and --entries-only), cotrace cannot detach from the "
         "processes that COMMAND left running, because their calls would fail. cotrace then runs until they have "
         "ended; the next signal kills them."},
};

constexpr help_topic topics[] = {
    {"trace", {"filter", "set", "classes", "calls"}, "Sets of system calls", trace_parts},
    {"inject", {"fault", "tampering", "when"}, "Changing calls", inject_parts},
    {"quiet", {"silent", "silence"}, "Lines that can be omitted", quiet_parts},
    {"status", {"successful", "failed"}, "Outcomes of calls", status_parts},
    {"decode", {"decode-fds", "decode-pids"}, "Details of descriptors and processes", decode_parts},
    {"format", {"json", "uroot"}, "Formats of the trace", format_parts},
    {"summary", {"columns", "summary-columns", "statistics"}, "Columns of the summary", summary_parts},
    {"effects", {"tracing", "seccomp", "limits"}, "What tracing changes", effect_parts},
    {"exit", {"exit-status", "signals"}, "Exit status and signals", exit_parts},
};

constexpr help_part examples[] = {
    {"cotrace -f -o trace make", "write all calls of make and its children into the file trace"},
    {"cotrace -Z -e trace=%file COMMAND", "which files are not found?"},
    {"cotrace -f -c -w COMMAND", "which calls take the time?"},
    {"cotrace -f -p 4711", "what does a running process do? ^C ends the trace, and the process runs on"},
    {"cotrace -e inject=write:error=ENOSPC:when=3 COMMAND", "what does COMMAND do when the disk is full?"},
};

}   // namespace

// clang-format on

std::span<help_topic const> help_topics() noexcept { return topics; }

help_topic const* find_help_topic(std::string_view word) noexcept
{
    auto const is_called = [&](help_topic const& each) {
        return each.name == word || std::ranges::find(each.also, word) != each.also.end();
    };
    auto const* const found = word.empty() ? std::ranges::end(topics) : std::ranges::find_if(topics, is_called);
    return found != std::ranges::end(topics) ? found : nullptr;
}

std::string_view exit_statuses() noexcept { return statuses; }

std::span<help_part const> help_examples() noexcept { return examples; }

}   // namespace cotrace::app
