"""A topic -> a Brief: all that the archive says on it, for a speaker who has five minutes.

Nothing is written that was not said or counted: each line is a quote, checked against its document, or a number.

- ``choosing.py``: which sessions and people it is made of
- ``touching.py``: which passages touch the topic
- ``saying.py``: who says what in them, and its citation
- ``replying.py``: what answers what, and what nobody answers
- ``neighbours.py``: which words stand with the topic
- ``laying_out.py``: all of it, put together
"""

from kindsearch.briefing.choosing import chosen, positions_of
from kindsearch.briefing.laying_out import Looked, brief
from kindsearch.briefing.touching import FIRST_LOOK, touching

__all__ = ["FIRST_LOOK", "Looked", "brief", "chosen", "positions_of", "touching"]
