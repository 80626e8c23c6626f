# SPDX-License-Identifier: MIT
# No documentation and no translations, and none either with what is installed later.
title Without documentation and translations
include detected

[drop docs]
/usr/share/doc/**               documentation
/usr/share/doc-base/**          where documentation is
/usr/share/gtk-doc/**           documentation
/usr/share/info/**              documentation
/usr/share/man/**               manual pages
/usr/share/help/**              documentation
/usr/share/gnome/help/**        documentation
/usr/share/omf/**               where documentation is
/usr/share/linda/**             what checks of packages may overlook
/usr/share/lintian/overrides/** what checks of packages may overlook
/usr/share/locale/**            translations
/usr/local/share/doc/**         documentation
/usr/local/share/man/**         manual pages
/usr/local/share/info/**        documentation
/usr/local/man/**               manual pages
/usr/man/**                     manual pages
/usr/info/**                    documentation
/usr/doc/**                     documentation
/usr/X11R6/man/**               manual pages
/opt/gnome/share/doc/**         documentation
/opt/gnome/share/locale/**      translations
/opt/kde3/share/doc/**          documentation
/opt/kde3/share/locale/**       translations
/usr/share/vim/vim*/lang/**     translations

# Scripts of packages make links in the sections, and fail where a section is missing.
[empty docs]
/usr/share/man/man[0-9]/        manual pages
/usr/local/man/man[0-9]/        manual pages

# What licences ask for, and what programs read at run time.
[keep docs]
/usr/share/doc/*/copyright      the licence of a package
/usr/share/doc/*/COPYING*       the licence of a package
/usr/share/doc/*/COPYRIGHT*     the licence of a package
/usr/share/doc/*/LICENSE*       the licence of a package
/usr/share/doc/*/LICENCE*       the licence of a package
/usr/share/doc/*/NOTICE*        the licence of a package
/usr/share/doc/packages/*/COPYING*  the licence of a package
/usr/share/doc/packages/*/COPYRIGHT*  the licence of a package
/usr/share/doc/packages/*/LICENSE*  the licence of a package
/usr/share/doc/packages/*/NOTICE*  the licence of a package
type:l /usr/share/doc/*         leads to the licence of another package
/usr/share/locale/locale.alias  what names of languages stand for
/usr/share/locale/all_languages names of languages
/usr/share/locale/languages     names of languages
/usr/share/locale/currency/     names of currencies
/usr/share/locale/l10n/         names of countries
/usr/share/doc/kde/HTML/C/      what programs show when asked for help
/usr/share/gnome/help/*/C/      what programs show when asked for help
/usr/share/omf/*/*-C.omf        what programs show when asked for help

# dpkg leaves out what it unpacks, and says nothing of it missing.
match exists:/etc/dpkg/dpkg.cfg.d
[write docs]
/etc/dpkg/dpkg.cfg.d/slim       packages that are installed later bring none either
| # Documentation and translations are left out of what is unpacked, licences are not.
| path-exclude=/usr/share/doc/*
| path-exclude=/usr/share/doc-base/*
| path-exclude=/usr/share/gtk-doc/*
| path-exclude=/usr/share/info/*
| path-exclude=/usr/share/man/*
| path-exclude=/usr/share/help/*
| path-exclude=/usr/share/gnome/help/*
| path-exclude=/usr/share/omf/*
| path-exclude=/usr/share/linda/*
| path-exclude=/usr/share/lintian/overrides/*
| path-exclude=/usr/share/locale/*
| path-include=/usr/share/doc/*/copyright
| path-include=/usr/share/locale/locale.alias
| path-include=/usr/share/locale/all_languages
| path-include=/usr/share/locale/languages
| path-include=/usr/share/locale/currency/*
| path-include=/usr/share/locale/l10n/*
| path-include=/usr/share/doc/kde/HTML/C/*
| path-include=/usr/share/gnome/help/*/C/*
| path-include=/usr/share/omf/*/*-C.omf

# rpm reads macros.* of this directory since its version 4.4; yum and dnf go by it too.
match exists:/usr/lib/rpm/macros
[write docs]
/etc/rpm/macros.slim            packages that are installed later bring none either
| %_excludedocs 1
| %_install_langs C:en:en_US:en_US.UTF-8

match exists:/etc/zypp/zypp.conf
[edit docs]
/etc/zypp/zypp.conf             packages that are installed later bring none either
| replace /^[# ]*rpm\.install\.excludedocs *=.*/rpm.install.excludedocs = yes/

match exists:/etc/pacman.conf
[edit docs]
/etc/pacman.conf                packages that are installed later bring none either
| replace %^#? *NoExtract *=.*%NoExtract = usr/share/doc/* usr/share/gtk-doc/* usr/share/help/* usr/share/info/* usr/share/man/* usr/share/locale/* !usr/share/locale/locale.alias%

match exists:/etc/portage/make.conf
[edit docs]
/etc/portage/make.conf          packages that are installed later bring none either
| append FEATURES="${FEATURES} nodoc noinfo noman"

match exists:/usr/share/xbps.d
[write docs]
/etc/xbps.d/slim.conf           packages that are installed later bring none either
| noextract=/usr/share/doc*
| noextract=/usr/share/gtk-doc*
| noextract=/usr/share/info*
| noextract=/usr/share/man*
| noextract=/usr/share/locale*

match always
