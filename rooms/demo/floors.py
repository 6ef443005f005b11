"""Where the rooms of the demo stand: four floors along a corridor, and a hall over the water."""

Side = tuple[float, float]

# Of rooms by their seats: where the four of them stand on their floor, and how large they are.
OFFICE: dict[int, tuple[tuple[Side, ...], Side]] = {
    2: (((0, 0), (108, 0), (552, 0), (660, 0)), (96, 84)),
    4: (((0, 180), (144, 180), (480, 180), (624, 180)), (132, 96)),
    8: (((0, 0), (192, 0), (384, 0), (576, 0)), (180, 120)),
    6: (((0, 204), (156, 204), (456, 204), (612, 204)), (144, 108)),
    12: (((0, 0), (192, 0), (384, 0), (576, 0)), (180, 144)),
    20: (((0, 0), (516, 0), (0, 204), (516, 204)), (240, 156)),
}
# The whole hall lies around its parts.
HALLS: dict[str, tuple[Side, Side]] = {
    "Grand Hall": ((0, 0), (756, 300)),
    "Hall A": ((24, 48), (264, 228)),
    "Hall B": ((300, 48), (228, 228)),
    "Hall C": ((540, 48), (192, 228)),
}


def in_the_office(seats: int, number: int) -> dict[str, float]:
    """Return where the room stands that is so many-th of those with these seats."""
    places, size = OFFICE[seats]
    return _drawn(places[number % len(places)], size)


def on_the_pier(name: str) -> dict[str, float]:
    """Return where the hall of that name stands."""
    return _drawn(*HALLS[name])


def _drawn(place: Side, size: Side) -> dict[str, float]:
    return {"x": place[0], "y": place[1], "width": size[0], "depth": size[1]}
