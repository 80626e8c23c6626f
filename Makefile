# SPDX-License-Identifier: MIT
#
# rootlift's build. `make help` lists the targets. Variables:
#
#   CC, CFLAGS, LDFLAGS       as usual; yours come last
#   SAN=address,undefined     build with sanitizers, into build-address-undefined/
#   WERROR=1                  warnings are errors
#   V=1                       show the commands
#   PREFIX, BINDIR, DATADIR, MANDIR, DESTDIR    where `make install` puts things
#   TEST_WRAPPER=             what runs the unit tests: valgrind, say
#   TEST_JOBS=                how many files of end-to-end tests run at a time
#   BENCH_ARGS=               for `make bench` and `make bench-scale`: see tests/bench/speed.py --help
#                             and tests/bench/scale.py --help
#   ROUNDS, ALLOC_STEP, CALL_STEP, LIMIT_STEP, SHAPES    for `make check-faults` (CONTRIBUTING.md)
#   FUZZ_SECONDS=600          how long `make fuzz` gives each target; FUZZ="names paths": to these
#   SNAPSHOT_OUTPUT, SNAPSHOT_ARGS              for `make snapshot`

CC ?= cc
PKG_CONFIG ?= pkg-config
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
FUZZ_SECONDS ?= 600
SNAPSHOT_OUTPUT ?= host.tar
SNAPSHOT_ARGS ?=

comma := ,
BUILD := build$(if $(SAN),-$(subst $(comma),-,$(SAN)))
Q := $(if $(V),,@)

LIBS := libarchive libacl libattr libselinux jansson libcap libseccomp libcrypto libdeflate libzstd zlib

COMMON := buf error escape exception memory thread
SCAN := accounts acl added ahead bytes clone content database dir discover distro elf elf_closure elf_roots \
	elf_search entry facts far far_helper far_mounts fetch filesystem handle label ld_cache live loader meta \
	mount_class mountinfo mounts open_files packages packages_apk packages_dpkg packages_pacman packages_rescue \
	packages_rpm page_cache paths platform root_file rpm_db slot source stat substitute walk xattr
ARCHIVE := acl_names acl_xattr apply blobs choose flatten gunzip image image_json image_layer inventory \
	members name_table reference resolve shadow store stream tar_reader tree tree_source
HOST := capabilities confine freeze hooks jail keeper landlock maker pace private_mount program snapshot \
	snapshot_btrfs snapshot_lvm syscalls
FILTERS := active chain condition edit layering layering_places layering_roles matcher package_db pattern \
	profile profile_find profile_parse rule selector shadow term words
WRITER := compare compress compress_gzip compress_zstd config config_inherit delta delta_layer digest direct \
	fs_date fs_image hardlink history image image_json inventory layer layer_pool layout layout_archive \
	layout_directory manifest new_dir new_file packed parents pax portable sink sink_inside tar unpack ustar \
	writer
CLI := archive_source baseline capture change cmd_capture cmd_cleanup cmd_convert cmd_plan cmd_profile \
	cmd_scratch confinement dockerfile dockerfile_health dockerfile_values dockerfile_words explain format \
	frozen fs_output help image_files image_options json layers main member option_values options output plan \
	plan_print privilege progress reference report run scratch scratch_options session shell_words snapshots \
	stop summary unsettled
PROFILES := alpine arch audit common container-ready debian fedora gentoo legacy-server \
	parent-image rhel secrets slim suse ubuntu void
UNIT := apply buf chain compress config confine delta digest direct distro dockerfile edit elf elf_closure \
	escape fs_date hardlink image_choose image_layers image_options image_read inventory jail language layer \
	layering listing mounts packages page_cache pattern pax platform portable profile shell_words tar_acl \
	tar_reader tree tree_source ustar walk
FUZZ := accounts attributes content databases distro elf image image_read inventory layer mounts names \
	options package_db packages paths platform profile
# What parses command lines, for tests of it: the rest of cli/ prints.
OPTION_OBJS := $(patsubst %,$(BUILD)/cli/%.o,dockerfile dockerfile_health dockerfile_values dockerfile_words \
	image_options option_values options reference scratch_options shell_words)
FUZZ_COMMON := tests/fuzz/scratch_root.c $(OPTION_OBJS)

