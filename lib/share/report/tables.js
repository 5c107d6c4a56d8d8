// SPDX-License-Identifier: BSL-1.0
//
// The figures at the top, the tables in tabs, and the start of the page.
"use strict";

// Groups calls, and returns an array of the groups. A call belongs to one group for each key in `keys(call)`. `begin(call)`
// gives the first properties of a new group, and `add(group, call)` adds a call to a group.
function grouped(calls, keys, begin, add) {
  const groups = new Map();
  for (const call of calls)
    for (const key of keys(call)) {
      let group = groups.get(key);
      if (!group) groups.set(key, group = Object.assign({key, calls: 0, failed: 0, time: 0}, begin(call)));
      ++group.calls;
      group.failed += call.error ? 1 : 0;
      group.time += call.took;
      add(group, call);
    }
  return [...groups.values()];
}

const nothing = () => {};

// The number of bytes that a call has received from a file or peer ("in"), or has sent to it ("out").
function transfer(call, key) {
  if (call.error || !(call.result > 0)) return {in: 0, out: 0};
  if (/^(copy_file_range|splice|tee|sendfile(64)?)$/.test(call.name)) {   // sendfile(2) has the destination first
    const [from, to] = call.name.startsWith("sendfile") ? [call.paths[1], call.paths[0]] : call.paths;
    return {in: key === from ? call.result : 0, out: key === to ? call.result : 0};
  }
  return {in: /^(p?read|recv)/.test(call.name) ? call.result : 0, out: /^(p?write|send(to|msg)?$)/.test(call.name) ? call.result : 0};
}

const quantile = (sorted, share) => sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1];

function byName(calls) {
  const rows = grouped(calls, call => [call.name], call => ({category: call.category, times: []}), (row, call) => row.times.push(call.took));
  for (const row of rows) row.times.sort((a, b) => a - b);
  return rows;
}

const byError = calls => grouped(calls.filter(call => call.error), call => [`${call.name}\n${call.error}\n${call.paths.concat(call.peers)[0] || ""}`],
  call => ({name: call.name, error: call.error, path: call.paths.concat(call.peers)[0] || "", first: call}), nothing);

function byObject(calls, keys) {
  return grouped(calls, keys, () => ({in: 0, out: 0}), (row, call) => {
    const moved = transfer(call, row.key);
    row.in += moved.in;
    row.out += moved.out;
  });
}

const filesOf = call => call.paths.filter(path => !path.startsWith("socket:["));

function byProcess(calls) {
  const found = new Map(trace.processes.map((each, place) => [each, {process: each, place, calls: 0, failed: 0, time: 0}]));
  for (const call of calls) {
    const row = found.get(call.lane.process);
    ++row.calls;
    row.failed += call.error ? 1 : 0;
    row.time += call.took;
  }
  return [...found.values()];
}

// Columns. `value` is what a column is sorted by, and `show` what it shows (by default, the value).
const number = (title, value, show = count) => ({title, value, show: row => show(value(row)), kind: "number"});
const text = (title, value, kind = "", show = value) => ({title, value, show, kind});
const time = (title, value) => number(title, value, duration);
const calls = number("Calls", row => row.calls);
const failed = {...number("Failed", row => row.failed, n => (n ? count(n) : "")), isError: true};
const total = {...time("Time", row => row.time), isShare: true};

