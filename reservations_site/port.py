"""The port that is served: known before settings are read, for every absolute link is made of it."""

from argparse import ArgumentError, ArgumentParser
from collections.abc import MutableMapping, Sequence


def follow_port(argv: Sequence[str], environ: MutableMapping[str, str]) -> None:
    """Let PORT be what `serve --port` names, for this process and those it starts.

    Anything else is left as it is; what makes no sense as a port is left to `serve` to refuse.
    """
    if argv[1:2] != ["serve"]:
        return
    parser = ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--port", type=int)
    try:
        port = parser.parse_known_args(list(argv[2:]))[0].port
    except ArgumentError:
        return
    if port:  # 0 is whichever is free, which nobody knows yet
        environ["PORT"] = str(port)
