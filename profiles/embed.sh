#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Prints a C source that has the profiles named as arguments in it: embed.sh FILE.profile...
set -eu

echo '/* Made by profiles/embed.sh. */'
echo '#include "filters/builtin.h"'
for file in "$@"; do
	name=$(basename "$file" .profile | tr - _)
	printf '\nstatic const char text_%s[] =\n' "$name"
	# Each line of the profile becomes one string literal.
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/	/\\t/g' -e 's/^/	"/' -e 's/$/\\n"/' "$file"
	echo '	;'
done
printf '\nconst struct rl_builtin rl_builtins[] = {\n'
for file in "$@"; do
	name=$(basename "$file" .profile)
	symbol=$(echo "$name" | tr - _)
	printf '\t{"%s", text_%s, sizeof(text_%s) - 1},\n' "$name" "$symbol" "$symbol"
done
printf '};\n\nconst size_t rl_builtin_count = sizeof(rl_builtins) / sizeof(*rl_builtins);\n'