# What feeds the fuzz targets; nothing: libFuzzer does.
FUZZ_DRIVER := tests/fuzz/replay.c

LIB_OBJS := $(COMMON:%=$(BUILD)/common/%.o) $(SCAN:%=$(BUILD)/scan/%.o) \
	$(FILTERS:%=$(BUILD)/filters/%.o) $(WRITER:%=$(BUILD)/writer/%.o) $(HOST:%=$(BUILD)/host/%.o) \
	$(ARCHIVE:%=$(BUILD)/archive/%.o) $(BUILD)/builtin.o
OBJS := $(LIB_OBJS) $(CLI:%=$(BUILD)/cli/%.o) \
	$(if $(filter thread,$(subst $(comma), ,$(SAN))),$(BUILD)/tests/lib/tsan_log.o)
UNIT_BINS := $(UNIT:%=$(BUILD)/tests/unit/test_%)
BENCH_BIN := $(BUILD)/tests/bench/bench_rules
FLOOR_BIN := $(BUILD)/tests/bench/floor
LAYER_BIN := $(BUILD)/tests/bench/bench_layer
LAYERING_BIN := $(BUILD)/tests/bench/bench_layering
FAULTFS := $(BUILD)/tests/lib/faultfs
READ_IMAGE := $(BUILD)/tests/lib/read_image
FUZZ_BINS := $(FUZZ:%=$(BUILD)/tests/fuzz/fuzz_%)
FAULT_TOOLS := $(BUILD)/tests/lib/failmalloc.so $(BUILD)/tests/lib/holdcall.so \
	$(BUILD)/tests/unit/test_listing
