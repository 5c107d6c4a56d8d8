#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Attaching to process trees, to cgroups, and to programs by name."""

import os
import shutil
import signal

from support import CommandTest, main, state_of, tracer_of, wait_until

HIERARCHIES = ("/sys/fs/cgroup/unified", "/sys/fs/cgroup", "/sys/fs/cgroup/pids")


class Sources(CommandTest):
    def attach(self, wanted, *words):
        """Starts cotrace, and waits until the process `wanted` is traced."""
        tracer = self.cotrace(*words)
        wait_until(lambda: tracer_of(wanted) == tracer.pid or tracer.poll() is not None)
        if tracer.poll() is not None:
            _, _, err = self.finish(tracer)
            if "listen for new processes" in err:
                self.skipTest(err)
            self.fail(err)
        self.assertEqual(tracer_of(wanted), tracer.pid)
        return tracer

    def end(self, tracer):
        tracer.send_signal(signal.SIGINT)
        status, _, err = self.finish(tracer)
        self.assertEqual(status, -signal.SIGINT)
        return err

    def named(self):
        """The path of a copy of sleep(1) that has a unique name."""
        path = self.path(f"ct{os.getpid()}")
        if not os.path.exists(path):
            shutil.copy(shutil.which("sleep"), path)
        return path

    def test_a_tree(self):
        top = self.start("sh", "-c", "sleep 60 & echo $!; wait")
        child = int(top.stdout.readline())
        other = self.start("sleep", "60")
        tracer = self.attach(child, "-f", f"--attach-tree={top.pid}")
        self.assertTrue(wait_until(lambda: tracer_of(top.pid) == tracer.pid))
        self.assertEqual(tracer_of(other.pid), 0)
        os.kill(child, signal.SIGTERM)
        status, _, err = self.finish(tracer)
        self.assertEqual(status, 0)
        for process in (top.pid, child):
            self.assertIn(f"cotrace: Process {process} attached\n", err)
        self.assertIn("+++ killed by SIGTERM +++", err)
        self.assertIn("WTERMSIG(s) == SIGTERM", err)

    def test_a_name_once(self):
        sleeper, other = self.start(self.named(), "60"), self.start("sleep", "60")
        tracer = self.attach(sleeper.pid, f"--attach-name={os.path.basename(self.named())}")
        self.assertEqual(tracer_of(other.pid), 0)
        self.assertIn(f"Process {sleeper.pid} attached", tracer.stderr.readline())
        sleeper.terminate()
        status, _, err = self.finish(tracer)
        self.assertEqual(status, 0)
        self.assertIn("+++ killed by SIGTERM +++", err)

    def test_a_name_also_later(self):
        name = os.path.basename(self.named())
        first = self.start(self.named(), "60")
        tracer = self.attach(first.pid, "-q", f"--attach-name={name}", "--attach-later")
        first.terminate()
        first.wait()
        second = self.start(self.named(), "60")
        self.assertTrue(wait_until(lambda: tracer_of(second.pid) == tracer.pid))
        err = self.end(tracer)   # there may be no line about the end of `first`, because it may end before its first stop
        self.assertNotIn("attached", err)
        self.assertEqual((tracer_of(second.pid), state_of(second.pid) in "SR"), (0, True))

    def test_a_cgroup(self):
        folder = None
        for hierarchy in HIERARCHIES:
            try:
                folder = f"{hierarchy}/cotrace-cli-{os.getpid()}"
                os.mkdir(folder)
                if os.path.exists(f"{folder}/cgroup.procs"):
                    break
                os.rmdir(folder)
            except OSError:
                pass
            folder = None
        if folder is None:
            self.skipTest("there is no cgroup hierarchy that the test may change")
        self.addCleanup(lambda: wait_until(lambda: self.removed(folder)))
        inside, later = self.start("sleep", "60"), self.start("sleep", "60")
        self.move(inside.pid, folder)
        tracer = self.attach(inside.pid, f"--attach-cgroup={folder}", "--attach-later")
        self.assertEqual(tracer_of(later.pid), 0)
        self.move(later.pid, folder)
        self.assertTrue(wait_until(lambda: tracer_of(later.pid) == tracer.pid))
        # Cotrace prints these lines some time after the kernel has attached the processes, among the text of calls.
        waited = {f"cotrace: Process {process.pid} attached" for process in (inside, later)}
        while waited:
            line = tracer.stderr.readline()
            self.assertNotEqual(line, "", f"cotrace ended before it printed {waited}")
            waited = {text for text in waited if text not in line}
        self.end(tracer)
        for process in (inside, later):
            process.terminate()
            process.wait()

    @staticmethod
    def move(process, folder):
        with open(f"{folder}/cgroup.procs", "w") as file:
            file.write(str(process))

    @staticmethod
    def removed(folder):
        try:
            os.rmdir(folder)
        except OSError:
            return False
        return True

    def test_sets_that_do_not_exist(self):
        for words, parts in (
            (("--attach-name=no-such-program",), ("no-such-program", "No such process")),
            (("--attach-cgroup=/no/such/folder",), ("/no/such/folder", "No such file")),
            (("--attach-cgroup=/tmp",), ("/tmp", "Not a directory")),
            (("--attach-tree=4194303",), ("4194303", "No such process")),
            (("--attach-tree=x",), ("'x'",)),
            (("--attach-later", "-p", "1"), ("--attach-later",)),
            (("--attach-later", "--attach-name=x", "true"), ("--attach-later",)),
            (("--kill-on-exit", "--attach-name=x"), ("--kill-on-exit",)),
        ):
            status, out, err = self.trace(*words)
            self.assertEqual((status, out), (1, ""), words)
            self.assert_one_line(err, *parts)


if __name__ == "__main__":
    main()
