#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes an ELF file for any machine, as far as a dynamic loader looks at it first.

elf.py FILE [class=32] [data=big] [machine=NUMBER] [interpreter=PATH] [needed=NAME]...
       [soname=NAME] [rpath=LIST] [runpath=LIST]
"""
import os
import struct
import sys

ADDRESS = 0x400000
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
TAGS = {'needed': 1, 'soname': 14, 'rpath': 15, 'runpath': 29}
DT_NULL, DT_STRTAB, DT_STRSZ = 0, 5, 10


def make(words):
    facts = [word.split('=', 1) for word in words]
    known = dict(facts)
    is_64, order = known.get('class') != '32', '>' if known.get('data') == 'big' else '<'
    word = order + ('Q' if is_64 else 'I')
    header_size, segment_size = (64, 56) if is_64 else (52, 32)
    strings = b'\0'
    dynamic = b''
    for name, value in facts:
        if name in TAGS:
            dynamic += struct.pack(word, TAGS[name]) + struct.pack(word, len(strings))
            strings += os.fsencode(value) + b'\0'
    interpreter_at = len(strings)
    interpreter = os.fsencode(known.get('interpreter', '')) + b'\0'
    strings += interpreter
    segments = 3 if 'interpreter' in known else 2
    dynamic_at = header_size + segments * segment_size
    strings_at = dynamic_at + len(dynamic) + 3 * 2 * struct.calcsize(word)
    for tag, value in ((DT_STRTAB, ADDRESS + strings_at), (DT_STRSZ, len(strings)), (DT_NULL, 0)):
        dynamic += struct.pack(word, tag) + struct.pack(word, value)

    def segment(kind, at, size):
        if is_64:
            return struct.pack(order + 'IIQQQQQQ', kind, 4, at, ADDRESS + at, 0, size, size, 1)
        return struct.pack(order + 'IIIIIIII', kind, at, ADDRESS + at, 0, size, size, 4, 1)

    table = segment(PT_LOAD, 0, strings_at + len(strings))
    if 'interpreter' in known:
        table += segment(PT_INTERP, strings_at + interpreter_at, len(interpreter))
    table += segment(PT_DYNAMIC, dynamic_at, len(dynamic))
    ident = b'\177ELF' + bytes([2 if is_64 else 1, 1 if order == '<' else 2, 1]) + bytes(9)
    machine = int(known.get('machine', '62'))
    header = ident + struct.pack(order + 'HHI', 3, machine, 1) + struct.pack(word, 0)
    header += struct.pack(word, header_size) + struct.pack(word, 0)
    header += struct.pack(order + 'IHHHHHH', 0, header_size, segment_size, segments, 0, 0, 0)
    return header + table + dynamic + strings


path = sys.argv[1]
os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
with open(path, 'wb') as out:
    out.write(make(sys.argv[2:]))
os.chmod(path, 0o755)
