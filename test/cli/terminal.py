#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""cotrace at a terminal: signals from the keyboard, job control, and the hangup of the terminal."""

import os
import re
import signal

from support import COTRACE, CommandTest, Terminal, main, need, state_of, tracer_of, wait_until

INTERRUPT, QUIT, SUSPEND = "\x03", "\x1c", "\x1a"


class TerminalTest(CommandTest):
    def terminal(self, *words):
        made = Terminal(*[str(word) for word in words], folder=self.folder,
                        environment={**os.environ, "PS1": "prompt> ", "TERM": "dumb", "HISTFILE": "/dev/null",
                                     "BASH_SILENCE_DEPRECATION_WARNING": "1"})
        self.addCleanup(made.close)
        return made

    def tearDown(self):
        self.doCleanups()   # this closes the terminals, before super().tearDown() looks for processes that are left
        super().tearDown()


class Keyboard(TerminalTest):
    def test_interrupt_reaches_the_subject_only(self):
        terminal = self.terminal(COTRACE, "-f", "-o", "t", "sh", "-c",
                                 "trap 'echo caught; exit 7' INT; echo ready; while :; do sleep 0.05; done")
        terminal.expect("ready")
        terminal.send(INTERRUPT)
        terminal.expect("caught")
        self.assertEqual(terminal.wait()[0], 7)
        self.assertIn("--- SIGINT {si_signo=SIGINT, si_code=SI_KERNEL} ---", self.contents("t"))

    def test_the_tracer_goes_on_while_the_subject_does(self):
        terminal = self.terminal(COTRACE, "-o", "t", "sh", "-c",
                                 "trap 'echo caught' INT QUIT; echo ready; read a; read a; read a; exit 4")
        terminal.expect("ready")
        for key in (INTERRUPT, QUIT):
            terminal.send(key)
            terminal.expect("caught")
        terminal.send("1\n2\n3\n")
        self.assertEqual(terminal.wait()[0], 4)

    def test_a_subject_killed_from_the_keyboard(self):
        for key, number in ((INTERRUPT, signal.SIGINT), (QUIT, signal.SIGQUIT)):
            terminal = self.terminal(COTRACE, "-o", "t", "sh", "-c", "echo ready; exec sleep 60")
            terminal.expect("ready")
            self.assertTrue(wait_until(lambda: "execve" in self.contents("t").split("ready")[-1]))
            terminal.send(key)
            self.assertEqual(terminal.wait()[0], -number)

    def test_interrupt_detaches_from_an_attached_process(self):
        sleeper = self.start("sleep", "60")
        terminal = self.terminal(COTRACE, "-p", sleeper.pid)
        terminal.expect("attached")
        terminal.send(INTERRUPT)
        self.assertEqual(terminal.wait()[0], -signal.SIGINT)
        self.assertEqual(tracer_of(sleeper.pid), 0)
        self.assertIsNone(sleeper.poll())

    def test_a_call_that_blocks_is_on_the_screen(self):
        terminal = self.terminal(COTRACE, "-e", "trace=read", "cat")
        terminal.expect(r"read\(0, $")
        terminal.send("line\n")
        terminal.expect(r'"line\\n", \d+\)\s+= 5')
        terminal.send("\x04")
        terminal.expect(r"\+\+\+ exited with 0 \+\+\+")
        self.assertEqual(terminal.wait()[0], 0)

    def test_a_hang_up_ends_the_command_and_the_subject(self):
        terminal = self.terminal(COTRACE, "-f", "-o", "t", "sh", "-c", "echo ready; sleep 60 & wait")
        terminal.expect("ready")
        os.close(terminal.master)
        terminal.master = os.open("/dev/null", os.O_RDWR)
        self.assertTrue(wait_until(lambda: state_of(terminal.id) == "Z"))


