/* SPDX-License-Identifier: MIT */
#include "scan/slot.h"

void rl_slot_init(struct rl_slot *slot)
{
	*slot = (struct rl_slot){.handle = RL_HANDLE_NONE, .clone_fd = -1};
}

void rl_slot_clear(struct rl_slot *slot)
{
	struct rl_buf name = slot->name;

	rl_entry_clear(&slot->entry);
	rl_dir_release(slot->dir);
	rl_dir_release(slot->self);
	rl_handle_close(&slot->handle);
	rl_cleanup_fd(&slot->clone_fd);
	rl_slot_init(slot);
	slot->name = name;
	rl_buf_truncate(&slot->name, 0);
}

void rl_slot_free(struct rl_slot *slot)
{
	rl_slot_clear(slot);
	rl_buf_free(&slot->name);
}
