/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page says all without this. It is in XML, too: no ampersand, and no less-than sign. */
'use strict';

/* A table sorts by the column whose heading is pressed, and the other way when it is again. */
document.querySelectorAll('table.sortable').forEach(table => {
	const order = new Intl.Collator('en', { numeric: true }).compare;
	const heads = Array.from(table.tHead.rows[0].cells);
	const key = cell => cell.dataset.key || cell.textContent.trim();

	const sort = (head, column) => {
		const sign = head.ariaSort === 'ascending' ? -1 : 1;
		const body = table.tBodies[0];
		const rows = Array.from(body.rows, row => [key(row.cells[column]), row]);
		const sorted = document.createDocumentFragment();

		rows.sort((a, b) => sign * order(a[0], b[0]));
		rows.forEach(row => sorted.append(row[1]));
		body.append(sorted);
		heads.forEach(other => other.removeAttribute('aria-sort'));
		head.ariaSort = sign === 1 ? 'ascending' : 'descending';
	};
	heads.forEach((head, column) => {
		const button = document.createElement('button');

		button.type = 'button';
		button.append(...head.childNodes);
		head.append(button);
		button.addEventListener('click', () => sort(head, column));
	});
});

/* What a link leads to is opened. */
const openTarget = () => {
	let at = document.getElementById(decodeURIComponent(location.hash.slice(1)));

	for (; at; at = at.parentElement)
		if (at.localName === 'details')
			at.open = true;
};
addEventListener('hashchange', openTarget);
openTarget();

/* Paper can't be opened. */
let closed = [];
addEventListener('beforeprint', () => {
	closed = Array.from(document.querySelectorAll('details:not([open])'));
	closed.forEach(details => { details.open = true; });
});
addEventListener('afterprint', () => closed.forEach(details => { details.open = false; }));
