# SPDX-License-Identifier: BSL-1.0
"""The differences between strace and cotrace that the test `differential` expects."""

from differences import AGE_RULES, Rule

RULES = [
    *AGE_RULES,
    Rule("newer attributes", "attributes of links and addresses that the installed strace does not know yet",
         theirs=((r"nla_type=(NLA_F_NESTED\|)?0x[0-9a-f]+ /\* IFLA_\?\?\? \*/", r"nla_type=\1NEWER"),
                 (r"(?<=nla_type=NEWER\}, |type=IFA_PROTO\}, )\"[^\"]*\"", "VALUE"),
                 (r"\[\d+ /\* (?:DEVCONF|ICMP6_MIB)_\?\?\? \*/\]", "[NEWER]")),
         ours=((r"nla_type=(NLA_F_NESTED\|)?IFLA_(?:DEVLINK_PORT|GSO_IPV4_MAX_SIZE|GRO_IPV4_MAX_SIZE|DPLL_PIN"
                r"|MAX_PACING_OFFLOAD_HORIZON|NETNS_IMMUTABLE|HEADROOM|TAILROOM)\b", r"nla_type=\1NEWER"),
               (r"(?<=nla_type=NEWER\}, )(?:\"[^\"]*\"|\d+)", "VALUE"),
               (r"(?<=nla_type=IFA_PROTO\}, )IFAPROT_\w+", "VALUE"),
               (r"\[(?:DEVCONF_(?:ACCEPT_RA_MIN_LFT|FORCE_FORWARDING)|ICMP6_MIB_RATELIMITHOST"
                r"|\d+ /\* (?:DEVCONF|ICMP6_MIB)_\?\?\? \*/)\]", "[NEWER]"))),
    Rule("infinite lifetimes", "newer strace names the lifetime that has no end",
         theirs=((r"(ifa_(?:prefered|valid)=4294967295)(?! /\*)", r"\1 /* INFINITY_LIFE_TIME */"),)),
    Rule("flags without a first one", "strace -X raw leaves out a zero before the flags that follow it",
         theirs=((r"(?<=, )\|(?=0x)", "0|"),)),
    Rule("sets in two words", "strace -X shows each half of a capability set as a number of its own",
         theirs=((r"(?<=^cap)([gs]et\(.*)\{effective=.*\}", r"\1SETS"),),
         ours=((r"(?<=^cap)([gs]et\(.*)\{effective=.*\}", r"\1SETS"),)),
    Rule("newer barriers", "a command of membarrier(2) that the installed strace does not know yet",
         ours=((r"MEMBARRIER_CMD_GET_REGISTRATIONS(?=\)$)", "0x200"),)),
    Rule("flags in a result", "strace -X shows the result of membarrier(2) twice",
         theirs=((r"^(membarrier\(0.*= 0x[0-9a-f]+) \(.*\)$", r"\1"),),
         ours=((r"^(membarrier\(0.*= 0x[0-9a-f]+) \(.*\)$", r"\1"),)),
    Rule("segment of a thread", "of i386's clone3(2) cotrace shows where the segment is described, strace the description",
         theirs=((r"(?<=, tls=)\{entry_number=[^}]*\}", "SEGMENT"),),
         ours=((r"(?<=, tls=)0x[0-9a-f]+", "SEGMENT"),)),
    Rule("sgetmask, ssetmask", "obsolete calls of 32-bit x86, whose result is shown as a number",
         theirs=((r"^(s[gs]etmask\(.*\) +=.*) \((?:old )?mask \[[^]]*\]\)$", r"\1"),)),
]


# Messages that strace prints on standard error, and cotrace does not.
REMARKS = [
    r"TRACER: umovestr: short read .*\n",   # strace prints this when it reads a string up to the end of a mapping
]
