// SPDX-License-Identifier: BSL-1.0
//
// Reads the trace from the rows that cotrace::render::report writes. Times are in nanoseconds since the first record. Each
// row is an array that begins with its kind:
//   ["start", time, thread, process, how, parent thread, name]      a thread is traced from now on
//   ["call", entry, duration, thread, name, category, text, error, result, [path…], [address…]]     error: "" if the call succeeded
//   ["unfinished", entry, thread, name, category, text]             a call that has not returned
//   ["exec" | "end" | "signal" | "lost" | "failure", time, thread, text]
// Text of the traced program is never used as HTML, but only with textContent and fillText.
"use strict";

const WAITING = new RegExp("^(wait4|waitpid|waitid|p?poll|_?newselect|select|pselect6|epoll_p?wait2?|futex(_wait.*)?|pause|" +
  "(clock_)?nanosleep|rt_sigsuspend|rt_sigtimedwait|io_getevents|msgrcv|semtimedop)(_time64)?$");
const CATEGORIES = {
  file: "files", descriptor: "descriptors", memory: "memory", process: "processes", network: "network", signal: "signals",
  ipc: "IPC", waiting: "waiting", other: "other",
};
const PAGE_OF_ROWS = 200;

const element = id => document.getElementById(id);

// Makes an element with a class and text.
function make(kind, name, text) {
  const made = document.createElement(kind);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

const count = d3.format(",");

function duration(ns) {
  if (ns < 0) return "\u2212" + duration(-ns);
  if (ns < 1e3) return `${ns.toFixed(0)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(ns < 1e5 ? 1 : 0)} \u00b5s`;
  if (ns < 1e9) return `${(ns / 1e6).toFixed(ns < 1e8 ? 2 : 0)} ms`;
  return `${(ns / 1e9).toFixed(ns < 1e11 ? 3 : 0)} s`;
}

function bytes(n) {
  if (n < 1024) return n ? `${n} B` : "";
  const unit = Math.min(Math.floor(Math.log2(n) / 10), 4);
  return `${(n / 1024 ** unit).toFixed(1)} ${["", "KiB", "MiB", "GiB", "TiB"][unit]}`;
}

// ---- The trace -----------------------------------------------------------------------------------------------------

// Builds the trace from the rows: lanes (one for each thread), processes, calls and events.
class Trace {
  constructor() {
    this.lanes = [];
    this.processes = [];
    this.calls = [];
    this.events = [];
    this.lost = 0;
    this.begin = Infinity;
    this.end = -Infinity;
    this.current = new Map();      // key: thread id; value: the lane of the thread
    this.processOf = new Map();    // key: process id; value: the process
    for (const each of document.querySelectorAll("script.rows")) {
      for (const row of JSON.parse(each.textContent)) this[`take_${row[0]}`](row);
      each.remove();
    }
    if (this.begin > this.end) this.begin = this.end = 0;
    for (const lane of this.lanes) if (lane.end === null) lane.end = this.end;
    for (const call of this.calls) if (call.unfinished) call.took = Math.max(call.lane.end - call.start, 0);
    this.order();
  }

  note(time) {
    if (time < this.begin) this.begin = time;
    if (time > this.end) this.end = time;
  }

  take_start([, time, thread, process, how, parent, name]) {
    this.note(time);
    const made = this.current.get(parent);
    let owner = this.processOf.get(process);
    if (!owner || (thread === process && how !== "attached")) {
      owner = {id: process, parent: made && made.process, children: [], lanes: [], command: "", name, start: time, end: null, ending: ""};
      this.processOf.set(process, owner);
      this.processes.push(owner);
    }
    const lane = {thread, process: owner, name: name || owner.name, start: time, end: null, calls: [], signals: []};
    owner.lanes.push(lane);
    this.lanes.push(lane);
    this.current.set(thread, lane);
  }

  lane(thread, time) {
    if (!this.current.has(thread)) this.take_start([, time, thread, thread, "attached", 0, ""]);
    return this.current.get(thread);
  }

  add(call) {
    this.note(call.start);
    this.note(call.start + call.took);
    if (call.start < call.lane.start) call.lane.start = call.start;
    if (WAITING.test(call.name)) call.category = "waiting";
    call.number = this.calls.length;
    this.calls.push(call);
    call.lane.calls.push(call);
  }

  take_call([, start, took, thread, name, category, text, error, result, paths, peers]) {
    const lane = this.lane(thread, start);
    this.add({start, took, lane, name, category, text, error, result, paths, peers, unfinished: false});
    if (name.startsWith("execve") && !error) {
      const words = /^execve(?:at)?\(.*?, \[(.*?)\](?:\.\.\.)?, (?:0x|\[|NULL)/.exec(text);
      lane.process.command = words ? words[1].replace(/^"|"(?=,|\.\.\.|$)|(?<=, )"/g, "").replace(/, /g, " ") : paths[0] || "";
    }
  }

  take_unfinished([, start, thread, name, category, text]) {
    const lane = this.lane(thread, start);
    this.add({start, took: 0, lane, name, category, text, error: "", result: null, paths: [], peers: [], unfinished: true});
  }

  event(kind, time, thread, text) {
    this.note(time);
    const lane = thread ? this.lane(thread, time) : null;
    const made = {kind, time, lane, text};
    this.events.push(made);
    return made;
  }

  take_exec([, time, thread, name]) {
    const {lane} = this.event("exec", time, thread, name);
    lane.end = null;
    if (name) lane.name = lane.process.name = name;
  }

  take_end([, time, thread, text]) {
    const {lane} = this.event("end", time, thread, text);
    lane.end = time;
    if (lane.thread === lane.process.id) Object.assign(lane.process, {end: time, ending: text});
    if (!text.startsWith("superseded")) this.current.delete(thread);
  }

  take_signal([, time, thread, text]) {
    const made = this.event("signal", time, thread, text);
    made.lane.signals.push(made);
  }

  take_lost([, time, thread, text]) {
    this.event("lost", time, thread, `${text} records were lost`);
    this.lost += Number(text);
  }

  take_failure([, time, thread, text]) {
    this.event("failure", time, thread, text);
  }

  // Puts the processes and their lanes into the order of the process tree.
  order() {
    const roots = [];
    for (const each of this.processes) (each.parent ? each.parent.children : roots).push(each);
    this.processes = [];
    const visit = (each, depth) => {
      each.depth = depth;
      this.processes.push(each);
      for (const child of each.children) visit(child, depth + 1);
    };
    for (const each of roots) visit(each, 0);
    this.lanes = [].concat(...this.processes.map(each => each.lanes));
  }
}

// ---- What is selected ----------------------------------------------------------------------------------------------

const about = JSON.parse(element("about").textContent);
const trace = new Trace();
const state = {hidden: new Set(), words: [], failed: false, range: null, calls: trace.calls, tab: "calls", chosen: null};

// The text of a call that a search looks at, in lower case. It is made at the first search.
function searchedText(call) {
  if (!call.lower) call.lower = [call.text, ...call.paths, ...call.peers, laneName(call.lane)].join(" ").toLowerCase();
  return call.lower;
}

// Whether the search, the legend and the box "only failed" let a call through.
function isWanted(call) {
  if (state.failed && !call.error) return false;
  if (state.hidden.has(call.category)) return false;
  return state.words.every(word => searchedText(call).includes(word));
}

function select() {
  const inRange = state.range && element("in-range").checked;
  const [from, to] = state.range || [0, 0];
  state.calls = trace.calls.filter(call => {
    call.wanted = isWanted(call);
    return call.wanted && (!inRange || (call.start <= to && call.start + call.took >= from));
  });
  const all = trace.calls.length;
  element("matches").textContent = state.calls.length === all ? `${count(all)} calls` : `${count(state.calls.length)} of ${count(all)} calls`;
  showTable();
}

function searchFor(text) {
  element("search").value = text;
  state.words = text.toLowerCase().split(/\s+/).filter(Boolean);
  select();
  timeline.draw();
}

// Shows a call in the box below the timeline, and marks it in the timeline. Hides the box if `call` is null.
function choose(call) {
  state.chosen = call;
  const box = element("details");
  box.hidden = !call;
  box.replaceChildren();
  if (call) {
    const close = make("button", "", "\u00d7");
    close.type = "button";
    close.title = "Close";
    close.onclick = () => choose(null);
    const facts = make("div", "facts");
    for (const text of factsOf(call)) facts.append(make("span", "", text));
    box.append(close, make("div", "text mono", call.text), facts);
    timeline.reveal(call);
  }
  timeline.draw();
}

function factsOf(call) {
  const {lane} = call;
  return [laneName(lane), `at ${duration(call.start)}`, call.unfinished ? "did not return" : call.took ? `took ${duration(call.took)}` :
    "duration unknown", CATEGORIES[call.category], ...call.paths.slice(0, 4), ...call.peers];
}

function laneName(lane) {
  return `${lane.name || (lane.thread === lane.process.id ? "process" : "thread")} ${lane.thread}`;
}
