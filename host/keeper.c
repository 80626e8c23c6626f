/* SPDX-License-Identifier: MIT */
/*
 * The two processes talk through a socket that keeps messages apart. The keeper says what it has made,
 * one message each, and then that it is ready. When the capture says anything, or its end of the socket is
 * closed since it is gone, the keeper cleans up, says how that went, and ends.
 */
#include "host/keeper.h"

#include "host/hooks.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define TEXT_MAX 6000

enum message_kind {
	/* A snapshot: path, device, and a descriptor of its root. */
	MESSAGE_SNAPSHOT,
	/* A place without one: path, and why in the error. */
	MESSAGE_UNSNAPPED,
	/* A file system that is frozen. */
	MESSAGE_FROZEN,
	/* One that is not: path, and why in the error. */
	MESSAGE_UNFROZEN,
	/* One that was, and how long. */
	MESSAGE_THAWED,
	/* All is done that comes before the capture; or the error says why not. */
	MESSAGE_READY,
	/* All is undone; or the error says what is not. */
	MESSAGE_ENDED
};

struct message {
	enum message_kind kind;
	dev_t live_dev;
	/* Which of what was to be frozen, and for how long it was. */
	size_t slot;
	unsigned int milliseconds;
	struct rl_error err;
	/* A path; cut if it is longer, which mount points are not. */
	char path[TEXT_MAX];
};

/* What the keeper itself holds. */
struct state {
	const struct rl_keeper_plan *plan;
	int socket;
	struct rl_hooks hooks;
	struct rl_snapshots snapshots;
	/* How many of them have been told. */
	size_t told;
	/* As many as the plan has; and how far they have been gone through. */
	struct rl_freeze *freezes;
	size_t frozen;
	atomic_int *thaws;
	/* The first thing that could not be undone. */
	struct rl_error left;
};

static int send_message(int socket, const struct message *message, int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec piece = {.iov_base = (void *)message, .iov_len = sizeof(*message)};
	struct msghdr header = {.msg_iov = &piece, .msg_iovlen = 1};

	if (fd >= 0) {
		struct cmsghdr *rights;

		header.msg_control = control.space;
		header.msg_controllen = sizeof(control.space);
		rights = CMSG_FIRSTHDR(&header);
		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(rights), &fd, sizeof(int));
	}
	while (sendmsg(socket, &header, MSG_NOSIGNAL) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

/* Returns 1 with *@fd_ret set if one came with it, 0 if the other end is closed, or < 0. */
static int receive_message(int socket, struct message *message, int *fd_ret)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec piece = {.iov_base = message, .iov_len = sizeof(*message)};
	struct msghdr header = {.msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space)};
	ssize_t len = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
	const struct cmsghdr *rights;

	*fd_ret = -1;
	/* A confined process may still read. */
	if (len < 0 && errno == ENOSYS)
		len = read(socket, message, sizeof(*message));
	if (len < 0)
		return -errno;
	if (len == 0)
		return 0;
	rights = CMSG_FIRSTHDR(&header);
	if (rights != NULL && rights->cmsg_type == SCM_RIGHTS)
		memcpy(fd_ret, CMSG_DATA(rights), sizeof(int));
	return len == sizeof(*message) ? 1 : -EBADMSG;
}

static void set_path(struct message *message, const char *path)
{
	(void)snprintf(message->path, sizeof(message->path), "%s", path);
}

/* Waits for so many milliseconds (-1: for ever) for the capture to be gone, or to want no more. */
static int wait_for_end(const struct state *state, int milliseconds)
{
	struct pollfd poll_fd = {.fd = state->socket, .events = POLLIN | POLLRDHUP};

	return poll(&poll_fd, 1, milliseconds);
}

/* Whether it is so now. */
static bool is_left(void *ctx)
{
	return wait_for_end(ctx, 0) > 0;
}

/* Tells of the snapshots that have been made since. */
static int tell_snapshots(struct state *state)
{
	int ret = 0;

	while (ret == 0 && state->told < state->snapshots.count) {
		struct rl_snapshot *snapshot = &state->snapshots.items[state->told++];
		struct message message = {.kind = MESSAGE_SNAPSHOT, .live_dev = snapshot->live_dev};

		set_path(&message, snapshot->path);
		ret = send_message(state->socket, &message, snapshot->root_fd);
		rl_cleanup_fd(&snapshot->root_fd);
		snapshot->root_fd = -1;
	}
	return ret;
}

