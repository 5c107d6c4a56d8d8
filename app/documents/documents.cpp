// SPDX-License-Identifier: BSL-1.0
// Prints the file that the argument names: cotrace.1 (manual page of the command), cotrace.3 (of the library), or the completions
// cotrace (bash), _cotrace (zsh) or cotrace.fish.
#include "help.hpp"
#include "qualifiers.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <cstdio>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <getopt.h>

namespace cotrace::app {

namespace {

/// The names of the classes of calls, with spaces between them.
std::string class_names()
{
    std::string all;
    for (auto const& each : find_help_topic("trace")->parts)
        if (each.term.starts_with('%') && each.term != "%CLASS")
            all.append(all.empty() ? "" : " ").append(each.term);
    return all;
}

/// The names of all calls of x86_64 and i386.
std::set<std::string> call_names()
{
    std::set<std::string> all;
    for (auto const interface : {uapi::arch::x86_64, uapi::arch::i386})
        for (std::uint64_t number = 0; number < 1024; ++number)
            if (auto const* const known = uapi::find(interface, number); known != nullptr && !known->name.empty())
                all.emplace(known->name);
    return all;
}

/// The words that the argument of an option can be, if `which.metavar` lists them, as in "json|text"; otherwise empty.
std::vector<std::string> words_for(option_row const& which)
{
    std::vector<std::string> words;
    std::string_view left = which.metavar != nullptr ? which.metavar : "";
    while (left.find('|') != left.npos || (!words.empty() && !left.empty())) {
        auto const end = std::min(left.find('|'), left.size());
        auto const word = left.substr(0, end);
        if (word.find_first_not_of("abcdefghijklmnopqrstuvwxyz-,") != word.npos)
            return {};
        words.emplace_back(word);
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return words;
}

void replace_all(std::string& text, std::string_view what, std::string_view with)
{
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

/// Escapes the characters of the text that have a special meaning for troff.
std::string roff(std::string text)
{
    replace_all(text, "\\", "\\e");
    replace_all(text, "-", "\\-");
    replace_all(text, "'", "\\(aq");
    replace_all(text, "^", "\\(ha");
    replace_all(text, "\n.", "\n\\&.");
    return text;
}

/// The heading of an option in the manual page. troff may break the line before "[:" and "|".
std::string heading(option_row const& which)
{
    auto text = roff(left_column(which).substr(which.letter ? 2 : 6));
    replace_all(text, "[:", "\\:[:");
    replace_all(text, "|", "\\:|");
    return text;
}

/// The paragraphs and the explained terms of a help topic, in the form for troff.
std::string parts(std::span<help_part const> all)
{
    std::string page;
    for (auto const& [term, text] : all) {
        if (term.empty())
            page.append(".PP\n");
        else
            page.append(".TP\n.B ").append(roff(std::string{term})).append("\n");
        page.append(roff(std::string{text})).append("\n");
    }
    return page;
}

std::string manual()
{
    std::string page =
        ".TH COTRACE 1 \"\" \"cotrace " COTRACE_VERSION "\" \"User Commands\"\n"
        ".ad l\n.SH NAME\ncotrace \\- trace system calls and signals\n"
        ".SH SYNOPSIS\n.B cotrace\n[\\fIOPTION\\fR]... [\\fB\\-p\\fR \\fIPID\\fR]... [\\fICOMMAND\\fR [\\fIARGUMENT\\fR]...]\n"
        ".SH DESCRIPTION\n.B cotrace\nruns\n.I COMMAND\nand prints its system calls and signals, or those of processes that "
        "are already running.\nIt accepts the options of\n.BR strace (1)\nand prints the same text.\n"
        ".SH OPTIONS\n";
    for (auto const& [title, wanted] : help_sections) {
        page.append(".SS ").append(title).append("\n");
        for (auto const& each : option_table())
            if (each.section == wanted)
                page.append(".TP\n.B ").append(heading(each)).append("\n").append(roff(each.help) + "\n");
    }
    for (auto const& topic : help_topics()) {
        page.append(".SH ");
        for (char const c : topic.title)
            page.append(1, c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c);
        page.append("\n").append(parts(topic.parts));
    }
    page.append(".SH EXAMPLES\n").append(parts(help_examples()));
    page += ".SH SEE ALSO\n.BR strace (1),\n.BR ptrace (2),\n.BR seccomp (2),\n.BR cotrace (3)\n";
    return page;
}

/// The manual page of the library, which says where its reference is.
std::string library_manual()
{
    return R"roff(.TH COTRACE 3 "" "cotrace )roff" COTRACE_VERSION R"roff(" "Library Functions Manual"
.ad l
.SH NAME
cotrace \- asynchronous system call tracer
.SH LIBRARY
cotrace
.RI ( libcotrace ", " \-lcotrace )
.SH SYNOPSIS
.nf
.B #include <cotrace/cotrace.hpp>
.PP
.BI "c++ \-std=c++20 " PROGRAM ".cpp $(pkg\-config \-\-cflags \-\-libs cotrace)"
.fi
.SH DESCRIPTION
The library starts programs, or attaches to running ones, and gives their system calls and signals as records to a program
that uses Boost.Asio.
The class
.B cotrace::tracer
makes sessions.
A session is read with
.BR async_read .
Interceptors can change, refuse or answer a call before the kernel executes it.
.PP
The reference is the comments in the headers, of which
.B cotrace/cotrace.hpp
includes all but
.BR cotrace/testing.hpp ,
the kit for tests of programs.
In the build folder of cotrace,
.B meson compile reference
makes HTML of these comments and of the guides, in
.IR lib/html ;
a build with
.B \-Ddocs=true
installs it.
The guides are the files in
.I lib/doc
of the source code: begin with
.IR library.md .
.SH SEE ALSO
.BR cotrace (1),
.BR ptrace (2),
.BR seccomp_unotify (2)
)roff";
}

std::string bash()
{
    std::string options, cases;
    for (auto const& each : option_table()) {
        if (each.letter)
            options.append(" -").append(1, each.letter);
        for (char const* const name : each.names)
            if (name != nullptr)
                options.append(" --").append(name).append(each.argument == required_argument ? "=" : "");
        auto const words = words_for(each);
        if (words.empty() || each.names[0] == nullptr)
            continue;
        cases.append("    --").append(each.names[0]).append(") words='");
        for (auto const& word : words)
            cases.append(word).append(" ");
        cases.append("' ;;\n");
    }
    std::string calls;
    for (auto const& each : call_names())
        calls.append(" ").append(each);
    std::string script = R"(# bash completion for cotrace

_cotrace() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words='' begin=''
  COMPREPLY=()
  # Bash splits words at "=", so that the name of a long option may be one or two words before the cursor.
  if [ "$cur" = = ]; then cur=''; elif [ "$prev" = = ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
  case $prev in
    -p | --attach | --attach-tree) words=$(cd /proc && printf '%s ' [0-9]*) ;;
    -o | --output | -P | --trace-path) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    -u | --user) mapfile -t COMPREPLY < <(compgen -u -- "$cur"); return ;;
    -e | --trace | trace | --raw | raw | --abbrev | abbrev | --verbose | verbose | --fault | fault | --inject | inject)
      begin=${cur%"${cur##*,}"}
      words="@calls @classes"
      [ "$prev" = -e ] && words="$words @qualifiers" ;;
@cases    *) case $cur in
        -*) words='@options' ;;
        *) mapfile -t COMPREPLY < <(compgen -c -f -- "$cur"); return ;;
      esac ;;
  esac
  mapfile -t COMPREPLY < <(compgen -P "$begin" -W "$words" -- "${cur#"$begin"}")
  [[ ${COMPREPLY[0]-} = *= ]] && compopt -o nospace 2>/dev/null
  return 0
}

