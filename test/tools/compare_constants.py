#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares the tables of constants with the reference tables, by name and number.

usage: compare_constants.py TREE [--oracle FOLDER] [--table TEXT]

Run `test/tools/compare_constants.py .` in the project's folder after a change of a table in lib/src/uapi/constants or
of the reference tables. The comparison takes two seconds and needs no build. If a difference is intended, enter it in
one of the lists in this file, such as UNUSED.

The reference tables are in FOLDER/constants.tsv. The program compares each of them with the table of cotrace that has
the most similar set of names. It compares each ioctl request in FOLDER/ioctls.tsv with cotrace's request of that name.
By default FOLDER is shared/oracle in one of the folders above TREE. If there is no such folder, the program compares
nothing and says so. The lines of the output:

    TABLE = OUR_TABLE: missing A +B    names that only the reference table has (+: no table of cotrace has the name)
    TABLE = OUR_TABLE: extra A B       names that only cotrace's table has
    TABLE = OUR_TABLE: number A        names that have another number in cotrace
    TABLE = OUR_TABLE: order A B       flags that cotrace's text shows in another order
    TABLE: no table, A B               the names of a reference table that shares no name with a table of cotrace

Exit status: 0 if nothing differs or there are no reference tables, 1 if something differs.
"""
import argparse
import re
import sys
from collections import OrderedDict
from pathlib import Path

TABLE = re.compile(r'constexpr (flag_table|enum_table) (\w+)\{"([^"]*)", \{(.*?)\}\};', re.S)
ROW = re.compile(r'\{([-~]?(?:0x)?[0-9a-fA-F]+)(?:u|ul|ull|ULL)?, "([^"]*)"(?:, ((?:0x)?[0-9a-fA-F]+))?\}')
REQUEST = re.compile(r'\{(0x[0-9a-f]+), (\d+), "(\w+)"\}')
# In ioctls.cpp, the second number of a row has one bit for each ABI in which the request has the first number.
MODELS = {'x86_64': 1, 'i386': 2}
# Reference tables that are not compared, because cotrace has their names elsewhere or does not show them.
UNUSED = {
    '#', 'errno', 'signal',
    # The kernel's replies. The requests to the kernel have equal numbers, and cotrace's text shows the names of requests.
    'ETHTOOL_MSG_#1',
    # Constants in structures. cotrace's text shows only the addresses of these structures.
    'IORING_ZCRX_AREA_', 'KVM_EXIT_IO_', 'SOCKET_URING_OP_',
    'SIG_#1',               # the names are in lib/src/uapi/signal.cpp
    'TCGET',                # ioctl requests, which are in ioctls.tsv as well
    'V4L2_CID_#1',          # each name stands only for the first number of a range of numbers
    '_IOC_',                # the names are in lib/src/uapi/requests.cpp
}
# Names that cotrace's text never shows. The bits of MAP_UNINITIALIZED are shown as a part of the huge page size.
HIDDEN = {'MAP_UNINITIALIZED'}
# Tables of strace that cotrace has split into several tables. For these tables, the order of the rows is not compared.
PARTS = {'CLONE_#1', 'FUTEX_', 'MAP_', 'PR_PAC_#2', 'SG_SCSI_RESET_'}
# On x86_64, these ioctl requests also have another name in the kernel's headers, and cotrace's text shows the other name.
SECOND_NAMES = {'SNDRV_PCM_IOCTL_STATUS64', 'SNDRV_PCM_IOCTL_STATUS_EXT64'}
NOTHING_SHARED = 1 << 30
# Numbers of ioctl requests before a later kernel made their arguments larger. Programs built with older headers use these
# numbers.
OLDER_REQUESTS = {(0xc040ff0b, 'PIDFD_GET_INFO'), (0xc048ff0b, 'PIDFD_GET_INFO')}


def number(text):
    inverted = text.startswith('~')
    return (int(text.lstrip('~'), 0) ^ -inverted) & (2**64 - 1)


class Table:
    def __init__(self, name, flags):
        self.name = name
        self.flags = flags
        self.rows = []   # (name, value), in the order in which text shows the names

    def names(self):
        return [name for name, _ in self.rows]


def our_tables(tree):
    found = []
    folder = tree / 'lib/src/uapi'
    for source in sorted(folder.glob('constants/*.hpp')) + sorted(folder.rglob('*.cpp')):
        for kind, name, _, body in TABLE.findall(source.read_text()):
            table = Table(name, kind == 'flag_table')
            # A row with several names is a combination of other rows.
            table.rows = [(row, number(value)) for value, row, _ in ROW.findall(body) if '|' not in row]
            found.append(table)
    return found


def reference_tables(path):
    found = {}
    for line in path.read_text().splitlines():
        if line.startswith('# '):
            continue
        name, kind, value, row, *_ = line.split('\t')
        if name in UNUSED or ':' in name:
            continue
        table = found.setdefault(name, Table(name, kind == 'flags'))
        table.rows.append((row, number(value)))
    return list(found.values())


def distance(theirs, ours):
    """The number of names that only one of two tables has; NOTHING_SHARED if the tables share no name."""
    a, b = set(theirs.names()), set(ours.names())
    return len(a ^ b) if a & b else NOTHING_SHARED


def is_shown(table, at):
    """Whether cotrace's text can show the name of row number `at`. Text never shows the name if an earlier row has the
    same value, or if earlier rows together have all flags of the row."""
    value, before = table.rows[at][1], [value for _, value in table.rows[:at]]
    if not table.flags or value == 0:
        return value not in before
    covered = 0
    for flag in before:
        covered |= flag if flag and flag & value == flag else 0
    return covered != value


def differences(theirs, ours, also):
    """Yields, for each kind of difference, the word for the kind and the names that differ in this way. `also` is the
    set of all names in the reference tables that are compared with `ours`."""
    wanted, had = dict(reversed(theirs.rows)), dict(reversed(ours.rows))
    values = {value for _, value in ours.rows}
    theirs.flags = theirs.flags or ours.flags   # the kind of a reference table is only a guess from its numbers
    yield 'missing', [name for at, (name, value) in enumerate(theirs.rows)
                      if name not in had and (is_shown(theirs, at) or value not in values and not theirs.flags)]
    yield 'extra', [name for name in ours.names() if name and name not in wanted and name not in also]
    yield 'number', [name for name, value in wanted.items() if name in had and (had[name] ^ value) & 0xffffffff]
    if ours.flags:
        common = [name for name in OrderedDict(theirs.rows) if name in had]
        order = [name for name in ours.names() if name in wanted]
        yield 'order', [] if common == order else [a for a, b in zip(common, order) if a != b]


def compare_tables(tree, oracle, only):
    ours = our_tables(tree)
    known = {name: value for table in ours for name, value in table.rows}
    count = 0
    pairs = []
    given = {}    # for each table of cotrace, all names in the reference tables that are compared with it
    for theirs in reference_tables(oracle / 'constants.tsv'):
        best = min(ours, key=lambda table: distance(theirs, table))
        pairs.append((theirs, best if distance(theirs, best) != NOTHING_SHARED else None))
        given.setdefault(best.name, set()).update(theirs.names())
    for theirs, best in pairs:
        if only and only not in theirs.name:
            continue
        if not best:
            # Names that are not identifiers are composed by a function of cotrace, so cotrace's tables need not have them.
            if all(name.isidentifier() for name in theirs.names()):
                print(f'{theirs.name}: no table, {" ".join(theirs.names())}')
                count += 1
            continue
        if theirs.name in PARTS:
            other = [name for name, value in theirs.rows if '|' not in name and name not in HIDDEN and known.get(name) != value]
            if other:
                print(f'{theirs.name}: missing or another number {" ".join(other)}')
                count += 1
            continue
        for what, names in differences(theirs, best, given[best.name]):
            if what == 'missing':
                names = [name if name in known else '+' + name for name in names]
            if names:
                print(f'{theirs.name} = {best.name}: {what} {" ".join(names)}')
                count += 1
    return count


def compare_requests(tree, oracle):
    text = (tree / 'lib/src/uapi/constants/ioctls.cpp').read_text()
    had = {(int(request, 16), name, abi) for request, models, name in REQUEST.findall(text)
           for abi, bit in MODELS.items() if int(models) & bit}
    wanted = set()
    for line in (oracle / 'ioctls.tsv').read_text().splitlines():
        abi, request, name, *_ = line.split('\t')
        if abi in MODELS and not (abi == 'x86_64' and name in SECOND_NAMES):
            wanted.add((int(request, 16), name, abi))
    # The reference lists a request of i386 only if its number differs from that of x86_64.
    own = {name for _, name, abi in wanted if abi == 'i386'}
    had = {(request, name, abi) for request, name, abi in had
           if (abi != 'i386' or name in own) and (request, name) not in OLDER_REQUESTS}
    for what, rows in (('missing', wanted - had), ('extra', had - wanted)):
        for request, name, abi in sorted(rows):
            print(f'ioctl: {what} {request:#010x} {name} ({abi})')
    return len(wanted ^ had)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('tree', type=Path)
    parser.add_argument('--oracle', type=Path)
    parser.add_argument('--table', help='only the reference tables with TEXT in their name')
    asked = parser.parse_args()
    tree = asked.tree.resolve()
    places = [asked.oracle] if asked.oracle else [above / 'shared/oracle' for above in tree.parents]
    oracle = next((place for place in places if (place / 'constants.tsv').exists()), None)
    if not oracle:
        print('the reference tables (shared/oracle) are not here: nothing was compared')
        return 0
    count = compare_tables(tree, oracle, asked.table)
    if not asked.table:
        count += compare_requests(tree, oracle)
    print(f'{count} differences')
    return 1 if count else 0


if __name__ == '__main__':
    sys.exit(main())
