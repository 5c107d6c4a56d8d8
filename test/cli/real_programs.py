#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that real programs have the output and the exit status under `cotrace -f -o FILE` that they have without a
tracer, and that they leave no processes."""

import os
import re
import sys
import textwrap
import time

from support import COTRACE, CommandTest, main, need, runs_32_bit

SYSTEM_PYTHON = "/usr/bin/python3.11"   # the version that Debian's libpython3.11-testsuite tests


class RealProgram(CommandTest):
    def write(self, name, text, mode=0o644):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(textwrap.dedent(text))
        os.chmod(path, mode)
        return path

    def must(self, *words, **options):
        """Runs, without a tracer, a program that prepares the test. Fails the test if the program fails."""
        status, out, err = self.run_to_end(*words, **options)
        self.assertEqual(status, 0, f"{words}: {out}{err}")

    def compare(self, *words, limit=300.0, options=("-f",), same=lambda text: text, **surroundings):
        """Runs `words` untraced and traced, and checks that status and output are equal. `same` removes from the
        output the text that differs in each run."""
        begun = time.monotonic()
        plain = self.finish(self.start(*words, **surroundings), limit)
        between = time.monotonic()
        traced = self.finish(self.cotrace(*options, "-o", self.path("trace"), *words, **surroundings), limit)
        print(f"{self._testMethodName}: {between - begun:.1f} s, traced {time.monotonic() - between:.1f} s",
              file=sys.stderr)
        self.assertEqual(tuple(map(same, map(str, traced))), tuple(map(same, map(str, plain))))
        self.assertEqual(traced[0], plain[0])
        if "-f" in options:
            self.check_trace()
        return plain

    def check_trace(self):
        """Checks that the last line of every thread reports the end of the thread."""
        last = {}
        with open(self.path("trace"), errors="surrogateescape") as file:
            for line in file:
                thread, text = line.split(maxsplit=1)
                last[thread] = text
        self.assertTrue(last)
        unended = {thread: text for thread, text in last.items()
                   if not re.match(r"\+\+\+ (exited|killed|superseded)|<pid changed", text)}
        self.assertEqual(unended, {})

    def test_make(self):
        need("make", "gcc")
        names = [f"part{n}" for n in range(12)]
        for name in names:
            self.write(f"{name}.c", f"""
                #include <stdio.h>
                int {name}(int x) {{ printf("{name} %d\\n", x); return x + 1; }}
                """)
        self.write("main.c", "".join(f"int {name}(int);\n" for name in names) + "int main(void) { int x = 0;\n"
                   + "".join(f"x = {name}(x);\n" for name in names) + "return x; }\n")
        self.write("Makefile", "OBJECTS = main.o " + " ".join(f"{name}.o" for name in names) + textwrap.dedent("""
            CC = gcc
            all: prog
            \t@./prog; echo status $$?
            prog: $(OBJECTS)
            \t@$(CC) -o $@ $(OBJECTS)
            %.o: %.c
            \t@$(CC) -O1 -c -o $@ $<
            clean:
            \t@rm -f *.o prog
            .PHONY: all clean
            """))
        status, out, _ = self.compare("sh", "-c", "make -s clean; make -s -j4")
        self.assertEqual(status, 0)
        self.assertTrue(out.endswith("part11 11\nstatus 12\n"), out)

    def test_a_failing_make(self):
        need("make", "gcc")
        self.write("bad.c", "int main(void) { return nothing; }\n")
        status, _, err = self.compare("make", "-j4", "CC=gcc", "bad")
        self.assertEqual(status, 2)
        self.assertIn("nothing", err)

    def test_python_s_own_tests(self):
        if not os.path.exists("/usr/lib/python3.11/test/test_wait4.py"):
            self.skipTest("libpython3.11-testsuite is not installed")
        modules = ["test_subprocess", "test_signal", "test_threading", "test_wait4", "test_pty"]
        if os.environ.get("COTRACE_SHORT"):   # the shortened test, for CI and sanitizers, has only two of these modules
            modules = ["test_wait4", "test_pty"]
        words = (SYSTEM_PYTHON, "-m", "test", *modules)
        plain = self.start(*words)   # the untraced and the traced run are concurrent, because the tests mostly sleep
        traced = self.cotrace("-f", "-o", self.path("trace"), *words)
        for each in (plain, traced):
            status, out, err = self.finish(each, 800.0)
            self.assertEqual(status, 0, out + err)
            self.assertIn(f"All {len(modules)} tests OK.", out)
        self.check_trace()

    def test_bash_with_its_own_processes(self):
        need("bash")
        status, out, _ = self.compare("bash", "-c", textwrap.dedent(r"""
            trap 'echo usr1' USR1
            kill -USR1 $$
            sleep 60 & kill %1; wait $!; echo waited $?
            (exit 7); echo $?
            echo a b c | tr ' ' '\n' | sort -r | head -n 2
            coproc cat; echo through >&${COPROC[1]}; read -r line <&${COPROC[0]}; echo $line
            exec {COPROC[1]}>&-; wait
            timeout 0.2 sleep 60; echo timed $?
            diff <(echo 1) <(echo 2)
            ulimit -c 0; sh -c 'kill -SEGV $$'; echo died $?
            exit 9
            """), same=lambda text: re.sub(r"line (\d+): +\d+", r"line \1: PID", text))
        self.assertEqual(status, 9)
        for part in ("usr1", "waited 143", "through", "timed 124", "died 139"):
            self.assertIn(part, out)

    def test_node(self):
        need("node")
        self.write("main.js", r"""
            const { Worker, isMainThread, parentPort } = require('worker_threads');
            const { execFileSync, spawn } = require('child_process');
            const fs = require('fs'), http = require('http');
            if (!isMainThread) {
              parentPort.on('message', n => { parentPort.postMessage(n * 2); parentPort.close(); });
            } else (async () => {
              const sums = await Promise.all([1, 2, 3].map(n => new Promise(done => {
                const worker = new Worker(__filename);
                worker.on('message', done); worker.postMessage(n);
              })));
              console.log('workers', sums);
              console.log('child', execFileSync('echo', ['hello']).toString().trim());
              const child = spawn('sh', ['-c', 'kill -TERM $$']);
              console.log('killed', await new Promise(done => child.on('exit', (code, signal) => done(signal))));
              const server = http.createServer((_, answer) => answer.end('served'));
              await new Promise(done => server.listen(0, '127.0.0.1', done));
              console.log(await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text());
              server.close(); server.closeAllConnections();
              fs.writeFileSync('written', 'x'); console.log(fs.readFileSync('written', 'utf8'));
              process.on('SIGUSR2', () => { console.log('usr2'); process.exit(6); });
              process.kill(process.pid, 'SIGUSR2');
              setTimeout(() => {}, 10000);
            })();
            """)
        status, out, _ = self.compare("node", "main.js")
        self.assertEqual(status, 6)
        self.assertIn("served", out)

    def test_go(self):
        need("go")
        self.write("main.go", r"""
            package main

            import (
                "fmt"
                "net"
                "os"
                "os/exec"
                "os/signal"
                "sync"
                "syscall"
            )

            func spin(n int) int { // long enough to be pre-empted by SIGURG
                x := n
                for i := 0; i < 30000000; i++ { x = x*1103515245 + 12345 }
                return x & 1
            }

            func main() {
                var group sync.WaitGroup
                sums := make([]int, 8)
                for i := range sums {
                    group.Add(1)
                    go func(i int) { defer group.Done(); sums[i] = spin(i) }(i)
                }
                group.Wait()
                fmt.Println("spun", sums)
                out, err := exec.Command("echo", "hello").Output()
                fmt.Printf("child %q %v\n", out, err)
                err = exec.Command("sh", "-c", "kill -9 $$").Run()
                fmt.Println("killed:", err)
                listener, _ := net.Listen("tcp", "127.0.0.1:0")
                go func() { c, _ := net.Dial("tcp", listener.Addr().String()); c.Write([]byte("over")); c.Close() }()
                c, _ := listener.Accept()
                buffer := make([]byte, 4)
                c.Read(buffer)
                fmt.Println(string(buffer))
                got := make(chan os.Signal, 1)
                signal.Notify(got, syscall.SIGUSR1)
                syscall.Kill(syscall.Getpid(), syscall.SIGUSR1)
                fmt.Println(<-got)
                defer func() { recover(); os.Exit(5) }()
                var nothing *int
                *nothing = 1
            }
            """)
        environment = {**os.environ, "GOCACHE": self.path("cache"), "GOFLAGS": "", "GO111MODULE": "off",
                       "HOME": self.folder}
        self.must("go", "build", "-o", "prog", "main.go", env=environment)
        status, out, _ = self.compare("./prog")
        self.assertEqual(status, 5)
        self.assertIn("over", out)

    def test_java(self):
        need("java", "javac")
        self.write("Main.java", r"""
            import java.util.*;
            import java.util.concurrent.*;

            public class Main {
                static int deep(int n) { return n == 0 ? 0 : 1 + deep(n - 1); }

                public static void main(String[] arguments) throws Exception {
                    var pool = Executors.newFixedThreadPool(8);
                    var sums = new ArrayList<Future<Integer>>();
                    for (int i = 0; i < 32; i++) { int n = i; sums.add(pool.submit(() -> deep(n * 10))); }
                    int sum = 0;
                    for (var each : sums) sum += each.get();
                    pool.shutdown();
                    System.out.println("sum " + sum);
                    String nothing = null;
                    for (int i = 0; i < 20000; i++) try { nothing.length(); } catch (NullPointerException e) { sum++; }
                    System.out.println("caught " + sum);   // compiled code takes these from SIGSEGV
                    var child = new ProcessBuilder("sh", "-c", "echo hello; exit 3").start();
                    System.out.println(new String(child.getInputStream().readAllBytes()).trim() + " " + child.waitFor());
                    for (int i = 0; i < 20; i++) { byte[][] waste = new byte[64][]; for (int j = 0; j < 64; j++) waste[j] = new byte[65536]; }
                    System.gc();
                    System.exit(4);
                }
            }
            """)
        self.must("javac", "Main.java")
        status, out, _ = self.compare("java", "-Xmx128m", "-cp", ".", "Main")
        self.assertEqual(status, 4)
        self.assertIn("hello 3", out)

    def test_git_clone(self):
        need("git")
        environment = {**os.environ, "HOME": self.folder, "GIT_CONFIG_NOSYSTEM": "1"}
        self.write("there/a", "a\n")
        self.write("there/b/c", "c\n")
        for words in (("init", "-q"), ("add", "."),
                      ("-c", "user.name=n", "-c", "user.email=e", "commit", "-q", "-m", "first")):
            self.must("git", "-C", "there", *words, env=environment)
        status, out, _ = self.compare("sh", "-c", "rm -rf here; git clone --no-local there here; cd here; git log --format=%s; "
                                      "git fsck; git status", env=environment,
                                      same=lambda text: re.sub(r"(Enumerating|Counting|Compressing|Receiving|Resolving).*\s*", "", text))
        self.assertEqual(status, 0)
        self.assertIn("first", out)

    def test_a_32_bit_program(self):
        need("gcc")
        self.write("main.c", r"""
            #include <errno.h>
            #include <fcntl.h>
            #include <pthread.h>
            #include <signal.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/mman.h>
            #include <sys/wait.h>
            #include <unistd.h>
            static void caught(int n, siginfo_t* info, void* c) { (void)c; printf("caught %d from %d\n", n, info->si_pid == getpid()); }
            static void* run(void* p) { return (char*)p + 1; }
            int main(void)
            {
                struct sigaction act = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO};
                setbuf(stdout, NULL);
                sigaction(SIGUSR1, &act, NULL);
                kill(getpid(), SIGUSR1);
                pthread_t thread; void* got;
                pthread_create(&thread, NULL, run, (void*)41);
                pthread_join(thread, &got);
                printf("thread %d, long %d\n", (int)(long)got, (int)sizeof(long));
                printf("open %d %s\n", open("/no/such/file", O_RDONLY), strerror(errno));
                printf("mapped %d\n", mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
                pid_t child = fork();
                if (child == 0) { execlp("sh", "sh", "-c", "echo in sh; exit 5", (char*)NULL); _exit(127); }
                int status; waitpid(child, &status, 0);
                printf("child %d\n", WEXITSTATUS(status));
                return 8;
            }
            """)
        status, _, err = self.run_to_end("gcc", "-m32", "-pthread", "-o", "prog", "main.c")
        if status != 0:
            self.skipTest("no 32-bit programs can be built: " + err.strip().splitlines()[-1])
        if not runs_32_bit():
            self.skipTest("this kernel runs no 32-bit programs")
        status, out, _ = self.compare("./prog")
        self.assertEqual(status, 8)
        self.assertIn("thread 42, long 4\n", out)
        self.assertIn("in sh\nchild 5\n", out)

    def test_gdb(self):
        need("gdb", "gcc")
        self.write("main.c", r"""
            #include <stdio.h>
            int inner(int x) { return x + 1; }
            int main(void) { printf("%d\n", inner(41)); return 3; }
            """)
        self.must("gcc", "-g", "-o", "prog", "main.c")
        status, out, _ = self.compare("gdb", "-nx", "-batch", "-ex", "break inner", "-ex", "run", "-ex", "backtrace",
                                      "-ex", "print x", "-ex", "continue", "./prog", options=(),
                                      same=lambda text: re.sub(r"0x[0-9a-f]+|process \d+", "N", text))
        self.assertEqual(status, 0)
        self.assertIn("$1 = 41", out)
        self.assertIn("exited with code 03", out)

    def test_a_debugger_whose_child_is_traced(self):
        need("gdb")
        status, out, err = self.trace("-f", "-o", "t", "gdb", "-nx", "-batch", "-ex", "run", "/bin/true")
        self.assertIn("not permitted", out + err)   # the kernel allows only one tracer for a thread
        self.assertGreaterEqual(status, 0)

    def test_strace(self):
        need("strace")
        self.write("one", "")
        # Only the names of the calls are compared: addresses and data from /proc differ in each run.
        status, out, err = self.compare("strace", "-f", "ls", "one", options=(),
                                        same=lambda text: re.findall(r"^(\w+|\+\+\+.*)", text, re.M))
        self.assertEqual((status, out), (0, "one\n"))
        self.assertIn("execve(", err)

    def test_itself(self):
        # The leak detector of a sanitized cotrace would use ptrace(2), which fails in a process that has a tracer.
        status, out, err = self.compare("env", "ASAN_OPTIONS=detect_leaks=0", COTRACE, "-f",
                                        "-e", "trace=execve,exit_group", "sh", "-c", "(exit 2); exit 3",
                                        options=(), same=lambda text: re.sub(r"0x[0-9a-f]+|\d{3,}", "N", text))
        self.assertEqual((status, out), (3, ""))
        self.assertIn("exit_group(3)", err)


if __name__ == "__main__":
    main()