/* Takes back the snapshots from number @from on. */
static int remove_snapshots(struct state *state, size_t from, struct rl_error *err)
{
	int first = 0;

	while (state->snapshots.count > from) {
		struct rl_snapshot *last = &state->snapshots.items[--state->snapshots.count];
		int ret = rl_btrfs_remove(last);

		if (ret != 0 && first == 0)
			first = rl_error_set(err, -ret,
				"cannot remove the snapshot '%s' (rootlift cleanup tries again)",
				last->name);
		rl_snapshot_clear(last);
	}
	return first;
}

static int make_snapshots(struct state *state, struct rl_error *err)
{
	const struct rl_keeper_plan *plan = state->plan;
	size_t i;

	for (i = 0; i < plan->place_count; i++) {
		struct message message = {.kind = MESSAGE_UNSNAPPED};
		size_t before = state->snapshots.count;
		int ret = rl_btrfs_snapshot(&plan->places[i], &state->snapshots, &message.err);

		if (is_left(state))
			return rl_error_text(err, EINTR, "stopped by a signal");
		if (ret == 0)
			ret = tell_snapshots(state);
		else if (plan->is_optional)
			ret = remove_snapshots(state, before, err);
		if (ret != 0)
			return err->code != 0
				       ? ret
				       : rl_error_text(err, -ret, "%s",
						 message.err.code != 0 ? message.err.message
								       : "cannot make snapshots");
		if (message.err.code == 0)
			continue;
		set_path(&message, plan->places[i].path);
		ret = send_message(state->socket, &message, -1);
		if (ret != 0)
			return rl_error_set(err, -ret, "cannot make snapshots");
	}
	return 0;
}

static bool has_snapshot(const struct state *state, const char *path)
{
	size_t i;

	for (i = 0; i < state->snapshots.count; i++) {
		if (strcmp(state->snapshots.items[i].path, path) == 0)
			return true;
	}
	return false;
}

/* Freezes number @slot of the plan, unless there is a reason not to. */
static int freeze(
	struct state *state, size_t slot, const struct timespec *until, struct rl_error *err)
{
	const struct rl_freeze_place *place = &state->plan->freezes[slot];
	struct rl_freeze *one = &state->freezes[slot];
	struct message message = {.kind = MESSAGE_FROZEN, .slot = slot};
	int ret;

	*one = (struct rl_freeze){
		.path = place->path, .fd = place->fd, .watch_fd = -1, .thaw = &state->thaws[slot]};
	state->frozen = slot + 1;
	if (has_snapshot(state, place->path))
		return 0;
	if (place->reason != NULL)
		ret = rl_error_text(&message.err, EOPNOTSUPP, "cannot freeze '/%s': %s",
			place->path, place->reason);
	else
		ret = rl_freeze_begin(one, until, state->socket, &message.err);
	if (ret == -EOPNOTSUPP)
		message.kind = MESSAGE_UNFROZEN;
	else if (ret != 0)
		return rl_error_text(err, -ret, "%s", message.err.message);
	set_path(&message, place->path);
	ret = send_message(state->socket, &message, -1);
	return ret == 0 ? 0 : rl_error_set(err, -ret, "cannot freeze '/%s'", place->path);
}

/* Snapshots are made before: it takes writing. */
static int freeze_all(struct state *state, struct rl_error *err)
{
	const struct rl_keeper_plan *plan = state->plan;
	struct timespec until;
	size_t i;
	int ret = 0;

	if (plan->freeze_count == 0)
		return 0;
	state->freezes = calloc(plan->freeze_count, sizeof(*state->freezes));
	if (state->freezes == NULL)
		return rl_error_set(err, ENOMEM, "cannot freeze");
	/* The less has to be written out then, the shorter it takes. */
	for (i = 0; i < plan->freeze_count; i++) {
		if (plan->freezes[i].reason == NULL && !has_snapshot(state, plan->freezes[i].path))
			(void)syncfs(plan->freezes[i].fd);
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)plan->freeze_seconds;
	for (i = 0; ret == 0 && i < plan->freeze_count; i++)
		ret = freeze(state, i, &until, err);
	return ret;
}

/*
 * Ends all freezes, then the rest of the applications: what they write before that would wait. Last
 * comes the news of it, for which nobody may be listening yet.
 */
static void thaw_all(struct state *state)
{
	struct rl_error err = {0};
	size_t i;

	(void)!rl_freeze_end_all(state->freezes, state->frozen, &state->left);
	if (rl_hooks_thaw(&state->hooks, state->plan->root, &err) != 0 && state->left.code == 0)
		state->left = err;
	for (i = 0; i < state->frozen; i++) {
		struct message message = {.kind = MESSAGE_THAWED,
			.slot = i,
			.milliseconds = state->freezes[i].milliseconds};

		(void)send_message(state->socket, &message, -1);
	}
	state->frozen = 0;
}

