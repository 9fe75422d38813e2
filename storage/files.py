"""Durable files: written whole or not at all, sealed by a checksum, with the previous generation beside them."""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

NEW_SUFFIX = ".new"
PREVIOUS_SUFFIX = ".prev"

# The seal is one more table of the TinyDB file, the last one, so that plain TinyDB can still read it.
_SEAL_TEMPLATE = b',"seal":{"1":{"blake2b":"%s"}}}'
_SEAL_BYTES = len(_SEAL_TEMPLATE) - 2 + 32


class Files:
    """Disk operations, one method each, so that a test can inject a fault or a kill at any of them."""

    def make_folder(self, path: Path, mode: int) -> None:
        path.mkdir(mode, exist_ok=True)

    def open_new(self, path: Path) -> int:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def write(self, descriptor: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def fsync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        source.replace(target)

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def fsync_dir(self, folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self, path: Path) -> bytes | None:
        """The content, or None when there is no such file."""
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def read_end(self, path: Path, length: int) -> bytes:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - length))
            return file.read(length)


class HalfWritten(OSError):
    """A write failed, and so did undoing it: the file may have the old or the new content and must be read again."""


def with_file_suffix(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def make_folders(files: Files, *folders: Path) -> None:
    """Create each folder durably, and the missing parents of the first."""
    # The parents get the user's default permissions. They too must survive a loss of power.
    parents = [parent for parent in reversed(folders[0].parents) if not parent.exists()]
    for folder, mode in {**dict.fromkeys(parents, 0o777), **dict.fromkeys(folders, 0o700)}.items():
        files.make_folder(folder, mode)
        files.fsync_dir(folder.parent)


def replace_file(files: Files, path: Path, data: bytes) -> None:
    """Replace the file durably; its old content becomes the previous generation.

    After a kill at any point the old or the new content is there: in the file or, if that is missing, in the previous
    generation. Raises OSError when nothing was changed, and `HalfWritten` when that is not certain.
    """
    new = with_file_suffix(path, NEW_SUFFIX)
    try:
        write_new_file(files, new, data)
        # When the file is missing, the previous generation is the valid content and must stay.
        existed = path.exists()
        if existed:
            files.replace(path, with_file_suffix(path, PREVIOUS_SUFFIX))
    except OSError:
        with suppress(OSError):
            files.remove(new)
        raise
    try:
        files.replace(new, path)
        files.fsync_dir(path.parent)
    except OSError as problem:
        _undo_file_replacement(files, path, existed)
        raise problem


def write_new_file(files: Files, path: Path, data: bytes) -> None:
    """Write and fsync the file. The caller must fsync the folder to make its entry durable."""
    descriptor = files.open_new(path)
    try:
        files.write(descriptor, data)
        files.fsync(descriptor)
    finally:
        files.close(descriptor)


def _undo_file_replacement(files: Files, path: Path, existed: bool) -> None:
    try:
        if existed:
            files.replace(with_file_suffix(path, PREVIOUS_SUFFIX), path)
        else:
            files.remove(path)
        files.remove(with_file_suffix(path, NEW_SUFFIX))
    except OSError as problem:
        raise HalfWritten(*problem.args) from problem


def seal_json(json_object: bytes) -> tuple[bytes, str]:
    """A JSON object with its checksum as the last member, and the checksum."""
    checksum = _seal_checksum(json_object[:-1])
    return json_object[:-1] + _SEAL_TEMPLATE % checksum.encode(), checksum


def unseal_json(raw: bytes) -> bytes:
    """The JSON object without its seal. Raises ValueError when a single bit differs from what was written."""
    body, end = raw[:-_SEAL_BYTES], raw[-_SEAL_BYTES:]
    if end != _SEAL_TEMPLATE % _seal_checksum(body).encode():
        raise ValueError("checksum does not fit")
    return body + b"}"


def read_claimed_seal(files: Files, path: Path) -> str:
    """The checksum at the end of the file, unverified; arbitrary text when the file is damaged."""
    return parse_claimed_seal(files.read_end(path, _SEAL_BYTES))


def parse_claimed_seal(raw: bytes) -> str:
    return raw[-36:-4].decode("ascii", "replace")


def _seal_checksum(body: bytes) -> str:
    return blake2b(body, digest_size=16).hexdigest()
