/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * Hover or focus on a step marks it in the source and in the picture.  The
 * two have the same data-step.  The arrow keys go from step to step.
 */

"use strict";

(function () {
	const steps = Array.from(document.querySelectorAll("[data-step]"));
	const links = Array.from(document.querySelectorAll("svg a.step"));

	function of(event) {
		const e = event.target.closest("[data-step]");
		return e === null ? null : e.dataset.step;
	}

	function mark(name) {
		for (const e of steps)
			e.classList.toggle("on", e.dataset.step === name);
	}

	/* A link to a step inside something folded unfolds it. */
	function unfold() {
		const id = decodeURIComponent(location.hash.slice(1));
		const e = id === "" ? null : document.getElementById(id);

		for (let d = e; d !== null; d = d.parentElement)
			if (d.tagName === "DETAILS")
				d.open = true;
		if (e !== null) {
			mark(e.dataset.step);
			e.scrollIntoView({ block: "center" });
		}
	}

	for (const type of ["pointerover", "focusin"])
		document.addEventListener(type, (event) => {
			const name = of(event);
			if (name !== null)
				mark(name);
		});

	document.addEventListener("keydown", (event) => {
		const at = links.indexOf(document.activeElement);
		const go = { ArrowLeft: -1, ArrowRight: 1 }[event.key];

		if (at < 0 || go === undefined || !(at + go in links))
			return;
		links[at + go].focus();
		event.preventDefault();
	});

	/* Print what is folded, too. */
	window.addEventListener("beforeprint", () => {
		for (const d of document.querySelectorAll("details.walk"))
			d.open = true;
	});

	window.addEventListener("hashchange", unfold);
	unfold();
}());