const TABLES = {
  calls: {
    title: "Calls", rows: calls => calls, sort: 1, isDescending: true, go: call => choose(call), isChosen: call => call === state.chosen,
    columns: [time("Start", call => call.start), {...time("Duration", call => call.took), show: call => (call.unfinished ? "unfinished" :
      call.took ? duration(call.took) : "unknown")}, text("Thread", call => laneName(call.lane), "short"),
      text("Call", call => call.text, "wide mono"), {...text("Error", call => call.error, "short"), isError: true}],
  },
  summary: {
    title: "Summary", rows: byName, sort: 3, isDescending: true, go: row => searchFor(`${row.key}(`),
    columns: [text("Call", row => row.key, "mono"), calls, failed, total, time("Average", row => row.time / row.calls),
      time("Median", row => quantile(row.times, 0.5)), time("95 %", row => quantile(row.times, 0.95)),
      time("99 %", row => quantile(row.times, 0.99)), time("Longest", row => row.times[row.times.length - 1])],
  },
  errors: {
    title: "Errors", rows: byError, sort: 0, isDescending: true, go: row => searchFor(`${row.name}( ${row.error}`),
    columns: [calls, {...text("Error", row => row.error, "short"), isError: true}, text("Call", row => row.name, "mono"),
      text("File or address", row => row.path, "wide mono"), time("First at", row => row.first.start)],
  },
  processes: {
    title: "Processes", rows: byProcess, sort: 0, isDescending: false, go: row => timeline.show(row.process.start, row.process.end || trace.end),
    columns: [{title: "Process", value: row => row.place, kind: "short", show: row => String(row.process.id), depth: row => row.process.depth},
      text("Name", row => row.process.name, "short"), text("Command", row => row.process.command, "wide mono"),
      time("Start", row => row.process.start), time("Lifetime", row => (row.process.end === null ? trace.end : row.process.end) - row.process.start),
      number("Threads", row => row.process.lanes.length), calls, failed, total, text("End", row => row.process.ending, "short")],
  },
  files: {
    title: "Files", rows: found => byObject(found, filesOf), sort: 5, isDescending: true, go: row => searchFor(row.key),
    columns: [text("File", row => row.key, "wide mono"), calls, failed, number("Read", row => row.in, bytes), number("Written", row => row.out, bytes),
      total],
  },
  sockets: {
    title: "Sockets", rows: found => byObject(found, call => call.peers), sort: 5, isDescending: true, go: row => searchFor(row.key),
    columns: [text("Address", row => row.key, "wide mono"), calls, failed, number("Received", row => row.in, bytes),
      number("Sent", row => row.out, bytes), total],
  },
  events: {
    title: "Events", rows: () => trace.events.filter(each => state.words.every(word => each.text.toLowerCase().includes(word))), sort: 0,
    isDescending: false, go: each => timeline.show(each.time - 1e6, each.time + 1e6),
    columns: [time("Time", each => each.time), text("Event", each => each.kind, "short"),
      text("Thread", each => (each.lane ? laneName(each.lane) : ""), "short"), text("What", each => each.text, "wide")],
  },
};

function compare(left, right) {
  return typeof left === "string" ? left.localeCompare(right) : left - right;
}

function showTable(most = PAGE_OF_ROWS) {
  const table = TABLES[state.tab], column = table.columns[table.sort], way = table.isDescending ? -1 : 1;
  const rows = table.rows(state.calls).slice().sort((a, b) => way * compare(column.value(a), column.value(b)));
  const whole = make("table"), head = whole.createTHead().insertRow(), body = whole.createTBody();
  table.columns.forEach((each, at) => head.append(heading(table, each, at)));
  const shares = table.columns.map(each => each.isShare && d3.max(rows, each.value));
  for (const row of rows.slice(0, most)) body.append(tableRow(table, row, shares));
  const box = element("table");
  box.replaceChildren(whole);
  if (!rows.length) box.append(make("p", "none", "Nothing to show."));
  if (rows.length > most) {
    const more = make("button", "more", `Show more (${count(rows.length - most)} are left)`);
    more.onclick = () => showTable(most * 5);
    box.append(more);
  }
  box.dataset.tab = state.tab;
  box.dataset.rows = rows.length;
}

function heading(table, column, at) {
  const cell = make("th", column.kind), button = make("button", "", column.title);
  cell.scope = "col";
  if (at === table.sort) cell.setAttribute("aria-sort", table.isDescending ? "descending" : "ascending");
  button.type = "button";
  button.onclick = () => {
    table.isDescending = at === table.sort ? !table.isDescending : column.kind === "number";
    table.sort = at;
    showTable();
  };
  cell.append(button);
  return cell;
}