/*
 * What comes before the capture. Applications rest while snapshots are made; if anything is frozen,
 * as long as it is.
 */
static int prepare(struct state *state, struct rl_error *err)
{
	const struct rl_keeper_plan *plan = state->plan;
	int ret = rl_hooks_find(plan->hooks_dir, &state->hooks, err);

	state->hooks.seconds = plan->hook_seconds;
	if (ret == 0)
		ret = rl_hooks_freeze(&state->hooks, plan->root, is_left, state, err);
	if (ret == 0)
		ret = make_snapshots(state, err);
	if (ret == 0)
		ret = freeze_all(state, err);
	if (ret == 0 && rl_freeze_is_any(state->freezes, state->frozen))
		return 0;
	thaw_all(state);
	if (state->left.code != 0 && ret == 0) {
		ret = rl_error_text(err, state->left.code, "%s", state->left.message);
		state->left.code = 0;
	}
	return ret;
}

/* Waits for the end of the capture, or for that of a freeze, which then is that of all. */
static void wait_through(struct state *state)
{
	bool is_over = false;

	if (rl_freeze_is_any(state->freezes, state->frozen)) {
		is_over = rl_freeze_wait(state->freezes, state->frozen, state->socket);
		thaw_all(state);
	}
	while (!is_over && wait_for_end(state, -1) < 0 && errno == EINTR)
		;
}

/*
 * The keeper's own process. It neither ends with the terminal, nor keeps the output open: whoever
 * reads that would wait for it.
 */
static _Noreturn void keep(const struct rl_keeper_plan *plan, int socket, atomic_int *thaws)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
	struct state state = {.plan = plan, .socket = socket, .thaws = thaws};
	struct message message = {.kind = MESSAGE_READY};
	struct rl_error ended = {0};
	size_t i;
	int ret, null = open("/dev/null", O_RDWR);

	(void)setsid();
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		(void)signal(numbers[i], SIG_IGN);
	(void)prctl(PR_SET_NAME, "rootlift-keeper");
	(void)dup2(null, STDIN_FILENO);
	(void)dup2(null, STDOUT_FILENO);
	ret = prepare(&state, &message.err);
	(void)send_message(socket, &message, -1);
	if (ret == 0)
		wait_through(&state);
	ended = state.left;
	(void)remove_snapshots(&state, 0, ended.code == 0 ? &ended : NULL);
	/* After this nothing keeps ROOT from being unmounted. What an older kernel does not know waits. */
	(void)syscall(SYS_close_range, socket + 1, ~0U, 0);
	if (socket > STDERR_FILENO + 1)
		(void)syscall(SYS_close_range, STDERR_FILENO + 1, socket - 1, 0);
	message = (struct message){.kind = MESSAGE_ENDED, .err = ended};
	(void)send_message(socket, &message, -1);
	/* To close while something lies here unread would take the other end's last messages away. */
	while (read(socket, &ended, sizeof(ended)) > 0)
		;
	_exit(0);
}

static int add_snapshot(struct rl_keeper *keeper, const struct message *message, int fd)
{
	struct rl_snapshot snapshot = {.path = strdup(message->path),
		.root_fd = fd,
		.live_dev = message->live_dev,
		.lock_fd = -1,
		.top_fd = -1};

	if (rl_snapshots_add(&keeper->snapshots, &snapshot) != 0)
		return -ENOMEM;
	return keeper->snapshots.items[keeper->snapshots.count - 1].path != NULL ? 0 : -ENOMEM;
}

/* Appends to what has no snapshot, or to what is not frozen. */
static int add_reason(struct rl_unsnapped **list, size_t *count, const struct message *message)
{
	struct rl_unsnapped *more = reallocarray(*list, *count + 1, sizeof(*more));

	if (more == NULL)
		return -ENOMEM;
	*list = more;
	more += (*count)++;
	more->path = strdup(message->path);
	more->reason = strdup(message->err.message);
	return more->path != NULL && more->reason != NULL ? 0 : -ENOMEM;
}

static int add_frozen(struct rl_keeper *keeper, const struct message *message)
{
	struct rl_frozen *more =
		reallocarray(keeper->frozen, keeper->frozen_count + 1, sizeof(*more));

	if (more == NULL)
		return -ENOMEM;
	keeper->frozen = more;
	more += keeper->frozen_count++;
	*more = (struct rl_frozen){.path = strdup(message->path), .slot = message->slot};
	return more->path != NULL ? 0 : -ENOMEM;
}

static void note_thawed(struct rl_keeper *keeper, const struct message *message)
{
	size_t i;

	for (i = 0; i < keeper->frozen_count; i++) {
		if (keeper->frozen[i].slot == message->slot)
			keeper->frozen[i].milliseconds = message->milliseconds;
	}
}

