# SPDX-License-Identifier: MIT
"""Layouts with one fault each, made of a good one: bad_layouts.py DIR makes directories beside it."""

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile

good = sys.argv[1]


def blob_path(layout, digest):
    return os.path.join(layout, "blobs", "sha256", digest.split(":")[1])


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def add_blob(layout, data):
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    with open(blob_path(layout, digest), "wb") as file:
        file.write(data)
    return {"digest": digest, "size": len(data)}


class Layout:
    """A copy of the good layout, to be made worse."""

    def __init__(self, name):
        self.name = name
        shutil.copytree(good, name)
        os.remove(os.path.join(name, "manifest.json"))
        self.index = read_json(os.path.join(name, "index.json"))
        self.manifest = read_json(blob_path(name, self.index["manifests"][0]["digest"]))
        self.config = read_json(blob_path(name, self.manifest["config"]["digest"]))

    def layer(self):
        return blob_path(self.name, self.manifest["layers"][0]["digest"])

    def set_layer(self, tar):
        """Has one layer, of these bytes."""
        self.config["rootfs"]["diff_ids"] = ["sha256:" + hashlib.sha256(tar).hexdigest()]
        self.manifest["layers"][0].update(add_blob(self.name, gzip.compress(tar, 9)))

    def write(self):
        self.manifest["config"].update(add_blob(self.name, json.dumps(self.config).encode()))
        self.index["manifests"][0].update(add_blob(self.name, json.dumps(self.manifest).encode()))
        self.write_index()

    def write_index(self):
        with open(os.path.join(self.name, "index.json"), "w", encoding="utf-8") as file:
            json.dump(self.index, file)


def tar_of(name, content):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def main():
    layout = Layout("truncated")
    os.truncate(layout.layer(), os.path.getsize(layout.layer()) - 100)

    layout = Layout("digest")
    with open(layout.layer(), "r+b") as file:
        file.seek(-1000, os.SEEK_END)
        byte = file.read(1)
        file.seek(-1000, os.SEEK_END)
        file.write(bytes([byte[0] ^ 1]))

    layout = Layout("diff_id")
    layout.config["rootfs"]["diff_ids"] = ["sha256:" + "0" * 64]
    layout.write()

    # Indexes that name each other cannot have true digests: an index file that names itself by a
    # symlink of a blob's name is as near as one can come.
    layout = Layout("cyclic")
    name = "a" * 64
    layout.index["manifests"] = [
        {"mediaType": "application/vnd.oci.image.index.v1+json", "digest": "sha256:" + name, "size": 1}]
    layout.write_index()
    shutil.copy(os.path.join("cyclic", "index.json"), os.path.join("cyclic", "blobs", "sha256", name))

    # Two gibibytes of zeros, in some hundred kilobytes.
    layout = Layout("bomb")
    info = tarfile.TarInfo("zeros")
    info.size = 2 << 30
    with subprocess.Popen(["zstd", "-q", "-1", "-o", "bomb.zst", "-f"], stdin=subprocess.PIPE) as zstd:
        digest = hashlib.sha256()
        for piece in [info.tobuf(tarfile.GNU_FORMAT)] + [bytes(1 << 22)] * 512 + [bytes(1024)]:
            zstd.stdin.write(piece)
            digest.update(piece)
    with open("bomb.zst", "rb") as file:
        layout.manifest["layers"][0].update(add_blob("bomb", file.read()))
    os.remove("bomb.zst")
    layout.manifest["layers"][0]["mediaType"] = "application/vnd.oci.image.layer.v1.tar+zstd"
    layout.config["rootfs"]["diff_ids"] = ["sha256:" + digest.hexdigest()]
    layout.write()

    layout = Layout("escaping")
    layout.set_layer(tar_of("../outside", b"x"))
    layout.write()

    layout = Layout("blob_outside")
    os.rename(layout.layer(), "outside.blob")
    os.symlink(os.path.abspath("outside.blob"), layout.layer())


main()
