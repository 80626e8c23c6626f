/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include "cli/format.h"

#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

/* Seconds between two drawings. */
#define INTERVAL 0.2

void rl_progress_start(struct rl_progress *progress, bool quiet)
{
	*progress = (struct rl_progress){.is_shown = !quiet && isatty(STDERR_FILENO) == 1};
}

static size_t terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

/* How many bytes of @text, UTF-8, make at most @columns characters. */
static int clip(const char *text, size_t columns)
{
	size_t at = 0;

	while (text[at] != '\0') {
		if (((unsigned char)text[at] & 0xc0) != 0x80 && columns-- == 0)
			break;
		at++;
	}
	return (int)at;
}

static void draw(const struct rl_report *report, const char *path, uint64_t extra, double seconds)
{
	char entries[RL_FORMAT_MAX], bytes[RL_FORMAT_MAX], rate[RL_FORMAT_MAX], line[160];
	RL_AUTO_FREE char *shown = rl_format_path(path);
	uint64_t total = report->kept.bytes + extra;
	size_t used, width = terminal_width();

	(void)snprintf(line, sizeof(line), "%10s entries  %9s  %9s/s  ",
		rl_format_count(report->kept.entries, entries), rl_format_bytes(total, bytes),
		rl_format_bytes((uint64_t)((double)total / seconds), rate));
	used = strlen(line);
	if (used + 1 >= width)
		(void)fprintf(stderr, "\r%.*s\033[K", (int)(width - 1), line);
	else
		(void)fprintf(stderr, "\r%s%.*s\033[K", line,
			shown != NULL ? clip(shown, width - used - 1) : 1,
			shown != NULL ? shown : "?");
	(void)fflush(stderr);
}

void rl_progress_tick(struct rl_progress *progress, const struct rl_report *report,
	const char *path, uint64_t extra)
{
	double seconds;

	if (!progress->is_shown)
		return;
	seconds = rl_report_seconds(report);
	if (seconds - progress->drawn_at < INTERVAL)
		return;
	progress->drawn_at = seconds;
	progress->is_drawn = true;
	draw(report, path, extra, seconds);
}

void rl_progress_waiting(void *ctx, const char *mount_point, unsigned int seconds)
{
	struct rl_progress *progress = ctx;
	RL_AUTO_FREE char *shown = rl_format_path(mount_point);

	if (!progress->is_shown)
		return;
	progress->is_drawn = true;
	(void)fprintf(stderr, "\rwaiting for an answer of %.*s (%u s)\033[K",
		shown != NULL ? clip(shown, terminal_width() / 2) : 1, shown != NULL ? shown : "?",
		seconds);
	(void)fflush(stderr);
}

void rl_progress_reading(void *ctx, uint64_t bytes)
{
	struct rl_progress *progress = ctx;
	char shown[RL_FORMAT_MAX];
	struct timespec now;
	double seconds;

	if (!progress->is_shown || clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return;
	seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
	if (seconds - progress->drawn_at < INTERVAL)
		return;
	progress->drawn_at = seconds;
	progress->is_drawn = true;
	(void)fprintf(stderr, "\rreading  %9s\033[K", rl_format_bytes(bytes, shown));
	(void)fflush(stderr);
}

void rl_progress_clear(struct rl_progress *progress)
{
	if (progress->is_drawn)
		(void)fputs("\r\033[K", stderr);
	progress->is_drawn = false;
	progress->drawn_at = 0;
}
