"""What a page says over its websocket, and hears: each frame as the published schema has it."""

import json

from tests.live.recorded import validator

STAYS = 5_000  # ms in which a page says once more that it shows its hold


def test_every_frame_of_a_session_is_as_the_schema_says(board):
    hers = board("guest")
    said, heard = [], []

    def record(socket):
        socket.on("framesent", lambda text: said.append(json.loads(text)))
        socket.on("framereceived", lambda text: heard.append(json.loads(text)))

    hers.page.on("websocket", record)
    hers.page.reload()
    hers.book("Birch", "10:00", "11:00")
    hers.hold("Birch", "13:00", "14:00")
    hers.page.wait_for_timeout(STAYS)

    assert {frame["type"] for frame in said} >= {"watch", "stay"}
    assert {frame["type"] for frame in heard} >= {"snapshot", "change"}
    assert [frame for frame in said if not validator("from_client").is_valid(frame)] == []
    assert [frame for frame in heard if not validator("from_server").is_valid(frame)] == []