PROFILE_FILES := $(PROFILES:%=profiles/%.profile)

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wundef -Wvla $(if $(WERROR),-Werror)
BASE_CFLAGS := -std=gnu17 -O2 -g -pthread $(WARNINGS) -fstack-protector-strong \
	$(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
BASE_CPPFLAGS := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I. -I$(BUILD) \
	-DRL_PROFILE_DIR='"$(DATADIR)/rootlift/profiles"'
# Not everywhere: RHEL has neither btrfs nor its library.
BTRFS := $(shell $(PKG_CONFIG) --exists libbtrfsutil && echo libbtrfsutil)
BASE_CPPFLAGS += $(if $(BTRFS),-DRL_HAVE_BTRFSUTIL)
BASE_LDFLAGS := $(if $(SAN),-fsanitize=$(SAN))

# Libraries are looked for only by the targets that build.
lib_cflags = $(shell $(PKG_CONFIG) --cflags $(LIBS) $(BTRFS))
lib_libs = $(shell $(PKG_CONFIG) --libs $(LIBS) $(BTRFS))
compile = $(CC) $(BASE_CPPFLAGS) $(BASE_CFLAGS) $(lib_cflags) -MMD -MP $(CPPFLAGS) $(CFLAGS)
link = $(CC) $(BASE_CFLAGS) $(BASE_LDFLAGS) $(CFLAGS) $(LDFLAGS)

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all help snapshot check check-all check-unit check-e2e check-user check-san check-tsan \
	check-valgrind check-faults check-fuzz check-install fuzz bench bench-rules bench-footprint \
	bench-reflink bench-scale bench-compress bench-image \
	lint install uninstall clean deps FORCE

all: $(BUILD)/rootlift ## Build build/rootlift (the default)

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

# Rebuild all when the compiler or its flags change.
$(BUILD)/.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(subst ','"'"',$(BASE_CPPFLAGS) $(CPPFLAGS) $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS))' \
		>$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

deps: # What building needs is there, or one line says what is not.
	@$(PKG_CONFIG) --exists $(LIBS) || { \
		echo "Libraries are missing (of: $(LIBS)): sudo .ci/packages build" >&2; exit 1; }

# Tests may be running what was there before.
$(BUILD)/rootlift: $(OBJS) | deps
	@echo "  LINK  $@"
	$(Q)$(link) -o $@.new $(OBJS) $(lib_libs)
	$(Q)mv $@.new $@

$(BUILD)/%.o: %.c $(BUILD)/.flags | deps
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(compile) -c -o $@ $<

$(BUILD)/builtin.c: profiles/embed.sh $(PROFILE_FILES)
	@mkdir -p $(@D)
	@echo "  GEN   $@"
	$(Q)sh profiles/embed.sh $(PROFILE_FILES) >$@

$(BUILD)/builtin.o: $(BUILD)/builtin.c $(BUILD)/.flags
	@echo "  CC    $<"
	$(Q)$(compile) -c -o $@ $<

$(BUILD)/tests/unit/test_%: tests/unit/test_%.c $(OPTION_OBJS) $(LIB_OBJS)
	@mkdir -p $(@D)
	@echo "  TEST  $@"
	$(Q)$(compile) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $< $(OPTION_OBJS) $(LIB_OBJS) \
		$(lib_libs) -lcmocka

$(BUILD)/tests/unit/test_listing: private LDFLAGS += -Wl,--wrap=getdents64
$(BUILD)/tests/unit/test_layer: private LDFLAGS += -Wl,--wrap=pthread_create

$(BUILD)/tests/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(FUZZ_DRIVER) $(FUZZ_COMMON) $(LIB_OBJS)
	@mkdir -p $(@D)
	@echo "  FUZZ  $@"
	$(Q)$(compile) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $< $(FUZZ_DRIVER) $(FUZZ_COMMON) $(LIB_OBJS) \
		$(lib_libs)

# To be preloaded; functions of both sizes of off_t are defined, so there may be only one.
$(BUILD)/tests/lib/%.so: tests/lib/%.c
	@mkdir -p $(@D)
	@echo "  LIB   $@"
	$(Q)$(CC) -D_GNU_SOURCE $(BASE_CFLAGS) -fno-builtin -fPIC -shared $(LDFLAGS) -o $@ $<

$(BENCH_BIN) $(LAYER_BIN) $(LAYERING_BIN): $(BUILD)/tests/bench/%: tests/bench/%.c $(LIB_OBJS)
	@mkdir -p $(@D)
	@echo "  BENCH $@"
	$(Q)$(compile) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $< $(LIB_OBJS) $(lib_libs)

# Of the tests alone: what there is in an image.
$(READ_IMAGE): tests/lib/read_image.c $(LIB_OBJS)
	@mkdir -p $(@D)
	@echo "  TEST  $@"
	$(Q)$(compile) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $< $(LIB_OBJS) $(lib_libs)

$(FLOOR_BIN): tests/bench/floor.c $(BUILD)/.flags
	@mkdir -p $(@D)
	@echo "  BENCH $@"
	$(Q)$(CC) $(BASE_CPPFLAGS) $(BASE_CFLAGS) $(CFLAGS) -o $@ $<
# Of the tests alone: a file system that fails where it is told to.
$(FAULTFS): tests/lib/faultfs.c $(BUILD)/.flags
	@mkdir -p $(@D)
	@echo "  TEST  $@"
	$(Q)$(CC) $(BASE_CPPFLAGS) $(BASE_CFLAGS) $$($(PKG_CONFIG) --cflags fuse3) -MMD -MP $(CPPFLAGS) \
		$(CFLAGS) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $< $$($(PKG_CONFIG) --libs fuse3)

snapshot: ## Install what building needs, build, capture this machine, import it
	.ci/packages build
	+$(MAKE) --no-print-directory all
	.ci/snapshot '$(SNAPSHOT_OUTPUT)' $(SNAPSHOT_ARGS)

check: ## Install what the tests need, and run them all
	.ci/packages build test
	+$(MAKE) --no-print-directory check-all

check-all:
	+MAKE='$(MAKE)' tests/run-all

check-unit: $(UNIT_BINS) ## Unit tests
	@tests/run-units $(if $(TEST_WRAPPER),'$(TEST_WRAPPER)','') $(UNIT_BINS)

check-e2e: $(BUILD)/rootlift $(READ_IMAGE) ## End-to-end tests; as root those that need it too
	@ROOTLIFT=$(abspath $(BUILD)/rootlift) tests/run

check-user: $(BUILD)/rootlift $(READ_IMAGE) ## End-to-end tests as an unprivileged user; to be started as root
	@ROOTLIFT=$(abspath $(BUILD)/rootlift) tests/run-as-user

check-faults: $(BUILD)/rootlift $(FAULTFS) $(FAULT_TOOLS) ## Faults of disks, readers and limits, and signals at random times; as root
	@ROOTLIFT=$(abspath $(BUILD)/rootlift) FAULTFS=$(abspath $(FAULTFS)) tests/run tests/faults/*.t

check-san: ## Unit and end-to-end tests with ASan and UBSan
	+$(MAKE) --no-print-directory SAN=address,undefined check-unit check-fuzz
	+$(MAKE) --no-print-directory SAN=address,undefined check-e2e E2E_SET=san

check-tsan: ## End-to-end tests of the threads with TSan
	+$(MAKE) --no-print-directory SAN=thread check-e2e E2E_SET=tsan

check-valgrind: ## Unit tests under valgrind
	+$(MAKE) --no-print-directory check-unit \
		TEST_WRAPPER='valgrind -q --error-exitcode=99 --leak-check=full'

check-fuzz: $(FUZZ_BINS) ## Replay the corpora of the fuzz targets
	@for name in $(FUZZ); do \
		$(BUILD)/tests/fuzz/fuzz_$$name tests/fuzz/corpus/$$name || exit 1; \
	done

fuzz: ## Fuzz with libFuzzer and clang: FUZZ_SECONDS for each of FUZZ
	+$(MAKE) --no-print-directory BUILD=build-fuzz CC=clang SAN=fuzzer-no-link,address,undefined \
		LDFLAGS=-fsanitize=fuzzer FUZZ_DRIVER= $(FUZZ:%=build-fuzz/tests/fuzz/fuzz_%)
	@tests/fuzz/run build-fuzz $(FUZZ_SECONDS) $(FUZZ)

bench: $(BUILD)/rootlift $(FLOOR_BIN) ## How fast captures are, beside tar and the floor; as root
	@tests/bench/speed.py $(BUILD)/rootlift $(FLOOR_BIN) $(BENCH_ARGS)

bench-rules: $(BENCH_BIN) ## What rules cost, measured on 300,000 files
	@tests/bench/rules $(BENCH_BIN)

bench-footprint: $(BUILD)/rootlift ## What a capture costs its host, beside GNU tar; as root
	@tests/bench/footprint $(BUILD)/rootlift

bench-reflink: $(BUILD)/rootlift ## What sharing blocks saves, on XFS and btrfs; as root
	@tests/bench/reflink $(abspath $(BUILD)/rootlift) $(BENCH_ARGS)

bench-scale: $(BUILD)/rootlift $(FLOOR_BIN) ## Time and memory as trees grow to millions of files; as root
	@tests/bench/scale.py $(BUILD)/rootlift $(FLOOR_BIN) $(BENCH_ARGS)

bench-compress: $(LAYER_BIN) ## How fast layers are compressed, beside zstd, pigz and gzip
	@tests/bench/compress $(LAYER_BIN) $(BENCH_ARGS)

bench-image: $(BUILD)/rootlift ## How fast images are made, beside tar with zstd or pigz
	tests/bench/image $(BUILD)/rootlift

check-install: $(BUILD)/rootlift ## Install into a scratch directory, look, uninstall, look again
	@tests/check-install

lint: ## clang-format, cppcheck, shellcheck, SPDX lines, the man page
	@tests/lint

install: $(BUILD)/rootlift ## Install below PREFIX (and DESTDIR)
	install -D -m 755 $(BUILD)/rootlift '$(DESTDIR)$(BINDIR)/rootlift'
	install -d '$(DESTDIR)$(DATADIR)/rootlift/profiles'
	install -m 644 $(PROFILE_FILES) '$(DESTDIR)$(DATADIR)/rootlift/profiles'
	install -D -m 644 docs/rootlift.1 '$(DESTDIR)$(MANDIR)/man1/rootlift.1'

uninstall: ## Take away what install put there
	rm -f '$(DESTDIR)$(BINDIR)/rootlift' '$(DESTDIR)$(MANDIR)/man1/rootlift.1' \
		$(PROFILES:%='$(DESTDIR)$(DATADIR)/rootlift/profiles/%.profile')
	-rmdir '$(DESTDIR)$(DATADIR)/rootlift/profiles' '$(DESTDIR)$(DATADIR)/rootlift'

clean: ## Remove what was built
	rm -rf build build-*

-include $(OBJS:.o=.d)
-include $(UNIT_BINS:%=%.d) $(FUZZ_BINS:%=%.d) $(BENCH_BIN).d $(LAYER_BIN).d $(FAULTFS).d \
	$(READ_IMAGE).d
