# SPDX-License-Identifier: BSL-1.0
"""Shared code of the tests of --secontext.

Most tests with SELinux need the types, roles and users of test/emulated/policy.cil, which the emulated machine selinux-6.12
loads. The traced programs read their own contexts from /proc/thread-self/attr/current, and the tests compare the trace with
what the programs have read."""

import os
import subprocess

from support import COTRACE, CommandTest, need, turn_off_leak_detector

turn_off_leak_detector()

HAS_SELINUX = os.path.exists("/sys/fs/selinux/enforce")
FEATURES = subprocess.run([COTRACE, "-V"], capture_output=True, text=True, check=True).stdout
HAS_LIBSELINUX = "secontext-mismatch" in FEATURES
HAS_TRACE_FILES = "trace-files" in FEATURES
# The emulated machine with SELinux sets COTRACE_NEED_SELINUX. On that machine, a test fails where it would be skipped elsewhere.
MUST_HAVE_SELINUX = "COTRACE_NEED_SELINUX" in os.environ

FIRST = "system_u:system_r:first_t:s0-s0:c0,c1"
SECOND = "system_u:system_r:second_t:s0-s0:c0,c1"
OTHER = "staff_u:staff_r:second_t:s0:c1"

IN_NAMESPACE = """set -e
mount -t tmpfs tmpfs /etc
mkdir -p /etc/selinux/small/contexts/files
echo SELINUX=permissive >/etc/selinux/config
echo SELINUXTYPE=small >>/etc/selinux/config
[ ! -e policy ] || cp policy /etc/selinux/small/contexts/files/file_contexts
exec "$@"
"""


# The beginning of the traced programs. `mark` makes a sched_yield(2), which the tests search in the trace.
TRACED = """import os, socket, sys, threading
def context():
    with open("/proc/thread-self/attr/current") as file:
        return file.read().rstrip("\\0\\n")
def mark():
    sys.stdout.write(f"{threading.get_native_id()} {context()}\\n")
    sys.stdout.flush()
    os.sched_yield()
def become(context, which="current"):
    with open(f"/proc/thread-self/attr/{which}", "w") as file:
        file.write(context)
"""


def type_of(context):
    return context.split(":")[2]


def need_test_policy(test):
    """Skips the test if the policy that is loaded does not have the contexts of the tests. The kernel checks a context that
    is written to /sys/fs/selinux/context."""
    try:
        for context in (FIRST, SECOND, OTHER):
            with open("/sys/fs/selinux/context", "w") as file:
                file.write(context)
    except OSError as error:
        test.skipTest(f"the test policy is not loaded: {error}")


class ContextTest(CommandTest):
    BEFORE_COTRACE = ()   # the words of the command line before the path of cotrace

    def setUp(self):
        super().setUp()
        self.folder = os.path.realpath(self.folder)

    def skipTest(self, reason):
        if MUST_HAVE_SELINUX:
            self.fail(reason)
        super().skipTest(reason)

    def write_policy(self, *lines):
        with open(self.path("policy"), "w") as file:
            file.writelines(f"{self.folder}/{line}\n" for line in lines)

    def trace_with_policy(self, *words):
        """Does what `trace` does, in a mount namespace with the policy of `write_policy`."""
        need("unshare", "mount")
        if subprocess.run(["unshare", "-m", "true"], check=False, stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("mount namespaces are not permitted here")
        return self.run_to_end("unshare", "-m", "sh", "-c", IN_NAMESPACE, "sh", *self.BEFORE_COTRACE, COTRACE, *words)
