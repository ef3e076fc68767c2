"""What is written is text to others, in frames of which damage to one harms no other."""

import zstandard

from lightapt_protocol.recording import BlobBody, Entry, Recording, RecordingWriter

from .samples import ELEMENT, HEADER, written


def test_large_frames_end_so_that_damage_is_bounded():
    writer = RecordingWriter(HEADER)
    large = Entry(1, ELEMENT, b"<a/>", bodies=(BlobBody(bytes(5_000_000), 5_000_000),))
    data = writer.start() + b"".join(writer.add([large])) + writer.flush()
    recording = Recording([data])
    assert list(recording) == [large]
    assert recording.is_whole


def test_the_entries_are_text_to_any_zstd_tool():
    text = zstandard.ZstdDecompressor().decompressobj().decompress(written()[len(written([])) :])
    assert text.startswith(
        b"0 + 14\nlocalhost:7624\n10 < 43\n<message device='Mount'\n message='12 < 5'/>\n10 < 4 5120/5120 0/0\n"
    )
