// SPDX-License-Identifier: BSL-1.0
#pragma once

// Signal handlers that more than one guest uses.

#include "guest/guest.h"

static inline void report_signal(int sig, siginfo_t* info, void* context)
{
    (void)info;
    (void)context;
    say("handled %d\n", sig);
}

static inline void report_signal_and_code(int sig, siginfo_t* info, void* context)
{
    (void)context;
    say("handled %d code %d\n", sig, info->si_code);
}

/// The last signal that note_signal() handled; 0 if there was none.
static volatile sig_atomic_t caught;

static inline void note_signal(int sig, siginfo_t* info, void* context)
{
    (void)info;
    (void)context;
    caught = sig;
}
