/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Lists that are tables of the page: search, filter, sort.
 *
 * A select with data-key chooses among the values that rows have as data-KEY;
 * a head with data-sort sorts by that cell's data-value, or by its text.  The
 * choice is in the URL behind the #, so that a view can be kept and sent.
 */

"use strict";

(function () {
	const table = document.querySelector("table[data-list]");
	const form = document.querySelector("form.controls");
	const q = form.querySelector("input[type=search]");
	const selects = Array.from(form.querySelectorAll("select"));
	const count = document.getElementById("count");
	const body = table.tBodies[0];
	const heads = Array.from(table.tHead.rows[0].cells);
	const rows = Array.from(body.rows);
	const words = rows.map((r) => r.textContent.toLowerCase());
	let sorted = -1, down = false;

	for (const s of selects) {
		const n = new Map();
		for (const r of rows) {
			const v = r.dataset[s.dataset.key];
			n.set(v, (n.get(v) || 0) + 1);
		}
		s.add(new Option("any", ""));
		for (const v of Array.from(n.keys()).sort())
			s.add(new Option(v + " (" + n.get(v) + ")", v));
	}

	function read() {
		const p = new URLSearchParams(location.hash.slice(1));
		q.value = p.get("q") || "";
		for (const s of selects)
			s.value = p.get(s.dataset.key) || "";
	}

	function write() {
		const p = new URLSearchParams();
		if (q.value !== "")
			p.set("q", q.value);
		for (const s of selects)
			if (s.value !== "")
				p.set(s.dataset.key, s.value);
		const hash = p.toString();
		history.replaceState(null, "", hash === "" ?
		    location.pathname + location.search : "#" + hash);
	}

	function show() {
		const terms = q.value.toLowerCase().split(/\s+/)
		    .filter((t) => t !== "");
		let n = 0;
		rows.forEach((r, i) => {
			const on = terms.every((t) => words[i].includes(t)) &&
			    selects.every((s) => s.value === "" ||
			    r.dataset[s.dataset.key] === s.value);
			r.hidden = !on;
			n += on ? 1 : 0;
		});
		count.textContent = n + " of " + rows.length;
	}

	function value(r, i) {
		const c = r.cells[i];
		return c.dataset.value !== undefined ?
		    Number(c.dataset.value) : c.textContent.trim();
	}

	function sort(i) {
		down = sorted === i ? !down : false;
		sorted = i;
		heads.forEach((h, k) => {
			if (k === i)
				h.setAttribute("aria-sort", down ?
				    "descending" : "ascending");
			else
				h.removeAttribute("aria-sort");
		});
		const order = rows.map((r, k) => [value(r, i), k]);
		order.sort((a, b) => {
			const c = a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
			return (down ? -c : c) || a[1] - b[1];
		});
		for (const o of order)
			body.append(rows[o[1]]);
	}

	heads.forEach((h, i) => {
		const b = h.querySelector("button");
		if (b !== null)
			b.addEventListener("click", () => sort(i));
	});
	function changed() {
		write();
		show();
	}
	document.addEventListener("keydown", (e) => {
		if (e.key !== "/" || e.target.closest("input, select"))
			return;
		q.focus();
		e.preventDefault();
	});
	form.addEventListener("input", changed);
	form.addEventListener("submit", (e) => e.preventDefault());
	form.addEventListener("reset", () => setTimeout(changed));
	window.addEventListener("hashchange", () => { read(); show(); });
	form.hidden = false;
	read();
	show();
}());
