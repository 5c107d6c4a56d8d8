// SPDX-License-Identifier: BSL-1.0
#include "guest/guest.h"

#include <pthread.h>

static void say_cpus(char const* who)
{
    cpu_set_t set;
    must(sched_getaffinity(0, sizeof set, &set) == 0);
    say("%s may use %d\n", who, CPU_COUNT(&set));
}

static void* say_in_thread(void* who)
{
    say_cpus(who);
    be_busy(300);
    return NULL;
}

// Prints the line of /proc/self/status that lists the processors of this process.
static void say_file(void)
{
    char text[8192];
    read_text("/proc/self/status", text, sizeof text);
    char* const line = strstr(text, "Cpus_allowed:");
    must(line != NULL);
    say("%.*s\n", (int)strcspn(line, "\n"), line);
}

static void in_child(void)
{
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        say_cpus("the child");
        be_busy(300);
        say_cpus("the busy child");
        _exit(0);
    }
    wait_and_say("the child", child, 0);
}

// Asks 50 times how many processors a busy child may use, and prints the smallest answer.
static void ask_busy_child(void)
{
    int ends[2];
    must(pipe(ends) == 0);
    pid_t const child = fork();
    must(child >= 0);
    if (child == 0) {
        be_busy(300);
        must(write(ends[1], "", 1) == 1);
        for (;;)
            (void)syscall(SYS_getppid);
    }
    char byte;
    must(read(ends[0], &byte, 1) == 1);
    cpu_set_t set;
    int wrong = 0, least = CPU_SETSIZE;
    for (int i = 0; i < 50; ++i) {
        wrong += sched_getaffinity(child, sizeof set, &set) != 0;
        if (CPU_COUNT(&set) < least)
            least = CPU_COUNT(&set);
    }
    say("the asked may use %d, wrong %d\n", least, wrong);
    must(kill(child, SIGKILL) == 0);
    must(waitpid(child, NULL, 0) == child);
}

// Prints how many processors the threads and children of this program may use. With an argument, does not read /proc/self/status,
// which shows the tracer's binding if open(2) causes no ptrace-stop.
int main(int argc, char** argv)
{
    (void)argv;
    cpu_set_t all, last;
    must(sched_getaffinity(0, sizeof all, &all) == 0);
    say_cpus("the first");
    for (int round = 0; round < 5; ++round) {
        be_busy(300);
        say_cpus("the busy");
        in_child();
        be_busy(300);
        pthread_t thread;
        must(pthread_create(&thread, NULL, say_in_thread, (void*)"the thread") == 0);
        must(pthread_join(thread, NULL) == 0);
    }
    be_busy(300);
    if (argc < 2)
        say_file();
    ask_busy_child();

    // When the program itself calls sched_setaffinity(2), the call must have the effect that it has without a tracer.
    int cpu = CPU_SETSIZE - 1;
    while (!CPU_ISSET(cpu, &all))
        --cpu;
    CPU_ZERO(&last);
    CPU_SET(cpu, &last);
    be_busy(300);
    must(sched_setaffinity(0, sizeof last, &last) == 0);
    be_busy(300);
    say_cpus("the bound");
    say("it is %s\n", sched_getcpu() == cpu ? "there" : "elsewhere");
    in_child();
    must(sched_setaffinity(0, sizeof all, &all) == 0);
    be_busy(300);
    say_cpus("the unbound");
    execlp("nproc", "nproc", (char*)NULL);
    return 1;
}
