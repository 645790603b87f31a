/* Who answers when, worked out in the page from the schedule that the site ships: the rules of `dfops page`. Also the few
   words that the other scripts of the night share. Nothing is sent anywhere. */
"use strict";
const MINUTE = 60000;

function make(what, about, ...inside) {
	const [tag, className = ""] = what.split("."), made = document.createElement(tag);
	made.append(...inside);
	return Object.assign(made, { className }, about);
}
const each = (root, what) => [...root.querySelectorAll(what)];
const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
const day = (at) => new Date(at).toISOString().slice(0, 10);
const utc = (at) => new Date(at).toISOString().slice(11, 16) + " UTC";
// Where the reader's clock shows another time, that one as well.
function both(at) {
	const here = new Date(at).toTimeString().slice(0, 5);
	return utc(at) + (utc(at).startsWith(here) ? "" : ", " + here + " here");
}
// With the weekday where it is another day.
const dated = (at, now) => (day(at) === day(now) ? "" : new Date(at).toUTCString().slice(0, 11) + ", ") + both(at);
function clock(span) {
	const left = Math.ceil(span / 1000);
	return Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
}

// Spans are triples: minutes since the span before began, length, person.
function spans(duty, list) {
	const found = [];
	for (let index = 0, start = duty.from; index < list.length; index += 3) {
		start += list[index];
		found.push({ start: start * MINUTE, end: (start + list[index + 1]) * MINUTE, who: list[index + 2] });
	}
	return found;
}
const at = (duty, list, moment) => spans(duty, list).filter((one) => one.start <= moment && moment < one.end);
function reached(duty, targets, moment) {
	const found = new Set();
	for (const target of targets) {
		if (Array.isArray(target)) target.forEach((who) => found.add(who));
		else at(duty, duty.rotations[target] || [], moment).forEach((one) => found.add(one.who));
	}
	at(duty, duty.away, moment).forEach((one) => found.delete(one.who));
	return [...found].map((who) => duty.people[who]).join(", ");
}
// A step that reaches nobody passes on at once; after any other the next one waits.
function notifications(duty, from) {
	let moment = from + duty.first * MINUTE;
	return duty.steps.map(([wait, targets]) => {
		const step = { at: moment, people: reached(duty, targets, moment) };
		if (step.people) moment += wait * MINUTE;
		return step;
	});
}
const scheduleOf = (surface) => (window.opsShifts || {})[surface];
const known = (duty, moment) => moment >= duty.from * MINUTE && moment < duty.until * MINUTE;
const ended = (duty) => "The schedule in this page ends on " + day(duty.until * MINUTE) + ": ask dfops oncall";
// Who is called after `now`, for a page at `from`.
function coming(surface, from, now) {
	const duty = scheduleOf(surface);
	if (!duty || !duty.steps[0]) return { fault: "Schedule not loaded: ask dfops oncall" };
	const all = notifications(duty, from), list = all.filter((it) => it.at > now && it.people);
	if (known(duty, from) && known(duty, now) && (!list[0] || known(duty, list[0].at))) {
		return { list, first: (all.find((it) => it.people) || all[0]).people };
	}
	return { fault: ended(duty) };
}

// ── pages of rotations and policies ──
function onCall(duty, rotation, now) {
	const all = spans(duty, duty.rotations[rotation] || []), running = at(duty, duty.rotations[rotation] || [], now);
	const next = all.find((one) => one.start > now), name = (one) => duty.people[one.who];
	const lines = running.map((one) => name(one) + ", until " + dated(one.end, now));
	if (!running.length) lines.push("Nobody" + (next ? ", until " + dated(next.start, now) : ""));
	if (next) lines.push("Then " + name(next) + ", from " + dated(next.start, now));
	return lines;
}
const paging = (duty, now) => notifications(duty, now).map((one) => both(one.at) + ": " + (one.people || "nobody, passes on"));
function live({ root, data }) {
	const duty = scheduleOf(data.surface), box = root.querySelector(".ops-live");
	if (!duty || !box || (data.rotation && !duty.rotations[data.rotation])) return;
	const show = () => {
		const now = Date.now();
		if (!known(duty, now)) return;
		const lines = data.rotation ? onCall(duty, data.rotation, now) : paging(duty, now);
		const text = lines.join("\n") + utc(now);
		if (box.dataset.shown === text) return;
		box.dataset.shown = text;
		box.replaceChildren(make("ul", {}, ...lines.map((line) => make("li", {}, line))),
			make("p", {}, "Now: " + day(now) + ", " + both(now) + "."));
	};
	show();
	setInterval(show, 5000);
}

const blocks = each(document, "script.ops-night").map((block) => {
	const data = JSON.parse(block.textContent);
	return { data, root: block.closest(data.gaps ? "section" : "article") };
});
blocks.filter(({ data }) => data.rotation || data.policy).forEach(live);
