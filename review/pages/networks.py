"""What our autonomous systems announce and is not ours yet; it is confirmed with the command, since it changes what is believed."""

from starlette.responses import Response

from notices.announced import proposals
from review.asked import Asked


def show(asked: Asked) -> Response:
    """The proposals, each with the command that confirms it."""
    desk = asked.desk
    proposed = proposals(desk.settings, desk.engine, desk.policy.prefixes)
    return asked.page("networks.html", asns=desk.settings.network.asns, proposals=proposed)
