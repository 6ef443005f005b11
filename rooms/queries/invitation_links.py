"""Links by which who is invited sees and answers: signed, each for one participant, good until uninvited."""

from django.core.signing import BadSignature, Signer

from reservations import NotFound
from rooms.models import Participant

GONE = "This invitation is over. Ask whoever invited you."


def token_of(participant: Participant) -> str:
    """Return what the link in a letter carries: the participant's number, signed."""
    return _signer().sign(str(participant.pk))


def participant_of(token: str) -> Participant:
    """Return who was sent the link, with the booking, as long as they are invited.

    :raises NotFound: if it is none of this site's, or was cut off, or they are uninvited: nobody learns which
    """
    try:
        key = int(_signer().unsign(token))
    except (BadSignature, ValueError):
        key = 0
    known = Participant.objects.select_related("booking__venue", "booking__guest", "person")
    found = known.filter(pk=key, uninvited_at=None).first()
    if found is None:
        raise NotFound(GONE)
    return found


def _signer() -> Signer:
    return Signer(sep=".", salt="rooms.inviting")
