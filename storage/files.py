"""Files that survive: written whole or not at all, sealed by a checksum, with the generation before kept beside."""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

NEW = ".new"
PREVIOUS = ".prev"

# The seal is one more table of the TinyDB file, the last one, so that plain TinyDB can still read it.
_SEAL = b',"seal":{"1":{"blake2b":"%s"}}}'
_SEAL_LENGTH = len(_SEAL) - 2 + 32


class Files:
    """The operations on the disk, one method each, so that a test can put a fault or a kill at any of them."""

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
    """The write failed, and so did taking it back: what is kept must be read again."""


def beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def make_folders(files: Files, *ours: Path) -> None:
    """Make each, and whatever is missing above the first, durably."""
    # Those above are whatever its user makes; but they too must be there after a loss of power.
    above = [one for one in reversed(ours[0].parents) if not one.exists()]
    for one, mode in {**dict.fromkeys(above, 0o777), **dict.fromkeys(ours, 0o700)}.items():
        files.make_folder(one, mode)
        files.fsync_dir(one.parent)


def keep(files: Files, path: Path, data: bytes) -> None:
    """Replace the file durably; the one before becomes the previous generation.

    A kill at any point leaves the old or the new content, in the file itself or, while there is none, in the
    previous generation. Raises OSError when nothing was changed, and `HalfWritten` when that is not sure.
    """
    new = beside(path, NEW)
    try:
        write_new(files, new, data)
        # When the file is missing, the previous generation is the one that counts and must stay.
        existed = path.exists()
        if existed:
            files.replace(path, beside(path, PREVIOUS))
    except OSError:
        with suppress(OSError):
            files.remove(new)
        raise
    try:
        files.replace(new, path)
        files.fsync_dir(path.parent)
    except OSError as problem:
        _take_back(files, path, existed)
        raise problem


def write_new(files: Files, path: Path, data: bytes) -> None:
    """Its content durably; that it is there at all is for the folder's own sync."""
    descriptor = files.open_new(path)
    try:
        files.write(descriptor, data)
        files.fsync(descriptor)
    finally:
        files.close(descriptor)


def _take_back(files: Files, path: Path, existed: bool) -> None:
    try:
        if existed:
            files.replace(beside(path, PREVIOUS), path)
        else:
            files.remove(path)
        files.remove(beside(path, NEW))
    except OSError as problem:
        raise HalfWritten(*problem.args) from problem


def seal(tables: bytes) -> tuple[bytes, str]:
    """A JSON object with its checksum as the last member, and the checksum."""
    checksum = _checksum(tables[:-1])
    return tables[:-1] + _SEAL % checksum.encode(), checksum


def unseal(raw: bytes) -> bytes:
    """The JSON object without its seal. Raises ValueError when a single bit differs from what was written."""
    body, end = raw[:-_SEAL_LENGTH], raw[-_SEAL_LENGTH:]
    if end != _SEAL % _checksum(body).encode():
        raise ValueError("checksum does not fit")
    return body + b"}"


def seal_of(files: Files, path: Path) -> str:
    """The checksum that a file claims to have, read from its end alone; some other text when it is damaged."""
    return claimed_seal(files.read_end(path, _SEAL_LENGTH))


def claimed_seal(raw: bytes) -> str:
    return raw[-36:-4].decode("ascii", "replace")


def _checksum(body: bytes) -> str:
    return blake2b(body, digest_size=16).hexdigest()