complete -F _cotrace cotrace
)";
    replace_all(script, "@calls", calls);
    replace_all(script, "@classes", class_names());
    std::string with_sign;
    for (auto const name : qualifier_names())
        with_sign.append(name).append("= ");
    replace_all(script, "@qualifiers", with_sign);
    replace_all(script, "@cases", cases);
    replace_all(script, "@options", options);
    return script;
}

/// Encloses the text in single quotes, so that a shell takes it as one word.
std::string quoted(std::string text)
{
    replace_all(text, "'", "'\\''");
    return "'" + text + "'";
}

std::string zsh()
{
    std::string script = "#compdef cotrace\n\n_arguments -s -S";
    for (auto const& each : option_table()) {
        auto about = first_clause(each.help);
        replace_all(about, "[", "\\[");
        replace_all(about, "]", "\\]");
        replace_all(about, ":", "\\:");
        auto const words = words_for(each);
        std::string value;
        if (each.argument != no_argument) {
            value = each.argument == required_argument ? ":value:" : "::value:";
            for (auto const& word : words)
                value.append(&word == &words.front() ? "(" : " ").append(word);
            value.append(words.empty() ? "" : ")");
        }
        auto const add = [&](std::string const& option, std::string const& argument) {
            script.append(" \\\n  ").append(quoted("*" + option + "[" + about + "]" + argument));
        };
        bool const is_required = each.argument == required_argument;
        if (each.letter)   // if the argument is optional, the short form takes no argument
            add(std::string{'-', each.letter} + (is_required ? "+" : ""), is_required ? value : "");
        for (char const* const name : each.names)
            if (name != nullptr)
                add("--" + std::string{name} + (is_required ? "=" : each.argument == optional_argument ? "=-" : ""), value);
    }
    return script + " \\\n  '*::command:_normal'\n";
}

std::string fish()
{
    std::string script = "# fish completion for cotrace\ncomplete -c cotrace -x -a '(__fish_complete_subcommand)'\n";
    for (auto const& each : option_table()) {
        auto const words = words_for(each);
        script += "complete -c cotrace";
        if (each.letter)
            script.append(" -s ").append(1, each.letter);
        for (char const* const name : each.names)
            if (name != nullptr)
                script.append(" -l ").append(name);
        if (each.argument == required_argument)
            script += words.empty() ? " -r" : " -x";
        if (!words.empty()) {
            std::string all;
            for (auto const& word : words)
                all.append(all.empty() ? "" : " ").append(word);
            script.append(" -a ").append(quoted(all));
        }
        auto about = first_clause(each.help);
        replace_all(about, "\\", "\\\\");
        script.append(" -d ").append(quoted(about)).append("\n");
    }
    return script;
}

std::string document(std::string_view name)
{
    return name == "cotrace.1"      ? manual()
           : name == "cotrace.3"    ? library_manual()
           : name == "_cotrace"     ? zsh()
           : name == "cotrace.fish" ? fish()
                                    : bash();
}

}   // namespace

}   // namespace cotrace::app

int main(int count, char** words)
{
    if (count != 2)
        return 2;
    std::fputs(cotrace::app::document(words[1]).c_str(), stdout);
    return std::fflush(stdout) == 0 ? 0 : 1;
}
