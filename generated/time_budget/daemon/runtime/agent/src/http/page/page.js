"use strict";
// Draws what /state and /history say once a second. Text from processes only ever becomes text.

const KEY = "dslc-token";
const PERIOD = 1000;
const byId = (id) => document.getElementById(id);

function make(name, options = {}, ...children) {
  const element = document.createElement(name);
  Object.assign(element, options);
  element.append(...children);
  return element;
}

async function request(method, path) {
  const token = sessionStorage.getItem(KEY) ?? "";
  const headers = { Authorization: `Bearer ${token}` };
  return fetch(path, { method, headers, cache: "no-store" });
}

const duration = (s) => (s < 1 ? `${(s * 1000).toFixed(s < 0.01 ? 2 : 0)} ms` : `${s.toFixed(2)} s`);
const clock = (s) => new Date(s * 1000).toLocaleTimeString();

function bar(share, text, label) {
  const fill = make("i", { className: share >= 1 ? "full" : "" });
  fill.style.width = `${Math.min(Math.max(share, 0), 1) * 100}%`;
  const parts = [make("span", { className: "track" }, fill), make("span", {}, text)];
  if (label === undefined) return make("div", { className: "bar alone" }, ...parts);
  return make("div", { className: "bar" }, make("span", { className: "soft" }, label), ...parts);
}

function decide(bucket, verdict) {
  const button = make("button", { className: verdict, type: "button" }, verdict);
  button.addEventListener("click", async () => {
    if (verdict === "kill" && !confirm(`Kill every process of bucket ${bucket}?`)) return;
    const answer = await request("POST", `/buckets/${bucket}/${verdict}`);
    byId("said").textContent = answer.ok ? "" : await answer.text();
    refresh();
  });
  return button;
}

function row(member, most) {
  const waits = member.act !== null && member.state !== "killed" && member.state !== "released";
  const evidence = Object.entries(member.evidence)
    .map(([name, points]) => bar(points / most[name], points.toFixed(1), name));
  const share = member.budget_seconds > 0 ? member.dwell_seconds / member.budget_seconds : 0;
  const clockText = `${duration(member.dwell_seconds)} of ${duration(member.budget_seconds)}`;
  const state = member.act === null ? member.state : `${member.state} (${member.act})`;
  const number = (value) => make("td", { className: "number" }, String(value));
  const line = make("tr", {},
    number(member.bucket),
    make("td", {}, member.comm, make("span", { className: "soft" }, ` ${member.tgid}`)),
    make("td", {}, member.class),
    make("td", {}, ...evidence),
    make("td", {}, member.state === "watched" ? "–" : bar(share, clockText)),
    make("td", { className: member.state }, state),
    number(member.processes),
    number(member.lost),
    make("td", {}, ...(waits ? [decide(member.bucket, "release"), decide(member.bucket, "kill")] : [])));
  line.dataset.bucket = member.bucket;
  return line;
}

function plot(svg, samples, value) {
  const values = samples.map(value);
  const first = samples[0]?.time ?? 0;
  const span = Math.max((samples.at(-1)?.time ?? 0) - first, 1);
  const low = Math.min(...values), high = Math.max(...values);
  const height = (v) => (high > low ? 85 - (80 * (v - low)) / (high - low) : 45);
  const points = samples.map((s, i) => `${(600 * (s.time - first)) / span},${height(values[i])}`);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  line.setAttribute("points", points.join(" "));
  svg.replaceChildren(line);
}

function tell(act) {
  const what = act.verdict ?? act.act ?? "past its budget, goes on";
  const who = `${act.comm} (${act.tgid}, bucket ${act.bucket})`;
  const how = `after ${duration(act.dwell_seconds)} of ${duration(act.budget_seconds)}`;
  return make("li", {}, `${clock(act.time)}  ${act.event}: ${what}, ${who}, ${how}, ${act.lost} files lost`);
}

function draw(state, history) {
  document.title = `${state.fibre}: price ${state.price.toFixed(2)}`;
  byId("fibre").textContent = state.fibre;
  byId("mode").hidden = !state.observe_only;
  byId("status").textContent = `${clock(state.time)}, ${state.updates} updates`;
  byId("price").textContent = `${state.price.toFixed(3)} /s`;
  byId("dwell").textContent = duration(history.samples.at(-1)?.dwell_seconds ?? 0);
  byId("count").textContent = String(state.members.length);
  // A row that is replaced while its button is held down loses the click.
  if (!document.querySelector("#buckets button:active"))
    document.querySelector("#buckets tbody").replaceChildren(...state.members.map((m) => row(m, state.evidence)));
  plot(byId("price-line"), history.samples, (s) => s.price);
  plot(byId("dwell-line"), history.samples, (s) => s.dwell_seconds);
  byId("acts").replaceChildren(...history.acts.toReversed().map(tell));
}

function show(open) {
  byId("live").hidden = !open;
  byId("ask").hidden = open;
}

async function refresh() {
  try {
    const answers = await Promise.all([request("GET", "/state"), request("GET", "/history")]);
    if (answers.some((answer) => answer.status === 401)) {
      const given = sessionStorage.getItem(KEY) !== null;
      sessionStorage.removeItem(KEY);
      if (given) byId("said").textContent = "That is not the daemon's token.";
      byId("status").textContent = "locked";
      show(false);
      return;
    }
    const failed = answers.find((answer) => !answer.ok);
    if (failed) throw new Error(await failed.text());
    draw(...await Promise.all(answers.map((answer) => answer.json())));
    show(true);
  } catch (error) {
    byId("status").textContent = `no answer: ${error.message}`;
  }
}

async function go() {
  if (byId("ask").hidden && !document.hidden) await refresh();
  setTimeout(go, PERIOD);
}

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, byId("token").value.trim());
  byId("token").value = "";
  byId("said").textContent = "";
  refresh();
});
go();
