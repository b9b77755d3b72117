// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bind/bind.h"
#include "bind/bind_state.h"
#include "bind/bindings.h"
#include "support/sysfs.h"

struct search {
	const char *root;
	struct bindings *found;
};

static int add(struct bindings *found, const struct kept *kept, struct binding **binding)
{
	struct binding *more = reallocarray(found->bindings, found->count + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	found->bindings = more;
	*binding = &more[found->count++];
	**binding = (struct binding){ .kept = *kept };
	return 0;
}

/* By the checks of bind itself, so that both report the same reasons. */
static void ask_bind(const char *root, struct binding *binding)
{
	const struct bind_options options = {
		.root = root, .driver = binding->kept.driver, .dry_run = true, .kept = true
	};
	struct bind bind = { .bdf = binding->kept.bdf };
	int ret = bind_check(&bind, &options);

	memcpy(binding->driver, bind.driver, sizeof(binding->driver));
	binding->why = bind.why;
	if (!ret && bind.result == BIND_ALREADY) {
		binding->state = BINDING_IN_EFFECT;
		return;
	}
	binding->state = BINDING_NOT_IN_EFFECT;
	if (!ret && binding->kept.keeper == KEEPER_NONE)
		because(&binding->why, 0,
			"it has lost its driver, whose module may have been unloaded: `vpasid bind "
			"--driver %s %s` binds it, `vpasid unbind %s` returns it to its former "
			"driver",
			options.driver, bind.bdf.text, bind.bdf.text);
	else if (!ret)
		because(&binding->why, 0,
			"nothing prevents it now: `vpasid bind --kept %s` binds it", bind.bdf.text);
}

static void judge(const char *root, struct binding *binding)
{
	struct kept *kept = &binding->kept;
	struct bind_state state;

	if (kept->error) {
		binding->state = BINDING_NOT_IN_EFFECT;
		because(&binding->why, 0,
			"%s has been changed since vpasid wrote it, so its effect is unknown: "
			"`vpasid bind --persist %s` rewrites it, `vpasid unbind %s` removes it",
			kept_path(root, kept->keeper, &kept->bdf).text, kept->bdf.text,
			kept->bdf.text);
		return;
	}
	ask_bind(root, binding);
	if (bind_state_read(root, &kept->bdf, &state) || !state.is_pending)
		return;
	binding->state = BINDING_INTERRUPTED;
	because(&binding->why, 0,
		"another vpasid process is changing its driver, or was killed while it did: the "
		"next `vpasid bind` or `vpasid unbind`, of any function, repairs it");
}

static int take_kept(void *context, const struct kept *kept)
{
	struct search *search = context;
	struct binding *binding;

	if (add(search->found, kept, &binding))
		return 1;
	judge(search->root, binding);
	return 0;
}

static bool is_found(const struct bindings *found, const struct bdf *bdf)
{
	for (size_t i = 0; i < found->count; i++)
		if (!strcmp(found->bindings[i].kept.bdf.text, bdf->text))
			return true;
	return false;
}

/* The record for unbind, if the function has no persistent binding. */
static int take_state(void *context, const struct sysfs_entry *entry)
{
	struct search *search = context;
	struct bind_state state;
	struct binding *binding;
	struct kept kept = { 0 };

	if (bdf_parse(entry->name, &kept.bdf) || is_found(search->found, &kept.bdf) ||
	    bind_state_read(search->root, &kept.bdf, &state))
		return 0;
	memcpy(kept.driver, state.bound, sizeof(kept.driver));
	if (add(search->found, &kept, &binding))
		return 1;
	judge(search->root, binding);
	/* Somebody else has bound it to another driver since: it isn't ours any more. */
	if (binding->state == BINDING_NOT_IN_EFFECT && *binding->driver)
		search->found->count--;
	return 0;
}

static int compare(const void *left, const void *right)
{
	const struct binding *a = left, *b = right;
	int order = strcmp(a->kept.bdf.text, b->kept.bdf.text);

	return order ? order : (int)a->kept.keeper - (int)b->kept.keeper;
}

int bindings_find(const char *root, struct bindings *bindings)
{
	struct search search = { .root = root, .found = bindings };
	int ret;

	*bindings = (struct bindings){ 0 };
	ret = kept_list(root, take_kept, &search);
	if (!ret)
		ret = sysfs_list(path_of(BIND_STATE_DIRECTORY, root).text, take_state, &search);
	if (ret > 0) {
		bindings_free(bindings);
		return -ENOMEM;
	}
	if (bindings->count)
		qsort(bindings->bindings, bindings->count, sizeof(*bindings->bindings), compare);
	return 0;
}

void bindings_free(struct bindings *bindings)
{
	free(bindings->bindings);
	*bindings = (struct bindings){ 0 };
}
