// SPDX-License-Identifier: BSL-1.0

// storm SEED [ROUNDS [MODE…]]
//
// The traced program of the torture cases. SEED determines everything that the storm does: each process runs a plan, a list of
// steps that is derived from its seed. A step checks what the kernel reports, for example a wait status. If a check fails, the
// process and its ancestors up to the first process, the root, end with a status from 97 to 99.
//
// At its end, the root prints a line of counts. Under a tracer, this line must be the line that an untraced run prints.
//
// MODE "lossy": signals are sent repeatedly until their effect is seen, because a killed tracer loses signals (ptrace(2), "Signal
// injection and suppression"). MODE "strays": the root is no child subreaper, and makes siblings (CLONE_PARENT). MODE "holds":
// the root waits for the end of its standard input before it ends.

#include "torture/storm.h"

#include <sys/mman.h>
#include <sys/resource.h>

struct shared* all;
char* self;

/// Copies the line "Cpus_allowed_list:" of a status file of proc(5) to `into`. /proc may belong to another pid namespace; then
/// `into` is empty.
static void read_cpus(char const* path, char* into, size_t size)
{
    static char const field[] = "Cpus_allowed_list:";
    char text[4096];
    into[0] = '\0';
    int const fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t const got = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    close(fd);
    if (got <= 0)
        return;
    text[got] = '\0';
    char const* const line = strstr(text, field);
    must(line != NULL);
    snprintf(into, size, "%.*s", (int)strcspn(line, "\n"), line);
}

/// Checks that sched_getaffinity(2) and proc(5) show the affinity mask that the root began with.
static void step_affinity(uint64_t seed, int depth)
{
    static char const* const paths[] = {"/proc/self/status", "/proc/thread-self/status", "//proc/self/./status"};
    char shown[sizeof all->cpus_shown];
    cpu_set_t now;
    (void)depth;
    CPU_ZERO(&now);
    if (pick(&seed, 2)) {
        must(sched_getaffinity(0, sizeof now, &now) == 0);
        must(CPU_EQUAL(&now, &all->cpus));
    }
    read_cpus(paths[pick(&seed, 3)], shown, sizeof shown);
    if (shown[0] != '\0' && strcmp(shown, all->cpus_shown) != 0)
        dprintf(STDERR_FILENO, "storm: %s, not %s\n", shown, all->cpus_shown);
    must(shown[0] == '\0' || strcmp(shown, all->cpus_shown) == 0);
}

static void step_rest(uint64_t seed, int depth)
{
    (void)depth;
    sleep_us(pick(&seed, 5) * 200);
    be_busy(pick(&seed, 30));
}

static step* const steps[] = {
    step_fork, step_fork, step_vfork,       step_clone,   step_clone3,   step_threads,   step_threads, step_exec,  step_exec,
    step_exec, step_end,  step_orphan,      step_sibling, step_queue,    step_ping,      step_tgkill,  step_group, step_stop,
    step_kill, step_kill, step_self_signal, step_ticks,   step_affinity, step_namespace, step_rest,
};

void run_plan(uint64_t seed, int depth)
{
    be_busy(2);
    if (depth < 0)
        return;
    for (int i = 2 + pick(&seed, 3); i > 0; --i) {
        int const which = pick(&seed, sizeof steps / sizeof *steps);
        steps[which](next(&seed), depth);
    }
}

/// Makes a process that is a child of the root's parent (CLONE_PARENT). The root's parent must reap this process.
static void leave_sibling(void)
{
    pid_t const made = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    must(made >= 0);
    if (made == 0) {
        be_busy(10);
        _exit(7);
    }
}

static void share(int fd)
{
    all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    must(all != MAP_FAILED);
}

static void begin_sharing(void)
{
    int const fd = memfd_create("storm", 0);
    must(fd >= 0 && ftruncate(fd, sizeof *all) == 0 && dup2(fd, shared_fd) == shared_fd);
    close(fd);
    share(shared_fd);
    must(sched_getaffinity(0, sizeof all->cpus, &all->cpus) == 0);
    read_cpus("/proc/self/status", all->cpus_shown, sizeof all->cpus_shown);
}

int main(int argc, char** argv)
{
    static char path[4096];
    struct rlimit const no_core = {0, 0};
    must(argc > 1);
    self = realpath(argv[0], path);
    must(self != NULL);
    if (strcmp(argv[1], "plan") == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        share(shared_fd);
        uint64_t const seed = strtoull(argv[2], NULL, 10);
        run_plan(seed, atoi(argv[3]));
        return status_of(seed);
    }
    begin_sharing();
    setrlimit(RLIMIT_CORE, &no_core);
    int holds = 0;
    for (int i = 3; i < argc; ++i) {
        all->lossy |= strcmp(argv[i], "lossy") == 0;
        all->strays |= strcmp(argv[i], "strays") == 0;
        holds |= strcmp(argv[i], "holds") == 0;
    }
    if (!all->strays)
        must(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
    uint64_t seed = strtoull(argv[1], NULL, 10);
    for (long round = argument(argc, argv, 2, 1); round > 0; --round) {
        if (all->strays && getpid() != 1)
            leave_sibling();
        run_plan(next(&seed), 2);
    }
    // Reaps the orphans, but does not count them here: their number depends on when step_kill killed their parents.
    while (!all->strays && (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR)) {
    }
    if (holds)
        until_told();
    unsigned long const* const n = all->counts;
    say("forks %lu vforks %lu clones %lu threads %lu execs %lu signals %lu stops %lu kills %lu orphans %lu\n", n[forks],
        n[vforks], n[clones], n[threads], n[execs], n[signals], n[stops], n[kills], all->strays ? 0 : n[orphans]);
    return status_of(strtoull(argv[1], NULL, 10));
}