function tableRow(table, row, shares) {
  const made = make("tr", "goes");
  if (table.isChosen && table.isChosen(row)) made.classList.add("chosen");
  made.onclick = () => {
    if (String(window.getSelection())) return;   // the click ended a selection of text
    table.go(row);
    if (table.isChosen) {
      for (const each of made.parentNode.querySelectorAll(".chosen")) each.classList.remove("chosen");
      made.classList.add("chosen");
    }
  };
  table.columns.forEach((column, at) => {
    const cell = make("td", column.kind);
    if (column.isError) cell.classList.add("error");
    if (column.depth) cell.append(make("span", "tree", "   ".repeat(column.depth(row)) + (column.depth(row) ? "\u2514 " : "")));
    if (shares[at]) {
      const bar = make("i");
      bar.style.width = `${(100 * column.value(row)) / shares[at]}%`;
      cell.classList.add("share");
      cell.append(bar);
    }
    cell.append(make("span", "", column.show(row)));
    made.append(cell);
  });
  return made;
}

function beginTabs() {
  for (const [name, table] of Object.entries(TABLES)) {
    const button = make("button", "", table.title);
    button.type = "button";
    button.id = `tab-${name}`;
    button.setAttribute("role", "tab");
    button.onclick = () => {
      state.tab = name;
      for (const each of element("tabs").children) each.setAttribute("aria-selected", String(each === button));
      showTable();
    };
    button.setAttribute("aria-selected", String(name === state.tab));
    element("tabs").append(button);
  }
}

function beginLegend() {
  for (const [name, title] of Object.entries(CATEGORIES)) {
    if (!trace.calls.some(call => call.category === name)) continue;
    const item = make("li"), button = make("button"), sample = make("i");
    sample.style.background = `var(--${name})`;
    button.type = "button";
    button.title = "Show or hide these calls";
    button.append(sample, title);
    button.setAttribute("aria-pressed", "true");
    button.onclick = () => {
      if (!state.hidden.delete(name)) state.hidden.add(name);
      button.setAttribute("aria-pressed", String(!state.hidden.has(name)));
      select();
      timeline.draw();
    };
    item.append(button);
    element("legend").append(item);
  }
}

function beginHeader() {
  document.title = about.title ? `${about.title} \u2013 cotrace` : "cotrace";
  element("title").textContent = about.title;
  const began = Number(BigInt(about.base) / 1000000n);
  if (about.clock === "realtime" && began) element("when").textContent = `Traced from ${new Date(began).toLocaleString()}`;
  const failedCalls = trace.calls.filter(call => call.error).length;
  const figures = {
    Calls: count(trace.calls.length), Failed: count(failedCalls), Processes: count(trace.processes.length), Threads: count(trace.lanes.length),
    Time: duration(trace.end - trace.begin), "Time in calls": duration(d3.sum(trace.calls, call => call.took)),
    "Time without waiting": duration(d3.sum(trace.calls, call => (call.category === "waiting" ? 0 : call.took))),
  };
  for (const [title, value] of Object.entries(figures)) {
    const box = make("div");
    box.append(make("dt", "", title), make("dd", "", value));
    element("figures").append(box);
  }
  const failures = trace.events.filter(each => each.kind === "failure");
  element("warning").hidden = !trace.lost && !failures.length;
  element("warning").textContent = [trace.lost ? `${count(trace.lost)} records were lost: the page is incomplete.` : "",
    ...failures.slice(0, 3).map(each => each.text)].filter(Boolean).join(" ");
}

// Calls `work` after 80 ms. If `later` is called again for `work` before that, the 80 ms begin again, so `work` runs only once.
const waiting = new Map();
function later(work) {
  clearTimeout(waiting.get(work));
  waiting.set(work, setTimeout(work, 80));
}

function begin() {
  beginHeader();
  beginLegend();
  beginTabs();
  select();
  timeline.begin();
  const search = () => searchFor(element("search").value);
  element("search").addEventListener("input", () => later(search));
  element("failed").onchange = () => {
    state.failed = element("failed").checked;
    select();
    timeline.draw();
  };
  element("in-range").onchange = select;
  window.addEventListener("resize", () => later(resize));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => timeline.draw());
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") choose(null);
    if (event.key === "/" && event.target !== element("search")) {
      event.preventDefault();
      element("search").focus();
    }
  });
  document.body.dataset.ready = Math.round(performance.now());
}

const resize = () => timeline.resize();

begin();
