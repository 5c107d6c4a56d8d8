// SPDX-License-Identifier: BSL-1.0
#pragma once

// Shared code of the guests that use io_uring. A guest writes the lines that a tracer is expected to show for the submissions and
// completions (without " flags=..." if there are no flags):
//
//     io_uring: NAME(ARGUMENTS) user_data=0x1 flags=IOSQE_IO_LINK
//     io_uring: NAME user_data=0x1 = RESULT flags=IORING_CQE_F_MORE

#include "guest/guest.h"

#include <liburing.h>
#include <stdarg.h>

enum { status_failed = 1, status_usage = 2, status_unavailable = 77, max_user_data = 0xff };

static char lines[16384];
static size_t lines_length;

/// For each user_data: the name of the operation that was submitted with it; empty if there was none.
static char names[max_user_data + 1][24];

/// Ends the process with one line on standard error. `error` is an errno, or 0 if there is none.
static inline void __attribute__((noreturn)) give_up(int status, char const* what, int error)
{
    dprintf(STDERR_FILENO, "guest: %s%s%s\n", what, error ? ": " : "", error ? strerror(error) : "");
    _exit(status);
}

/// Returns the result of a call that reports an error as -1 and errno. Gives up if the call failed.
static inline int checked(int result, char const* what)
{
    if (result < 0)
        give_up(status_failed, what, errno);
    return result;
}

static inline void add_arguments(char const* format, va_list arguments)
{
    int const length = vsnprintf(lines + lines_length, sizeof lines - lines_length, format, arguments);
    if (length < 0 || (size_t)length >= sizeof lines - lines_length)
        give_up(status_failed, "no room for the lines", 0);
    lines_length += (size_t)length;
}

/// Appends formatted text to `lines`.
static inline void __attribute__((format(printf, 1, 2))) add(char const* format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_arguments(format, arguments);
    va_end(arguments);
}

/// Appends " flags=" and the names of the bits that are set in `flags`. Bit `i` has the name `bit_names[i]`.
static inline void add_flags(unsigned flags, char const* const* bit_names, unsigned count)
{
    if (flags >> count)
        give_up(status_failed, "a flag without a name", 0);
    char const* separator = " flags=";
    for (unsigned i = 0; i < count; ++i) {
        if (flags & 1U << i) {
            add("%s%s", separator, bit_names[i]);
            separator = "|";
        }
    }
}

/// Adds the line of a submission. `format` gives the name and the arguments as in "close(%d)".
static inline void __attribute__((format(printf, 2, 3)))
note_submission(struct io_uring_sqe const* entry, char const* format, ...)
{
    static char const* const bit_names[] = {
        "IOSQE_FIXED_FILE", "IOSQE_IO_DRAIN",      "IOSQE_IO_LINK",          "IOSQE_IO_HARDLINK",
        "IOSQE_ASYNC",      "IOSQE_BUFFER_SELECT", "IOSQE_CQE_SKIP_SUCCESS",
    };
    if (entry->user_data > max_user_data)
        give_up(status_failed, "too many submissions", 0);
    snprintf(names[entry->user_data], sizeof *names, "%.*s", (int)strcspn(format, "("), format);
    add("io_uring: ");
    va_list arguments;
    va_start(arguments, format);
    add_arguments(format, arguments);
    va_end(arguments);
    add(" user_data=0x%llx", (unsigned long long)entry->user_data);
    add_flags(entry->flags, bit_names, sizeof bit_names / sizeof *bit_names);
    if (entry->flags & IOSQE_BUFFER_SELECT)
        add(" buf_group=%u", entry->buf_group);
    add("\n");
}

/// Adds the line of a completion.
static inline void note_completion(struct io_uring_cqe const* entry)
{
    static char const* const bit_names[] = {"IORING_CQE_F_BUFFER", "IORING_CQE_F_MORE", "IORING_CQE_F_SOCK_NONEMPTY",
                                            "IORING_CQE_F_NOTIF"};
    if (entry->user_data > max_user_data || !*names[entry->user_data])
        give_up(status_failed, "a completion without a submission", 0);
    // If more completions of the operation follow, the kernel's tracepoint does not tell the kind of the operation.
    char const* const name = entry->flags & IORING_CQE_F_MORE ? "operation" : names[entry->user_data];
    add("io_uring: %s user_data=0x%llx = ", name, (unsigned long long)entry->user_data);
    if (entry->res < 0)
        add("-1 %s (%s)", strerrorname_np(-entry->res), strerror(-entry->res));
    else
        add("%d", entry->res);
    add_flags(entry->flags & ((1U << IORING_CQE_BUFFER_SHIFT) - 1), bit_names, sizeof bit_names / sizeof *bit_names);
    if (entry->flags & IORING_CQE_F_BUFFER)
        add(" buffer=%u", entry->flags >> IORING_CQE_BUFFER_SHIFT);
    add("\n");
}

static inline void write_lines(void)
{
    for (size_t done = 0; done < lines_length;)
        done += (size_t)checked((int)write(STDOUT_FILENO, lines + done, lines_length - done), "write");
}

struct mode {
    char const* name;
    void (*run)(void);
};

/// Runs the mode that the first argument names, and writes the lines.
static inline int run_mode(struct mode const* modes, size_t count, int argc, char** argv)
{
    for (size_t i = 0; argc == 2 && i < count; ++i) {
        if (strcmp(modes[i].name, argv[1]) == 0) {
            modes[i].run();
            write_lines();
            return 0;
        }
    }
    give_up(status_usage, "the only argument must be the name of a mode", 0);
}
