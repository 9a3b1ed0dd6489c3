"""Names as they are written -> one person.

A pack writes "Dr Sanjiv Ahluwalia", then "Sanjiv"; Zoom writes "Sanjiv Ahluwalia (he/him) - ARU"; a chat "SA". Names
are joined on evidence only, so that nobody gets somebody else's words:

- a first and a last name are the same person wherever they stand; so are they with a middle name or initial, unless
  two different ones would then be one person;
- a short form (first name, initials, first name and initial, initial and last name, title and last name) is the one
  person of the same session it can stand for, and stays somebody of her own where it can stand for nobody or for two;
- labels ("Speaker 1", "Facilitator", "iPhone", a telephone number) are somebody of their own session;
- what a person says of names (``aliases``) decides over all of this.

``names.py`` reads one name, ``joining.py`` joins many.
"""

from kindsearch.people.joining import is_called, name_of, resolve
from kindsearch.people.names import TITLES, folded, plain_name, possible_names, without_short_forms

__all__ = ["TITLES", "folded", "is_called", "name_of", "plain_name", "possible_names", "resolve", "without_short_forms"]