class Shell(TerminalTest):
    """A traced job of an untraced shell."""

    def shell(self):
        need("bash")
        shell = self.terminal("bash", "--norc", "--noprofile", "-i")
        shell.expect("prompt> ")
        return shell

    def ask(self, shell, line, answer):
        shell.send(line + "\n")
        shell.expect(re.escape(line).replace("\\ ", "[ \r]+"))   # this reads the terminal's echo of the line
        return shell.expect(answer)

    def test_suspend_stops_both_and_fg_continues_both(self):
        shell = self.shell()
        self.ask(shell, f"{COTRACE} -f -o t sh -c 'echo re''ady; sleep 60'", "ready")
        for _ in range(3):
            shell.send(SUSPEND)
            shell.expect("Stopped")
            shell.expect("prompt> ")
            self.ask(shell, "fg", "sleep 60")
            self.assertTrue(wait_until(self.sleeping))
        shell.send(INTERRUPT)
        shell.expect("prompt> ")
        self.ask(shell, "echo status-$?", "status-130")
        shell.send("exit\n")
        shell.wait()

    def states(self):
        return {state_of(int(name)) for name in os.listdir("/proc") if name.isdigit() and self.is_in_folder(name)}

    def sleeping(self):
        return "S" in self.states() and self.states() <= set("SRD")

    def stopped(self):
        return "T" in self.states() and self.states() <= set("Tt")

    def is_in_folder(self, process):
        try:
            return os.readlink(f"/proc/{process}/cwd") == self.folder and \
                "bash" not in os.readlink(f"/proc/{process}/exe")
        except OSError:
            return False

    def test_in_the_background_and_back(self):
        shell = self.shell()
        self.ask(shell, f"{COTRACE} -o t sh -c 'read a; echo got-$a' &", "prompt> ")
        # A background job that reads from the terminal gets SIGTTIN. The shell reports the stop before its next prompt.
        self.assertTrue(wait_until(self.stopped))
        self.ask(shell, "", "Stopped")
        self.ask(shell, "fg", "read a")
        shell.send("word\n")
        shell.expect("got-word")
        shell.send("exit\n")
        shell.wait()


class TracedShell(TerminalTest):
    """A traced shell with job control, and its traced jobs."""

    def test_job_control(self):
        need("bash")
        shell = self.terminal(COTRACE, "-f", "-o", "t", "bash", "--norc", "--noprofile", "-i")
        shell.expect("prompt> ")
        self.converse(shell)
        self.assertIn("--- stopped by SIGTSTP ---", self.contents("t"))

    def test_the_dialogue_is_the_same_as_untraced(self):
        need("bash")
        shell = self.terminal("bash", "--norc", "--noprofile", "-i")
        shell.expect("prompt> ")
        self.converse(shell)

    def converse(self, shell):
        def ask(line, answer):
            shell.send(line + "\n")
            shell.expect(answer)
            shell.expect("prompt> ")

        shell.send("sleep 61\n")
        shell.expect("sleep 61")
        self.assertTrue(wait_until(lambda: self.find("sleep", "61")))
        shell.send(SUSPEND)
        shell.expect(r"\[1\]\+ +Stopped +sleep 61")
        shell.expect("prompt> ")
        self.assertTrue(wait_until(lambda: state_of(self.find("sleep", "61")) in ("T", "t")))
        ask("jobs", r"\[1\]\+ +Stopped +sleep 61")
        ask("bg", r"\[1\]\+ sleep 61 &")
        self.assertTrue(wait_until(lambda: state_of(self.find("sleep", "61")) == "S"))
        ask("jobs", r"\[1\]\+ +Running +sleep 61 &")
        self.continue_and_interrupt(shell, "sleep 61", "61")
        ask("echo status-$?", "status-130")
        shell.send("sleep 62 | cat\n")
        shell.expect("cat")
        self.assertTrue(wait_until(lambda: self.find("sleep", "62") and self.find("cat")))
        shell.send(SUSPEND)
        shell.expect(r"Stopped +sleep 62 \| cat")
        shell.expect("prompt> ")
        self.continue_and_interrupt(shell, r"sleep 62 \| cat", "62")
        ask("(exit 3); echo status-$?", "status-3")
        shell.send("exit 5\n")
        self.assertEqual(shell.wait()[0], 5)

    def continue_and_interrupt(self, shell, name, seconds):
        shell.send("fg\n")
        shell.expect(name)
        sleeper = self.find("sleep", seconds)   # sleep(1) is the leader of its process group
        self.assertTrue(wait_until(lambda: os.tcgetpgrp(shell.master) == sleeper and state_of(sleeper) == "S"))
        shell.send(INTERRUPT)
        shell.expect("prompt> ")

    def find(self, *words):
        """The id of the process that has this command line and runs in the test's folder; 0 if there is none."""
        for name in os.listdir("/proc"):
            try:
                with open(f"/proc/{name}/cmdline") as file:
                    if file.read().rstrip("\0").split("\0") == list(words) \
                            and os.readlink(f"/proc/{name}/cwd") == self.folder:
                        return int(name)
            except (OSError, UnicodeDecodeError):
                continue
        return 0


if __name__ == "__main__":
    main()