/* Takes what the keeper tells on the way. */
static int take_message(struct rl_keeper *keeper, const struct message *message, int fd)
{
	switch (message->kind) {
	case MESSAGE_SNAPSHOT:
		return add_snapshot(keeper, message, fd);
	case MESSAGE_UNSNAPPED:
		return add_reason(&keeper->unsnapped, &keeper->unsnapped_count, message);
	case MESSAGE_UNFROZEN:
		return add_reason(&keeper->unfrozen, &keeper->unfrozen_count, message);
	case MESSAGE_FROZEN:
		return add_frozen(keeper, message);
	case MESSAGE_THAWED:
		note_thawed(keeper, message);
		return 0;
	default:
		return 0;
	}
}

/* Has the keeper clean up. If it cannot be reached, it is gone, which shows when it is listened to. */
static void say_end(const struct rl_keeper *keeper)
{
	(void)!write(keeper->socket, "", 1);
}

/* Listens until the keeper says @until. */
static int listen_until(struct rl_keeper *keeper, enum message_kind until,
	const volatile sig_atomic_t *stop, struct rl_error *err)
{
	struct message message;
	int fd, ret;

	for (;;) {
		ret = receive_message(keeper->socket, &message, &fd);
		if (ret == -EINTR) {
			/* It sees that, undoes what it has done, and says so. */
			if (stop != NULL && *stop != 0)
				say_end(keeper);
			continue;
		}
		if (ret == 0)
			return rl_error_text(err, EPIPE,
				"the process that makes snapshots is gone: see rootlift cleanup");
		if (ret < 0)
			return rl_error_set(err, -ret, "cannot hear of snapshots");
		ret = take_message(keeper, &message, fd);
		if (ret != 0)
			return rl_error_set(err, -ret, "cannot hear of snapshots");
		if (message.kind != until)
			continue;
		if (message.err.code == 0)
			return 0;
		return rl_error_text(err, message.err.code, "%s", message.err.message);
	}
}

int rl_keeper_start(const struct rl_keeper_plan *plan, const volatile sig_atomic_t *stop,
	struct rl_keeper *keeper, struct rl_error *err)
{
	int ret, sockets[2];
	pid_t pid;

	keeper->thaws = rl_freeze_share(plan->freeze_count);
	keeper->thaw_count = plan->freeze_count;
	if (keeper->thaws == NULL)
		return rl_error_set(err, ENOMEM, "cannot begin with snapshots");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
		return rl_error_set(err, errno, "cannot begin with snapshots");
	pid = fork();
	if (pid == 0) {
		(void)close(sockets[0]);
		keep(plan, sockets[1], keeper->thaws);
	}
	ret = pid < 0 ? rl_error_set(err, errno, "cannot begin with snapshots") : 0;
	(void)close(sockets[1]);
	keeper->socket = sockets[0];
	keeper->is_started = pid > 0;
	if (ret == 0)
		ret = listen_until(keeper, MESSAGE_READY, stop, err);
	if (ret != 0 && keeper->is_started) {
		struct rl_error end = {0};

		/* What is left behind is worse to know of than why. */
		if (rl_keeper_end(keeper, &end) != 0)
			(void)rl_error_text(err, end.code, "%s; %s", err->message, end.message);
	}
	return ret;
}

enum rl_thaw rl_keeper_thaw(const struct rl_keeper *keeper, size_t i)
{
	return (enum rl_thaw)atomic_load(&keeper->thaws[keeper->frozen[i].slot]);
}

int rl_keeper_end(struct rl_keeper *keeper, struct rl_error *err)
{
	if (!keeper->is_started)
		return 0;
	keeper->is_started = false;
	say_end(keeper);
	return listen_until(keeper, MESSAGE_ENDED, NULL, err);
}

static void free_reasons(struct rl_unsnapped *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		free(list[i].path);
		free(list[i].reason);
	}
	free(list);
}

void rl_keeper_free(struct rl_keeper *keeper)
{
	size_t i;

	if (keeper->socket > 0)
		rl_cleanup_fd(&keeper->socket);
	rl_snapshots_free(&keeper->snapshots);
	free_reasons(keeper->unsnapped, keeper->unsnapped_count);
	free_reasons(keeper->unfrozen, keeper->unfrozen_count);
	for (i = 0; i < keeper->frozen_count; i++)
		free(keeper->frozen[i].path);
	free(keeper->frozen);
	rl_freeze_unshare(keeper->thaws, keeper->thaw_count);
	*keeper = (struct rl_keeper){0};
}
