"""What is watched, folded together."""

import json

from lightapt_clients.top.watch import Watch
from lightapt_protocol.members import OneBlob
from lightapt_protocol.messages import DelProperty, Notice, SetBlobVector
from lightapt_protocol.mirror import Mirror
from tests.clients.puppet import CCD1, COORD, coord


def watched(*messages):
    watch = Watch(Mirror(), now=0.0)
    watch.news()
    for message in messages:
        for change in watch.mirror.apply(message):
            watch.heard(change, now=1.0, time="12:00:00")
    return watch


def test_all_is_new_at_first():
    assert Watch(Mirror(), now=0.0).news().is_regrown


def test_news_are_what_changed_since_they_were_taken():
    watch = watched(COORD)
    assert watch.news().is_regrown
    for change in watch.mirror.apply(coord(RA=3.0)):
        watch.heard(change, now=1.0, time="")
    news = watch.news()
    assert (news.is_regrown, news.touched) == (False, {("Mount", "COORD")})
    assert watch.news().touched == set()


def test_what_is_deleted_is_news():
    watch = watched(COORD)
    watch.news()
    for change in watch.mirror.apply(DelProperty("Mount")):
        watch.heard(change, now=1.0, time="")
    news = watch.news()
    assert news.is_regrown
    assert news.touched == {("Mount", "COORD")}


def test_of_blobs_format_and_size_are_known():
    watch = watched(CCD1, SetBlobVector("Camera", "CCD1", members=(OneBlob("CCD1", b"abc", size=3, format=".fits"),)))
    assert watch.blobs == {("Camera", "CCD1", "CCD1"): (".fits", 3)}


def test_a_record_is_json_with_rates_of_the_time_since_the_last_sample():
    watch = watched(COORD, *[coord(RA=1.0)] * 3, Notice("Mount", message="hello"))
    assert watch.sample(2.0) == 2.0
    record = json.loads(json.dumps(watch.record()))
    assert record["messages_per_s"] == 2.5
    assert record["hub"] is None
    (mount,) = record["devices"]
    assert (mount["device"], mount["messages_per_s"], mount["busiest"]) == ("Mount", 2.5, "COORD")
    assert (mount["state"], mount["message"], mount["connected"]) == ("Idle", "hello", None)
